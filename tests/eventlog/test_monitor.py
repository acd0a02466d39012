"""A log that was rewritten, chain and checkpoints and all, is found by what was published before."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.topics import CHECKPOINTS
from eventlog.broker import create_topics
from eventlog.checkpoints import Checkpoints, origin_of
from eventlog.copies import Strays, hold_copies
from eventlog.database import Pool, create_pool
from eventlog.keyring import Keyring, enter_key, read_keyring
from eventlog.keys import BadKey, SigningKey
from eventlog.log import EventLog
from eventlog.merkle import EMPTY
from eventlog.monitor import Fault, Monitor
from eventlog.notes import Checkpoint, Note, sign
from eventlog.published import Copy, Folder, Topic
from eventlog.verify import verify
from tests.eventlog.harness import Database
from tests.eventlog.ledger import MODELS, append, fill, name
from tests.eventlog.test_verify import REHASH

pytestmark = pytest.mark.integration


@pytest.fixture
async def pool(databases: tuple[Database, Database], database: str) -> AsyncIterator[Pool]:
    """Of the owner, who may change anything."""
    async with create_pool(databases[0].owner) as pool:
        yield pool


ORIGIN = origin_of("bps", "ledger")
KEY, OTHER = SigningKey.generate(), SigningKey.generate()
TRUST = Keyring((KEY.public,))
REWRITE = (
    "update event set record = convert_to(replace(convert_from(record, 'UTF8'),"
    f" '\"amount\":1', '\"amount\":7'), 'UTF8') where position = 2; {REHASH}"
)
UNKEPT = "published, but the log does not keep it"
FORGET = "truncate checkpoint, subtree, publication"


async def strays(pool: Pool, published: Iterable[str]) -> list[str]:
    found = Strays(pool)
    for note in published:
        await found.take([Copy("somewhere", note)])
    return found.notes


async def hold(pool: Pool, monitor: Monitor) -> list[Fault]:
    return list((await verify(pool, MODELS, monitor)).faults)


async def held(
    pool: Pool,
    published: Iterable[str] = (),
    keyring: Keyring = TRUST,
    taken_back: Sequence[range] = (),
) -> list[Fault]:
    monitor = Monitor(ORIGIN, keyring, taken_back)
    for note in await strays(pool, published):
        monitor.expect(note)
    return await hold(pool, monitor)


async def signed(pool: Pool, log: EventLog, key: SigningKey = KEY, credits: int = 3) -> list[str]:
    """The notes of a checkpoint after each credit."""
    checkpoints = Checkpoints(pool, key, ORIGIN)
    notes = []
    version = (await append(log, "a", 0)).version
    for _ in range(credits):
        version = (await append(log, "a", version)).version
        notes.append(str(await checkpoints.make()))
    return notes


def forged(note: str, key: SigningKey = KEY, **change: Any) -> str:
    """Another checkpoint, signed all the same."""
    said = replace(Checkpoint.read(Note.read(note).text), **change)
    return str(sign(str(said), ORIGIN, key))


async def test_a_sound_log_and_all_its_checkpoints_hold(pool: Pool, log: EventLog) -> None:
    assert await held(pool) == []
    notes = await signed(pool, log)
    await append(log, "b", 0)
    assert await held(pool, notes) == []
    assert await strays(pool, notes) == []


async def test_a_log_rewritten_with_its_chain_is_found_by_its_own_checkpoints(
    pool: Pool, log: EventLog
) -> None:
    await signed(pool, log)
    await pool.execute(REWRITE)
    assert (await verify(pool, MODELS)).faults == ()
    found = await held(pool)
    assert {fault.position for fault in found} == {2, 3, 4}
    assert all("not the log's" in fault.why for fault in found)


@pytest.mark.parametrize("key", [KEY, OTHER], ids=["signed anew", "signed with another key"])
async def test_a_log_rewritten_with_its_checkpoints_is_found_by_the_published_ones(
    pool: Pool, log: EventLog, tmp_path: Path, kafka_arguments: dict[str, Any], key: SigningKey
) -> None:
    """Whoever can write the whole database, and has the service itself sign what is there now."""
    await create_topics(kafka_arguments, [CHECKPOINTS], 1)
    origin = origin_of(name("agency"), "ledger")
    checkpoints = Checkpoints(pool, KEY, origin, (Folder(tmp_path), Topic(kafka_arguments)))
    await fill(log, "a", credits=3)
    note = await checkpoints.make()
    await pool.execute(f"{REWRITE}; {FORGET}")
    await Checkpoints(pool, key, origin).make()
    assert (await verify(pool, MODELS)).faults == ()

    keyring = Keyring((KEY.public, OTHER.public))
    assert await hold(pool, Monitor(origin, keyring)) == []
    found = await hold_copies(pool, kafka_arguments, tmp_path, origin)
    assert found.strays == [note]
    monitor = Monitor(origin, keyring)
    monitor.expect(str(note))
    faults = await hold(pool, monitor)
    assert {fault.position for fault in faults} == {4}
    assert all("not the log's" in fault.why for fault in faults)


async def test_each_way_in_which_a_checkpoint_does_not_hold_is_named(
    pool: Pool, log: EventLog
) -> None:
    notes = await signed(pool, log)  # of 2, 3 and 4
    chain = Note.read(notes[2]).text.split("\n")[3]
    assert await held(pool, [forged(notes[0], root=bytes(32))]) == [
        Fault(2, f"the root is not the log's: {'A' * 43}=")
    ]
    assert await held(pool, [forged(notes[0], extensions=(chain,))]) == [
        Fault(2, f"the chain hash is not the log's: {chain.removeprefix('chain ')}")
    ]
    assert await held(pool, [forged(notes[0], OTHER)]) == [Fault(2, "signed by no known key")]
    assert await held(pool, [forged(notes[0], origin="kinerja/bps/other")]) == [
        Fault(2, "a checkpoint of kinerja/bps/other")
    ]
    assert await held(pool, [forged(notes[0], size=9)]) == [
        Fault(9, "signed, but the log ends at 4")
    ]
    broken = notes[0].replace(str(Note.read(notes[0]).signatures[0]),
                              str(Note.read(notes[1]).signatures[0]))  # fmt: skip
    assert await held(pool, [broken]) == [Fault(2, "the signature is wrong")]
    zeros = f"chain {'A' * 43}="
    empty = forged(notes[0], size=0, root=EMPTY, extensions=(zeros,))
    assert await held(pool, [empty, *notes]) == [Fault(0, UNKEPT)]
    (fault,) = await held(pool, ["nothing"])
    assert fault.position == 0
    (fault,) = await held(pool, [forged(notes[0], extensions=())])
    assert (fault.position, "chain" in fault.why) == (2, True)


async def test_a_checkpoint_that_the_log_keeps_at_another_position_is_named(
    pool: Pool, log: EventLog
) -> None:
    notes = await signed(pool, log)
    await pool.execute("update checkpoint set note = $1 where position = 3", notes[0])
    assert Fault(3, "a checkpoint of position 2") in await held(pool)
    await pool.execute("update checkpoint set note = $1 where position = 3", notes[1])
    await pool.execute("delete from event where position = 4")
    assert Fault(4, "signed, but the log ends at 3") in await held(pool)


async def test_a_checkpoint_that_was_published_and_that_the_log_does_not_keep_is_named(
    pool: Pool, log: EventLog
) -> None:
    """Unless it is of what an older backup lacked and was taken back."""
    notes = await signed(pool, log)
    await pool.execute("delete from checkpoint where position <> 3")
    assert await held(pool, notes) == [Fault(2, UNKEPT), Fault(4, UNKEPT)]
    assert await held(pool, notes, taken_back=[range(3, 5)]) == [Fault(2, UNKEPT)]


async def test_after_a_rotation_the_checkpoints_of_both_keys_hold(
    pool: Pool, log: EventLog
) -> None:
    for key in (KEY, OTHER):
        await enter_key(pool, key.public)
    notes = await signed(pool, log)
    keyring = await read_keyring(pool)
    assert [each.id for each in keyring.good] == [KEY.id, OTHER.id]
    await append(log, "b", 0)
    later = str(await Checkpoints(pool, OTHER, ORIGIN).make())
    assert await held(pool, [*notes, later], keyring) == []

    await pool.execute("update signing_key set withdrawn = now() where kid = $1", KEY.id)
    keyring = await read_keyring(pool)
    assert [each.id for each in keyring.good] == [OTHER.id]
    # The later checkpoint covers what the withdrawn key has signed.
    assert await held(pool, notes, keyring) == []
    with pytest.raises(BadKey, match="withdrawn"):
        await enter_key(pool, KEY.public)


async def test_what_only_a_withdrawn_key_has_signed_does_not_hold(
    pool: Pool, log: EventLog
) -> None:
    await signed(pool, log)
    keyring = Keyring((OTHER.public,), (KEY.public,))
    why = "signed by a key that has been withdrawn, and by none later"
    assert await held(pool, keyring=keyring) == [Fault(at, why) for at in (2, 3, 4)]
    await append(log, "b", 0)
    await Checkpoints(pool, OTHER, ORIGIN).make()
    await append(log, "b", 1)
    await Checkpoints(pool, KEY, ORIGIN).make()
    assert await held(pool, keyring=keyring) == [Fault(6, why)]
