"""An older backup is restored under a service at work: it says so, and is taken out of rotation until the
whole log is there again."""

import asyncio
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from tests.http.api import PATIENCE, Api
from tests.http.test_outages import must_be_ready, until, well

pytestmark = pytest.mark.integration

RESTORED = """
create table whole as table event; create table top as table head;
delete from event where position > (select position / 2 from head);
update head set (position, hash) = (
    select position, hash from event order by position desc limit 1);
update relay set position = (select position from head);
"""
FOUND = """
truncate event, head; insert into event table whole; insert into head table top;
drop table whole, top;
"""


async def test_a_service_on_an_older_backup_is_not_ready_and_says_why(api: Api) -> None:
    await until(api, ("planning",), well)
    owner = urlsplit(api.stack.dsn)._replace(path="/kinerja_planning")
    connection = await asyncpg.connect(urlunsplit(owner))
    try:
        await connection.execute(RESTORED)
        async with asyncio.timeout(PATIENCE):
            while (answer := await api.ask("planning", "GET", "/readyz")).status == 200:
                await asyncio.sleep(0.1)
        (why,) = answer.body["trouble"]["log"]
        assert "the log does not" in why
        await must_be_ready(api, "monitoring", "rewards")
    finally:
        await connection.execute(FOUND)
        await connection.close()
    await api.until("planning", "/status", lambda told: not told["trouble"])
    await must_be_ready(api, "planning")
