"""A subscription tells what keeps it from keeping up."""

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from contracts.event import Recorded
from contracts.topics import partition
from eventlog.database import Connection, Pool
from eventlog.feed import _Listener
from eventlog.log import EventLog
from tests.eventlog.effects import ONE, OTHER, Effects, chain
from tests.eventlog.harness import (
    Carrier,
    consuming,
    feeding,
    relaying,
    unread,
    until,
)
from tests.eventlog.ledger import (
    fill,
)

pytestmark = pytest.mark.integration


async def test_what_it_does_not_take_is_told(
    effects: Effects, pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    blocked = asyncio.Event()

    async def wait(connection: Connection, events: Sequence[Recorded]) -> None:
        await blocked.wait()
        await effects.apply(connection, events)

    effects.subscription.apply = wait
    assert effects.subscription.trouble() == ["not started"]
    count = await fill(log, [ONE], credits=9)
    async with (
        relaying(pool, kafka_arguments, topic),
        consuming(kafka_arguments, effects.subscription),
    ):
        await until(lambda: unread(effects.subscription) == count)
        # Since when it is behind is known from when it was first asked.
        await until(lambda: len(effects.subscription.trouble(patience=0.2)) == 2)
        assert effects.subscription.trouble(patience=0.2) == [
            "busy with one batch for more than 0.2 s",
            f"{count} behind and not moving for more than 0.2 s",
        ]
        blocked.set()
        await until(lambda: unread(effects.subscription) == 0)
        assert effects.subscription.trouble() == []


async def test_it_is_in_trouble_until_its_group_has_assigned_it_something_or_nothing(
    effects: Effects, kafka_arguments: dict[str, Any]
) -> None:
    """A consumer that never got its partitions has nothing to read: it would look like one that keeps up."""
    subscription = effects.subscription
    async with AIOKafkaConsumer(**kafka_arguments) as consumer:
        effects.feed.read_by(lambda: consumer)
        assert subscription.trouble() == ["its consumer group has assigned it nothing yet"]
        await effects.feed.seek(set())  # more members than partitions
        assert subscription.trouble() == []
        await _Listener(effects.feed).on_partitions_revoked(set())
        assert subscription.trouble() == []  # a rebalance takes its time
        await until(lambda: subscription.trouble(patience=0.2))


async def test_a_place_that_cannot_be_read_is_asked_for_again_and_told(
    effects: Effects, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """Also where the reason is none that passes by itself: nothing is taken without it."""
    await Carrier(kafka_arguments, topic).send(*chain(ONE, 3))
    subscription = effects.subscription
    read_places, granted = effects.feed._read_places, asyncio.Event()

    async def refused() -> None:
        if not granted.is_set():
            raise asyncpg.InsufficientPrivilegeError("permission denied for table place")
        await read_places()

    effects.feed._read_places = refused  # type: ignore[method-assign]
    async with feeding(kafka_arguments, effects.feed):
        told = "has not learnt its places for more than 0 s"
        await until(lambda: told in subscription.trouble(patience=0))
        assert await effects.positions() == []
        granted.set()
        await effects.reaches(1, 2, 3)
        assert told not in subscription.trouble(patience=0)


async def test_what_stands_is_told_also_while_it_is_tried_again(
    effects: Effects, pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """A service that starts anew, or whose group assigns anew, does not look well in between."""
    carrier = Carrier(kafka_arguments, topic)
    headers = carrier.headers(b"{}", ONE, 1, 0)
    offset = await carrier.put(b"{}", partition(ONE), headers, ONE)
    async with consuming(kafka_arguments, effects.subscription):
        await effects.stop()
        told = effects.subscription.trouble()
    feed = Effects(pool, topic, called=effects.name).feed
    (again,) = feed.subscriptions
    async with AIOKafkaConsumer(**kafka_arguments) as consumer:
        consumer.assign([effects.tp])
        feed.read_by(lambda: consumer)
        await feed.seek({effects.tp})
        assert len(told) == 1
        assert again.trouble() == told
        assert await consumer.position(effects.tp) == offset
        assert effects.tp not in consumer.paused()
        other = TopicPartition(topic, partition(OTHER))
        consumer.assign([other])
        await feed.seek({other})
        assert again.trouble() == []  # another's now
