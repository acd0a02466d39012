"""The kernel's tables are made by numbered migrations, each applied once, by their owner."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import asyncpg
import pytest

from eventlog.database import Connection, Pool, create_pool
from eventlog.log import EventLog
from eventlog.schema import MIGRATIONS, Migration, SchemaIsNewer, SchemaIsOlder, migrate
from eventlog.verify import verify
from tests.eventlog.harness import Database, emptied, until, waiting_for_a_lock
from tests.eventlog.ledger import MODELS, append, fill

pytestmark = pytest.mark.integration

NEXT = Migration("0099_next", "alter table event add column size int; update event set size = 7")
NEWER = (*MIGRATIONS, NEXT)


@pytest.fixture
async def database(databases: tuple[Database, Database]) -> str:
    """The DSN of an empty database, as its owner."""
    return await emptied(databases[0])


@pytest.fixture
async def owner(database: str) -> AsyncIterator[Connection]:
    async with create_pool(database, size=1) as pool, pool.acquire() as connection:
        yield connection


async def applied(database: Pool | Connection) -> list[tuple[int, str]]:
    rows = await database.fetch(
        "select version, name from schema_version order by applied, version"
    )
    return [(row["version"], row["name"]) for row in rows]


def numbered(migrations: tuple[Migration, ...]) -> list[tuple[int, str]]:
    return [(number, migration.name) for number, migration in enumerate(migrations, start=1)]


async def columns(database: Pool | Connection, table: str) -> set[str]:
    rows = await database.fetch(
        "select column_name from information_schema.columns where table_name = $1", table
    )
    return {row["column_name"] for row in rows}


async def test_an_empty_database_gets_every_migration_once(pool: Pool, owner: Connection) -> None:
    for _ in range(2):
        await migrate(owner)
        assert await applied(owner) == numbered(MIGRATIONS)
    await append(await EventLog.open(pool, MODELS), "a", 0)
    assert {"leader", "lease_until"} < await columns(owner, "relay")


async def test_an_older_database_is_migrated_and_keeps_its_data(
    pool: Pool, owner: Connection
) -> None:
    await migrate(owner, MIGRATIONS[:1])
    older = EventLog(pool, MODELS)
    assert await fill(older, ["a", "b"], credits=2) == 6
    assert not await columns(owner, "relay")

    await migrate(owner)
    log = await EventLog.open(pool, MODELS)
    assert await applied(owner) == numbered(MIGRATIONS)
    assert await columns(owner, "relay")
    await append(log, "a", 3)
    await migrate(owner, NEWER)
    assert await applied(owner) == numbered(NEWER)
    # What was there, under the changed table.
    assert await pool.fetchval("select array_agg(distinct size) from event") == [7]
    verdict = await verify(pool, MODELS)
    assert (verdict.events, verdict.faults) == (7, ())


async def test_those_who_migrate_at_once_migrate_once(pool: Pool, owner: Connection) -> None:
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
        others = [await stack.enter_async_context(pool.acquire()) for _ in range(3)]
        async with owner.transaction():
            # All of them are on their way before one can begin.
            await owner.execute("select pg_advisory_xact_lock(hashtext('kinerja schema'))")
            for each in others:
                group.create_task(migrate(each, NEWER))

            async def all_wait() -> bool:
                return await waiting_for_a_lock(pool) == 3

            await until(all_wait)
    assert await applied(owner) == numbered(NEWER)


async def test_a_database_of_a_newer_program_is_refused(pool: Pool, owner: Connection) -> None:
    await migrate(owner, NEWER)
    known = len(MIGRATIONS)
    newer = f"at version {known + 1}; .* up to {known}:"
    with pytest.raises(SchemaIsNewer, match=newer):
        await EventLog.open(pool, MODELS)
    with pytest.raises(SchemaIsNewer, match=newer):
        await migrate(owner)
    assert await applied(owner) == numbered(NEWER)
    assert "size" in await columns(owner, "event")


@pytest.mark.parametrize("version", range(len(MIGRATIONS)))
async def test_a_database_that_has_not_been_prepared_is_refused_and_left_alone(
    pool: Pool, owner: Connection, version: int
) -> None:
    """Also one that nobody has ever prepared."""
    if version:
        await migrate(owner, MIGRATIONS[:version])
    needed = len(MIGRATIONS)
    with pytest.raises(SchemaIsOlder, match=f"at version {version}; .* needs version {needed}:"):
        await EventLog.open(pool, MODELS)
    assert bool(await columns(owner, "schema_version")) == bool(version)
    if version:
        assert await applied(owner) == numbered(MIGRATIONS[:version])


async def test_migrations_that_fail_leave_nothing_behind(owner: Connection) -> None:
    await migrate(owner)
    with pytest.raises(asyncpg.UndefinedTableError):
        await migrate(
            owner, (*NEWER, Migration("0100_broken", "alter table none add column x int"))
        )
    assert await applied(owner) == numbered(MIGRATIONS)
    assert "size" not in await columns(owner, "event")
    await migrate(owner, NEWER)
    assert "size" in await columns(owner, "event")
