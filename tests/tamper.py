"""`python -m tests.tamper [COUNT [SEED]]`: tamper with a log, its topic and its checkpoints, and see it found.

Each of COUNT (300) times a log of its own is filled, signed and carried on real servers; one thing is done to
it, drawn with its place by SEED; and a verification must name that place. Every tenth time nothing is done,
and nothing may be found. Prints a line for each kind; exit status 1 if something was not found, or something
found where nothing is. Some minutes.
"""

import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

import structlog
from aiokafka import AIOKafkaProducer, ConsumerRecord

from contracts.topics import CHECKPOINTS, PARTITIONS
from eventlog.broker import create_topics
from eventlog.checkpoints import Checkpoints, origin_of
from eventlog.copies import hold_copies
from eventlog.database import Pool, create_pool
from eventlog.keyring import Keyring
from eventlog.log import EventLog
from eventlog.monitor import Monitor
from eventlog.published import Topic
from eventlog.verify import verify, verify_topic
from tests.conftest import make_servers
from tests.eventlog.harness import (
    Database,
    make_database,
    make_topic,
    prepared,
    records,
    relaying,
    until,
)
from tests.eventlog.ledger import MODELS, fill, name
from tests.eventlog.signing import KEY, OTHER_KEY
from tests.eventlog.test_verify import REHASH

COUNT, SEED = 300, 2026
AMONG = "abcdefgh"


@dataclass
class Ledger:
    """A log of `length` events, with checkpoints at `signed`, carried to `topic`."""

    owner: Pool
    kafka: dict[str, object]
    topic: str
    origin: str
    length: int
    signed: tuple[int, int]
    random: Random

    async def do(self, statement: str, *arguments: object) -> None:
        """As the owner of the database."""
        await self.owner.execute(statement, *arguments)

    def anywhere(self) -> int:
        """A position, not the last."""
        return self.random.randint(1, self.length - 1)

    async def found(self) -> list[str]:
        held = await hold_copies(self.owner, self.kafka, None, self.origin)
        monitor = Monitor(self.origin, Keyring((KEY.public,)))
        for note in held.strays:
            monitor.expect(note)
        verdict = await verify(self.owner, MODELS, monitor)
        faults = [*held.faults, *(f"position {at}: {why}" for at, why in verdict.faults)]
        return faults + await verify_topic(self.owner, self.kafka, self.topic)

    async def put(self, record: ConsumerRecord, **change: object) -> str:
        """A record like this one on the topic; what a verification says of it."""
        what = {"value": record.value, "key": record.key, "partition": record.partition} | change
        async with AIOKafkaProducer(**self.kafka) as producer:
            sent = await producer.send_and_wait(self.topic, **what, headers=list(record.headers))
        return f"{self.topic}/{sent.partition} offset {sent.offset} is not"

    async def carried(self) -> list[ConsumerRecord]:
        return await records(self.kafka, self.topic)

    async def copy(self, kept: Callable[[ConsumerRecord], bool]) -> None:
        """Put a topic in the place of this one that holds only those records."""
        old, self.topic = await self.carried(), await make_topic(self.kafka)
        for record in filter(kept, old):
            await self.put(record)
        await self.do("update relay set topic = $1", self.topic)


Tampering = Callable[[Ledger], Awaitable[str]]
"""Does something to a ledger; what must stand at the beginning of something that is found."""

HASH = "sha256((select hash from event where position = {p} - 1) || int8send({p}) || record)"


async def edit_a_record(it: Ledger) -> str:
    p = it.anywhere()
    byte = it.random.randint(0, 150)
    await it.do(
        f"update event set record = set_byte(record, {byte}, get_byte(record, {byte}) # 1)"
        f" where position = {p}"
    )
    return f"position {p}: "


async def edit_a_record_and_its_hash(it: Ledger) -> str:
    p = it.random.randint(2, it.length - 1)
    await it.do(
        f"update event set record = set_byte(record, 60, get_byte(record, 60) # 1) where position = {p}"
    )
    await it.do(f"update event set hash = {HASH.format(p=p)} where position = {p}")
    return f"position {p + 1}: the hash"


async def drop_an_event(it: Ledger) -> str:
    p = it.anywhere()
    await it.do(f"delete from event where position = {p}")
    return f"position {p}: missing"


async def cut_the_end(it: Ledger) -> str:
    p = it.anywhere()
    await it.do(f"delete from event where position > {p}")
    return f"position {p + 1}: missing"


async def insert_an_event(it: Ledger) -> str:
    p = it.length + 1
    await it.do(
        f"insert into event select {p}, stream, version + 90, type, subject, 'x', 1, recorded, record,"
        f" sha256(hash || int8send({p}) || record), fingerprint from event where position = {p} - 1"
    )
    return f"position {p}: "


async def swap_two_records(it: Ledger) -> str:
    p, q = sorted(it.random.sample(range(1, it.length + 1), 2))
    await it.do(
        "update event a set record = b.record from event b"
        f" where (a.position, b.position) in (({p}, {q}), ({q}, {p}))"
    )
    return f"position {p}: the hash"


async def swap_two_positions(it: Ledger) -> str:
    p, q = sorted(it.random.sample(range(1, it.length + 1), 2))
    for old, new in ((p, -p), (q, p), (-p, q)):
        await it.do(f"update event set position = {new} where position = {old}")
    return f"position {p}: the hash"


async def edit_a_column(it: Ledger) -> str:
    p = it.anywhere()
    column = it.random.choice(["stream = 'account/z'", "subject = 'z'", "version = 99",
                               "command = 'x'", "ordinal = 7",
                               "recorded = recorded + interval '1 microsecond'"])  # fmt: skip
    await it.do(f"update event set {column} where position = {p}")
    return f"position {p}: the columns"


async def rewrite_with_all_hashes(it: Ledger) -> str:
    p = it.random.randint(1, it.signed[1])
    await it.do(
        "update event set record = convert_to(replace(convert_from(record, 'UTF8'),"
        f" '\"actor\":\"', '\"actor\":\"x'), 'UTF8') where position = {p}; {REHASH}"
    )
    # Every checkpoint from there on is another log's.
    return f"position {min(size for size in it.signed if size >= p)}: the "


async def rewrite_with_checkpoints_of_another_key(it: Ledger) -> str:
    told = await rewrite_with_all_hashes(it)
    await it.do("truncate checkpoint, subtree, publication")
    await Checkpoints(it.owner, OTHER_KEY, it.origin).make()
    return told


async def restore_an_older_backup(it: Ledger) -> str:
    p = it.random.randint(1, it.signed[1] - 1)
    await it.do(
        f"delete from event where position > {p}; delete from checkpoint where position > {p};"
        f"update head set position = {p}, hash = (select hash from event where position = {p});"
        f"update relay set position = {p}"
    )
    return (
        f"position {min(size for size in it.signed if size > p)}: signed, but the log ends at {p}"
    )


async def forge_a_checkpoint(it: Ledger) -> str:
    size = it.length
    await Checkpoints(it.owner, OTHER_KEY, it.origin).make()
    return f"position {size}: signed by no known key"


async def edit_a_checkpoint(it: Ledger) -> str:
    size = it.random.choice(it.signed)
    note: str = await it.owner.fetchval("select note from checkpoint where position = $1", size)
    at = it.random.randrange(len(it.origin), len(note) - 2)
    other = "A" if note[at] != "A" else "B"
    await it.do(
        "update checkpoint set note = $2 where position = $1",
        size,
        note[:at] + other + note[at + 1 :],
    )
    return f"position {size}: "


async def move_a_checkpoint(it: Ledger) -> str:
    first, second = it.signed
    note = await it.owner.fetchval("select note from checkpoint where position = $1", first)
    await it.do("update checkpoint set note = $2 where position = $1", second, note)
    return f"position {second}: a checkpoint of position {first}"


async def put_a_null_on_the_topic(it: Ledger) -> str:
    return await it.put(it.random.choice(await it.carried()), value=None)


async def put_a_record_in_a_wrong_partition(it: Ledger) -> str:
    record = it.random.choice(await it.carried())
    return await it.put(record, partition=(record.partition + it.random.randint(1, 5)) % PARTITIONS)


async def put_a_record_under_a_wrong_key(it: Ledger) -> str:
    return await it.put(it.random.choice(await it.carried()), key=b"somebody")


async def put_an_edited_record(it: Ledger) -> str:
    record = it.random.choice(await it.carried())
    return await it.put(record, value=record.value.replace(b"someone", b"nobody!"))


async def put_what_is_no_record(it: Ledger) -> str:
    record = it.random.choice(await it.carried())
    return await it.put(record, value=it.random.randbytes(100))


async def drop_a_record_of_the_topic(it: Ledger) -> str:
    p = it.random.randint(1, it.length)
    await it.copy(lambda record: int(dict(record.headers)["position"]) != p)
    return f"{it.topic} lacks position {p}"


async def cut_the_end_of_the_topic(it: Ledger) -> str:
    p = it.anywhere()
    await it.copy(lambda record: int(dict(record.headers)["position"]) <= p)
    return f"{it.topic} lacks position {p + 1}"


async def exchange_with_another_log(it: Ledger) -> str:
    """All tables of another log of the same agency, whole and sound, with its own checkpoints."""
    await it.do("truncate event, head, checkpoint, subtree, publication")
    await it.do("insert into head values (true, 0, 'epoch', decode(repeat('00', 32), 'hex'))")
    log = EventLog(it.owner, MODELS, agency="bps")
    await fill(log, "xyz", credits=it.length // 3)
    await Checkpoints(it.owner, KEY, f"{it.origin}-other").make()
    await log.close()
    return f"position {it.signed[0]}: the root is not the log's"


TAMPERINGS: tuple[Tampering, ...] = (
    edit_a_record, edit_a_record_and_its_hash, drop_an_event, cut_the_end, insert_an_event,
    swap_two_records, swap_two_positions, edit_a_column, rewrite_with_all_hashes,
    rewrite_with_checkpoints_of_another_key, restore_an_older_backup, forge_a_checkpoint,
    edit_a_checkpoint, move_a_checkpoint, put_a_null_on_the_topic,
    put_a_record_in_a_wrong_partition, put_a_record_under_a_wrong_key, put_an_edited_record,
    put_what_is_no_record, drop_a_record_of_the_topic, cut_the_end_of_the_topic,
    exchange_with_another_log,
)  # fmt: skip


async def make(database: Database, kafka: dict[str, object], owner: Pool, random: Random) -> Ledger:
    await prepared(database)
    topic, origin = await make_topic(kafka), origin_of(name("agency"), "ledger")
    log = EventLog(owner, MODELS, agency="bps")
    checkpoints = Checkpoints(owner, KEY, origin, (Topic(kafka),))
    signed = []
    length = 0
    for accounts in (AMONG[: random.randint(1, 3)], AMONG[3 : random.randint(4, 6)]):
        length += await fill(log, accounts, credits=random.randint(1, 5))
        await checkpoints.make()
        signed.append(length)
    length += await fill(log, AMONG[6:], credits=1)
    async with relaying(owner, kafka, topic) as relay:
        await until(lambda: relay.position == length)
    await log.close()
    return Ledger(owner, kafka, topic, origin, length, (signed[0], signed[1]), random)


async def main(count: int, seed: int) -> int:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    random, missed = Random(seed), list[str]()
    done = Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as another user when we are root
        servers = make_servers(Path(folder))
        try:
            postgres, kafka = servers
            postgres.start()
            kafka.start()
            database = await make_database(postgres)
            await create_topics(kafka.admin, [CHECKPOINTS], 1)
            for nth in range(count):
                async with create_pool(database.owner) as owner:
                    it = await make(database, dict(kafka.admin), owner, random)
                    tamper = TAMPERINGS[nth % len(TAMPERINGS)] if nth % 10 else None
                    what = tamper.__name__ if tamper else "nothing"
                    expected = await tamper(it) if tamper else ""
                    found = await it.found()
                done[what] += 1
                if not (any(e.startswith(expected) for e in found) if tamper else not found):
                    missed.append(f"{nth}, {what}: expected {expected!r}, found {found}")
        finally:
            for server in servers:
                server.stop()
    for what, times in sorted(done.items()):
        print(f"{times:4} × {what.replace('_', ' ')}")
    print(f"{count} times, seed {seed}: {len(missed)} not told as they should be")
    print("\n".join(missed))
    return 1 if missed else 0


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    sys.exit(asyncio.run(main(*given, *(COUNT, SEED)[len(given) :])))
