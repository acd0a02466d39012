"""The places of subscriptions, each kept in the subscription's database beside its effect."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import asyncpg
from aiokafka import TopicPartition

from eventlog.database import Connection, Pool


@dataclass(frozen=True, slots=True)
class Place:
    """The end of what is applied of a partition: Kafka's next offset, the log's last position."""

    next_offset: int
    position: int


async def read_places(
    database: Pool | Connection, subscription: str
) -> dict[TopicPartition, Place]:
    """A subscription's places, of the partitions of which it has applied anything."""
    rows = await database.fetch(
        "select topic, partition, next_offset, position from place where subscription = $1",
        subscription,
    )
    return _places(rows)


async def lock_places(
    connection: Connection, subscription: str, partitions: Iterable[TopicPartition]
) -> dict[TopicPartition, Place]:
    """The places of these partitions, made where there are none yet: nobody else moves them until
    the transaction ends. Everybody locks them here, in one order."""
    tps = sorted(partitions)
    rows = await connection.fetch(
        "insert into place select $1, *, 0, 0 from unnest($2::text[], $3::int[])"
        " on conflict (subscription, topic, partition) do update set position = place.position"
        " returning topic, partition, next_offset, position",
        subscription,
        [tp.topic for tp in tps],
        [tp.partition for tp in tps],
    )
    return _places(rows)


class Before(NamedTuple):
    """The state in front of a move of places.

    versions  of the streams, as far as the subscription had applied them
    kept      the version of the view's tables, if the subscription is one that keeps any
    """

    versions: dict[str, int]
    kept: int | None


_MOVE = """
with moved as (
    select * from unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[])
        as m (topic, partition, next_offset, position)
), placed as (
    update place p set next_offset = m.next_offset, position = m.position from moved m
    where p.subscription = $1 and p.topic = m.topic and p.partition = m.partition
), freed as (
    delete from stopped s using moved m
    where s.subscription = $1 and s.topic = m.topic and s.partition = m.partition
), counted as (
    insert into seen select $1, * from unnest($6::text[], $7::int[])
    on conflict (subscription, stream) do update set version = excluded.version
)
select coalesce(array_agg(stream), '{}'), coalesce(array_agg(version), '{}'),
    (select version from view_version where view = $1)
from seen where subscription = $1 and stream = any($6)
"""


async def move_places(
    connection: Connection,
    subscription: str,
    places: Mapping[TopicPartition, Place],
    versions: Mapping[str, int],
) -> Before:
    """Move the places, which are locked, and the versions of the streams; what stood before.

    All in one round trip: most batches are small, and what each of them costs adds up.
    """
    ((streams, stood, kept),) = await connection.fetch(
        _MOVE,
        subscription,
        [tp.topic for tp in places],
        [tp.partition for tp in places],
        [place.next_offset for place in places.values()],
        [place.position for place in places.values()],
        list(versions),
        list(versions.values()),
    )
    return Before(dict(zip(streams, stood, strict=True)), kept)


async def note_stopped(
    pool: Pool, subscription: str, tp: TopicPartition, offset: int, reason: str
) -> None:
    """Keep why a partition is stopped, and before which offset."""
    await pool.execute(
        "insert into stopped values ($1, $2, $3, $4, $5)"
        " on conflict (subscription, topic, partition) do update"
        " set at_offset = excluded.at_offset, reason = excluded.reason, since = now()",
        subscription,
        tp.topic,
        tp.partition,
        offset,
        reason[:2000],
    )


async def read_stopped(database: Pool | Connection) -> list[asyncpg.Record]:
    """The stopped partitions of a database's subscriptions. A row that a place has passed is left
    out: a member wrote it late, when it had lost the partition."""
    rows: list[asyncpg.Record] = await database.fetch(
        "select s.* from stopped s left join place p using (subscription, topic, partition)"
        " where coalesce(p.next_offset, 0) <= s.at_offset"
    )
    return rows


def _places(rows: Sequence[asyncpg.Record]) -> dict[TopicPartition, Place]:
    return {
        TopicPartition(row["topic"], row["partition"]): Place(row["next_offset"], row["position"])
        for row in rows
    }
