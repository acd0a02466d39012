"""Recompute a log and say what is wrong, and where; hold its topic against it. In flat memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import asyncpg
from aiokafka import ConsumerRecord, TopicPartition

from contracts.event import Event, MalformedRecord, Recorded
from contracts.topics import PARTITIONS, partition
from eventlog.broker import reading, until_end
from eventlog.chain import position_of
from eventlog.database import Connection, Pool
from eventlog.monitor import BEYOND, Fault, Monitor

BATCH = 1000
"""Events or records that are looked at together."""

MOST = 100
"""Faults that are told of one log or topic."""

_ROWS = """
select event.position, stream, version, type, subject, recorded, command, ordinal, record, hash, note
from event left join checkpoint using (position) order by event.position"""

_SAID = "stream", "version", "type", "subject"

# Not kept while the log is read: a log has as many streams as it likes.
_VERSIONS = """
select position, stream, version, before, behind from (
    select position, stream, version, lag(version, 1, 0) over w as before,
        lag(position, 1, 0::bigint) over w as behind
    from event window w as (partition by stream order by version)
) e where version <> before + 1 or position < behind order by position limit $1"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """events  how many the log holds
    faults  what is wrong, by position; MOST of them at most
    """

    events: int
    faults: tuple[Fault, ...] = ()


async def verify(
    pool: Pool, models: dict[str, type[Event]], monitor: Monitor | None = None
) -> Verdict:
    """Check density, chain, versions, recorded time, and that each column tells what its record tells;
    that the head row is where the log ends; and each checkpoint. In one snapshot, holding nothing up.

    Behind a fault the log is taken as it stands, so that each is told by itself.

    monitor  has the keys, and the published notes that the log does not keep
    """
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        if monitor:
            async for row in connection.cursor(BEYOND):
                monitor.expect(row["note"], kept=True)
        checked = _Checked(models)
        faults: list[Fault] = []
        cursor = await connection.cursor(_ROWS)
        while rows := await cursor.fetch(BATCH):
            for row in rows:
                faults += checked.look_at(row)
                if monitor:
                    monitor.take(*row[-3:])
            if len(faults) >= MOST:
                break
        else:
            faults += await checked.end(connection)
            faults += monitor.end() if monitor else ()
    return Verdict(checked.events, tuple(sorted(faults, key=lambda fault: fault.position)[:MOST]))


class _Checked:
    """The log as far as it has been looked at."""

    def __init__(self, models: dict[str, type[Event]]) -> None:
        self.models = models
        self.events = 0
        self._position = 0
        self._chain: bytes | None = bytes(32)
        """None behind a gap: there is nothing to compare with."""
        self._recorded: datetime | None = None

    def look_at(self, row: asyncpg.Record) -> list[Fault]:
        at, expected, record, faults = row["position"], self._position + 1, row["record"], []
        if at != expected:
            faults.append(Fault(expected, f"missing: the next event is at {at}"))
            self._chain = None
        if self._chain is not None:
            chain = sha256(self._chain + at.to_bytes(8, "big") + record).digest()
            if chain != row["hash"]:
                faults.append(Fault(at, "the hash does not cover this record at this position"))
        self._chain = row["hash"]
        self._position, self.events = at, self.events + 1
        try:
            event = Recorded(record, at, self.models)
            recorded, said = event.recorded, event.document
            told = *map(said.__getitem__, _SAID), recorded, said["id"]
            event.event  # noqa: B018  the data must validate
        except (KeyError, ValueError) as error:
            told_why = str(error) if isinstance(error, MalformedRecord) else repr(error)
            return [*faults, Fault(at, told_why)]
        kept = *row[1:6], f"{row['command']}/{row['ordinal']}"
        if told != kept:
            faults.append(Fault(at, f"the columns say {kept}, the record {told}"))
        if self._recorded and recorded < self._recorded:
            faults.append(Fault(at, "recorded before the event in front of it"))
        self._recorded = recorded
        return faults

    async def end(self, connection: Connection) -> list[Fault]:
        faults = [
            Fault(
                row["position"],
                f"{row['stream']}: version {row['version']} after {row['before']}"
                if row["version"] != row["before"] + 1
                else f"{row['stream']}: version {row['version']} stands before {row['before']}",
            )
            for row in await connection.fetch(_VERSIONS, MOST)
        ]
        head = await connection.fetchrow("select position, hash from head")
        if head is None:
            faults.append(Fault(self._position + 1, "the log has no head"))
        elif (head["position"], head["hash"]) != (self._position, self._chain):
            missing = f"missing: the head is at {head['position']}"
            faults.append(Fault(self._position + 1, missing))
        return faults


async def verify_topic(pool: Pool, kafka: Mapping[str, Any], topic: str) -> list[str]:
    """Check that a topic carries the log's records, byte for byte, each in its partition under its key,
    all that the relay has noted as sent, and nothing else: what is wrong, MOST at most. A record may be
    there more than once."""
    sent = int(
        await pool.fetchval(
            "select coalesce((select position from relay where topic = $1), 0)", topic
        )
    )
    found, wrong = bytearray(sent // 8 + 1), list[str]()
    async with reading(kafka) as consumer:
        consumer.assign([TopicPartition(topic, number) for number in range(PARTITIONS)])
        await consumer.seek_to_beginning()
        async for _, records in until_end(consumer, BATCH):
            wrong += await _foreign(pool, records, found)
            if len(wrong) >= MOST:
                return wrong[:MOST]
    lacking = (n for n in range(1, sent + 1) if not found[n >> 3] & 1 << (n & 7))
    wrong += [f"{topic} lacks position {n}" for n, _ in zip(lacking, range(MOST), strict=False)]
    return wrong[:MOST]


async def _foreign(pool: Pool, records: Sequence[ConsumerRecord], found: bytearray) -> list[str]:
    """Those of the records that are not the log's; the positions of the others are noted."""
    # No position counts as 0, which no record has.
    positions = [position_of(dict(record.headers)) or 0 for record in records]
    rows = await pool.fetch(
        "select position, subject, record from event where position = any($1)", positions
    )
    kept = {row["position"]: row for row in rows}
    wrong = []
    for record, position in zip(records, positions, strict=True):
        row = kept.get(position)
        here = record.partition, record.key, record.value
        if row is None or here != (
            partition(row["subject"]),
            row["subject"].encode(),
            row["record"],
        ):
            where = f"{record.topic}/{record.partition} offset {record.offset}"
            wrong.append(f"{where} is not the log's position {position}")
        elif position >> 3 < len(found):
            found[position >> 3] |= 1 << (position & 7)
    return wrong
