"""A log on an empty database, and a topic of its own."""

from collections.abc import AsyncIterator

import pytest

from deploy.local.postgres import Postgres
from eventlog.database import Pool, create_pool
from eventlog.log import EventLog
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
