"""Readers that are older than a writer: a type that they have never heard of is not their business,
another version of one that they take is."""

from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka import TopicPartition

from contracts.event import Recorded
from eventlog.database import Connection, Pool
from eventlog.log import EventLog
from eventlog.places import Place, read_places, read_stopped
from eventlog.replay import Replay
from eventlog.subscription import Subscription
from eventlog.views import LIVE
from tests.eventlog.effects import ONE, OTHER, Effects, chain
from tests.eventlog.harness import Carrier, consuming, unread, until
from tests.eventlog.ledger import MODELS, Credited, Unheard, name, reaction, recorded, view
from tests.eventlog.signing import TRUST

pytestmark = pytest.mark.integration


def newer(event: Recorded) -> Recorded:
    """The event in a version that nobody here knows."""
    return Recorded(event.record.replace(b"Credited.v1", b"Credited.v2"), event.position, MODELS)


@pytest.fixture
async def readers(pool: Pool, log: EventLog, topic: str) -> list[Subscription]:
    """A view, and a reaction that writes to the log."""
    accounts = view(topic, called=name("accounts"))
    await Replay(accounts, pool, {}, MODELS, TRUST).prepare()
    return [Subscription(each, pool, MODELS) for each in (accounts, reaction(topic, log))]


async def applied(pool: Pool, subscription: Subscription) -> list[Place]:
    return list((await read_places(pool, subscription.name)).values())


async def test_a_type_that_a_reader_does_not_take_is_passed_over(
    readers: list[Subscription],
    pool: Pool,
    log: EventLog,
    topic: str,
    kafka_arguments: dict[str, Any],
) -> None:
    first, _, third = chain(ONE, 3)
    await Carrier(kafka_arguments, topic).send(first, recorded(2, ONE, 2, Unheard()), third)
    async with consuming(kafka_arguments, *readers):
        for each in readers:
            await until(lambda: applied(pool, each))  # noqa: B023  asked before the next
            await until(lambda: unread(each) == 0)  # noqa: B023
            (place,) = await applied(pool, each)
            assert (place.next_offset, place.position) == (3, 3)
            assert each.trouble() == []
    assert await pool.fetchval(f"select credits from {LIVE}.account") == 2
    assert [answer.version for answer in await log.read_stream(f"thanks/{ONE}")] == [1, 2]
    accounts, _ = (each.effect for each in readers)
    replay = Replay(accounts, pool, kafka_arguments, MODELS, TRUST)  # type: ignore[arg-type]
    assert await replay.compare() == {}


async def test_a_newer_version_of_what_a_reader_takes_stops_it_and_nobody_else(
    readers: list[Subscription],
    effects: Effects,
    pool: Pool,
    topic: str,
    kafka_arguments: dict[str, Any],
) -> None:
    """Another than these takes it for what it has never heard of."""

    async def pass_over(connection: Connection, events: Sequence[Recorded]) -> None: ...

    effects.subscription.apply = pass_over
    first, second, third = chain(ONE, 3)
    elsewhere = recorded(4, OTHER, 1, Credited(amount=1))
    await Carrier(kafka_arguments, topic).send(first, newer(second), third, elsewhere)
    tp = TopicPartition(topic, effects.tp.partition)
    async with consuming(kafka_arguments, *readers, effects.subscription):
        await until(lambda: stopped(pool, 2))
        await until(lambda: unread(effects.subscription) == 0)
        for each in readers:
            assert each.stopped_at == {tp: 1}
    told = await read_stopped(pool)
    assert {row["subscription"] for row in told} == {each.name for each in readers}
    assert {row["reason"] for row in told} == {
        "UnknownType: kinerja.ledger.Credited.v2 is of a newer program: this one does not know it"
    }
    assert await pool.fetchval(f"select credits from {LIVE}.account where account = $1", ONE) == 1


async def stopped(pool: Pool, count: int) -> bool:
    return len(await read_stopped(pool)) == count
