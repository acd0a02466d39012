"""Runs the kernel's parts on real servers, and waits for what they bring about."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar, NamedTuple
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic, RecordsToDelete
from aiokafka.errors import KafkaError

from contracts.event import Recorded
from contracts.topics import PARTITIONS, partition
from deploy.local.postgres import Postgres
from eventlog import chain
from eventlog.broker import make_broker
from eventlog.database import OUTAGE, Pool
from eventlog.feed import Feed
from eventlog.keys import SigningKey
from eventlog.log import EventLog
from eventlog.places import read_places
from eventlog.prepare import prepare
from eventlog.relay import Relay
from eventlog.subscription import Subscription
from tests.eventlog.ledger import name
from tests.eventlog.signing import KEY, KEYS, TRUST

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds after which a test gives up waiting: for a machine under load, not a promise."""


async def until(
    condition: Callable[[], Awaitable[Any] | Any], timeout: float = PATIENCE, every: float = 0.02
) -> Any:
    """Wait for a condition, which may be asynchronous, and give its value. While the database
    that it asks is away, it is not met."""
    deadline = time.monotonic() + timeout
    while True:
        with suppress(*OUTAGE):
            value = condition()
            if isinstance(value, Awaitable):
                value = await value
            if value:
                return value
        if time.monotonic() > deadline:
            raise TimeoutError("waited in vain")
        await asyncio.sleep(every)


class Database(NamedTuple):
    """The DSNs of one database: as its owner, who is no superuser, and as the service's role."""

    owner: str
    service: str


async def make_database(postgres: Postgres) -> Database:
    """A new database, not prepared."""
    made = name("eventlog")
    connection = await asyncpg.connect(postgres.dsn)
    await connection.execute(f"create role {made}_owner login createrole password 'owner'")
    await connection.execute(f"grant set on parameter deadlock_timeout to {made}_owner")
    await connection.execute(f"create database {made} owner {made}_owner")
    await connection.close()
    server = urlsplit(postgres.dsn)
    return Database(
        *(
            urlunsplit(
                server._replace(netloc=f"{login}@{server.hostname}:{server.port}", path=made)
            )
            for login in (f"{made}_owner:owner", f"{made}:service")
        )
    )


async def emptied(database: Database) -> str:
    """The same database, empty; as its owner. Making one takes longer, and a killed server that has many
    takes long to come back."""
    connection = await asyncpg.connect(database.owner)
    await connection.execute(
        "drop schema public cascade; create schema public; drop schema if exists view cascade"
    )
    await connection.close()
    return database.owner


async def prepared(database: Database) -> str:
    """The same database, empty and prepared; as the service."""
    await prepare(await emptied(database), database.service)
    return database.service


async def make_topic(kafka: dict[str, Any], partitions: int = PARTITIONS) -> str:
    """A new topic; its name."""
    topic = f"kinerja.{name('ledger')}.events"
    admin = AIOKafkaAdminClient(**kafka)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, partitions, 1)])
    finally:
        await admin.close()
    return topic


async def until_known(admin: dict[str, Any], name: str, password: str) -> dict[str, Any]:
    """Wait until the broker lets in a user who has just been made; the arguments of its clients."""
    user = admin | {
        "sasl_mechanism": "SCRAM-SHA-512", "sasl_plain_username": name,
        "sasl_plain_password": password,
    }  # fmt: skip

    async def let_in() -> bool:
        client = AIOKafkaAdminClient(**user)
        try:
            await client.start()
        except KafkaError:
            return False
        finally:
            await client.close()
        return True

    await until(let_in)
    return user


async def forget_records(kafka: dict[str, Any], of: TopicPartition, before: int) -> None:
    """Delete a partition's records before an offset, as retention does."""
    admin = AIOKafkaAdminClient(**kafka)
    await admin.start()
    try:
        await admin.delete_records({of: RecordsToDelete(before)})
    finally:
        await admin.close()


@asynccontextmanager
async def relaying(pool: Pool, kafka: dict[str, object], topic: str) -> AsyncIterator[Relay]:
    """A relay that resigns at the end."""
    relay = Relay(pool, kafka, topic, KEY, KEYS)
    task = asyncio.create_task(relay.run())
    try:
        yield relay
    finally:
        await cancelled(task)
        await relay.resign()


async def cancelled(task: "asyncio.Task[Any]") -> None:
    """End a task the hard way. Raises what the task had raised by itself."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def consuming(
    kafka: dict[str, Any], *subscriptions: Subscription
) -> AbstractAsyncContextManager[None]:
    """One process with a feed for each of these subscriptions."""
    return feeding(kafka, *(Feed(each.name, [each], kafka, TRUST) for each in subscriptions))


@asynccontextmanager
async def feeding(kafka: dict[str, Any], *feeds: Feed) -> AsyncIterator[None]:
    """One process's broker with its feeds, as a service runs it."""
    broker = make_broker(kafka)
    for feed in feeds:
        feed.attach(broker)
    await broker.start()
    try:
        yield
    finally:
        for feed in feeds:
            await feed.close()
        await broker.stop()


def unread(subscription: Subscription) -> int:
    """Records that a subscription could read from Kafka, and has not yet."""
    return sum(map(subscription.unread, subscription.assigned))


async def caught_up(pool: Pool, subscription: str, log: EventLog) -> bool:
    """Whether a subscription has applied all that a log holds."""
    last = {partition(event.subject): event.position async for event in log.read()}
    places = await read_places(pool, subscription)
    return {tp.partition: place.position for tp, place in places.items() if place.position} == last


async def records(kafka: dict[str, Any], topic: str) -> list[ConsumerRecord]:
    """All that stands in a topic now, partition by partition."""
    consumer = AIOKafkaConsumer(**kafka, enable_auto_commit=False)
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        ends = await consumer.end_offsets(partitions)
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        found: list[ConsumerRecord] = []
        while len(found) < sum(ends.values()):
            for batch in (await consumer.getmany(timeout_ms=500)).values():
                found += batch
        return sorted(found, key=lambda record: (record.partition, record.offset))
    finally:
        await consumer.stop()


async def length(kafka: dict[str, Any], topic: str) -> int:
    """How many records stand in a topic now."""
    consumer = AIOKafkaConsumer(**kafka)
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        return int(sum((await consumer.end_offsets(partitions)).values()))
    finally:
        await consumer.stop()


def header(record: ConsumerRecord, key: str) -> bytes:
    return bytes(dict(record.headers)[key])


class Carrier:
    """Sends records as a relay would, each signed, but in whatever order and as often as a test wants."""

    _links: ClassVar[dict[tuple[str, int, int], bytes]] = {}
    """Of what any carrier has sent, by topic, partition and position."""

    def __init__(self, kafka: dict[str, Any], topic: str) -> None:
        self.kafka = kafka
        self.topic = topic

    async def send(self, *sent: tuple[Recorded, int] | Recorded) -> None:
        """Records with the position before each in its partition, or records of which each
        follows the one in front of it in this call (of its partition; 0 for the first)."""
        last = dict.fromkeys(range(PARTITIONS), 0)
        for each in sent:
            recorded = each if isinstance(each, Recorded) else each[0]
            to = partition(recorded.subject)
            previous = last[to] if isinstance(each, Recorded) else each[1]
            last[to] = recorded.position
            headers = self.headers(recorded.record, recorded.subject, recorded.position, previous)
            await self.put(recorded.record, to, headers, recorded.subject)

    def headers(
        self, record: bytes, subject: str, position: int, previous: int, by: SigningKey | None = KEY
    ) -> chain.Headers:
        """Those of a record of the log that follows the one at the position `previous`; signed, unless
        by nobody."""
        to = partition(subject)
        after = chain.genesis(self.topic, to)
        if previous:  # if it was never sent, this is the link of none
            after = self._links.get((self.topic, to, previous), bytes(chain.LINK))
        its = chain.link(after, position, subject.encode(), record)
        self._links[self.topic, to, position] = its
        return chain.headers("", position, after) + (
            chain.signature(by, self.topic, to, its) if by else []
        )

    async def put(
        self, value: bytes | None, to: int, headers: chain.Headers, key: str | None = None
    ) -> int:
        """Any record at all; its offset."""
        async with AIOKafkaProducer(**self.kafka, acks="all") as producer:
            sent = await producer.send_and_wait(
                self.topic, value, key=key and key.encode(), partition=to, headers=headers
            )
            return int(sent.offset)


class Wire:
    """A TCP relay in front of a server, whose link a test can break and mend."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self.answers = asyncio.Event()
        """While clear, what the server says does not get through."""
        self.answers.set()
        self.said = 0
        """Bytes that the server has said."""
        self.hear: Callable[[asyncio.StreamReader, bytes], None] = lambda client, data: None
        """Called with what each client says."""
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._at = 0

    async def mend(self) -> int:
        """Take connections; the port, the same each time."""
        self.answers.set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._at)
        self._at = int(self._server.sockets[0].getsockname()[1])
        return self._at

    async def cut(self) -> None:
        """Drop what is open and refuse what comes."""
        assert self._server
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, thither = await asyncio.open_connection(self.host, self.port)
        both = {writer, thither}
        self._open |= both
        try:
            await asyncio.gather(
                self._pump(reader, thither), self._pump(there, writer, gate=self.answers)
            )
        finally:
            self._open -= both
            for each in both:
                each.transport.abort()

    async def _pump(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        gate: asyncio.Event | None = None,
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                if gate:
                    self.said += len(data)
                    await gate.wait()
                else:
                    self.hear(reader, data)
                writer.write(data)
                await writer.drain()
        writer.transport.abort()


@asynccontextmanager
async def wired(dsn: str) -> AsyncIterator[tuple[Wire, str]]:
    """A wire in front of a database, and the DSN that goes through it."""
    address = urlsplit(dsn)
    assert address.hostname
    assert address.port
    wire = Wire(address.hostname, address.port)
    port = await wire.mend()
    through = address._replace(netloc=f"{address.username}:{address.password}@127.0.0.1:{port}")
    try:
        yield wire, urlunsplit(through)
    finally:
        await wire.cut()


class Program:
    """A process of its own that runs a module of `tests.eventlog`, killed at the end."""

    def __init__(self, module: str, *arguments: str, **environment: str) -> None:
        self.module = f"tests.eventlog.{module}"
        self.arguments = arguments
        self.environment = environment
        self.process: asyncio.subprocess.Process

    async def __aenter__(self) -> "Program":
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", self.module, *self.arguments,
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT, env={**os.environ, **self.environment},
        )  # fmt: skip
        return self

    async def __aexit__(self, *_: object) -> None:
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()

    async def says(self, line: str) -> None:
        """Wait for a line of its output."""
        assert self.process.stdout
        async with asyncio.timeout(PATIENCE):
            while (said := await self.process.stdout.readline()).decode().strip() != line:
                if not said:
                    raise EOFError(f"ended without saying {line!r}")

    async def ends(self) -> tuple[int, list[str]]:
        """Wait for its end; exit status (negative: the signal) and the lines it wrote."""
        assert self.process.stdout
        async with asyncio.timeout(3 * PATIENCE):  # it waits by itself, and more than once
            output = await self.process.stdout.read()
            return await self.process.wait(), output.decode().splitlines()


async def waiting_for_a_lock(pool: Pool) -> int:
    """How many sessions of this database wait for a lock."""
    return int(
        await pool.fetchval(
            "select count(*) from pg_stat_activity"
            " where datname = current_database() and wait_event_type = 'Lock'"
        )
    )
