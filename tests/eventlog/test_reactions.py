"""An event leads to a command of another service, exactly once in effect."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from contracts.event import Origin, Recorded
from contracts.topics import partition
from eventlog.commands import RETRIES
from eventlog.database import Pool, create_pool
from eventlog.log import EventLog, Recalled
from eventlog.reactions import Reaction
from eventlog.subscription import Subscription
from tests.eventlog.harness import caught_up, consuming, relaying, until
from tests.eventlog.ledger import (
    MODELS,
    NOW,
    Credited,
    Opened,
    Thanked,
    append,
    fill,
    name,
    origin,
    reaction,
)

pytestmark = pytest.mark.integration


@pytest.fixture
async def other(other_database: str) -> AsyncIterator[EventLog]:
    """The log of the service that reacts; its subscriptions' places are beside it."""
    async with create_pool(other_database) as pool:
        log = await EventLog.open(pool, MODELS, agency="bps")
        yield log
        await log.close()


def subscription(reaction: Reaction, pool: Pool) -> Subscription:
    return Subscription(reaction, pool, MODELS)


async def test_every_event_is_answered_once_in_order_and_says_what_led_to_it(
    pool: Pool, log: EventLog, other: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    await fill(log, ["a", "b"], credits=3)
    courtesy = reaction(topic, other, called=name("courtesy"))
    async with (
        relaying(pool, kafka_arguments, topic),
        consuming(kafka_arguments, subscription(courtesy, other.pool)),
    ):
        await until(lambda: other.pool.fetchval("select position = 6 from head"))
    for account in "ab":
        causes = (await log.read_stream(f"account/{account}"))[1:]
        answers = await other.read_stream(f"thanks/{account}")
        assert [answer.event for answer in answers] == [
            Thanked(cause=cause.id, amount=nth) for nth, cause in enumerate(causes, start=1)
        ]
        for cause, answer in zip(causes, answers, strict=True):
            said = answer.document
            assert said["command"] == f"r:{courtesy.name}::{cause.id}"
            assert said["actor"] == f"service:{courtesy.name}"
            assert said["cause"] == cause.id
            assert said["correlation"] == cause.correlation
            assert said["basis"] == f"ledger:{cause.stream}@{cause.version}"
            assert answer.at == cause.at == NOW


async def test_an_event_delivered_again_is_not_answered_again(
    pool: Pool, log: EventLog, other: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    await fill(log, ["a", "b", "c"], credits=2)
    courtesy = reaction(topic, other, called=name("courtesy"))
    async with relaying(pool, kafka_arguments, topic):
        async with consuming(kafka_arguments, subscription(courtesy, other.pool)):
            await until(lambda: other.pool.fetchval("select position = 6 from head"))

        # Its memory of what it has answered is lost.
        await other.pool.execute("update place set next_offset = 0, position = 0")
        again = subscription(courtesy, other.pool)
        async with consuming(kafka_arguments, again):
            await append(log, "a", 3, Credited(amount=3))
            await until(lambda: other.pool.fetchval("select position >= 7 from head"))
            await until(lambda: caught_up(other.pool, courtesy.name, log))
            assert not again.health.stopped
    answered = [
        event.event.cause async for event in other.read() if isinstance(event.event, Thanked)
    ]
    assert len(answered) == len(set(answered)) == 7
    assert await other.head() == 7


async def test_two_reactions_to_one_event_are_two_commands(
    pool: Pool, log: EventLog, other: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    await fill(log, ["a"], credits=2)
    both = [subscription(reaction(topic, other), other.pool) for _ in range(2)]
    async with relaying(pool, kafka_arguments, topic), consuming(kafka_arguments, *both):
        await until(lambda: other.pool.fetchval("select position = 4 from head"))
    answered = Counter(
        [event.event.cause async for event in other.read() if isinstance(event.event, Thanked)]
    )
    assert list(answered.values()) == [2, 2]


async def test_events_it_does_not_answer_are_passed_over(
    pool: Pool, log: EventLog, other: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    await append(log, "a", 0, *(Opened(owner=str(n)) for n in range(5)))
    courtesy = reaction(topic, other)
    async with (
        relaying(pool, kafka_arguments, topic),
        consuming(kafka_arguments, subscription(courtesy, other.pool)),
    ):
        await until(lambda: caught_up(other.pool, courtesy.name, log))
    assert await other.head() == 0


async def test_one_subjects_events_are_answered_in_order_and_those_of_others_beside_them(
    pool: Pool, log: EventLog, other: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """One that waits for another of its batch, of another subject, does not wait for ever."""
    # Two subjects of one partition, in one batch: they are there before the consumer is.
    first = "a"
    second = next(n for n in map(str, range(99)) if partition(n) == partition(first))
    order: list[tuple[str, int]] = []
    second_done = asyncio.Event()

    async def answer(cause: Recorded, _: Origin) -> None:
        if cause.subject == first and not order:
            await asyncio.wait_for(second_done.wait(), 30)
        order.append((cause.subject, cause.version))
        if (cause.subject, cause.version) == (second, 2):
            second_done.set()

    await fill(log, [first, second], credits=1)
    async with relaying(pool, kafka_arguments, topic) as relay:
        await until(lambda: relay.position == 4)
    answering = Reaction(name("ordered"), (topic,), {Opened: answer, Credited: answer})
    async with consuming(kafka_arguments, subscription(answering, other.pool)):
        await until(lambda: len(order) >= 4)
    assert order == [(second, 1), (second, 2), (first, 1), (first, 2)]


async def test_a_reaction_whose_stream_keeps_moving_goes_on_trying(
    pool: Pool, log: EventLog, other: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """That others write to the stream that it answers on is no fault of the event."""

    class Busy(EventLog):
        """A log on whose stream another always writes just after it has been read."""

        moves = 2 * RETRIES

        async def recall(self, stream: str, command: str, fingerprint: bytes = b"") -> Recalled:
            recalled = await super().recall(stream, command, fingerprint)
            if self.moves:
                self.moves -= 1
                event = Thanked(cause="a caller", amount=0)
                await other.append(stream, len(recalled.history), [event], origin(), subject="a")
            return recalled

    busy = Busy(other.pool, MODELS)
    await fill(log, ["a"], credits=1)
    answering = subscription(reaction(topic, busy), other.pool)
    async with relaying(pool, kafka_arguments, topic), consuming(kafka_arguments, answering):
        await until(lambda: caught_up(other.pool, answering.name, log))
        assert not answering.health.stopped
    assert await other.head() == 2 * RETRIES + 1
    await busy.close()


async def test_a_reaction_that_refuses_stops_its_partition(
    pool: Pool, log: EventLog, other: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """What a service cannot answer is not passed over: it stands, and says why."""

    async def refuse(cause: Recorded, _: Origin) -> None:
        raise RuntimeError(f"no answer to {cause.id}")

    receipt = await append(log, "a", 0, Opened(owner="o"), command="c")
    answering = subscription(Reaction(name("mute"), (topic,), {Opened: refuse}), other.pool)
    async with relaying(pool, kafka_arguments, topic), consuming(kafka_arguments, answering):
        reason = await until(lambda: other.pool.fetchval("select reason from stopped"))
        assert reason == "RuntimeError: no answer to c/1"
        assert receipt.position == 1
    assert not await other.pool.fetchval("select sum(position) from place")
