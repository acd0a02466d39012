"""Recompute a log and say the first position that is wrong, and why; hold its topic against it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from contracts.event import Event, Recorded
from contracts.topics import PARTITIONS
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


async def verify_topic(pool: Pool, kafka: Mapping[str, Any], topic: str) -> str | None:
    """Check that a topic carries the log's records, byte for byte, all that the relay has noted as
    sent, and nothing else; None, or what is wrong first. A record may be there more than once."""
    sent = int(
        await pool.fetchval(
            "select coalesce((select position from relay where topic = $1), 0)", topic
        )
    )
    found = bytearray(sent + 1)
    consumer = AIOKafkaConsumer(**kafka, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, number) for number in range(PARTITIONS)])
        await consumer.seek_to_beginning()
        left = {
            tp: end
            for tp, end in (await consumer.end_offsets(consumer.assignment())).items()
            if end > await consumer.position(tp)
        }
        while left:
            for tp, records in (await consumer.getmany(timeout_ms=1000, max_records=BATCH)).items():
                if wrong := await _foreign(pool, records, found):
                    return wrong
                if records[-1].offset + 1 >= left.get(tp, 0):
                    left.pop(tp, None)
    finally:
        await consumer.stop()
    missing = found.find(0, 1)
    return None if missing < 0 else f"{topic} lacks position {missing}"


async def _foreign(pool: Pool, records: Sequence[ConsumerRecord], found: bytearray) -> str | None:
    """The first of the records that is not the log's; the positions of the others are noted."""
    given = [dict(record.headers).get("position", b"") for record in records]
    # As the relay writes them; anything else is no position, as 0 is none.
    positions = [int(each) if re.fullmatch(rb"[0-9]{1,18}", each) else 0 for each in given]
    kept = {
        row["position"]: row["record"]
        for row in await pool.fetch(
            "select position, record from event where position = any($1)", positions
        )
    }
    for record, position in zip(records, positions, strict=True):
        if kept.get(position) != record.value:
            return (
                f"{record.topic}/{record.partition} offset {record.offset} is not"
                f" the log's position {position}"
            )
        if position < len(found):
            found[position] = 1
    return None
