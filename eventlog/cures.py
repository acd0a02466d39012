"""The cures of a partition that stands before a record that could not be applied.

It is tried again, or the record is passed over: then its subscription's place moves behind it, and its
replays leave it out (`eventlog.replay`). Both are done in the database; the process that has the
partition finds it there (`eventlog.watch`).
"""

import asyncio
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from aiokafka import TopicPartition

from contracts.event import MalformedRecord, Recorded
from eventlog.broker import reading
from eventlog.database import Connection, Pool
from eventlog.database import Record as Row
from eventlog.follow import Proven
from eventlog.places import Key, Place, lock_places, move_places, read_places
from eventlog.prover import Account, Prover
from eventlog.trust import Trust

PATIENCE = 10.0
"""Seconds that it may take to read a record from Kafka again."""

MOST_TOLD = 300
"""Characters of an attribute that are told: one that is longer is none of ours."""


class NotStopped(Exception):
    """Nothing of this name stands there."""


class MovedOn(Exception):
    """It no longer stands before that record."""


class NotProven(Exception):
    """The record that it stands before is not the next of the log, as far as its topic proves it."""


class Record(NamedTuple):
    """What a record is: never what its data say. What cannot be read of it is None."""

    position: int
    offset: int
    link: bytes
    size: int
    type: str | None
    stream: str | None
    version: int | None
    subject: str | None


class Stop(NamedTuple):
    """A partition that is stopped, the record that it stands before, and its place."""

    subscription: str
    tp: TopicPartition
    since: datetime
    reason: str
    record: Record
    behind: Place


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A record that a subscription was let go on behind: why it had stopped (`error`), who did it, and
    for what reason (`why`)."""

    subscription: str
    topic: str
    partition: int
    position: int
    offset: int
    type: str | None
    stream: str | None
    error: str
    by: str
    why: str
    at: datetime


def key_of(subscription: str, topic: str, partition: int) -> Key:
    return subscription, TopicPartition(topic, partition)


async def find(pool: Pool, kafka: Mapping[str, Any], trust: Trust, key: Key) -> Stop:
    """A partition that is stopped, and what it stands before, proven from its place on. Raises
    NotStopped, NotProven."""
    subscription, tp = key
    row = await pool.fetchrow(f"select * from stopped where {_KEY}", *_arguments(key))
    place = (await read_places(pool, subscription)).get(tp, Place(0, 0))
    if row is None or row["at_offset"] < place.next_offset:
        raise NotStopped(f"{_told(key)} is not stopped")
    async with asyncio.timeout(PATIENCE):
        next_one = await _next(kafka, trust, key, place)
    if next_one.offset != row["at_offset"]:
        raise NotProven(f"the next of the log is at offset {next_one.offset}")
    return Stop(subscription, tp, row["since"], row["reason"], _read(next_one), place)


async def retry(pool: Pool, key: Key) -> Row:
    """Have the partition tried again, by whichever process has it; its row of `stopped`. Raises
    NotStopped."""
    row = await pool.fetchrow(
        "update stopped s set again = true where (subscription, topic, partition) = ($1, $2, $3)"
        " and at_offset >= coalesce((select next_offset from place p where"
        " (p.subscription, p.topic, p.partition) = (s.subscription, s.topic, s.partition)), 0)"
        " returning *",
        *_arguments(key),
    )
    if row is None:
        raise NotStopped(f"{_told(key)} is not stopped")
    return row


async def pass_over(pool: Pool, stop: Stop, error: str, by: str, why: str) -> PassedOver:
    """Move the place behind the record. Again by the same and for the same reason: the first answer.
    Raises MovedOn."""
    key, record = (stop.subscription, stop.tp), stop.record
    async with pool.acquire() as connection, connection.transaction():
        place = (await lock_places(connection, [key]))[key]
        for done in await read_passed_over(connection, key):
            if (done.position, done.by, done.why) == (record.position, by, why):
                return done
        at = await connection.fetchval(
            f"select at_offset from stopped where {_KEY}", *_arguments(key)
        )
        if (at, place) != (record.offset, stop.behind):
            raise MovedOn(f"{_told(key)} no longer stands before offset {record.offset}")
        await move_places(
            connection,
            {key: Place(record.offset + 1, record.position, record.link)},
            [stop.subscription],
        )
        what = record.position, record.offset, record.type, record.stream
        await connection.execute(
            "insert into passed_over values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            *(*_arguments(key), *what, error, by, why),
        )
        (done,) = (
            each
            for each in await read_passed_over(connection, key)
            if each.position == record.position
        )
        return done


async def read_passed_over(database: Pool | Connection, key: Key | None = None) -> list[PassedOver]:
    """What has been passed over, by place and position: of one partition, or all."""
    rows = await database.fetch(
        "select subscription, topic, partition, position, at_offset as offset, type, stream, error,"
        f" by, why, at from passed_over where {_KEY if key else 'true'}"
        " order by subscription, topic, partition, position",
        *(_arguments(key) if key else ()),
    )
    return [PassedOver(**row) for row in rows]


async def left_out(
    database: Pool | Connection, subscription: str
) -> Mapping[TopicPartition, Set[int]]:
    """The positions that a subscription has passed over, by partition."""
    rows = await database.fetch(
        "select topic, partition, position from passed_over where subscription = $1", subscription
    )
    found: dict[TopicPartition, set[int]] = {}
    for row in rows:
        found.setdefault(TopicPartition(row["topic"], row["partition"]), set()).add(row["position"])
    return found


async def cured(pool: Pool, stopped: Mapping[Key, int]) -> dict[Key, Place]:
    """Those of the partitions that stand before these offsets that are to go on, and from where."""
    if not stopped:
        return {}
    rows = await pool.fetch(
        "select subscription, topic, partition, coalesce(next_offset, 0) as next_offset,"
        " coalesce(position, 0) as position, link"
        " from unnest($1::text[], $2::text[], $3::int[], $4::bigint[])"
        " as k (subscription, topic, partition, stands)"
        " left join place using (subscription, topic, partition)"
        " left join stopped using (subscription, topic, partition)"
        " where next_offset > stands or (at_offset = stands and again)",
        *map(list, zip(*((*_arguments(key), at) for key, at in stopped.items()), strict=True)),
    )
    return {
        (row["subscription"], TopicPartition(row["topic"], row["partition"])): Place(
            row["next_offset"], row["position"], row["link"]
        )
        for row in rows
    }


_KEY = "(subscription, topic, partition) = ($1, $2, $3)"


def _arguments(key: Key) -> tuple[str, str, int]:
    return key[0], key[1].topic, key[1].partition


def _told(key: Key) -> str:
    return f"{key[0]} in {key[1].topic}/{key[1].partition}"


async def _next(kafka: Mapping[str, Any], trust: Trust, key: Key, place: Place) -> Proven:
    """The record of the log that follows a place. Raises NotProven."""
    name, tp = key
    prover = Prover(trust, Account(name))
    prover.begin(tp, place)
    async with reading(kafka) as consumer:
        consumer.assign([tp])
        consumer.seek(tp, place.next_offset)
        end = (await consumer.end_offsets([tp]))[tp]
        while await consumer.position(tp) < end:
            polled = await consumer.getmany(timeout_ms=1000)
            for each in await prover.prove(tp, polled.get(tp, ())):
                if each.position > place.position:
                    return each
    raise NotProven(prover.why_not(tp))


def _read(proven: Proven) -> Record:
    try:
        told = Recorded(proven.record, proven.position, {}).document
    except MalformedRecord:
        told = {}
    version = told.get("version")
    return Record(
        proven.position,
        proven.offset,
        proven.link,
        size=len(proven.record),
        type=_text(told.get("type")),
        stream=_text(told.get("stream")),
        version=version if type(version) is int and 0 < version < 2**31 else None,
        subject=_text(told.get("subject")),
    )


def _text(value: object) -> str | None:
    return (
        value
        if isinstance(value, str) and value.isprintable() and len(value) <= MOST_TOLD
        else None
    )
