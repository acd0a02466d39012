"""What the tests of an installation do inside its cluster (tests/kubernetes/inside), on servers of this machine."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from deploy.local.stack import Stack
from ministry.bookmark import Bookmark
from ministry.client import Client
from tests.kubernetes.inside.client import SEED, Inside, agency, everybody, last_year
from tests.kubernetes.inside.load import Load
from tests.kubernetes.inside.year import LastYear

pytestmark = [pytest.mark.rehearsal, pytest.mark.local, pytest.mark.timeout(600)]
PEOPLE = 40
COMMANDS = 60


class Here(Inside):
    """The local issuer gives the tokens."""

    token = Client.token


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    running = Stack(tmp_path / "stack", cycle=str(last_year()))
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture
async def client(stack: Stack) -> AsyncIterator[Here]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as http:
        yield Here(stack.addresses, http)


async def test_last_year_is_lived_now_and_then_there_is_load(client: Here, tmp_path: Path) -> None:
    bookmark = Bookmark(tmp_path / "year.json")
    year = LastYear(client, agency(), PEOPLE, SEED, last_year(), bookmark)
    await year.live(lambda stage, done, of: None)
    auditor = {"actor": "demonstration-auditor", "roles": "auditor"}
    reports = await client.query("evaluation", f"/cycles/{last_year()}/reports", **auditor)
    assert sum(sum(each["predicates"].values()) for each in reports) == PEOPLE - 1
    load = Load(client, everybody(agency(), PEOPLE))
    for n in range(COMMANDS):
        await (load.comment if n % 2 else load.hire)(n)
    assert (load.account.again, load.account.failed, load.account.unread) == ({}, [], {})
    assert len(load.account.given) == COMMANDS
    assert await load.settle() == []
    assert await load.lost() == []
    assert await load.doubled() == []
