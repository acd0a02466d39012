"""The servers under test, on data of their own that every run begins anew."""

import asyncio
import json
import shutil
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from contracts.topics import PARTITIONS
from deploy.local import LOCAL
from deploy.local.kafka import Kafka
from deploy.local.postgres import Postgres
from eventlog.prepare import prepare

FOLDER = LOCAL / "bench"


class Servers:
    """A fresh PostgreSQL and a fresh Kafka."""

    def __init__(self) -> None:
        self._postgres = Postgres(FOLDER / "postgres", 0)
        self._kafka = Kafka(FOLDER / "kafka", 0)

    def __enter__(self) -> "Servers":
        for server in (self._postgres, self._kafka):
            shutil.rmtree(server.folder, ignore_errors=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._kafka.stop()
        self._postgres.stop()

    @cached_property
    def postgres(self) -> str:
        """Its maintenance database's DSN. Raises CannotStart."""
        return self._postgres.start()

    @cached_property
    def kafka(self) -> str:
        """The arguments of its clients, as JSON. It starts when it is first asked for: idle, it would take
        processor time from whatever is measured without it. Raises CannotStart."""
        return json.dumps(self._kafka_started.admin)

    @cached_property
    def _kafka_started(self) -> Kafka:
        self._kafka.start()
        return self._kafka

    def environment(self) -> dict[str, str]:
        """By which a run finds both. Raises CannotStart."""
        return {"DATABASE_URL": self.postgres, **self._kafka_started.environment}

    def pids(self) -> dict[str, int]:
        """The process of each, once both have started."""
        return {each.name: each.pid for each in (self._postgres, self._kafka)}

    def database(self, name: str) -> str:
        """Make a database; its DSN, as superuser."""
        asyncio.run(_execute(self.postgres, f"create database {name}"))
        return self.postgres.removesuffix("postgres") + name

    def service(self, name: str) -> str:
        """Prepare a database as a service has it, unless it is there; its DSN, as the service."""
        server = urlsplit(self.postgres)
        netloc = f"{name}:bench@{server.hostname}:{server.port}"
        dsn = urlunsplit(server._replace(netloc=netloc, path=f"/{name}"))
        asyncio.run(prepare(self.postgres, dsn))
        return dsn

    def topic(self, name: str) -> str:
        """Make a topic as the services have it, instead of one of this name; its name."""
        asyncio.run(_create_topic(self.kafka, name))
        return name

    def settle(self) -> None:
        """So that one measurement does not pay for what the one before it left to write and to tidy:
        what autovacuum would do in somebody else's turn is done now."""
        asyncio.run(_settle(self.postgres))

    def postgres_version(self) -> str:
        return str(asyncio.run(fetch(self.postgres, "show server_version")))


async def _execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _settle(dsn: str) -> None:
    names = "select array_agg(datname::text) from pg_database where datallowconn"
    for name in await fetch(dsn, names):
        await _execute(dsn.removesuffix("postgres") + name, "vacuum (analyze)")
    await _execute(dsn, "checkpoint")


async def fetch(dsn: str, query: str) -> Any:
    """The first value of what a query finds."""
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def _create_topic(kafka: str, name: str) -> None:
    admin = AIOKafkaAdminClient(**json.loads(kafka))
    await admin.start()
    try:
        await admin.delete_topics([name])
        while name in await admin.list_topics():
            await asyncio.sleep(0.1)
        # Kafka forgets the name a moment after it has stopped telling it.
        while (await admin.create_topics([NewTopic(name, PARTITIONS, 1)])).topic_errors[0][1]:
            await asyncio.sleep(0.1)
    finally:
        await admin.close()
