"""Recompute a log and say the first position that is wrong, and why."""

from dataclasses import dataclass
from hashlib import sha256

from contracts.event import Event, Recorded
from eventlog.database import Pool

BATCH = 5000


@dataclass(frozen=True, slots=True)
class Verdict:
    """events  how many were checked
    fault   None, or the first position that is wrong and why
    """

    events: int
    fault: tuple[int, str] | None = None


async def verify(pool: Pool, models: dict[str, type[Event]]) -> Verdict:
    """Check density, chain, versions, recorded time, and that each column tells what its record
    tells; at the end, that the head row is where the log ends. In one snapshot, holding nothing up."""
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        position, chain, recorded = 0, bytes(32), None
        versions: dict[str, int] = {}
        cursor = connection.cursor("select * from event order by position", prefetch=BATCH)
        async for row in cursor:
            expected = position + 1
            if row["position"] != expected:
                return Verdict(
                    position, (expected, f"missing: the next event is at {row['position']}")
                )
            chain = sha256(chain + expected.to_bytes(8, "big") + row["record"]).digest()
            if chain != row["hash"]:
                return Verdict(
                    position, (expected, "the hash does not cover this record at this position")
                )
            try:
                event = Recorded(row["record"], expected, models)
                told = (
                    event.stream,
                    event.version,
                    event.type,
                    event.subject,
                    event.recorded,
                    event.id,
                )
                event.event  # noqa: B018  the data must validate
            except (KeyError, ValueError) as error:
                return Verdict(position, (expected, str(error)))
            kept = (row["stream"], row["version"], row["type"], row["subject"], row["recorded"],
                    f"{row['command']}/{row['ordinal']}")  # fmt: skip
            if told != kept:
                return Verdict(position, (expected, f"the columns say {kept}, the record {told}"))
            if event.version != versions.get(event.stream, 0) + 1:
                before = versions.get(event.stream, 0)
                return Verdict(
                    position, (expected, f"{event.stream}: version {event.version} after {before}")
                )
            if recorded is not None and event.recorded < recorded:
                return Verdict(position, (expected, "recorded before the event in front of it"))
            position, versions[event.stream], recorded = expected, event.version, event.recorded
        head = await connection.fetchrow("select position, hash from head")
        assert head
        if (head["position"], head["hash"]) != (position, chain):
            return Verdict(position, (position + 1, f"missing: the head is at {head['position']}"))
        return Verdict(position)
