"""A log on a fresh database, and a topic of its own."""

from collections.abc import AsyncIterator

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from contracts.topics import PARTITIONS
from eventlog.database import Pool, create_pool
from eventlog.log import EventLog
from tests.eventlog import ledger


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    async with create_pool(database) as pool:
        yield pool


@pytest.fixture
async def log(pool: Pool) -> AsyncIterator[EventLog]:
    log = await EventLog.open(pool, ledger.MODELS, agency="bps")
    yield log
    await log.close()


@pytest.fixture
async def topic(kafka_arguments: dict[str, object]) -> str:
    """The name of a new topic."""
    name = f"kinerja.{ledger.name('ledger')}.events"
    admin = AIOKafkaAdminClient(**kafka_arguments)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, PARTITIONS, 1)])
    finally:
        await admin.close()
    return name
