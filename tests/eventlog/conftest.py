"""A log on an empty database, and a topic of its own."""

from collections.abc import AsyncIterator

import pytest

from deploy.local.postgres import Postgres
from eventlog.database import Pool, create_pool
from eventlog.log import EventLog
from tests.eventlog.effects import Effects
from tests.eventlog.harness import Database, make_database, make_topic, prepared
from tests.eventlog.ledger import MODELS


@pytest.fixture(scope="package")
async def databases(postgres: Postgres) -> tuple[Database, Database]:
    return await make_database(postgres), await make_database(postgres)


@pytest.fixture
async def database(databases: tuple[Database, Database]) -> str:
    """The DSN of a prepared database, as the service that it is for."""
    return await prepared(databases[0])


@pytest.fixture
async def other_database(databases: tuple[Database, Database]) -> str:
    """That of another service."""
    return await prepared(databases[1])


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    async with create_pool(database) as pool:
        yield pool


@pytest.fixture
async def owner(databases: tuple[Database, Database], database: str) -> AsyncIterator[Pool]:
    """The same database as its owner, who may do what no service may."""
    async with create_pool(databases[0].owner, size=2) as owner:
        yield owner


@pytest.fixture
async def log(pool: Pool) -> AsyncIterator[EventLog]:
    log = await EventLog.open(pool, MODELS, agency="bps")
    yield log
    await log.close()


@pytest.fixture
async def topic(kafka_arguments: dict[str, object]) -> str:
    return await make_topic(kafka_arguments)


@pytest.fixture
async def effects(pool: Pool, log: EventLog, owner: Pool, topic: str) -> Effects:
    """A subscription on the log's database, with the table that its effect writes."""
    await owner.execute(
        "create table effect (number int generated always as identity, subscription text,"
        " position bigint, stream text, version int, amount int, check (amount <> -13));"
        "grant all on effect to public"
    )
    return Effects(pool, topic)
