"""The kernel's tables are made by numbered migrations, each applied once."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from eventlog.database import Pool, create_pool
from eventlog.log import EventLog
from eventlog.schema import MIGRATIONS, Migration, SchemaIsNewer, migrate
from eventlog.verify import verify
from tests.eventlog.harness import Program, until, waiting_for_a_lock
from tests.eventlog.ledger import MODELS, append, fill

pytestmark = pytest.mark.integration

NEXT = Migration("0099_next", "alter table event add column size int; update event set size = 7")
NEWER = (*MIGRATIONS, NEXT)


@pytest.fixture
async def another(database: str) -> AsyncIterator[Pool]:
    """Another process's connections to the same database."""
    async with create_pool(database, size=4) as pool:
        yield pool


async def applied(pool: Pool) -> list[tuple[int, str]]:
    rows = await pool.fetch("select version, name from schema_version order by applied, version")
    return [(row["version"], row["name"]) for row in rows]


def numbered(migrations: tuple[Migration, ...]) -> list[tuple[int, str]]:
    return [(number, migration.name) for number, migration in enumerate(migrations, start=1)]


async def columns(pool: Pool, table: str) -> set[str]:
    rows = await pool.fetch(
        "select column_name from information_schema.columns where table_name = $1", table
    )
    return {row["column_name"] for row in rows}


async def test_an_empty_database_gets_every_migration_once(pool: Pool) -> None:
    for _ in range(2):
        log = await EventLog.open(pool, MODELS)
        assert await applied(pool) == numbered(MIGRATIONS)
    await append(log, "a", 0)
    assert {"leader", "lease_until"} < await columns(pool, "relay")


async def test_an_older_database_is_migrated_and_keeps_its_data(pool: Pool) -> None:
    await migrate(pool, MIGRATIONS[:1])
    older = EventLog(pool, MODELS)
    assert await fill(older, ["a", "b"], credits=2) == 6
    assert not await columns(pool, "relay")

    log = await EventLog.open(pool, MODELS)
    assert await applied(pool) == numbered(MIGRATIONS)
    assert await columns(pool, "relay")
    await append(log, "a", 3)
    await migrate(pool, NEWER)
    assert await applied(pool) == numbered(NEWER)
    # What was there, under the changed table.
    assert await pool.fetchval("select array_agg(distinct size) from event") == [7]
    verdict = await verify(pool, MODELS)
    assert (verdict.events, verdict.fault) == (7, None)


async def test_processes_that_start_at_once_migrate_once(pool: Pool, another: Pool) -> None:
    async with asyncio.TaskGroup() as group:
        async with pool.acquire() as connection, connection.transaction():
            # All of them are on their way before one can begin.
            await connection.execute("select pg_advisory_xact_lock(hashtext('kinerja schema'))")
            for each in (pool, another, another):
                group.create_task(migrate(each, NEWER))

            async def all_wait() -> bool:
                return await waiting_for_a_lock(pool) == 3

            await until(all_wait)
    assert await applied(pool) == numbered(NEWER)


async def test_processes_of_their_own_open_an_empty_log_at_once(database: str, pool: Pool) -> None:
    async def run() -> int:
        async with Program("appender", database, "8", "1", "0") as program:
            status, _ = await program.ends()
            return status

    assert set(await asyncio.gather(run(), run(), run())) == {0}
    assert await applied(pool) == numbered(MIGRATIONS)
    assert await pool.fetchval("select position from head") == 8


async def test_a_database_of_a_newer_program_is_refused(pool: Pool) -> None:
    log = await EventLog.open(pool, MODELS)
    await append(log, "a", 0)
    await migrate(pool, NEWER)
    known = len(MIGRATIONS)
    with pytest.raises(SchemaIsNewer, match=f"at version {known + 1}; .* up to {known}:"):
        await EventLog.open(pool, MODELS)
    assert await applied(pool) == numbered(NEWER)
    assert "size" in await columns(pool, "event")


async def test_migrations_that_fail_leave_nothing_behind(pool: Pool) -> None:
    await migrate(pool)
    with pytest.raises(asyncpg.UndefinedTableError):
        await migrate(pool, (*NEWER, Migration("0100_broken", "alter table none add column x int")))
    assert await applied(pool) == numbered(MIGRATIONS)
    assert "size" not in await columns(pool, "event")
    await migrate(pool, NEWER)
    assert "size" in await columns(pool, "event")
