"""Lists: filtered, in an order, and a page at a time by the key of the last row, or all of it in a stream.

    GET /skps?status=submitted&sort=-start&limit=50&after=KEY
    Accept: application/x-ndjson    all rows, one JSON object a line

A page is found by where it begins, so that rows that come or go meanwhile shift no other.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from eventlog.database import Pool, Record
from eventlog.views import LIVE, Table

T = TypeVar("T", bound=BaseModel)
MOST = 200
CHUNK = 2000
"""Rows that a stream reads at once: between two, it holds neither a connection nor a snapshot."""
NDJSON = "application/x-ndjson"
Limit = Annotated[int, Query(ge=1, le=MOST)]
After = Annotated[str, Query(max_length=300, description="`next` of the page before")]
Dress = Callable[[Sequence[Record]], Awaitable[Sequence[T]]]
"""Makes of a page's rows what is told."""


class Page(BaseModel, Generic[T]):
    """`next` is the `after` of the page that follows, if one does; `total` counts the rows of all pages."""

    items: list[T]
    next: str | None
    total: int


@dataclass(frozen=True, slots=True)
class Listing:
    """table       its rows have a key of one column
    where        conditions on its row `t`, with parameters from $1 on
    arguments    their values
    sort         a column of it, which is never null; before it `-` for the last first
    columns      those that are read, all if none is named: a stream of large rows reads what it tells
    source       where its rows stand, in SQL; the view's table, if it is not said
    """

    table: Table[Any]
    where: Sequence[str]
    arguments: Sequence[object]
    sort: str
    columns: Sequence[str] = ()
    source: str = ""

    async def page(self, pool: Pool, after: str, limit: int) -> tuple[list[Record], str | None]:
        """A page's rows, and the key of the last one if more follow."""
        (key,) = self.table.key_columns
        column = self.sort.removeprefix("-")
        down = self.sort.startswith("-")
        conditions, arguments = [*self.where], [*self.arguments]
        if after:
            arguments.append(after)
            conditions.append(
                f'(t."{column}", t."{key}") {"<" if down else ">"} (select "{column}", "{key}"'
                f' from {self._rows} a where "{key}" = ${len(arguments)})'
            )
        order = " desc" if down else ""
        told = ", ".join(f't."{name}"' for name in self.columns or self.table.columns)
        arguments.append(limit + 1)
        rows = await pool.fetch(
            f"select {told} {self._from(conditions)}"
            f' order by t."{column}"{order}, t."{key}"{order} limit ${len(arguments)}',
            *arguments,
        )
        return rows[:limit], str(rows[limit - 1][key]) if len(rows) > limit else None

    async def total(self, pool: Pool) -> int:
        return int(
            await pool.fetchval(f"select count(*) {self._from(self.where)}", *self.arguments)
        )

    def _from(self, conditions: Sequence[str]) -> str:
        return f"from {self._rows} t where {' and '.join(conditions) or 'true'}"

    @property
    def _rows(self) -> str:
        return self.source or f"{LIVE}.{self.table.name}"


async def answer(
    request: Request, pool: Pool, listing: Listing, dress: Dress[T], after: str, limit: int
) -> Page[T] | StreamingResponse:
    """A page, or all rows as lines of JSON if the request accepts these."""
    if NDJSON in request.headers.get("Accept", ""):
        return StreamingResponse(_lines(pool, listing, dress), media_type=NDJSON)
    rows, following = await listing.page(pool, after, limit)
    items, total = await dress(rows), await listing.total(pool)
    return Page(items=[*items], next=following, total=total)


async def _lines(pool: Pool, listing: Listing, dress: Dress[T]) -> AsyncIterator[bytes]:
    following: str | None = ""
    while following is not None:
        rows, following = await listing.page(pool, following, CHUNK)
        for item in await dress(rows):
            yield item.model_dump_json().encode() + b"\n"
