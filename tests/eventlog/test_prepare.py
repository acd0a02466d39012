"""A service's database is prepared by its owner, as often as one likes, and goes on from what it was."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from deploy.local.postgres import Postgres
from eventlog.database import create_pool
from eventlog.log import EventLog
from eventlog.prepare import Unfit, prepare
from eventlog.replay import Replay
from eventlog.schema import MIGRATIONS, migrate
from eventlog.verify import verify
from tests.eventlog.harness import Database, emptied
from tests.eventlog.ledger import MODELS, append, fill, name, view
from tests.eventlog.signing import TRUST

pytestmark = pytest.mark.integration


@pytest.fixture
async def fresh(postgres: Postgres) -> AsyncIterator[Database]:
    """What is not there yet; its owner is who may make it."""
    made = name("fresh")
    server = urlsplit(postgres.dsn)
    netloc = f"{made}:s%40crét@{server.hostname}:{server.port}"
    yield Database(postgres.dsn, urlunsplit(server._replace(netloc=netloc, path=made)))
    connection = await asyncpg.connect(postgres.dsn)
    await connection.execute(f"drop database if exists {made} with (force)")
    await connection.execute(f"drop role if exists {made}")
    await connection.close()


async def test_those_who_prepare_at_once_prepare_once(fresh: Database) -> None:
    await asyncio.gather(*(prepare(*fresh) for _ in range(4)))
    await prepare(*fresh)
    async with create_pool(fresh.service, size=2) as pool:
        log = await EventLog.open(pool, MODELS)
        await append(log, "a", 0)
        await log.close()
        assert await pool.fetchval("select count(*) from schema_version") == len(MIGRATIONS)


async def test_a_new_password_takes_the_place_of_the_old(fresh: Database) -> None:
    await prepare(*fresh)
    await prepare(fresh.owner, fresh.service.replace("s%40", "t%40"))
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(fresh.service)
    await (await asyncpg.connect(fresh.service.replace("s%40", "t%40"))).close()


async def test_what_an_older_program_left_to_the_owner_becomes_the_service_s(
    databases: tuple[Database, Database], topic: str, kafka_arguments: dict[str, object]
) -> None:
    """When services were the owner themselves, and one was killed in a replay."""
    database, shown = databases[0], view(topic)
    async with create_pool(await emptied(database), size=2) as owner, owner.acquire() as connection:
        await migrate(connection)
        older = EventLog(owner, MODELS)
        events = await fill(older, "ab", credits=1)
        await older.close()
        await shown.create(connection)
        await connection.execute(f"create schema replay_{shown.name}")
        await shown.create(connection, f"replay_{shown.name}")

    await prepare(*database)
    async with create_pool(database.service, size=4) as pool:
        log = await EventLog.open(pool, MODELS)
        await append(log, "c", 0)
        await log.close()
        assert (await verify(pool, MODELS)).events == events + 1
        replay = Replay(shown, pool, kafka_arguments, MODELS, TRUST)
        await replay.prepare()
        assert await replay.rebuild() == 0
        assert await pool.fetch("select from pg_tables where tableowner <> current_user"
                                " and schemaname = 'view'") == []  # fmt: skip


@pytest.mark.parametrize("may", ["superuser", "createrole", "createdb", "replication", "bypassrls"])
async def test_a_role_that_may_more_is_no_service_s(fresh: Database, may: str) -> None:
    role = urlsplit(fresh.service).username
    connection = await asyncpg.connect(fresh.owner)
    await connection.execute(f"create role {role} {may}")
    await connection.close()
    with pytest.raises(Unfit, match=f"{role} may do more"):
        await prepare(*fresh)


async def test_a_role_that_is_in_another_is_no_service_s(fresh: Database) -> None:
    role = urlsplit(fresh.service).username
    connection = await asyncpg.connect(fresh.owner)
    await connection.execute(f"create role {role} in role pg_execute_server_program")
    await connection.close()
    with pytest.raises(Unfit, match=f"{role} may do more"):
        await prepare(*fresh)


@pytest.mark.parametrize("lacking", ["//x/y", "//role@x/y", "//:password@x/y", "//role:password@x"])
async def test_a_dsn_that_does_not_name_all_is_refused(fresh: Database, lacking: str) -> None:
    with pytest.raises(Unfit, match="must name its role, its password and its database"):
        await prepare(fresh.owner, f"postgresql:{lacking}")
