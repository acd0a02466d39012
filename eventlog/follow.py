"""Picks the next events from the records that a partition brings. Pure: no Kafka, no database.

Each record names the position before it in its partition (`previous`), so that a record is either
the next one, a duplicate (dropped), or too early (left for the relay to send again, loudly).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from contracts.event import Event, MalformedRecord, Recorded


class Carried(Protocol):
    """A Kafka record, as far as it is read here."""

    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes]]: ...


class VersionGap(Exception):
    """A stream's events do not follow each other: its log is damaged."""


class Followed(NamedTuple):
    """The result of following some records of a partition.

    events    each the next of the one before it
    position  the last one's, or the given one
    settled   how many records, from the first, need not be read again
    early     what came too early behind those, if anything did
    """

    events: list[Recorded]
    position: int
    settled: int
    early: str | None


def follow(
    records: Sequence[Carried],
    position: int,
    models: dict[str, type[Event]],
    early: str | None = None,
) -> Followed:
    """The events of one partition's records that follow `position`; `early` as it was before them.

    Duplicates (sent again by a relay that did not know it had sent them) are dropped. One that
    is too early has lost its predecessor on the way; the relay, which waits for every
    acknowledgement, will send both again. Until then it is not settled: who starts anew finds it
    again, and tells of it. Raises MalformedRecord.
    """
    events, settled = list[Recorded](), 0
    for number, record in enumerate(records, start=1):
        headers = dict(record.headers)
        try:
            at, previous = int(headers["position"]), int(headers["previous"])
        except (KeyError, ValueError) as error:
            raise MalformedRecord(f"not written by a relay: {error!r}") from None
        if at > position and previous != position:
            early = f"position {at} follows {previous}, but only {position} is applied"
            continue
        if at > position:
            events.append(Recorded(record.value or b"", at, models))
            position, early = at, None
        if early is None:
            settled = number
    return Followed(events, position, settled, early)


def must_follow(events: Iterable[Recorded], versions: Mapping[str, int]) -> None:
    """Check that each event is the next of its stream; `versions` are those applied before.
    Raises VersionGap."""
    seen = dict(versions)
    for event in events:
        before = seen.get(event.stream, 0)
        if event.version != before + 1:
            raise VersionGap(f"{event.stream}: version {event.version} after {before}")
        seen[event.stream] = event.version
