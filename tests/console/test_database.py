"""The console and its database, whichever is there first."""

import asyncio
import time
from urllib.parse import urlsplit, urlunsplit

import structlog

from console.keep.database import MIGRATIONS, connected, make_tables
from deploy.local.postgres import Postgres
from eventlog.prepare import prepare
from eventlog.schema import check
from tests.console.conftest import PATIENCE


async def test_it_waits_for_its_database_and_goes_on_by_itself(postgres: Postgres) -> None:
    server = urlsplit(postgres.dsn)
    netloc = f"kinerja_awaited:word@{server.hostname}:{server.port}"
    dsn = urlunsplit(server._replace(netloc=netloc, path="kinerja_awaited"))

    async def start() -> None:
        async with connected(dsn) as pool:
            await check(pool, MIGRATIONS)

    with structlog.testing.capture_logs() as said:
        starting = asyncio.create_task(start())
        deadline = time.monotonic() + PATIENCE
        while not any(line["event"] == "start waits" for line in said):
            assert not starting.done()
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)
        await prepare(postgres.dsn, dsn, make_tables)
        await asyncio.wait_for(starting, PATIENCE)
