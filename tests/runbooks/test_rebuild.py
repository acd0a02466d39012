"""docs/runbooks/rebuild.md, word for word, while commands are given."""

import asyncio
import json
from itertools import count

import asyncpg
import pytest

from tests.http.world import PERSONNEL, person
from tests.pages import page
from tests.runbooks.conftest import Installation

pytestmark = [pytest.mark.rehearsal, pytest.mark.whole, pytest.mark.timeout(600)]


async def test_a_view_is_rebuilt_while_commands_are_given(installation: Installation) -> None:
    it = installation
    await it.known_everywhere("damaged")
    connection = await asyncpg.connect(it.stack.databases["planning"])
    await connection.execute("update view.person set name = 'Nobody' where person = 'damaged'")
    await connection.close()
    over = asyncio.Event()

    async def load() -> int:
        """Commands, none of which may fail."""
        for number in count():
            if over.is_set():
                return number
            body = {"people": [person(f"meanwhile-{number}")]}
            await it.api.do("planning", "/directory", body, **PERSONNEL)
        raise AssertionError

    given = asyncio.create_task(load())
    settings = it.environment(SERVICE="planning", VIEW="planning_people")
    with page("docs/runbooks/rebuild.md", settings) as book:
        found = json.loads(await asyncio.to_thread(book.run, 1))
        assert any("planning_people" in fault for fault in found["faults"])
        rebuilt = json.loads(await asyncio.to_thread(book.run))
        assert rebuilt["events"] > 0
        over.set()
        commands = await given
        assert commands > 0
        assert json.loads(await asyncio.to_thread(book.run))["faults"] == []
    await it.known_everywhere("after", "damaged", *(f"meanwhile-{n}" for n in range(commands)))
    shown = await it.api.see("planning", "/people/damaged", **PERSONNEL)
    assert shown["name"] == "Damaged"
