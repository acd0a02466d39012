"""A subscription applies each event once and in order, and stops where it cannot."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

import pytest
import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import ConsumerRecord, OffsetAndMetadata

from contracts.event import Recorded, by_wire_type
from contracts.topics import PARTITIONS, partition
from eventlog.database import Connection, Pool
from eventlog.effect import NotYet
from eventlog.feed import _Listener
from eventlog.log import EventLog
from eventlog.subscription import Subscription
from tests.eventlog.effects import ONE, OTHER, Effects, chain
from tests.eventlog.harness import (
    Carrier,
    consuming,
    feeding,
    forget_records,
    length,
    records,
    relaying,
    unread,
    until,
    waiting_for_a_lock,
)
from tests.eventlog.ledger import (
    MODELS,
    Credited,
    Load,
    Opened,
    Unheard,
    recorded,
)

pytestmark = pytest.mark.integration


# -- the place ----------------------------------------------------------------------------------


async def test_the_place_moves_in_the_transaction_of_the_effect(
    effects: Effects, pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    async with consuming(kafka_arguments, effects.subscription):
        await Carrier(kafka_arguments, topic).send(recorded(1, ONE, 1, Opened(owner="o")))
        await effects.reaches(1)
        place = await pool.fetchrow(
            "select *, xmin::text from place where subscription = $1", effects.subscription.name
        )
        assert place
        assert (place["partition"], place["next_offset"], place["position"]) == (
            partition(ONE), 1, 1
        )  # fmt: skip
        assert place["xmin"] == await pool.fetchval("select xmin::text from effect")


async def test_an_effect_that_fails_takes_its_place_back(
    effects: Effects, pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    failures = 0

    async def fail_thrice(connection: Connection, events: Sequence[Recorded]) -> None:
        nonlocal failures
        await effects.apply(connection, events)
        if failures < 3:
            failures += 1
            # Outside of the transaction nothing of it can be seen.
            assert not await pool.fetchval("select count(*) from effect")
            assert not await pool.fetchval("select count(*) from place")
            raise NotYet("what it needs is not here")

    effects.subscription.apply = fail_thrice
    await Carrier(kafka_arguments, topic).send(*chain(ONE, 5))
    async with consuming(kafka_arguments, effects.subscription):
        await effects.reaches(1, 2, 3, 4, 5)
    assert failures == 3


async def test_it_starts_from_its_own_place_and_not_from_kafkas(
    effects: Effects, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    await Carrier(kafka_arguments, topic).send(*chain(ONE, 5))
    consumer = AIOKafkaConsumer(
        **kafka_arguments, group_id=effects.subscription.name, enable_auto_commit=False
    )
    await consumer.start()
    consumer.assign([effects.tp])
    await consumer.commit({effects.tp: OffsetAndMetadata(5, "")})
    await consumer.stop()

    async with consuming(kafka_arguments, effects.subscription):
        await effects.reaches(1, 2, 3, 4, 5)


async def test_it_goes_on_at_its_place_after_a_restart(
    effects: Effects, pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    carrier = Carrier(kafka_arguments, topic)
    await carrier.send(*chain(ONE, 5))
    async with consuming(kafka_arguments, effects.subscription):
        await effects.reaches(1, 2, 3, 4, 5)

    again = Effects(pool, topic, called=effects.subscription.name)
    received: list[int] = []
    receive = again.feed.receive

    async def spy(records: Sequence[ConsumerRecord]) -> None:
        received.extend(record.offset for record in records)
        await receive(records)

    read_places = again.feed._read_places

    async def slow() -> None:
        """A database that takes longer to answer than Kafka takes to bring a batch."""
        await asyncio.sleep(0.5)
        await read_places()

    again.feed.receive = spy  # type: ignore[method-assign]
    again.feed._read_places = slow  # type: ignore[method-assign]
    await carrier.send((recorded(6, ONE, 6, Credited(amount=6)), 5))
    async with feeding(kafka_arguments, again.feed):
        await again.reaches(1, 2, 3, 4, 5, 6)
    assert received == [5]


# -- duplicates, early ones, gaps ---------------------------------------------------------------


async def test_duplicates_are_dropped(
    effects: Effects, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    carrier = Carrier(kafka_arguments, topic)
    first, second, third, fourth = chain(ONE, 4, step=3)
    await carrier.send(first, second)
    await carrier.send(first, second)
    with structlog.testing.capture_logs() as said:
        async with consuming(kafka_arguments, effects.subscription):
            await effects.reaches(1, 4)
            for each, after in (first, 0), (second, 1):  # as in the midst of a batch
                headers = carrier.headers(each.record, ONE, each.position, after, by=None)
                await carrier.put(each.record, partition(ONE), headers, ONE)
            await carrier.send((second, 1), (third, 4), (first, 0), (third, 4), (fourth, 7))
            await effects.reaches(1, 4, 7, 10)
            assert effects.subscription.trouble() == []
    assert not [line for line in said if line["event"] == "foreign records"]


async def test_an_event_that_is_too_early_waits_for_what_it_follows(
    effects: Effects, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    carrier = Carrier(kafka_arguments, topic)
    first, second, third, fourth = chain(ONE, 4)
    async with consuming(kafka_arguments, effects.subscription):
        with structlog.testing.capture_logs() as said:
            await carrier.send((first, 0), (third, 2))
            why = await until(lambda: effects.subscription.health.early.get(effects.tp))
        assert why == "position 3 does not follow 1, the last applied"
        assert any("waits for what precedes it" in each for each in effects.subscription.trouble())
        assert [line["why"] for line in said if line["event"] == "event too early"] == [why]
        assert await effects.positions() == [1]

        await carrier.send((second, 1), (third, 2), (fourth, 3))
        await effects.reaches(1, 2, 3, 4)
        await until(lambda: not effects.subscription.trouble())
    assert await effects.positions() == [1, 2, 3, 4]


async def test_what_was_lost_here_is_read_again_from_the_place(
    effects: Effects, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """The relay has its acknowledgement of it and never sends it again."""
    first, second, third = chain(ONE, 3)
    await Carrier(kafka_arguments, topic).send((first, 0), (second, 1), (third, 2))
    sent = await records(kafka_arguments, topic)
    effects.subscription.assigned = {effects.tp}
    effects.feed._begin(effects.tp)
    await effects.feed.receive([sent[0], sent[2]])
    place = effects.subscription.places[effects.tp]
    assert (place.next_offset, place.position) == (1, 1)
    assert effects.subscription.health.early
    async with consuming(kafka_arguments, effects.subscription):
        await effects.reaches(1, 2, 3)
        await until(lambda: not effects.subscription.trouble())


async def test_a_batch_that_was_lost_here_is_read_again_before_the_next(
    effects: Effects, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """Also where it comes again behind that, alone, from a stale leader."""
    first, second, third = chain(ONE, 3)
    subscription, carrier = effects.subscription, Carrier(kafka_arguments, topic)
    deliver, lost = effects.feed._deliver, asyncio.Event()

    async def lose(runs: object) -> None:
        lost.set()
        raise RuntimeError("a mistake that FastStream logs, and goes on")

    async with feeding(kafka_arguments, effects.feed):
        await carrier.send(first)
        await effects.reaches(1)
        effects.feed._deliver = lose  # type: ignore[method-assign]
        await carrier.send((second, 1))
        await lost.wait()
        effects.feed._deliver = deliver  # type: ignore[method-assign]
        with structlog.testing.capture_logs() as said:
            await carrier.send((third, 2), (second, 1))
            await effects.reaches(1, 2, 3)
            await until(lambda: unread(subscription) == 0)
        assert [(line["event"], line["due"], line["came"]) for line in said] == [
            ("records were lost here", 1, 2)
        ]
        assert subscription.trouble() == []


async def test_what_the_topic_lacks_is_asked_for_once_and_told(
    effects: Effects, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """Kafka's retention took it, against what the topic was made with."""
    first, second, third, fourth = chain(ONE, 4)
    carrier = Carrier(kafka_arguments, topic)
    await carrier.send(first, second)
    await forget_records(kafka_arguments, effects.tp, 1)
    waits = "waits for what precedes it"
    async with consuming(kafka_arguments, effects.subscription):
        with structlog.testing.capture_logs() as said:
            await until(lambda: any(waits in each for each in effects.subscription.trouble()))
        assert [line["event"] for line in said] == ["records were lost here", "event too early"]
        await carrier.send(first, second, third, fourth)
        await effects.reaches(1, 2, 3, 4)
        await until(lambda: not effects.subscription.trouble())


# -- poison -------------------------------------------------------------------------------------


# What is wrong with the second event of the account, and how the reason begins.
POISON = {
    "malformed": (b"\xff", "MalformedRecord: not a JSON object"),
    "empty": (b"", "MalformedRecord: not a JSON object"),
    "an unknown type": (
        recorded(2, ONE, 2, Unheard()).record,
        "UnknownType: kinerja.ledger.Unheard.v1",
    ),
    "data of another shape": (
        recorded(2, ONE, 2, Credited(amount=77)).record.replace(b'"amount":77', b'"amount":"x"'),
        "MalformedRecord: kinerja.ledger.Credited.v1",
    ),
    "refused by the database": (
        recorded(2, ONE, 2, Credited(amount=-13)).record,
        "CheckViolationError: SQLSTATE 23514",
    ),
    "not taken by a column": (
        recorded(2, ONE, 2, Credited(amount=2**40)).record,
        "DataError: SQLSTATE 22000",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", POISON)
async def test_a_poison_event_stops_its_partition_and_no_other(
    effects: Effects, topic: str, kafka_arguments: dict[str, Any], what: str
) -> None:
    poison, reason = POISON[what]
    carrier = Carrier(kafka_arguments, topic)
    first, _, third = chain(ONE, 3)
    # All there before the start, so that good ones and the poison come in one batch.
    await carrier.send(first)
    headers = carrier.headers(poison, ONE, 2, 1)
    offset = await carrier.put(poison, partition(ONE), headers, ONE)
    await carrier.send((third, 2))
    await carrier.send(recorded(4, OTHER, 1, Credited(amount=1)))
    async with consuming(kafka_arguments, effects.subscription):
        stop = await effects.stop()
        assert stop["reason"].startswith(reason)
        assert stop["topic"] == topic
        assert (stop["partition"], stop["at_offset"]) == (partition(ONE), offset)
        [trouble] = effects.subscription.trouble()
        assert trouble == f"{topic}/{partition(ONE)} stopped: {reason.partition(':')[0]}"

        # What stands before it is applied, what stands behind it waits, the others go on.
        await effects.reaches(4, account=OTHER)
        await carrier.send((recorded(5, OTHER, 2, Credited(amount=2)), 4))
        await effects.reaches(4, 5, account=OTHER)
        assert await effects.positions(ONE) == [1]


async def test_a_poison_event_stops_one_view_and_no_other_which_goes_on_when_it_is_cured(
    effects: Effects, pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    sick, well = effects, Effects(pool, topic)

    async def refuse_two(connection: Connection, events: Sequence[Recorded]) -> None:
        await Effects.apply(sick, connection, events)
        if any(event.position == 2 for event in events):
            raise RuntimeError("a mistake in this view")

    sick.subscription.apply = refuse_two
    await Carrier(kafka_arguments, topic).send(*chain(ONE, 4))
    with structlog.testing.capture_logs() as said:
        async with consuming(kafka_arguments, sick.subscription, well.subscription):
            stop = await sick.stop()
            await well.reaches(1, 2, 3, 4)
            assert await sick.positions() == [1]
            assert stop["reason"] == "RuntimeError: a mistake in this view"
            assert well.subscription.trouble() == []
    [line] = [line for line in said if line["event"] == "partition stopped"]
    assert line["log_level"] == "error"
    assert (line["subscription"], line["topic"], line["partition"], line["offset"]) == (
        sick.subscription.name, topic, partition(ONE), 1
    )  # fmt: skip

    cured = Effects(pool, topic, called=sick.subscription.name)
    async with consuming(kafka_arguments, cured.subscription):
        await cured.reaches(1, 2, 3, 4)
        assert await pool.fetchval("select count(*) from stopped") == 0
        await until(lambda: cured.subscription.trouble() == [])


async def test_a_partition_that_is_lost_with_its_poison_in_work_is_its_next_owners(
    effects: Effects, pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    subscription = effects.subscription
    working, finish = asyncio.Event(), asyncio.Event()

    async def refuse(connection: Connection, events: Sequence[Recorded]) -> None:
        working.set()
        await finish.wait()
        raise RuntimeError("a mistake in this view")

    subscription.apply = refuse
    await Carrier(kafka_arguments, topic).send(*chain(ONE, 1))
    [record] = await records(kafka_arguments, topic)
    async with AIOKafkaConsumer(**kafka_arguments) as consumer:
        effects.feed.read_by(lambda: consumer)
        subscription.assigned = {effects.tp}
        effects.feed._begin(effects.tp)
        receiving = asyncio.create_task(effects.feed.receive([record]))
        await working.wait()
        await _Listener(effects.feed).on_partitions_revoked({effects.tp})
        finish.set()
        await receiving
    assert not subscription.health.stopped
    assert await pool.fetchval("select count(*) from stopped") == 0


async def test_an_unknown_type_is_applied_once_a_newer_program_knows_it(
    effects: Effects, pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    first, _, third = chain(ONE, 3)
    await Carrier(kafka_arguments, topic).send(first, recorded(2, ONE, 2, Unheard()), third)
    async with consuming(kafka_arguments, effects.subscription):
        await effects.stop()
    newer = Effects(
        pool, topic, called=effects.subscription.name, models=MODELS | by_wire_type([Unheard])
    )
    async with consuming(kafka_arguments, newer.subscription):
        await newer.reaches(1, 2, 3)
        assert await pool.fetchval("select count(*) from stopped") == 0


# -- rebalances ---------------------------------------------------------------------------------


async def test_order_holds_while_consumers_join_and_leave_under_load(
    effects: Effects, pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    accounts = [f"a{n}" for n in range(12)]
    assert {partition(account) for account in accounts} == set(range(PARTITIONS))
    members = [
        Effects(pool, topic, called=effects.subscription.name).subscription for _ in range(4)
    ]

    async def more(count: int) -> None:
        applied = await pool.fetchval("select count(*) from effect")
        await until(lambda: pool.fetchval("select count(*) >= $1 from effect", applied + count))

    def shared(*among: Subscription) -> bool:
        """Whether all of them have some, and together every partition once."""
        sizes = [len(member.assigned) for member in among]
        return all(sizes) and sum(sizes) == PARTITIONS

    async with relaying(pool, kafka_arguments, topic), Load(log, accounts) as load:
        async with AsyncExitStack() as second:
            async with consuming(kafka_arguments, members[0]):
                await more(100)
                await second.enter_async_context(consuming(kafka_arguments, members[1]))
                await until(lambda: shared(members[0], members[1]))
                await more(100)
            await until(lambda: shared(members[1]))
            await more(100)
            async with consuming(kafka_arguments, members[2]):
                await until(lambda: shared(members[1], members[2]))
                await more(100)
                await second.aclose()
                await until(lambda: shared(members[2]))
                await more(100)
        async with consuming(kafka_arguments, members[3]):
            versions = await load.ends()
            total = sum(versions.values())
            await until(lambda: pool.fetchval("select count(*) >= $1 from effect", total))

    for account, version in versions.items():
        rows = await pool.fetch(
            "select version from effect where stream = $1 order by number", f"account/{account}"
        )
        assert [row["version"] for row in rows] == list(range(1, version + 1))
    assert not any(member.health.stopped for member in members)
    assert await pool.fetchval("select count(*) from stopped") == 0


async def test_a_batch_still_in_work_when_its_partition_moves_is_applied_once(
    effects: Effects, pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """The old owner holds the partition's place until it commits; the new one waits for that."""
    working, finish = asyncio.Event(), asyncio.Event()

    async def slow(connection: Connection, events: Sequence[Recorded]) -> None:
        await effects.apply(connection, events)
        working.set()
        await finish.wait()

    effects.subscription.apply = slow
    new = Effects(pool, topic, called=effects.subscription.name)
    carrier = Carrier(kafka_arguments, topic)
    # In every partition, so that the new member gets some whatever the assignment.
    sent = [recorded(n, f"a{n}", 1, Opened(owner="o")) for n in range(1, 31)]
    await carrier.send(*sent)
    async with consuming(kafka_arguments, effects.subscription):
        await working.wait()
        async with consuming(kafka_arguments, new.subscription):
            await until(lambda: waiting_for_a_lock(pool))
            assert new.subscription.assigned
            finish.set()
            # What the old one has applied is nothing new to the new one, and nothing wrong.
            await until(lambda: new.subscription.health.stopped or not unread(new.subscription))
            await until(lambda: pool.fetchval("select count(*) >= 30 from effect"))
            assert await length(kafka_arguments, topic) == 30
    assert not new.subscription.health.stopped
    assert sorted(await effects.positions()) == list(range(1, 31))
