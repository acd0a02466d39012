"""A log on a fresh database, and a topic of its own."""

from collections.abc import AsyncIterator

import pytest

from eventlog.database import Pool, create_pool
from eventlog.log import EventLog
from tests.eventlog.harness import make_topic
from tests.eventlog.ledger import MODELS


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
