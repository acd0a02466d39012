"""A stopped partition is tried again, or its record passed over, while its process is at work."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from contracts.event import Recorded
from contracts.topics import partition
from eventlog.cures import (
    MovedOn,
    NotProven,
    NotStopped,
    PassedOver,
    Stop,
    find,
    pass_over,
    read_passed_over,
    retry,
)
from eventlog.database import Connection, Pool
from eventlog.feed import Feed
from eventlog.places import Key, note_stopped
from eventlog.replay import Replay
from eventlog.subscription import Subscription
from eventlog.watch import LOOK
from tests.eventlog.effects import ONE, OTHER, Effects, chain
from tests.eventlog.harness import Carrier, consuming, feeding, until, waiting_for_a_lock
from tests.eventlog.ledger import MODELS, Credited, name, recorded, view
from tests.eventlog.signing import TRUST

pytestmark = pytest.mark.integration

both_feeds = pytest.mark.parametrize("beside", [False, True], ids=["alone", "beside another"])


class Sick(Effects):
    """Cannot apply position 2 until it is cured."""

    def __init__(self, pool: Pool, topic: str) -> None:
        super().__init__(pool, topic)
        self.cured = False

    def shows(self, event: Recorded) -> bool:
        return True

    async def apply(self, connection: Connection, events: Sequence[Recorded]) -> None:
        await super().apply(connection, events)
        if not self.cured and any(event.position == 2 for event in events):
            raise RuntimeError("a mistake in this view")

    @property
    def key(self) -> Key:
        return self.name, self.tp


@pytest.fixture
def sick(effects: Effects, pool: Pool, topic: str) -> Sick:
    return Sick(pool, topic)


@pytest.fixture
def look(pool: Pool, kafka_arguments: dict[str, Any], sick: Sick) -> Callable[[], Any]:
    return lambda: find(pool, kafka_arguments, TRUST, sick.key)


def _feed(kafka: dict[str, Any], *effects: Effects) -> Feed:
    return Feed(name("feed"), [each.subscription for each in effects], kafka, TRUST)


@asynccontextmanager
async def stopped(
    sick: Sick, effects: Effects, kafka: dict[str, Any], *, beside: bool
) -> AsyncIterator[Carrier]:
    """It stands before the second of four events; whoever is beside it has taken them all."""
    carrier = Carrier(kafka, sick.tp.topic)
    await carrier.send(*chain(ONE, 4), recorded(5, OTHER, 1, Credited(amount=1)))
    async with feeding(kafka, _feed(kafka, sick, *([effects] if beside else []))):
        await sick.stop()
        await sick.reaches(5, account=OTHER)
        if beside:
            await effects.reaches(1, 2, 3, 4, account=ONE)
        yield carrier


async def passed(pool: Pool, stop: Stop, why: str = "A mistake in this view") -> PassedOver:
    return await pass_over(pool, stop, "RuntimeError", "operator-1", why)


@both_feeds
async def test_what_is_tried_again_goes_on_without_a_restart(
    sick: Sick, effects: Effects, pool: Pool, kafka_arguments: dict[str, Any], beside: bool
) -> None:
    async with stopped(sick, effects, kafka_arguments, beside=beside) as carrier:
        sick.cured = True
        await retry(pool, sick.key)
        await sick.reaches(1, 2, 3, 4, account=ONE)
        await carrier.send((recorded(6, ONE, 5, Credited(amount=1)), 4))
        await sick.reaches(1, 2, 3, 4, 6, account=ONE)
        await until(lambda: not sick.subscription.trouble())
        assert not await pool.fetchval("select count(*) from stopped")


@both_feeds
async def test_what_fails_again_stands_again(
    sick: Sick, effects: Effects, pool: Pool, kafka_arguments: dict[str, Any], beside: bool
) -> None:
    async with stopped(sick, effects, kafka_arguments, beside=beside):
        before = await sick.stop()
        await retry(pool, sick.key)
        await until(lambda: pool.fetchval("select since > $1 from stopped", before["since"]))
        tried = sick.applying
        await asyncio.sleep(2 * LOOK)
        assert sick.applying == tried
        assert sick.subscription.trouble()
        sick.cured = True
        await retry(pool, sick.key)
        await sick.reaches(1, 2, 3, 4, account=ONE)


@both_feeds
async def test_what_is_passed_over_is_left_out_and_the_next_of_its_stream_follows(
    sick: Sick,
    effects: Effects,
    pool: Pool,
    kafka_arguments: dict[str, Any],
    look: Callable[[], Any],
    beside: bool,
) -> None:
    async with stopped(sick, effects, kafka_arguments, beside=beside) as carrier:
        stop = await look()
        assert stop.reason == "RuntimeError: a mistake in this view"
        assert (stop.record.position, stop.record.offset) == (2, 1)
        assert (stop.record.stream, stop.record.version) == (f"account/{ONE}", 2)
        assert (stop.record.type, stop.record.subject) == (Credited.wire_type(), ONE)
        done = await passed(pool, stop)
        await sick.reaches(1, 3, 4, account=ONE)
        await carrier.send((recorded(6, ONE, 5, Credited(amount=1)), 4))
        await sick.reaches(1, 3, 4, 6, account=ONE)
        await until(lambda: not sick.subscription.trouble())
        assert await read_passed_over(pool) == [done]
        assert (done.position, done.stream, done.by) == (2, f"account/{ONE}", "operator-1")


async def test_a_record_that_nobody_can_read_is_passed_over_by_each_that_it_stops(
    sick: Sick,
    effects: Effects,
    pool: Pool,
    topic: str,
    kafka_arguments: dict[str, Any],
) -> None:
    """Nobody has read meanwhile what came behind it."""
    sick.cured = True
    carrier = Carrier(kafka_arguments, topic)
    await carrier.send(*chain(ONE, 1))
    await carrier.put(b"\xff", partition(ONE), carrier.headers(b"\xff", ONE, 2, 1), ONE)
    async with feeding(kafka_arguments, _feed(kafka_arguments, sick, effects)):
        for each in (sick, effects):
            await each.stop()
        await carrier.send((recorded(3, ONE, 2, Credited(amount=1)), 2))
        await carrier.send((recorded(4, OTHER, 1, Credited(amount=1)), 0))
        for each in (sick, effects):
            await each.reaches(4, account=OTHER)
            stop = await find(pool, kafka_arguments, TRUST, (each.name, each.tp))
            assert (stop.record.type, stop.record.stream, stop.record.version) == (None,) * 3
            await passed(pool, stop)
            await each.reaches(1, 3, account=ONE)
        await carrier.send((recorded(5, ONE, 3, Credited(amount=1)), 3))
        for each in (sick, effects):
            await each.reaches(1, 3, 5, account=ONE)


async def test_of_two_who_pass_over_at_once_one_does(
    sick: Sick,
    effects: Effects,
    pool: Pool,
    kafka_arguments: dict[str, Any],
    look: Callable[[], Any],
) -> None:
    async with stopped(sick, effects, kafka_arguments, beside=False):
        stop = await look()
        why = ["A mistake", "A mistake", "Another reason"]
        answers = await asyncio.gather(
            *(passed(pool, stop, each) for each in why), return_exceptions=True
        )
        done = await read_passed_over(pool)
        assert len(done) == 1
        for reason, answer in zip(why, answers, strict=True):
            if reason == done[0].why:
                assert answer == done[0]
            else:
                assert isinstance(answer, MovedOn)
        await sick.reaches(1, 3, 4, account=ONE)


async def test_what_has_moved_on_is_not_passed_over(
    sick: Sick,
    effects: Effects,
    pool: Pool,
    kafka_arguments: dict[str, Any],
    look: Callable[[], Any],
) -> None:
    async with stopped(sick, effects, kafka_arguments, beside=False):
        stop = await look()
        sick.cured = True
        await retry(pool, sick.key)
        await sick.reaches(1, 2, 3, 4, account=ONE)
        with pytest.raises(MovedOn):
            await passed(pool, stop)
        with pytest.raises(NotStopped):
            await look()
        with pytest.raises(NotStopped):
            await retry(pool, sick.key)
    assert not await read_passed_over(pool)


async def test_who_dies_while_passing_over_has_done_nothing(
    sick: Sick,
    effects: Effects,
    pool: Pool,
    kafka_arguments: dict[str, Any],
    look: Callable[[], Any],
) -> None:
    async with stopped(sick, effects, kafka_arguments, beside=False):
        stop = await look()
        async with pool.acquire() as another:
            held = another.transaction()
            await held.start()
            await another.execute(  # what it would write last
                "insert into passed_over values ($1, $2, $3, 2, 1, '', '', '', '', '')",
                sick.name,
                sick.tp.topic,
                sick.tp.partition,
            )
            passing = asyncio.create_task(passed(pool, stop))
            await until(lambda: waiting_for_a_lock(pool))
            passing.cancel()
            await asyncio.wait([passing])
            await held.rollback()
        assert not await read_passed_over(pool)
        assert await look() == stop
        await passed(pool, stop)
        await sick.reaches(1, 3, 4, account=ONE)


async def test_what_is_not_proven_to_be_the_next_is_not_passed_over(
    sick: Sick,
    effects: Effects,
    pool: Pool,
    topic: str,
    kafka_arguments: dict[str, Any],
    look: Callable[[], Any],
) -> None:
    """Whoever may write to the topic, or has written another offset."""
    async with stopped(sick, effects, kafka_arguments, beside=False):
        stop = await look()
    carrier = Carrier(kafka_arguments, topic)
    headers = carrier.headers(b"{}", ONE, 6, 4, by=None)
    forged = await carrier.put(b"{}", partition(ONE), headers, ONE)
    await note_stopped(pool, sick.name, sick.tp, forged, "RuntimeError")
    with pytest.raises(NotProven):
        await look()
    with pytest.raises(MovedOn):
        await passed(pool, stop)


async def test_nobody_looks_while_nothing_is_stopped(
    effects: Effects, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    feed = _feed(kafka_arguments, effects)
    await Carrier(kafka_arguments, topic).send(*chain(ONE, 2))
    async with feeding(kafka_arguments, feed):
        await effects.reaches(1, 2)
        assert feed._watch._task is None


async def test_a_view_equals_its_replay_also_behind_what_it_has_passed_over(
    pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """Also one that was built anew, for the same version of it or for a newer one."""
    accounts = view(topic, called=name("v"))
    key = accounts.name, Effects(pool, topic).tp
    async with pool.acquire() as connection:
        await accounts.create(connection)
    carrier = Carrier(kafka_arguments, topic)
    first, _, third = chain(ONE, 3)
    await carrier.send(first)
    await carrier.put(b"\xff", partition(ONE), carrier.headers(b"\xff", ONE, 2, 1), ONE)
    await carrier.send((recorded(3, ONE, 2, Credited(amount=third.event.amount)), 2))  # type: ignore[attr-defined]
    async with consuming(kafka_arguments, Subscription(accounts, pool, MODELS)):
        await until(lambda: pool.fetchval("select true from stopped"))
        await passed(pool, await find(pool, kafka_arguments, TRUST, key))
        await until(lambda: pool.fetchval("select credits = 2 from view.account"))

    def replay() -> Replay:
        return Replay(accounts, pool, kafka_arguments, MODELS, TRUST)

    assert await replay().compare() == {}
    await replay().rebuild()
    assert await replay().compare() == {}
    await pool.execute("insert into view_version values ($1, 1) on conflict do nothing", key[0])
    accounts = replace(accounts, version=2)
    await replay().prepare()
    assert await replay().compare() == {}
    assert await pool.fetchval("select credits from view.account") == 2
