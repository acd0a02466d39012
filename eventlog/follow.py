"""Picks a log's own records out of what a partition brings. Pure: no Kafka, no database.

Whoever may write to a topic can put anything there. A record is *proven* when a valid signature
reaches back to it, link by link, and on to what has been proven before. The next in the chain are
given on; duplicates are dropped; what is too early is left for the relay to send again, loudly; all
else is *foreign*: passed over and counted.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from eventlog.chain import Claim, claimed, genesis, link, message, placed
from eventlog.keys import PublicKey

MOST_WAITING = 20_000
"""Records of one partition that wait for a signature: many times what a relay sends between two."""


class Carried(Protocol):
    """A Kafka record, as far as it is read here."""

    @property
    def offset(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes | None]]: ...


class Keys(Protocol):
    """The keys by which one log is signed."""

    def find(self, id: str) -> PublicKey | None: ...
    def is_refused(self, id: str) -> bool:
        """Whether the log's owner has said that it is none of its."""


class Proven(NamedTuple):
    """A record of the log, its offset in the partition, and its place in the chain."""

    offset: int
    position: int
    after: bytes
    link: bytes
    record: bytes


class Following:
    """One reading of one partition, from a place in its chain on: `position` and `link` are of the last
    that is proven.

    foreign   offsets of records that have been passed over; who reads them clears them
    unknown   ids of keys that sign what waits, and that are not known
    """

    def __init__(
        self, topic: str, partition: int, keys: Keys, place: tuple[int, bytes] | None = None
    ) -> None:
        """Without a place, from the partition's beginning."""
        self.topic, self.partition, self.keys = topic, partition, keys
        self.position, self.link = place or (0, genesis(topic, partition))
        self.foreign: list[int] = []
        self.unknown: set[str] = set()
        self._early_at = 0
        self._waiting: dict[bytes, Proven] = {}
        """By their links, those that follow what is proven and that no signature has reached yet."""
        self._signed: dict[bytes, Claim] = {}
        """Those of them that bring a signature, by their links."""
        self._end = self.link
        """The link of the last that waits."""
        self._forked = False
        """Whether those that wait are more than one chain: somebody else has written to the topic."""

    @property
    def waiting(self) -> int:
        """Records that nothing has proven yet."""
        return len(self._waiting)

    @property
    def unproven(self) -> list[int]:
        """The positions that they claim."""
        return [each.position for each in self._waiting.values()]

    @property
    def early_at(self) -> int:
        """A position that is the log's but follows nothing that has come; 0 if there is none."""
        return self._early_at if self._early_at > self.position else 0

    @property
    def early(self) -> str | None:
        """The same in words."""
        if not self.early_at:
            return None
        return f"position {self.early_at} does not follow {self.position}, the last applied"

    def take(self, records: Sequence[Carried] = ()) -> list[Proven]:
        """Those that are proven by now, each the next of the one before it; of these records and of
        the ones that have waited. Without records: after a key has become known."""
        waiting, end = self._waiting, self._end
        for record in records:
            headers, key, value = dict(record.headers), record.key, record.value
            place = placed(headers)
            if place is None or key is None or value is None:
                self.foreign.append(record.offset)
                continue
            position, after = place
            if position <= self.position:
                continue  # a duplicate
            its = link(after, position, key, value)
            # Not by its own __new__, which takes as long as the hash.
            found = tuple.__new__(Proven, (record.offset, position, after, its, value))
            if after == end:  # as most do
                waiting[its] = found
                end = its
            elif after == self.link or after in waiting:
                self._forked = True
                waiting.setdefault(its, found)
            else:
                self._note_astray(record.offset, position, its, claimed(headers))
                continue
            if "signature" in headers:
                claim = claimed(headers)
                if its not in self._signed or self._signs(its, claim):
                    self._signed[its] = claim
        self._end = end
        proven = self._prove()
        if len(self._waiting) > MOST_WAITING and not self.unknown:
            self.foreign += [each.offset for each in self._waiting.values()]
            self._keep([])
        return proven

    def _note_astray(self, offset: int, position: int, its: bytes, claim: Claim) -> None:
        """One that follows nothing that has come."""
        if self._signs(its, claim):
            self._early_at = position
        else:
            self.foreign.append(offset)

    def _signs(self, its: bytes, claim: Claim) -> bool:
        known = self.keys.find(claim.key)
        return known is not None and known.verifies(
            claim.signature, message(self.topic, self.partition, its)
        )

    def _prove(self) -> list[Proven]:
        self.unknown = set()
        # The furthest first: what it reaches back to needs no signature of its own.
        for its, claim in reversed(self._signed.items()):
            if self._signs(its, claim):
                return self._path_to(its)
            if not self.keys.find(claim.key) and not self.keys.is_refused(claim.key):
                self.unknown.add(claim.key)
        return []

    def _path_to(self, last: bytes) -> list[Proven]:
        """Those up to `last`, which is proven; what does not follow it is foreign."""
        waiting = list(self._waiting.values())
        if self._forked:
            path: list[Proven] = []
            at = last
            while at != self.link:
                path.append(self._waiting[at])
                at = self._waiting[at].after
            path.reverse()
        else:
            path = waiting if last == self._end else waiting[: list(self._waiting).index(last) + 1]
        self.position, self.link = path[-1].position, last
        if len(path) == len(waiting):
            self._keep([])
        else:
            self._keep_what_follows(waiting, {each.link for each in path})
        return path

    def _keep_what_follows(self, waiting: Sequence[Proven], path: set[bytes]) -> None:
        following, kept = {self.link}, list[Proven]()
        for each in waiting:
            if each.after in following:
                following.add(each.link)
                kept.append(each)
            elif each.link not in path:
                self.foreign.append(each.offset)
        self._keep(kept)

    def _keep(self, kept: Sequence[Proven]) -> None:
        """Let these wait, and no others."""
        self._waiting = {each.link: each for each in kept}
        self._signed = {its: claim for its, claim in self._signed.items() if its in self._waiting}
        self._end = kept[-1].link if kept else self.link
        before = [self.link, *(each.link for each in kept)]
        self._forked = any(each.after != end for each, end in zip(kept, before, strict=False))
