"""The places of subscriptions, each kept in the subscription's database beside its effect."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import asyncpg
from aiokafka import TopicPartition

from eventlog.database import Connection, Pool


@dataclass(frozen=True, slots=True)
class Place:
    """The end of what is applied of a partition: Kafka's next offset, the log's last position and its
    link. A link is unknown where a program that knew none has applied it."""

    next_offset: int
    position: int
    link: bytes | None = None


Key = tuple[str, TopicPartition]
"""A subscription's name, and one of its partitions."""


async def read_places(
    database: Pool | Connection, subscription: str
) -> dict[TopicPartition, Place]:
    """A subscription's places, of the partitions of which it has applied anything."""
    return (await places_of(database, [subscription]))[subscription]


async def places_of(
    database: Pool | Connection, subscriptions: Sequence[str]
) -> dict[str, dict[TopicPartition, Place]]:
    """The places of several subscriptions."""
    rows = await database.fetch(
        "select * from place where subscription = any($1)",
        list(subscriptions),
    )
    found: dict[str, dict[TopicPartition, Place]] = {name: {} for name in subscriptions}
    for (name, tp), place in _places(rows).items():
        found[name][tp] = place
    return found


_GIVEN = "unnest($1::text[], $2::text[], $3::int[])"


async def make_places(database: Pool | Connection, keys: Iterable[Key]) -> None:
    """Make these places where there are none yet."""
    await database.execute(
        f"insert into place select *, 0, 0, null from {_GIVEN} on conflict do nothing",
        *_columns(sorted(keys)),
    )


async def lock_places(
    connection: Connection, keys: Iterable[Key], *, waiting: bool = True
) -> dict[Key, Place]:
    """These places: nobody else moves them until the transaction ends.

    Those that others hold are waited for, and made where there are none yet; or, if not `waiting`,
    left out. Everybody who waits locks them here, in one order.
    """
    query = _WAIT if waiting else _SKIP
    return _places(await connection.fetch(query, *_columns(sorted(keys))))


_WAIT = (
    f"insert into place select *, 0, 0, null from {_GIVEN}"
    " on conflict (subscription, topic, partition) do update set position = place.position"
    " returning *"
)
_SKIP = (
    f"select p.* from {_GIVEN} as k (subscription, topic, partition)"
    " join place p using (subscription, topic, partition) for update of p skip locked"
)


_MOVE = """
with moved as (
    select * from unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::bytea[])
        as m (subscription, topic, partition, next_offset, position, link)
), placed as (
    update place p set next_offset = m.next_offset, position = m.position, link = m.link from moved m
    where (p.subscription, p.topic, p.partition) = (m.subscription, m.topic, m.partition)
), freed as (
    delete from stopped s using moved m
    where (s.subscription, s.topic, s.partition) = (m.subscription, m.topic, m.partition)
      and m.next_offset > s.at_offset
)
select view, version from view_version where view = any($7)
"""


async def move_places(
    connection: Connection,
    places: Mapping[Key, Place],
    subscriptions: Sequence[str],
) -> dict[str, int]:
    """Move the places, which are locked; the versions of the views' tables, of those that are views.

    All in one round trip: most batches are small, and what each of them costs adds up.
    """
    rows = await connection.fetch(
        _MOVE,
        *_columns(places),
        [place.next_offset for place in places.values()],
        [place.position for place in places.values()],
        [place.link for place in places.values()],
        list(subscriptions),
    )
    return {row["view"]: row["version"] for row in rows}


async def note_stopped(
    pool: Pool, subscription: str, tp: TopicPartition, offset: int, reason: str
) -> None:
    """Keep why a partition is stopped, and before which offset."""
    await pool.execute(
        "insert into stopped values ($1, $2, $3, $4, $5)"
        " on conflict (subscription, topic, partition) do update"
        " set at_offset = excluded.at_offset, reason = excluded.reason, since = now(), again = false",
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


def _columns(keys: Iterable[Key]) -> tuple[list[str], list[str], list[int]]:
    listed = list(keys)
    return (
        [name for name, _ in listed],
        [tp.topic for _, tp in listed],
        [tp.partition for _, tp in listed],
    )


def _places(rows: Sequence[asyncpg.Record]) -> dict[Key, Place]:
    return {
        (row["subscription"], TopicPartition(row["topic"], row["partition"])): Place(
            row["next_offset"], row["position"], row["link"]
        )
        for row in rows
    }
