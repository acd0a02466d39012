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


async def fetch_within(
    pool: Pool, where: str, *arguments: object, order: str, limit: int, most: int
) -> Sequence[asyncpg.Record]:
    """The first `limit` events `where` ($3, $4 …: the arguments), in `order`. A row comes without
    its record if the records up to its own have more than `most` bytes; but the first has it.

    PostgreSQL knows a record's length without reading it.
    """
    return await pool.fetch(
        "select position, stream, version, subject, command,"
        " case when bytes <= $1 or number = 1 then record end as record from ("
        "select position, stream, version, subject, command, record, row_number() over w as number,"
        f" sum(octet_length(record)) over w as bytes from event where {where}"
        f" window w as (order by {order} rows unbounded preceding)"
        f" order by {order} limit $2) e order by {order}",
        most,
        limit,
        *arguments,
    )


async def read_page(
    pool: Pool, models: dict[str, type[Event]], where: str, *arguments: object, limit: int
) -> Page:
    """The first events `where`, by position: `limit` of them, or fewer if they are large."""
    rows = await fetch_within(
        pool, where, *arguments, order="position", limit=limit + 1, most=MAX_PAGE_BYTES
    )
    events = [
        Recorded(row["record"], row["position"], models)
        for row in takewhile(lambda row: row["record"] is not None, rows[:limit])
    ]
    return Page(events, events[-1].position if len(events) < len(rows) else None)
