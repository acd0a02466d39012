"""Who asks for "at least this position" waits until it has been applied, for a bounded time."""

import asyncio
from typing import Any

import pytest
import structlog

from contracts.topics import partition
from eventlog import arrivals
from eventlog.arrivals import MAX_WAITING, Arrivals, TooManyWaiting
from eventlog.database import Pool, create_pool
from eventlog.log import EventLog
from eventlog.subscription import Subscription
from tests.eventlog.effects import ONE, Effects
from tests.eventlog.harness import consuming, relaying, until, wired
from tests.eventlog.ledger import MODELS, Credited, Opened, append

pytestmark = pytest.mark.integration

TOPIC = "kinerja.ledger.events"
SOON, LONG = 0.3, 60.0
"""Timeouts (s) of what will not come, and of what will."""


class Counting(Arrivals):
    """Counts its rounds."""

    rounds = 0

    async def _read(self) -> dict[arrivals.Key, int]:
        self.rounds += 1
        return await super()._read()


@pytest.fixture
def waits(pool: Pool, log: EventLog) -> Counting:
    return Counting(pool)


@pytest.fixture
def never_asks_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that nothing but a newcomer or a commit leads to another round."""
    monkeypatch.setattr(arrivals, "LEAST_PAUSE", 3600.0)


async def place(pool: Pool, subscription: str, partition: int, position: int) -> None:
    """Move a place, as a subscription of another process does."""
    await pool.execute(
        "insert into place values ($1, $2, $3, $4, $4)"
        " on conflict (subscription, topic, partition) do update set position = $4",
        subscription,
        TOPIC,
        partition,
        position,
    )


async def nobody_polls() -> None:
    await until(lambda: "arrivals" not in {task.get_name() for task in asyncio.all_tasks()})


async def test_waiting_ends_when_each_subscription_has_applied_the_position(
    pool: Pool, waits: Arrivals
) -> None:
    waiting = asyncio.create_task(waits.wait(["a", "b"], TOPIC, 1, 7, timeout=LONG))
    await place(pool, "a", 1, 9)
    await place(pool, "b", 1, 6)
    await place(pool, "b", 2, 9)
    assert not await waits.wait(["b"], TOPIC, 1, 7, timeout=SOON)
    assert not waiting.done()
    await place(pool, "b", 1, 7)
    assert await waiting


async def test_nothing_else_is_taken_for_it(pool: Pool, waits: Arrivals) -> None:
    await place(pool, "a", 1, 7)
    assert await waits.wait(["a"], TOPIC, 1, 7, timeout=LONG)
    answers = await asyncio.gather(
        waits.wait(["a"], TOPIC, 1, 8, timeout=SOON),
        waits.wait(["a"], TOPIC, 2, 7, timeout=SOON),
        waits.wait(["a"], "kinerja.other.events", 1, 7, timeout=SOON),
        waits.wait(["another"], TOPIC, 1, 7, timeout=SOON),
        waits.wait(["a", "another"], TOPIC, 1, 7, timeout=SOON),
    )
    assert not any(answers)


async def test_what_asks_for_nothing_waits_for_nothing(waits: Arrivals) -> None:
    assert await waits.wait([], TOPIC, 1, 7, timeout=SOON)
    assert await waits.wait(["never applied anything"], TOPIC, 1, 0, timeout=LONG)


@pytest.mark.usefixtures("never_asks_by_itself")
async def test_a_commit_in_this_process_ends_the_waiting_for_it(
    effects: Effects, pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    waits = Arrivals(pool)
    effects.subscription = Subscription(effects, pool, MODELS, on_commit=waits.notify)
    waiting = asyncio.create_task(waits.wait([effects.name], topic, partition(ONE), 2, LONG))
    async with (
        relaying(pool, kafka_arguments, topic),
        consuming(kafka_arguments, effects.subscription),
    ):
        receipt = await append(log, ONE, 0, Opened(owner="o"), Credited(amount=1))
        assert receipt.position == 2
        assert await waiting
        # What it waited for is there to be read.
        assert await effects.positions() == [1, 2]


@pytest.mark.usefixtures("never_asks_by_itself")
async def test_all_who_wait_are_asked_for_in_one_query(pool: Pool, waits: Counting) -> None:
    waiting = [
        asyncio.create_task(waits.wait([f"s{n % 9}"], TOPIC, n % 6, 1, timeout=LONG))
        for n in range(300)
    ]
    await until(lambda: waits.rounds)
    for n in range(9):
        for each in range(6):
            await place(pool, f"s{n}", each, 1)
    waits.notify()
    assert all(await asyncio.gather(*waiting))
    assert waits.rounds <= 3


async def test_nobody_asks_when_nobody_waits(pool: Pool, waits: Counting) -> None:
    await nobody_polls()
    assert not await waits.wait(["a"], TOPIC, 1, 7, timeout=SOON)
    gone = asyncio.create_task(waits.wait(["a"], TOPIC, 1, 7, timeout=LONG))
    await until(lambda: waits._waiters)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    await nobody_polls()
    rounds = waits.rounds
    waits.notify()
    await nobody_polls()
    assert waits.rounds == rounds
    await place(pool, "a", 1, 7)
    assert await waits.wait(["a"], TOPIC, 1, 7, timeout=LONG)


async def test_only_so_many_may_wait(pool: Pool, waits: Arrivals) -> None:
    waiting = [
        asyncio.create_task(waits.wait(["a"], TOPIC, 1, 7, timeout=LONG))
        for _ in range(MAX_WAITING)
    ]
    await until(lambda: len(waits._waiters) == MAX_WAITING)
    with pytest.raises(TooManyWaiting):
        await waits.wait(["a"], TOPIC, 1, 7, timeout=LONG)
    await place(pool, "a", 1, 7)
    assert all(await asyncio.gather(*waiting))
    assert await waits.wait(["a"], TOPIC, 1, 7, timeout=LONG)


@pytest.mark.parametrize("how", ["refuses", "hangs"])
async def test_a_database_that_is_away_is_outlived(
    pool: Pool, log: EventLog, database: str, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "LONGEST_ROUND", 2 * SOON)
    await place(pool, "a", 1, 7)
    async with wired(database) as (wire, there), create_pool(there, size=2) as far:
        waits = Arrivals(far)
        assert await waits.wait(["a"], TOPIC, 1, 7, timeout=LONG)
        if how == "hangs":
            wire.answers.clear()
        else:
            await wire.cut()
        with structlog.testing.capture_logs() as said:
            # What has been reached stays so, whoever is away.
            assert await waits.wait(["a"], TOPIC, 1, 7, timeout=SOON)
            assert not await waits.wait(["a"], TOPIC, 1, 8, timeout=SOON)
            stays = asyncio.create_task(waits.wait(["a"], TOPIC, 1, 8, timeout=LONG))
            await until(lambda: "arrivals wait for the database" in [e["event"] for e in said])
        if how == "hangs":
            wire.answers.set()
        else:
            await wire.mend()
        await place(pool, "a", 1, 8)
        assert await stays
