"""Lists on a real database: by pages or in a stream, all rows once and in order."""

import json
from collections.abc import AsyncIterator, Sequence
from random import Random

import pytest
from starlette.requests import Request
from starlette.responses import StreamingResponse

from chassis import lists
from chassis.lists import CHUNK, NDJSON, Listing, answer
from deploy.local.postgres import Postgres
from eventlog.database import Pool, Record, create_pool
from eventlog.views import Row, Table
from tests.eventlog.harness import make_database, prepared

pytestmark = pytest.mark.integration


class ThingRow(Row):
    thing: str
    group: str
    large: str


THING = Table("thing", ThingRow)
COUNT = 2 * CHUNK + 7


@pytest.fixture(scope="module")
async def pool(postgres: Postgres) -> AsyncIterator[Pool]:
    """Rows that many share a group with, in no order."""
    made = await make_database(postgres)
    dsn = await prepared(made)
    async with create_pool(made.owner, size=2) as owner:
        await owner.execute("create schema if not exists view")
        await owner.execute(THING.ddl("view"))
        await owner.execute("grant usage on schema view to public")
        await owner.execute("grant select on view.thing to public")
        rows = [(f"t{n:05}", f"g{n % 3}", "x" * 50) for n in range(COUNT)]
        Random(7).shuffle(rows)
        await owner.executemany("insert into view.thing values ($1, $2, $3)", rows)
    async with create_pool(dsn, size=2) as reader:
        yield reader


async def dress(rows: Sequence[Record]) -> list[ThingRow]:
    return [ThingRow(large="", **{name: row[name] for name in ("thing", "group")}) for row in rows]


def asked(accept: str) -> Request:
    return Request({"type": "http", "headers": [(b"accept", accept.encode())]})


def listing(sort: str) -> Listing:
    return Listing(THING, ['t."group" <> $1'], ["g1"], sort, ("thing", "group"))


async def streamed(pool: Pool, sort: str) -> list[str]:
    told = await answer(asked(NDJSON), pool, listing(sort), dress, "", 50)
    assert isinstance(told, StreamingResponse)
    whole = b"".join([bytes(piece) async for piece in told.body_iterator])  # type: ignore[arg-type]
    return [json.loads(line)["thing"] for line in whole.splitlines()]


@pytest.mark.parametrize("sort", ["thing", "-thing", "group", "-group"])
async def test_a_stream_has_every_row_once_and_in_order(pool: Pool, sort: str) -> None:
    wanted = [(f"g{n % 3}", f"t{n:05}") for n in range(COUNT) if n % 3 != 1]
    if "thing" in sort:
        wanted.sort(key=lambda each: each[1])
    else:
        wanted.sort()
    if sort.startswith("-"):
        wanted.reverse()
    assert await streamed(pool, sort) == [thing for _, thing in wanted]


async def test_pages_have_the_same_rows_and_tell_how_many(pool: Pool) -> None:
    found: list[str] = []
    after: str | None = ""
    while after is not None:
        page = await answer(asked("*/*"), pool, listing("-group"), dress, after, lists.MOST)
        assert isinstance(page, lists.Page)
        found += [row.thing for row in page.items]
        after = page.next
        assert page.total == len(range(COUNT)) - len(range(1, COUNT, 3))
    assert found == await streamed(pool, "-group")
