"""Takes back into a log from its topic what an older backup lacks: the log's own signatures prove it.

Done by the owner of the database, for an operator who says why, while no process of the service runs on it;
and recorded beside the log.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from aiokafka import TopicPartition

from contracts.event import Event, Recorded
from contracts.topics import PARTITIONS
from eventlog.broker import reading, until_end
from eventlog.database import Connection, Pool
from eventlog.follow import Following, Keys, Proven

BATCH = 1000
"""Records that are polled, or written, at once."""


class Contradicted(Exception):
    """The topic holds another record than the log at a position: the log is not an older state of what was
    carried, and nothing is taken back."""


class TopicHasGap(Exception):
    """The topic does not prove a position in front of one that it holds, and nothing is taken back: the relay
    would refuse a log that ended there, too."""


class TakenBack(NamedTuple):
    """after   the position behind which events were taken back
    events  how many
    """

    after: int
    events: int


async def take_back(
    owner: Pool,
    kafka: Mapping[str, Any],
    topic: str,
    keys: Keys,
    models: dict[str, type[Event]],
    *,
    by: str,
    why: str,
) -> TakenBack:
    """Append what the topic holds, proven, behind the log's end; in one transaction. Again: nothing more.
    Raises Contradicted, TopicHasGap, MalformedRecord."""
    async with owner.acquire() as connection, connection.transaction():
        head = await connection.fetchrow("select * from head for update")
        assert head
        found = await _behind(connection, head["position"], kafka, topic, keys)
        position, chain = head["position"], head["hash"]
        for position, each in found:
            chain = await _append(connection, Recorded(each.record, position, models), chain)
        taken = TakenBack(head["position"], position - head["position"])
        if taken.events:
            await connection.execute(
                "insert into taken_back (after, events, by, why) values ($1, $2, $3, $4)",
                taken.after,
                taken.events,
                by,
                why,
            )
        return taken


async def read_taken_back(pool: Pool) -> list[range]:
    """The positions that were taken back, with those behind which they were: up to there the backup was
    whole, but for a checkpoint."""
    rows = await pool.fetch("select after, events from taken_back order by after")
    return [range(row["after"], row["after"] + row["events"] + 1) for row in rows]


async def _behind(
    connection: Connection, head: int, kafka: Mapping[str, Any], topic: str, keys: Keys
) -> list[tuple[int, Proven]]:
    """What the topic proves behind the log's end, by position, without a gap. Raises Contradicted,
    TopicHasGap."""
    readings = {
        TopicPartition(topic, number): Following(topic, number, keys)
        for number in range(PARTITIONS)
    }
    known = bytearray(head + 1)  # of the positions that the log holds, those that the topic proves
    found: dict[int, Proven] = {}
    async with reading(kafka) as consumer:
        consumer.assign(list(readings))
        await consumer.seek_to_beginning()
        async for tp, records in until_end(consumer, BATCH):
            run = readings[tp].take(records)
            await _must_agree(connection, [each for each in run if each.position <= head])
            for each in run:
                if each.position <= head:
                    known[each.position] = True
                else:
                    found[each.position] = each
    early = max(each.early_at for each in readings.values())
    # Of what it has not carried yet, a log lacks nothing; but what comes too early follows something.
    start, end = 1 if early else head + 1, max([early, *found])
    missing = [n for n in range(start, end) if n not in found and not (n <= head and known[n])]
    if missing:
        there = {position for each in readings.values() for position in each.unproven}
        first = next((n for n in missing if n not in there), missing[0])
        raise TopicHasGap(f"{topic} does not prove position {first}, and holds later ones")
    return sorted(found.items())


async def _must_agree(connection: Connection, run: Sequence[Proven]) -> None:
    rows = await connection.fetch(
        "select position, record from event where position = any($1)",
        [each.position for each in run],
    )
    kept = {row["position"]: row["record"] for row in rows}
    for each in run:
        if kept.get(each.position) != each.record:
            raise Contradicted(f"position {each.position} is another in the topic than in the log")


async def _append(connection: Connection, event: Recorded, chain: bytes) -> bytes:
    """As `append` writes it; the hash that it comes to. What the command said is not known any more."""
    command, _, ordinal = event.id.rpartition("/")
    hash_: bytes = await connection.fetchval(
        "insert into event select $1, $2, $3, $4, $5, $6, $7, $8, $9,"
        " sha256($10::bytea || int8send($1) || $9::bytea), '' returning hash",
        event.position,
        event.stream,
        event.version,
        event.type,
        event.subject,
        command,
        int(ordinal),
        event.recorded,
        event.record,
        chain,
    )
    await connection.execute(
        "update head set position = $1, recorded = greatest(recorded, $2), hash = $3",
        event.position,
        event.recorded,
        hash_,
    )
    return hash_
