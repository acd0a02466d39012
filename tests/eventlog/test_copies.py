"""Whoever takes a published checkpoint away, or puts it in another place, is found."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from contracts.topics import CHECKPOINTS
from eventlog.broker import create_topics
from eventlog.checkpoints import Checkpoints, origin_of
from eventlog.copies import InTopic, hold_copies, published_to
from eventlog.database import Pool
from eventlog.log import EventLog
from eventlog.published import Copy, Folder, Topic
from tests.eventlog.ledger import append, name
from tests.eventlog.signing import KEY

pytestmark = pytest.mark.integration

LACKS = f"{CHECKPOINTS} lacks the checkpoint of position"


async def publish(checkpoints: Checkpoints, log: EventLog, count: int) -> list[str]:
    """Notes of 1, 2, 3 …, each published."""
    notes = []
    for version in range(count):
        await append(log, "a", version)
        notes.append(str(await checkpoints.make()))
    return notes


async def told(pool: Pool, notes: Sequence[str], *sizes: int, published: int = 4) -> list[str]:
    """What is wrong with a topic that has the notes of these sizes, at offsets 0, 1, 2 …"""
    copies = [Copy(f"offset {n}", notes[size - 1]) for n, size in enumerate(sizes)]
    answers = []
    for most in (1, 2, 4):  # however they come in batches
        topic = InTopic(pool)
        for start in range(0, len(copies), most):
            await topic.take(copies[start : start + most])
        answers.append(await topic.end(published))
    assert answers[0] == answers[1] == answers[2]
    return [each.removeprefix(f"{LACKS} ") for each in answers[0]]


async def test_all_that_was_published_lies_in_the_topic_in_order(pool: Pool, log: EventLog) -> None:
    notes = await publish(Checkpoints(pool, KEY, origin_of("bps", "ledger")), log, 4)
    assert await told(pool, notes, 1, 2, 3, 4) == []
    assert await told(pool, notes, 1, 2, 2, 3, 2, 3, 4) == []  # as a publisher may that was cut off
    assert await told(pool, notes, 1, 2, 3) == ["4"]
    assert await told(pool, notes, 1, 2, 3, published=3) == []  # 4 is on its way
    assert await told(pool, notes) == ["1", "2", "3", "4"]
    assert await told(pool, notes, 3, 4) == ["1 in front of offset 0", "2 in front of offset 0"]
    assert await told(pool, notes, 1, 3, 4) == ["2 in front of offset 1"]
    assert await told(pool, notes, 1, 3, 2, 4) == ["2 in front of offset 1"]
    assert await told(pool, notes, 2, 1, 3, 4) == ["1 in front of offset 0"]
    assert await told(pool, notes, 1, 2, 4, 3) == ["3 in front of offset 2"]


async def test_what_the_topic_lost_is_mended_by_publishing_all_anew(
    pool: Pool, log: EventLog
) -> None:
    notes = await publish(Checkpoints(pool, KEY, origin_of("bps", "ledger")), log, 4)
    assert await told(pool, notes, 1, 4, 1, 2, 3, 4) == []
    assert await told(pool, notes, 2, 4, 1, 2, 3, 4) == []


async def test_the_order_is_not_asked_for_in_what_was_taken_back(
    pool: Pool, owner: Pool, log: EventLog
) -> None:
    notes = await publish(Checkpoints(pool, KEY, origin_of("bps", "ledger")), log, 4)
    await owner.execute("insert into taken_back (after, events, by, why) values (2, 1, 'x', 'y')")
    assert await told(pool, notes, 1, 4, 2) == []


async def test_copies_in_topic_and_folder_are_held_against_what_the_log_keeps(
    pool: Pool, log: EventLog, kafka_arguments: dict[str, Any], tmp_path: Path
) -> None:
    await create_topics(kafka_arguments, [CHECKPOINTS], 1)
    origin = origin_of(name("agency"), "ledger")
    folder = tmp_path / "published"
    folder.mkdir()
    places = (Topic(kafka_arguments), Folder(folder))
    await publish(Checkpoints(pool, KEY, origin, places), log, 4)
    assert await published_to(pool, places[1].name) == 4
    assert await hold_copies(pool, kafka_arguments, folder, origin) == ([], [])
    assert await hold_copies(pool, kafka_arguments, None, origin) == ([], [])

    first, second, third, fourth = sorted(folder.iterdir())
    fourth.unlink()
    swapped = first.read_bytes(), second.read_bytes()
    second.write_bytes(swapped[0])
    first.write_bytes(swapped[1])
    third.write_text("nothing")
    await pool.execute("update publication set position = 9 where publisher = $1", Topic.name)
    version = (await append(log, "a", 4)).version
    await Checkpoints(pool, KEY, origin).make()
    held = await hold_copies(pool, kafka_arguments, folder, origin)
    assert held.strays == ["nothing"]
    assert held.faults == [
        f"{LACKS} {version}",
        *(f"{each} is not the checkpoint that the log keeps" for each in (first, second, third)),
        f"{fourth} is missing",
    ]

    for each in folder.iterdir():
        each.unlink()
    folder.rmdir()
    held = await hold_copies(pool, kafka_arguments, folder, origin)
    assert held.faults[1:] == [f"{file} is missing" for file in (first, second, third, fourth)]
