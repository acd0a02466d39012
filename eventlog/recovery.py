"""Takes back into a log from its topic what an older backup lacks: the log's own signatures prove it.

Done by the owner of the database, for an operator who says why, while no process of the service runs on it;
and recorded beside the log.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
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


class TakenBack(NamedTuple):
    """after   the position behind which events were taken back
    events  how many
    beyond  positions that the topic holds behind a gap: they were never whole, and are left
    """

    after: int
    events: int
    beyond: tuple[int, ...]


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
    Raises Contradicted, MalformedRecord."""
    async with owner.acquire() as connection, connection.transaction():
        head = await connection.fetchrow("select * from head for update")
        assert head
        found: dict[int, Proven] = {}
        async for run in _proven(kafka, topic, keys):
            await _must_agree(
                connection, [each for each in run if each.position <= head["position"]]
            )
            found |= {each.position: each for each in run if each.position > head["position"]}
        position, chain = head["position"], head["hash"]
        while (each := found.pop(position + 1, None)) is not None:
            position += 1
            chain = await _append(connection, Recorded(each.record, position, models), chain)
        taken = TakenBack(head["position"], position - head["position"], tuple(sorted(found)))
        if taken.events:
            await connection.execute(
                "insert into taken_back (after, events, by, why) values ($1, $2, $3, $4)",
                taken.after,
                taken.events,
                by,
                why,
            )
        return taken


async def _proven(
    kafka: Mapping[str, Any], topic: str, keys: Keys
) -> AsyncIterator[Sequence[Proven]]:
    partitions = [TopicPartition(topic, number) for number in range(PARTITIONS)]
    readings = {tp: Following(topic, tp.partition, keys) for tp in partitions}
    async with reading(kafka) as consumer:
        consumer.assign(partitions)
        await consumer.seek_to_beginning()
        async for tp, records in until_end(consumer, BATCH):
            yield readings[tp].take(records)


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
