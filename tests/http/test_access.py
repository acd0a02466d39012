"""Who may do what, over every endpoint: role × relation, on what exists and what does not, whatever the
version that is given and whatever is to be waited for. The tests come from the routes' declarations,
which docs/access.md shows."""

import asyncio
from itertools import product
from typing import Any

import asyncpg
import pytest

from contracts.catalogue import SERVICES
from tests.http.api import Answer, Api
from tests.http.endpoints import ACTORS, ROWS, Row

pytestmark = pytest.mark.integration

FORBIDDEN = {"type": "urn:kinerja:problem:forbidden", "title": "Not allowed", "status": 403}
VERSIONS = (None, '"0"', '"1"', '"2"', '"3"', '"99"')
"""One of them is the thing's, or there is no thing."""
NEVER = "planning:0@999999999999"
ABREAST = 16


async def _written_by(api: Api, service: str, actors: list[str]) -> int:
    """How many events of a service these actors have caused."""
    connection = await asyncpg.connect(api.stack.databases[service])
    try:
        return int(
            await connection.fetchval(
                "select count(*) from event where split_part(command, ':', 2) = any($1)", actors
            )
        )
    finally:
        await connection.close()


@pytest.mark.parametrize("row", ROWS, ids=str)
async def test_only_these_may(api: Api, row: Row) -> None:
    """Whoever may not is told so in the same words, and leaves nothing behind: the answer does not
    tell whether the thing exists, how far it has come, or what has arrived."""
    may_not = [who for name, who in ACTORS.items() if name not in row.may]
    # Who is narrowed out by what the thing is may learn that it is.
    strangers = [who for name, who in ACTORS.items() if name not in (*row.may, *row.but_not)]
    actors = [who["actor"] for who in may_not]
    before = await _written_by(api, row.service, actors)
    asked = [(row, who, version) for who, version in product(may_not, VERSIONS)]
    asked += [(none, who, v) for none, who, v in product(row.of_nothing(), strangers, VERSIONS)]
    free = asyncio.Semaphore(ABREAST)

    async def ask(of: Row, who: dict[str, str], version: str | None) -> Answer:
        headers = {"If-Match": version} if version and of.method == "POST" else {}
        async with free:
            return await api.ask(
                of.service, of.method, of.target, json=of.body, headers=headers, **who
            )

    answers = await asyncio.gather(*(ask(*each) for each in asked))
    for (of, who, version), answer in zip(asked, answers, strict=True):
        if row.but_not and who["actor"] in {ACTORS[name]["actor"] for name in row.but_not}:
            # The version is compared before the thing itself is looked at.
            assert answer.status in (403, 409), (of.target, who, version)
        else:
            assert (answer.status, answer.problem) == (403, FORBIDDEN), (of.target, who, version)
    assert before == await _written_by(api, row.service, actors)


@pytest.mark.parametrize("row", ROWS, ids=str)
async def test_nobody_may_without_a_token(api: Api, row: Row) -> None:
    for of in (row, *row.of_nothing()):
        answer = await api.ask(of.service, of.method, of.target, json=of.body)
        assert (answer.status, answer.code) == (401, "unauthenticated")


async def test_a_wait_tells_nothing_to_who_may_not(api: Api) -> None:
    """All endpoints side by side, since each waits to its end."""
    places = {service: asyncio.Semaphore(ABREAST) for service in SERVICES}

    async def ask(of: Row, who: dict[str, Any]) -> tuple[Row, Answer]:
        async with places[of.service]:
            waiting = {"At-Least": NEVER}
            answer = await api.ask(
                of.service, of.method, of.target, json=of.body, headers=waiting, **who
            )
            return of, answer

    asked = []
    for row in (row for row in ROWS if row.ids):
        strangers = [who for name, who in ACTORS.items() if name not in (*row.may, *row.but_not)]
        asked += [ask(of, who) for who in strangers[:1] for of in (row, *row.of_nothing())]
    assert len(asked) > len(ROWS)
    for of, answer in await asyncio.gather(*asked):
        assert (answer.status, answer.problem) == (403, FORBIDDEN), of


@pytest.mark.parametrize("row", ROWS, ids=str)
async def test_these_may(api: Api, row: Row) -> None:
    """The first gives the command; of the others none is told that they may not."""
    for n, name in enumerate(row.may):
        answer = await api.ask(row.service, row.method, row.target, json=row.body, **ACTORS[name])
        if not row.is_there:
            assert answer.status == 404, (name, answer)
        elif n == 0 or row.method == "GET":
            assert answer.status == 200, (name, answer)
        else:
            assert answer.status in (200, 422), (name, answer)
