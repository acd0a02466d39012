"""One consumer feeds several subscriptions; whichever cannot keep to the common pass follows apart, and
no other waits for it."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

import pytest

from contracts.event import Recorded
from contracts.topics import partition
from eventlog.database import Connection, Pool
from eventlog.effect import NotYet
from eventlog.feed import Feed
from eventlog.log import EventLog
from eventlog.places import lock_places
from tests.eventlog.effects import ONE, OTHER, Effects, chain
from tests.eventlog.harness import Carrier, feeding, records, relaying, unread, until
from tests.eventlog.ledger import Credited, Load, name, recorded
from tests.eventlog.signing import TRUST

pytestmark = pytest.mark.integration


@pytest.fixture
def two(effects: Effects, pool: Pool, topic: str) -> tuple[Effects, Effects]:
    return effects, Effects(pool, topic)


def fed(kafka: dict[str, Any], *effects: Effects, called: str | None = None) -> Feed:
    return Feed(called or name("feed"), [each.subscription for each in effects], kafka, TRUST)


async def joined(feed: Feed) -> None:
    await until(lambda: not feed.apart)


async def test_a_poll_is_applied_to_all_in_one_transaction(
    two: tuple[Effects, Effects], pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    await Carrier(kafka_arguments, topic).send(
        *chain(ONE, 5), recorded(6, OTHER, 1, Credited(amount=1))
    )
    async with feeding(kafka_arguments, fed(kafka_arguments, *two)):
        for each in two:
            await each.reaches(1, 2, 3, 4, 5, account=ONE)
            await each.reaches(6, account=OTHER)
        for table in ("place", "effect"):
            written = await pool.fetch(
                f"select distinct subscription, xmin::text from {table} where subscription = any($1)"
                + (" and position > 0" if table == "place" else ""),
                [each.name for each in two],
            )
            assert len({row["xmin"] for row in written}) == 1
            assert {row["subscription"] for row in written} == {each.name for each in two}
        assert [each.applying for each in two] == [1, 1]


async def test_what_one_cannot_apply_stops_its_partition_there_and_nothing_else(
    two: tuple[Effects, Effects], pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    sick, well = two

    async def refuse_two(connection: Connection, events: Sequence[Recorded]) -> None:
        await Effects.apply(sick, connection, events)
        if any(event.position == 2 for event in events):
            raise RuntimeError("a mistake in this view")

    sick.subscription.apply = refuse_two
    carrier = Carrier(kafka_arguments, topic)
    await carrier.send(*chain(ONE, 4), recorded(5, OTHER, 1, Credited(amount=1)))
    feed = fed(kafka_arguments, *two)
    async with feeding(kafka_arguments, feed):
        stop = await sick.stop()
        assert stop["reason"] == "RuntimeError: a mistake in this view"
        assert (stop["partition"], stop["at_offset"]) == (partition(ONE), 1)
        await well.reaches(1, 2, 3, 4, account=ONE)
        await sick.reaches(5, account=OTHER)
        await joined(feed)
        assert well.subscription.trouble() == []
        [trouble] = sick.subscription.trouble()
        assert "stopped: RuntimeError" in trouble
        # Both go on with whatever else comes.
        await carrier.send(
            (recorded(6, ONE, 5, Credited(amount=1)), 4),
            (recorded(7, OTHER, 2, Credited(amount=1)), 5),
        )
        await well.reaches(1, 2, 3, 4, 6, account=ONE)
        for each in two:
            await each.reaches(5, 7, account=OTHER)
        assert await sick.positions(ONE) == [1]

    # A program that can: it follows apart from where it stood, and then with the others.
    cured = [Effects(pool, topic, called=each.name) for each in two]
    feed = fed(kafka_arguments, *cured)
    async with feeding(kafka_arguments, feed):
        await cured[0].reaches(1, 2, 3, 4, 6, account=ONE)
        await joined(feed)
        await carrier.send((recorded(8, ONE, 6, Credited(amount=1)), 6))
        for each in cured:
            await each.reaches(1, 2, 3, 4, 6, 8, account=ONE)
        assert await pool.fetchval("select count(*) from stopped") == 0
        assert [each.subscription.trouble() for each in cured] == [[], []]


async def test_what_none_can_read_stops_all_that_want_it(
    two: tuple[Effects, Effects], topic: str, kafka_arguments: dict[str, Any]
) -> None:
    carrier = Carrier(kafka_arguments, topic)
    await carrier.send(*chain(ONE, 1))
    headers = carrier.headers(b"\xff", ONE, 2, 1)
    offset = await carrier.put(b"\xff", partition(ONE), headers, ONE)
    await carrier.send(recorded(3, OTHER, 1, Credited(amount=1)))
    async with feeding(kafka_arguments, fed(kafka_arguments, *two)):
        for each in two:
            assert (await each.stop())["at_offset"] == offset
            await each.reaches(1, account=ONE)
            await each.reaches(3, account=OTHER)


async def test_one_whose_place_is_not_the_logs_takes_nothing_and_none_waits_for_it(
    two: tuple[Effects, Effects], pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """As where its row has been put in by hand, or is of another log."""
    carrier = Carrier(kafka_arguments, topic)
    await carrier.send(*chain(ONE, 2))
    three = [*two, Effects(pool, topic)]
    async with feeding(kafka_arguments, fed(kafka_arguments, *three)):
        for each in three:
            await each.reaches(1, 2)
    astray = "update place set link = sha256('elsewhere') where subscription = $1 and position = 2"
    assert await pool.execute(astray, three[0].name) == "UPDATE 1"
    lost, *others = (Effects(pool, topic, called=each.name) for each in three)
    async with feeding(kafka_arguments, fed(kafka_arguments, lost, *others)):
        await carrier.send((recorded(3, ONE, 3, Credited(amount=1)), 2))
        for each in others:
            await each.reaches(1, 2, 3)
        told = f"{topic}/{lost.tp.partition} waits for what precedes it"
        await until(lambda: told in lost.subscription.trouble())
        assert [each.subscription.trouble() for each in others] == [[], []]
        assert await lost.positions() == [1, 2]


async def test_one_whose_place_is_held_catches_up_and_none_waits_for_it(
    two: tuple[Effects, Effects], pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """As a rebuild or a comparison of a view holds it."""
    held, other = two
    carrier = Carrier(kafka_arguments, topic)
    await carrier.send(*chain(ONE, 2))
    feed = fed(kafka_arguments, *two)
    async with feeding(kafka_arguments, feed):
        await held.reaches(1, 2)
        async with pool.acquire() as rebuild, rebuild.transaction():
            await lock_places(rebuild, [(held.name, held.tp)])
            await carrier.send((recorded(3, ONE, 3, Credited(amount=1)), 2))
            await other.reaches(1, 2, 3)
            await carrier.send((recorded(4, ONE, 4, Credited(amount=1)), 3))
            await other.reaches(1, 2, 3, 4)
            assert await held.positions() == [1, 2]
        await held.reaches(1, 2, 3, 4)
        await joined(feed)
        await carrier.send((recorded(5, ONE, 5, Credited(amount=1)), 4))
        for each in two:
            await each.reaches(1, 2, 3, 4, 5)


async def test_a_new_one_begins_at_the_beginning_and_none_waits_for_it(
    effects: Effects, pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    carrier, called = Carrier(kafka_arguments, topic), name("feed")
    await carrier.send(*chain(ONE, 3))
    async with feeding(kafka_arguments, fed(kafka_arguments, effects, called=called)):
        await effects.reaches(1, 2, 3)
    old, new = Effects(pool, topic, called=effects.name), Effects(pool, topic)
    feed = fed(kafka_arguments, old, new, called=called)
    async with feeding(kafka_arguments, feed):
        await new.reaches(1, 2, 3)
        await joined(feed)
        await carrier.send((recorded(4, ONE, 4, Credited(amount=1)), 3))
        for each in (old, new):
            await each.reaches(1, 2, 3, 4)
    assert old.applying == 1


async def test_one_whose_tables_are_of_another_program_waits_and_none_with_it(
    two: tuple[Effects, Effects], pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    older, other = two
    older.version = 1
    await pool.execute("insert into view_version values ($1, 2)", older.name)
    await Carrier(kafka_arguments, topic).send(*chain(ONE, 2))
    feed = fed(kafka_arguments, *two)
    async with feeding(kafka_arguments, feed):
        await other.reaches(1, 2)
        assert await older.positions() == []
        await pool.execute("update view_version set version = 1")  # taken back
        await older.reaches(1, 2)
        await joined(feed)


async def test_all_get_everything_once_while_feeds_join_and_leave_under_load(
    two: tuple[Effects, Effects],
    pool: Pool,
    log: EventLog,
    topic: str,
    kafka_arguments: dict[str, Any],
) -> None:
    names, called = [each.name for each in two], name("feed")
    feeds = [
        fed(kafka_arguments, *(Effects(pool, topic, called=n) for n in names), called=called)
        for _ in range(3)
    ]

    async def more(count: int) -> None:
        applied = await pool.fetchval("select count(*) from effect")
        await until(lambda: pool.fetchval("select count(*) >= $1 from effect", applied + count))

    async with (
        relaying(pool, kafka_arguments, topic),
        Load(log, [f"a{n}" for n in range(12)]) as load,
    ):
        async with AsyncExitStack() as leaving:
            await leaving.enter_async_context(feeding(kafka_arguments, feeds[0]))
            await more(200)
            async with feeding(kafka_arguments, feeds[1]):
                await until(lambda: all(f.subscriptions[0].assigned for f in feeds[:2]))
                await more(200)
                await leaving.aclose()
                await more(200)
        async with feeding(kafka_arguments, feeds[2]):
            versions = await load.ends()
            total = sum(versions.values()) * len(names)
            await until(lambda: pool.fetchval("select count(*) >= $1 from effect", total))
    for each in names:
        for account, version in versions.items():
            rows = await pool.fetch(
                "select version from effect where subscription = $1 and stream = $2 order by number",
                each, f"account/{account}",
            )  # fmt: skip
            assert [row["version"] for row in rows] == list(range(1, version + 1))
    assert await pool.fetchval("select count(*) from stopped") == 0


async def test_a_statement_that_one_is_blocked_by_holds_up_no_other(
    two: tuple[Effects, Effects], pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """As a lock on the table of one view does, until the statement is given up."""
    blocked, other = two
    granted = asyncio.Event()

    async def wait(connection: Connection, events: Sequence[Recorded]) -> None:
        if not granted.is_set():
            raise TimeoutError
        await Effects.apply(blocked, connection, events)

    blocked.subscription.apply = wait
    await Carrier(kafka_arguments, topic).send(*chain(ONE, 3))
    feed = fed(kafka_arguments, *two)
    async with feeding(kafka_arguments, feed):
        await other.reaches(1, 2, 3)
        assert await blocked.positions() == []
        granted.set()
        await blocked.reaches(1, 2, 3)
        await joined(feed)


async def test_a_stop_that_another_member_wrote_outlives_a_late_duplicate(
    effects: Effects, pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """A batch from before a rebalance brings nothing new: the partition stands where it stood."""
    first, second = chain(ONE, 2)
    await Carrier(kafka_arguments, topic).send(first, second)
    sent = await records(kafka_arguments, topic)
    late = Effects(pool, topic, called=effects.name)
    await late.feed.seek({late.tp})
    async with feeding(kafka_arguments, effects.feed):
        await effects.reaches(1, 2)
    await pool.execute(
        "insert into stopped values ($1, $2, $3, 2, 'a mistake')",
        effects.name, topic, effects.tp.partition,
    )  # fmt: skip
    await late.feed.receive(sent)
    assert await pool.fetchval("select reason from stopped") == "a mistake"


async def test_a_feed_that_waits_for_its_places_can_be_closed(
    effects: Effects, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    async def away() -> None:
        raise ConnectionRefusedError

    effects.feed._read_places = away  # type: ignore[method-assign]
    async with asyncio.timeout(30):
        async with feeding(kafka_arguments, effects.feed):
            await until(lambda: effects.subscription.health.seeking_since)


async def test_who_follows_apart_ends_also_if_the_cancellation_is_swallowed(
    two: tuple[Effects, Effects], topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """A rollback that fails in an outage replaces it by its own error."""
    stubborn, other = two
    working = asyncio.Event()

    async def swallow(connection: Connection, events: Sequence[Recorded]) -> None:
        if asyncio.current_task() not in feed._following.values():
            raise NotYet
        working.set()
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            raise ConnectionResetError from None

    stubborn.subscription.apply = swallow
    await Carrier(kafka_arguments, topic).send(*chain(ONE, 2))
    feed = fed(kafka_arguments, *two)
    async with asyncio.timeout(60):
        async with feeding(kafka_arguments, feed):
            await other.reaches(1, 2)
            await working.wait()


async def test_a_partition_that_stands_is_told_while_others_move(
    two: tuple[Effects, Effects], pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    held, _ = two
    carrier = Carrier(kafka_arguments, topic)
    await carrier.send(*chain(ONE, 1))
    async with feeding(kafka_arguments, fed(kafka_arguments, *two)):
        await held.reaches(1)
        async with pool.acquire() as rebuild, rebuild.transaction():
            await lock_places(rebuild, [(held.name, held.tp)])
            await carrier.send((recorded(2, ONE, 2, Credited(amount=1)), 1))
            await until(lambda: unread(held.subscription))
            held.subscription.trouble()  # from now on it is behind
            for n in range(20):
                event = recorded(3 + n, OTHER, n + 1, Credited(amount=1))
                await carrier.send((event, 2 + n if n else 0))
                await asyncio.sleep(0.05)
            told = held.subscription.trouble(patience=0.5)
            assert any("busy with one batch" in each for each in told)
            assert "1 behind and not moving for more than 0.5 s" in told
        await held.reaches(1, 2, account=ONE)
