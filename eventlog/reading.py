"""Readings of the event table whose size is known before they are fetched."""

from collections.abc import Sequence
from itertools import takewhile
from typing import NamedTuple

import asyncpg

from contracts.event import Event, Recorded
from eventlog.database import Pool

MAX_PAGE_BYTES = 4 * 1024**2
"""Bytes of the records of one page: several of the largest, and little beside what a process needs
anyway, also when ten read at once."""


class Page(NamedTuple):
    """Some events, oldest first, and the position after which the next page begins; None at the
    end."""

    events: list[Recorded]
    next: int | None


def _within(where: str, order: str) -> str:
    """The query of the first $2 events `where`, in `order`. A row comes without its record if the records
    up to its own have more than $1 bytes; but the first has it.

    PostgreSQL knows a record's length without reading it.
    """
    return (
        "select position, stream, version, subject, command, fingerprint,"
        " case when bytes <= $1 or number = 1 then record end as record from ("
        "select position, stream, version, subject, command, fingerprint, record, row_number() over w as number,"
        f" sum(octet_length(record)) over w as bytes from event where {where}"
        f" window w as (order by {order} rows unbounded preceding)"
        f" order by {order} limit $2) e order by {order}"
    )


_STREAMS = (
    "select key, e.* from unnest($3::text[], $4::text[]) with ordinality as k (its, given, key)"
    f" cross join lateral ({_within('stream = its or command = given', 'version')}) e order by key, version"
)


async def fetch_streams(
    pool: Pool, keys: Sequence[tuple[str, str | None]], *, limit: int, most: int
) -> list[list[asyncpg.Record]]:
    """For each stream and command, the first `limit` events of the one or the other, by version, with
    records of at most `most` bytes: all in one round trip, for it takes longer than the reading."""
    found: list[list[asyncpg.Record]] = [[] for _ in keys]
    for row in await pool.fetch(_STREAMS, most, limit, *map(list, zip(*keys, strict=True))):
        found[row["key"] - 1].append(row)
    return found


_NAMES = (
    "select subject, beginning, stream from unnest($1::text[], $2::text[]) as k (subject, beginning)"
    " cross join lateral (select distinct stream from event e"
    " where e.subject = k.subject and e.stream ^@ k.beginning) e order by stream"
)


async def fetch_names(
    pool: Pool, keys: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], list[str]]:
    """For each employee or unit and beginning of a name, the streams about the one that begin with the
    other, in order."""
    found: dict[tuple[str, str], list[str]] = {}
    for subject, beginning, stream in await pool.fetch(_NAMES, *map(list, zip(*keys, strict=True))):
        found.setdefault((subject, beginning), []).append(stream)
    return found


async def read_page(
    pool: Pool, models: dict[str, type[Event]], where: str, *arguments: object, limit: int
) -> Page:
    """The first events `where`, by position: `limit` of them, or fewer if they are large."""
    query = _within(where, order="position")
    rows = await pool.fetch(query, MAX_PAGE_BYTES, limit + 1, *arguments)
    events = [
        Recorded(row["record"], row["position"], models)
        for row in takewhile(lambda row: row["record"] is not None, rows[:limit])
    ]
    return Page(events, events[-1].position if len(events) < len(rows) else None)
