"""docs/runbooks/restore.md, word for word, on servers at work."""

import asyncio
import json
from collections.abc import Iterator

import asyncpg
import pytest

from contracts.catalogue import SERVICES
from tests.pages import Page, page
from tests.runbooks.conftest import Installation

pytestmark = [pytest.mark.rehearsal, pytest.mark.whole, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def book(installation: Installation) -> Iterator[Page]:
    archive, data = installation.folder / "archive", installation.postgres._data
    settings = installation.environment(ARCHIVE=str(archive), PGDATA=str(data))
    with page("docs/runbooks/restore.md", settings) as opened:
        yield opened


async def test_one_service_is_restored_from_a_dump(installation: Installation, book: Page) -> None:
    it = installation
    await it.known_everywhere("before-the-dump")
    await asyncio.to_thread(book.run)
    await it.known_everywhere("after-the-dump")
    await it.stop("planning")
    await asyncio.to_thread(book.run)
    # Who forgets to take back is told so, and nothing is sent.
    it.start("planning")
    answer = await it.api.until_not_ready("planning")
    assert "the log does not" in answer.body["trouble"]["log"][0]
    await it.stop("planning")
    taken = json.loads(await asyncio.to_thread(book.run))
    assert taken["events"] > 0
    it.start("planning")
    await it.well()
    verified = json.loads(await asyncio.to_thread(book.run))
    assert verified["faults"] == []
    assert [each["events"] for each in verified["taken_back"]] == [taken["events"]]
    await it.known_everywhere("after-the-restore", "before-the-dump", "after-the-dump")


async def test_a_server_is_restored_to_a_moment(installation: Installation, book: Page) -> None:
    it = installation
    await asyncio.to_thread(book.run)
    it.postgres.stop()
    it.postgres.start()
    await it.well()
    await asyncio.to_thread(book.run)
    await it.known_everywhere("before-the-moment")
    connection = await asyncpg.connect(it.stack.dsn)
    moment = str(await connection.fetchval("select now()::text"))
    await connection.close()
    await it.known_everywhere("after-the-moment")
    database = it.stack.dsn.replace("/postgres", "/kinerja_planning")
    connection = await asyncpg.connect(database)
    await connection.execute("drop schema view cascade")
    await connection.close()

    await it.stop(*SERVICES)
    it.postgres.stop()
    book.environment = {**book.environment, "MOMENT": moment}
    await asyncio.to_thread(book.run)
    it.postgres.start()
    taken = [json.loads(line) for line in (await asyncio.to_thread(book.run)).splitlines()]
    assert [each["service"] for each in taken] == list(SERVICES)
    assert taken[0]["events"] > 0
    it.start(*SERVICES)
    await it.well()
    await asyncio.to_thread(book.run)
    lines = (await asyncio.to_thread(book.run)).splitlines()
    assert [json.loads(line)["faults"] for line in lines] == [[]] * len(SERVICES)
    await it.known_everywhere("behind-the-moment", "before-the-moment", "after-the-moment")
