"""The five services, the issuer and the console in processes of their own, as `make run` has them,
on the suite's servers. Topics and databases have fixed names: they go when the last test is done."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import aiohttp
import asyncpg
import pytest
from aiokafka.admin import AIOKafkaAdminClient

from contracts.catalogue import SERVICES
from contracts.topics import CHECKPOINTS, topic
from deploy.local.kafka import Kafka
from deploy.local.postgres import Postgres
from deploy.local.stack import Stack
from tests.http import world as made
from tests.http.api import Api


@pytest.fixture(scope="package")
def stack(
    postgres: Postgres, kafka: Kafka, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", postgres.dsn)
        for name, value in kafka.environment.items():
            patch.setenv(name, value)
        patch.setenv("CHECKPOINT_SECONDS", "1")
        running = Stack(tmp_path_factory.mktemp("http"), cycle="c1")
        try:
            running.start()
            yield running
        finally:
            running.stop()
            asyncio.run(_clear(postgres.dsn, kafka))


async def _clear(dsn: str, kafka: Kafka) -> None:
    connection = await asyncpg.connect(dsn)
    for service in SERVICES:
        await connection.execute(f"drop database if exists kinerja_{service} with (force)")
    await connection.close()
    admin = AIOKafkaAdminClient(**kafka.admin)
    await admin.start()
    await admin.delete_topics([CHECKPOINTS, *(topic(service) for service in SERVICES)])
    await admin.close()


@pytest.fixture(scope="package")
async def anew(stack: Stack) -> AsyncIterator[Api]:
    """The client, before anything has happened."""
    timeout = aiohttp.ClientTimeout(total=60)
    connector = aiohttp.TCPConnector(limit=200)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as http:
        yield Api(stack, http)


@pytest.fixture(scope="package")
async def api(anew: Api) -> Api:
    """The client, and the agency of `world` made."""
    await made.make(anew)
    return anew
