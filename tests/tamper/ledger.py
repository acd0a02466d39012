"""What is tampered with: a log of its own, signed, published, carried and shown, all on real servers."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from aiokafka import AIOKafkaProducer, ConsumerRecord, TopicPartition

from contracts.topics import CHECKPOINTS, partition
from eventlog.broker import reading
from eventlog.checkpoints import Checkpoints, origin_of
from eventlog.copies import hold_copies
from eventlog.database import Pool
from eventlog.keyring import Keyring
from eventlog.log import EventLog
from eventlog.monitor import Monitor
from eventlog.published import Folder, Topic
from eventlog.replay import Replay
from eventlog.subscription import Subscription
from eventlog.verify import verify, verify_topic
from eventlog.views import View
from tests.eventlog.harness import (
    Database,
    consuming,
    forget_records,
    make_topic,
    prepared,
    records,
    relaying,
    until,
)
from tests.eventlog.ledger import MODELS, fill, name, view
from tests.eventlog.signing import KEY, TRUST

AMONG = "abcdefgh"


@dataclass
class Ledger:
    """A log of `length` events, with checkpoints at `signed`, published to the topic and to `folder`, and
    carried to `topic`; and a view, if one is fed."""

    owner: Pool
    kafka: dict[str, object]
    topic: str
    folder: Path
    origin: str
    length: int
    signed: Sequence[int]
    random: Random
    views: list[View] = field(default_factory=list)

    async def do(self, statement: str, *arguments: object) -> None:
        """As the owner of the database."""
        await self.owner.execute(statement, *arguments)

    def anywhere(self) -> int:
        """A position, not the last."""
        return self.random.randint(1, self.length - 1)

    def two(self) -> tuple[int, int]:
        """The positions of two checkpoints, in order."""
        first, second = sorted(self.random.sample(self.signed, 2))
        return first, second

    async def account(self) -> str:
        """One that was opened."""
        rows = await self.owner.fetch("select distinct subject from event order by subject")
        return str(self.random.choice(rows)["subject"])

    async def found(self) -> list[str]:
        """What `audit.verify` does, of a service that is none of ours."""
        held = await hold_copies(self.owner, self.kafka, self.folder, self.origin)
        monitor = Monitor(self.origin, Keyring((KEY.public,)))
        for note in held.strays:
            monitor.expect(note)
        verdict = await verify(self.owner, MODELS, monitor)
        faults = [*held.faults, *(f"position {at}: {why}" for at, why in verdict.faults)]
        faults += await verify_topic(self.owner, self.kafka, self.topic)
        for each in self.views:
            replay = Replay(each, self.owner, self.kafka, MODELS, TRUST)
            for table, its in (await replay.compare()).items():
                faults.append(f"{its.rows} rows of {table}: {its}")
        return faults

    async def show(self) -> None:
        """Feed a view until it has taken all, and let it stand."""
        shown = view(self.topic, called=name("accounts"))
        async with self.owner.acquire() as connection:
            await shown.create(connection)
        taken = (
            "select count(*) from place, relay where subscription = $1"
            " and place.position = last[partition + 1]"
        )
        fed = await self.owner.fetchval("select count(*) from relay, unnest(last) p where p > 0")
        async with consuming(self.kafka, Subscription(shown, self.owner, MODELS)):

            async def all_taken() -> bool:
                return bool(await self.owner.fetchval(taken, shown.name) == fed)

            await until(all_taken)
        self.views.append(shown)

    async def put(self, record: ConsumerRecord, **change: object) -> str:
        """A record like this one on the topic; what a verification says of it."""
        what = {
            "value": record.value, "key": record.key, "partition": record.partition,
            "headers": list(record.headers),
        } | change  # fmt: skip
        async with AIOKafkaProducer(**self.kafka) as producer:
            sent = await producer.send_and_wait(self.topic, **what)
        return f"{self.topic}/{sent.partition} offset {sent.offset} is not"

    async def carried(self) -> list[ConsumerRecord]:
        return await records(self.kafka, self.topic)

    async def copy(self, kept: Callable[[ConsumerRecord], bool]) -> None:
        """Put a topic in the place of this one that holds only those records."""
        old, self.topic = await self.carried(), await make_topic(self.kafka)
        for record in filter(kept, old):
            await self.put(record)
        await self.do("update relay set topic = $1", self.topic)

    async def publish_instead(self, sizes: Sequence[int]) -> None:
        """Put the checkpoints of these sizes, in this order, in the place of all that lie in the topic."""
        rows = await self.owner.fetch("select position, note from checkpoint")
        notes = {row["position"]: row["note"] for row in rows}
        there = TopicPartition(CHECKPOINTS, partition(self.origin))
        async with reading(self.kafka) as consumer:
            ends = await consumer.end_offsets([there])
        await forget_records(self.kafka, there, ends[there])
        await Topic(self.kafka).publish([notes[size] for size in sizes])

    def file(self, size: int) -> Path:
        """The one in the folder that has the checkpoint of this size."""
        return sorted(self.folder.iterdir())[self.signed.index(size)]


Tampering = Callable[[Ledger], Awaitable[str]]
"""Does something to a ledger; what must stand at the beginning of something that is found."""


async def make(
    database: Database, kafka: dict[str, object], owner: Pool, folder: Path, random: Random
) -> Ledger:
    await prepared(database)
    topic, origin = await make_topic(kafka), origin_of(name("agency"), "ledger")
    log = EventLog(owner, MODELS, agency="bps")
    folder = folder / name("published")
    await asyncio.to_thread(folder.mkdir)
    checkpoints = Checkpoints(owner, KEY, origin, (Topic(kafka), Folder(folder)))
    signed = []
    length = 0
    for start in (0, 2, 4):
        accounts = AMONG[start : start + random.randint(1, 2)]
        length += await fill(log, accounts, credits=random.randint(1, 5))
        await checkpoints.make()
        signed.append(length)
    length += await fill(log, AMONG[6:], credits=1)
    async with relaying(owner, kafka, topic) as relay:
        await until(lambda: relay.position == length)
    await log.close()
    return Ledger(owner, kafka, topic, folder, origin, length, signed, random)
