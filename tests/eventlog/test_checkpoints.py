"""Checkpoints are signed, proved from and published; one log's makers take turns."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from contracts.topics import CHECKPOINTS
from eventlog import checkpoints as checkpoints_module
from eventlog.broker import create_topics
from eventlog.checkpoints import Checkpoints, NotCovered, Unsound, chain_of, origin_of
from eventlog.database import Pool, create_pool
from eventlog.keys import SigningKey
from eventlog.log import EventLog
from eventlog.merkle import CompactRange, leaf_hash, verify_consistency, verify_inclusion
from eventlog.notes import Checkpoint, Malformed, Note
from eventlog.published import AlreadyThere, Folder, Topic, read_folder, read_topic
from tests.eventlog.harness import Database, until, waiting_for_a_lock
from tests.eventlog.ledger import append, fill, name

pytestmark = pytest.mark.integration


@pytest.fixture
async def pool(databases: tuple[Database, Database], database: str) -> AsyncIterator[Pool]:
    """Of the owner, who may change anything."""
    async with create_pool(databases[0].owner) as pool:
        yield pool


ORIGIN = origin_of("bps", "ledger")


@pytest.fixture
def checkpoints(pool: Pool, log: EventLog) -> Checkpoints:
    return Checkpoints(pool, SigningKey.generate(), ORIGIN)


async def multiply(pool: Pool, size: int) -> None:
    """Let the log have this many events, copies of its last."""
    await pool.execute(
        "insert into event select position, 'copy/' || position, 1, type, subject, 'copy' || position, 1,"
        " recorded, convert_to('{' || position || '}', 'UTF8'), sha256(int8send(position)), fingerprint"
        " from (select * from event order by position desc limit 1) e (p, s, v, type, subject, c, o,"
        " recorded, r, h, fingerprint), generate_series(p + 1, $1) position",
        size,
    )
    await pool.execute(
        "update head set (position, hash) = (select position, hash from event"
        " order by position desc limit 1)"
    )


async def roots(pool: Pool) -> list[bytes]:
    """Of the log's tree, by size."""
    tree = CompactRange()
    found = [tree.root]
    for row in await pool.fetch("select record from event order by position"):
        tree.append(leaf_hash(row["record"]))
        found.append(tree.root)
    return found


def checkpoint(note: str | None) -> Checkpoint:
    assert note
    return Checkpoint.read(Note.read(note).text)


async def test_a_checkpoint_says_what_the_log_holds(
    pool: Pool, log: EventLog, checkpoints: Checkpoints
) -> None:
    assert await checkpoints.make() is None
    assert await checkpoints.latest() is None
    assert await fill(log, "ab", credits=2) == 6
    note = await checkpoints.make()
    assert note
    assert await checkpoints.make() is None
    said = checkpoint(note)
    assert (said.origin, said.size, said.root) == ("kinerja/bps/ledger", 6, (await roots(pool))[6])
    assert chain_of(said) == await pool.fetchval("select hash from event where position = 6")
    read = Note.read(note)
    assert checkpoints.key
    public = checkpoints.key.public
    (signature,) = read.of(ORIGIN, public)
    assert public.verifies(signature, read.text.encode())

    await append(log, "b", 3)
    later = await checkpoints.make()
    assert checkpoint(later).size == 7
    assert await checkpoints.latest() == later
    assert [await checkpoints.latest(at) for at in (5, 6, 7, 8)] == [None, note, later, later]


async def test_checkpoints_and_proofs_of_a_long_log(
    pool: Pool, log: EventLog, checkpoints: Checkpoints
) -> None:
    """Across blocks of 256, of which only the root is kept, and the batches in which they are read."""
    await append(log, "a", 0)
    for size in (255, 256, 257, 511, 1_500, 3_333, 70_000):
        await multiply(pool, size)
        assert checkpoint(await checkpoints.make()).size == size
    expected = await roots(pool)
    for row in await pool.fetch("select position, note from checkpoint"):
        assert checkpoint(row["note"]).root == expected[row["position"]]
    assert await pool.fetchval("select count(*) from subtree where level = 8") == 70_000 // 256
    assert await pool.fetchval("select count(*) from subtree where level = 16") == 1

    leaves = [
        leaf_hash(row["record"])
        for row in await pool.fetch("select record from event order by position")
    ]
    sizes = (1, 2, 255, 256, 257, 512, 3_333, 65_536, 65_537, 69_999, 70_000)
    for size in sizes:
        for position in {1, size // 2 + 1, size - size // 7, size}:
            proof = await checkpoints.prove_inclusion(position, size)
            leaf = leaves[position - 1]
            assert verify_inclusion(leaf, position - 1, size, proof, expected[size])
        for old in [each for each in sizes if each <= size]:
            proof = await checkpoints.prove_consistency(old, size)
            assert verify_consistency(old, size, expected[old], expected[size], proof)


async def test_what_no_checkpoint_covers_is_not_proved(
    log: EventLog, checkpoints: Checkpoints
) -> None:
    await fill(log, "ab", credits=2)
    await checkpoints.make()
    await append(log, "b", 3)
    for position, size in ((7, 7), (7, 6), (0, 6), (1, 0)):
        with pytest.raises(NotCovered):
            await checkpoints.prove_inclusion(position, size)
    for old, new in ((6, 7), (6, 5), (0, 6)):
        with pytest.raises(NotCovered):
            await checkpoints.prove_consistency(old, new)


@pytest.mark.parametrize(
    "statements",
    ["update event set record = convert_to('{}', 'UTF8') where position = 5",
     "update event set hash = sha256('x') where position = 6",
     "delete from event where position = 5",
     "delete from event where position > 3; update head set position = 3",
     "update checkpoint set note = replace(note, 'chain', 'chime')"],
)  # fmt: skip
async def test_nothing_is_signed_on_top_of_what_was_not_signed(
    pool: Pool, log: EventLog, checkpoints: Checkpoints, statements: str
) -> None:
    await fill(log, "ab", credits=2)
    signed = await checkpoints.make()
    await append(log, "b", 3)
    await pool.execute(statements)
    with pytest.raises((Unsound, Malformed)):
        await checkpoints.make()
    assert checkpoint(await checkpoints.latest()).size == checkpoint(signed).size


async def test_a_log_that_lacks_a_position_is_not_signed(
    pool: Pool, log: EventLog, checkpoints: Checkpoints
) -> None:
    await fill(log, "ab", credits=2)
    await pool.execute("delete from event where position = 5")
    with pytest.raises(Unsound, match="position 5 is missing"):
        await checkpoints.make()


async def test_makers_take_turns(log: EventLog, pool: Pool, checkpoints: Checkpoints) -> None:
    """Whoever comes while one is at it has nothing to do, and does not wait."""
    await fill(log, "abc", credits=5)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("lock table event in access exclusive mode")
        first = asyncio.create_task(checkpoints.make())

        async def is_at_it() -> bool:
            return await waiting_for_a_lock(pool) == 1

        await until(is_at_it)
        assert await checkpoints.make() is None
    assert await first
    assert await pool.fetchval("select count(*) from checkpoint") == 1


class Recorder:
    """A publisher that may be away."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.away = False
        self.notes: list[str] = []

    async def publish(self, notes: Sequence[str]) -> None:
        if self.away:
            raise ConnectionError(self.name)
        self.notes += notes


async def test_each_publisher_is_given_every_checkpoint_when_it_is_there(
    log: EventLog, checkpoints: Checkpoints
) -> None:
    first, second = Recorder("first"), Recorder("second")
    checkpoints.publishers = (first, second)
    made = []
    for version, away in enumerate((False, True, True)):
        first.away = away
        await append(log, "a", version)
        if away:
            with pytest.raises(ConnectionError):
                await checkpoints.make()
        else:
            await checkpoints.make()
        made.append(await checkpoints.latest())
    assert second.notes == made
    assert first.notes == made[:1]
    first.away = False
    assert await checkpoints.make() is None  # nothing is new, but one lacks some
    assert first.notes == second.notes == made
    later = Recorder("later")
    checkpoints.publishers = (later,)
    await checkpoints.make()
    assert later.notes == made


async def test_a_publisher_that_hangs_keeps_no_checkpoint_from_the_others(
    log: EventLog, checkpoints: Checkpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a folder on a disk of another's that answers no more: it is asked once, and again when it has answered."""
    monkeypatch.setattr(checkpoints_module, "PATIENCE", 0.2)
    answers = asyncio.Event()

    class Hanging(Recorder):
        asked = 0

        async def publish(self, notes: Sequence[str]) -> None:
            self.asked += 1
            await answers.wait()
            await super().publish(notes)

    first, second = Hanging("first"), Recorder("second")
    checkpoints.publishers = (first, second)
    made = []
    for version in range(3):
        await append(log, "a", version)
        with pytest.raises(TimeoutError):
            await checkpoints.make()
        made.append(await checkpoints.latest())
    assert (second.notes, first.asked) == (made, 1)
    answers.set()
    await checkpoints.make()
    await checkpoints.make()
    assert first.notes == made


def in_folder(folder: Path) -> list[str]:
    return [copy.note for some in read_folder(folder, ORIGIN) for copy in sorted(some)]


async def test_a_folder_takes_each_checkpoint_once_and_no_other_in_its_place(
    log: EventLog, checkpoints: Checkpoints, tmp_path: Path
) -> None:
    folder = Folder(tmp_path)
    checkpoints.publishers = (folder,)
    for version in range(3):
        await append(log, "a", version)
        await checkpoints.make()
    notes = in_folder(tmp_path)
    assert [checkpoint(note).size for note in notes] == [1, 2, 3]
    assert not [*read_folder(tmp_path, "kinerja/bps")]
    await folder.publish(notes)
    assert in_folder(tmp_path) == notes

    other = Checkpoints(checkpoints.pool, SigningKey.generate(), ORIGIN)
    await checkpoints.pool.execute("delete from checkpoint where position = 3")
    forged = await other.make()
    assert forged
    with pytest.raises(AlreadyThere):
        await folder.publish([forged])
    assert in_folder(tmp_path) == notes
    assert len([*tmp_path.iterdir()]) == 3


async def test_a_topic_carries_the_checkpoints_of_every_log_by_its_origin(
    log: EventLog, checkpoints: Checkpoints, kafka_arguments: dict[str, Any]
) -> None:
    await create_topics(kafka_arguments, [CHECKPOINTS], 1)
    checkpoints.origin = origin_of(
        name("agency"), "ledger"
    )  # the topic is shared by the whole suite
    checkpoints.publishers = (Topic(kafka_arguments),)
    made = []
    for version in range(3):
        await append(log, "a", version)
        made.append(await checkpoints.make())
    found = [
        copy.note async for some in read_topic(kafka_arguments, checkpoints.origin) for copy in some
    ]
    assert found == made


@pytest.mark.parametrize(
    "extensions",
    [(), ("chain",), ("chain AAAA",), ("hash " + "A" * 43 + "=",), ("chain " + "A" * 43 + "=",) * 2,
     ("chain " + "A" * 42 + "B=",), ("chain ä",)],
)  # fmt: skip
def test_a_checkpoint_without_a_chain_hash_is_none_of_a_log(extensions: tuple[str, ...]) -> None:
    with pytest.raises(Malformed):
        chain_of(Checkpoint("o", 1, bytes(32), extensions))


def test_an_origin_holds_no_blank_and_no_plus() -> None:
    assert origin_of("Badan A+B/C", "planning") == "kinerja/Badan%20A%2BB%2FC/planning"
