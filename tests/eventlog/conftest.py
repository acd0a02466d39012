"""A log on an empty database, and a topic of its own."""

from collections.abc import AsyncIterator

import pytest

from deploy.local.postgres import Postgres
from eventlog.database import Pool, create_pool
from eventlog.log import EventLog
from tests.eventlog.effects import Effects
from tests.eventlog.harness import emptied, make_database, make_topic
from tests.eventlog.ledger import MODELS


@pytest.fixture(scope="package")
async def databases(postgres: Postgres) -> tuple[str, str]:
    return await make_database(postgres), await make_database(postgres)


@pytest.fixture
async def database(databases: tuple[str, str]) -> str:
    """The DSN of an empty database."""
    return await emptied(databases[0])


@pytest.fixture
async def other_database(databases: tuple[str, str]) -> str:
    """That of another service."""
    return await emptied(databases[1])


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    async with create_pool(database) as pool:
        yield pool


@pytest.fixture
async def log(pool: Pool) -> AsyncIterator[EventLog]:
    log = await EventLog.open(pool, MODELS, agency="bps")
    yield log
    await log.close()


@pytest.fixture
async def topic(kafka_arguments: dict[str, object]) -> str:
    return await make_topic(kafka_arguments)


@pytest.fixture
async def effects(pool: Pool, log: EventLog, topic: str) -> Effects:
    """A subscription on the log's database, with the table that its effect writes."""
    await pool.execute(
        "create table effect (number serial, subscription text, position bigint, stream text,"
        " version int, amount int, check (amount <> -13))"
    )
    return Effects(pool, topic)
