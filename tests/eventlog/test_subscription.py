"""A subscription applies each event once and in order, and stops where it cannot."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import ConsumerRecord, OffsetAndMetadata

from contracts.event import Event, Recorded, by_wire_type
from contracts.topics import PARTITIONS, partition
from deploy.local.postgres import Postgres
from eventlog.database import OUTAGE, SESSION, Connection, Pool, create_pool
from eventlog.log import EventLog
from eventlog.subscription import (
    NotYet,
    Place,
    Subscription,
    _Listener,
    lock_places,
    read_places,
    read_stopped,
    wait_seen,
)
from tests.eventlog.harness import (
    Carrier,
    Wire,
    consuming,
    forget_records,
    length,
    records,
    relaying,
    until,
    waiting_for_a_lock,
)
from tests.eventlog.ledger import (
    MODELS,
    Credited,
    Load,
    Opened,
    Unheard,
    append,
    fill,
    name,
    recorded,
)

pytestmark = pytest.mark.integration

ONE, OTHER = "a", "b"
assert partition(ONE) != partition(OTHER)


class Effects:
    """A subscription whose effect is a row an event, in the order in which it applied them."""

    def __init__(
        self,
        pool: Pool,
        topic: str,
        *,
        called: str | None = None,
        models: dict[str, type[Event]] = MODELS,
    ) -> None:
        self.pool = pool
        self.tp = TopicPartition(topic, partition(ONE))
        self.name, self.topics, self.version = called or name("effects"), (topic,), None
        self.subscription = Subscription(self, pool, models)
        self.applying = 0

    async def apply(self, connection: Connection, events: Sequence[Recorded]) -> None:
        self.applying += 1
        await connection.executemany(
            "insert into effect (subscription, position, stream, version, amount)"
            " values ($1, $2, $3, $4, $5)",
            [
                (self.subscription.name, event.position, event.stream, event.version,
                 getattr(event.event, "amount", 0))
                for event in events
            ],
        )  # fmt: skip

    async def positions(self, account: str | None = None) -> list[int]:
        rows = await self.pool.fetch(
            "select position from effect where subscription = $1"
            " and stream like $2 order by number",
            self.subscription.name,
            f"account/{account or '%'}",
        )
        return [row["position"] for row in rows]

    async def reaches(self, *positions: int, account: str | None = None) -> None:
        """Wait until so many are applied, and see that it is these, in this order."""

        async def enough() -> bool:
            return len(await self.positions(account)) >= len(positions)

        await until(enough)
        assert await self.positions(account) == list(positions)

    async def stop(self) -> dict[str, Any]:
        """Wait for the row that says where it stopped, and why."""
        row: dict[str, Any] = await until(self._stopped)
        return row

    async def _stopped(self) -> Any:
        return await self.pool.fetchrow(
            "select * from stopped where subscription = $1", self.subscription.name
        )


@pytest.fixture
async def effects(pool: Pool, log: EventLog, topic: str) -> Effects:
    await pool.execute(
        "create table effect (number serial, subscription text, position bigint, stream text,"
        " version int, amount int, check (amount <> -13))"
    )
    return Effects(pool, topic)


def chain(account: str, count: int, *, start: int = 1, step: int = 1) -> list[Recorded]:
    """The events of one account as a log would hold them, `step` positions apart."""
    return [
        recorded(start + step * nth, account, nth + 1, Credited(amount=nth)) for nth in range(count)
    ]


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
        assert place["xmin"] == await pool.fetchval("select xmin::text from seen")


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
    receive = again.subscription.receive

    async def spy(records: Sequence[ConsumerRecord]) -> None:
        received.extend(record.offset for record in records)
        await receive(records)

    read_places = again.subscription._read_places

    async def slow() -> None:
        """A database that takes longer to answer than Kafka takes to bring a batch."""
        await asyncio.sleep(0.5)
        await read_places()

    again.subscription.receive = spy  # type: ignore[method-assign]
    again.subscription._read_places = slow  # type: ignore[method-assign]
    await carrier.send((recorded(6, ONE, 6, Credited(amount=6)), 5))
    async with consuming(kafka_arguments, again.subscription):
        await again.reaches(1, 2, 3, 4, 5, 6)
    assert received == [5]


async def test_a_place_that_cannot_be_read_is_asked_for_again_and_told(
    effects: Effects, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """Also where the reason is none that passes by itself: nothing is taken without it."""
    await Carrier(kafka_arguments, topic).send(*chain(ONE, 3))
    subscription = effects.subscription
    read_places, granted = subscription._read_places, asyncio.Event()

    async def refused() -> None:
        if not granted.is_set():
            raise asyncpg.InsufficientPrivilegeError("permission denied for table place")
        await read_places()

    subscription._read_places = refused  # type: ignore[method-assign]
    async with consuming(kafka_arguments, subscription):
        told = "has not learnt its places for more than 0 s"
        await until(lambda: told in subscription.trouble(patience=0))
        assert await effects.positions() == []
        granted.set()
        await effects.reaches(1, 2, 3)
        assert told not in subscription.trouble(patience=0)


async def test_a_place_put_back_applies_again_from_there(
    effects: Effects, pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """The place is the only memory of what has been applied, with `seen`, in one database."""
    await Carrier(kafka_arguments, topic).send(*chain(ONE, 3))
    async with consuming(kafka_arguments, effects.subscription):
        await effects.reaches(1, 2, 3)
    await pool.execute("delete from place; delete from seen; delete from effect")
    again = Effects(pool, topic, called=effects.subscription.name)
    async with consuming(kafka_arguments, again.subscription):
        await again.reaches(1, 2, 3)


# -- duplicates, early ones, gaps ---------------------------------------------------------------


async def test_duplicates_are_dropped(
    effects: Effects, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    carrier = Carrier(kafka_arguments, topic)
    first, second, third, fourth = chain(ONE, 4, step=3)
    await carrier.send(first, second)
    await carrier.send(first, second)
    async with consuming(kafka_arguments, effects.subscription):
        await carrier.send((second, 1), (third, 4), (first, 0), (third, 4), (fourth, 7))
        await effects.reaches(1, 4, 7, 10)
        assert effects.subscription.trouble() == []


async def test_an_event_that_is_too_early_waits_for_what_it_follows(
    effects: Effects, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    carrier = Carrier(kafka_arguments, topic)
    first, second, third, fourth = chain(ONE, 4)
    async with consuming(kafka_arguments, effects.subscription):
        with structlog.testing.capture_logs() as said:
            await carrier.send((first, 0), (third, 2))
            why = await until(lambda: effects.subscription.early.get(effects.tp))
        assert why == "position 3 follows 2, but only 1 is applied"
        assert any("waits: position 3" in each for each in effects.subscription.trouble())
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
    await effects.subscription.receive([sent[0], sent[2]])
    assert effects.subscription.places[effects.tp] == Place(next_offset=1, position=1)
    assert effects.subscription.early
    async with consuming(kafka_arguments, effects.subscription):
        await effects.reaches(1, 2, 3)
        await until(lambda: not effects.subscription.trouble())


async def test_a_batch_that_was_lost_here_is_read_again_before_the_next(
    effects: Effects, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """Also where it comes again behind that, alone, from a stale leader."""
    first, second, third = chain(ONE, 3)
    subscription, carrier = effects.subscription, Carrier(kafka_arguments, topic)
    deliver, lost = subscription._deliver, asyncio.Event()

    async def lose(runs: object) -> bool:
        lost.set()
        raise RuntimeError("a mistake that FastStream logs, and goes on")

    async with consuming(kafka_arguments, subscription):
        await carrier.send(first)
        await effects.reaches(1)
        subscription._deliver = lose  # type: ignore[method-assign]
        await carrier.send((second, 1))
        await lost.wait()
        subscription._deliver = deliver  # type: ignore[method-assign]
        with structlog.testing.capture_logs() as said:
            await carrier.send((third, 2), (second, 1))
            await effects.reaches(1, 2, 3)
            await until(lambda: subscription.lag() == 0)
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
    waits = "waits: position 2 follows 1, but only 0 is applied"
    async with consuming(kafka_arguments, effects.subscription):
        with structlog.testing.capture_logs() as said:
            await until(lambda: any(waits in each for each in effects.subscription.trouble()))
        assert [line["event"] for line in said] == ["records were lost here", "event too early"]
        await carrier.send(first, second, third, fourth)
        await effects.reaches(1, 2, 3, 4)
        await until(lambda: not effects.subscription.trouble())


async def test_a_gap_in_a_streams_versions_stops(
    effects: Effects, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """The positions follow each other, the stream does not: the source's log is damaged."""
    first = recorded(1, ONE, 1, Credited(amount=1))
    third = recorded(2, ONE, 3, Credited(amount=3))
    elsewhere = recorded(3, OTHER, 1, Credited(amount=1))
    async with consuming(kafka_arguments, effects.subscription):
        await Carrier(kafka_arguments, topic).send(first, third, elsewhere)
        stop = await effects.stop()
        assert stop["reason"] == "VersionGap: account/a: version 3 after 1"
        assert (stop["partition"], stop["at_offset"]) == (partition(ONE), 1)
        await effects.reaches(1, account=ONE)
        await effects.reaches(3, account=OTHER)


# -- poison -------------------------------------------------------------------------------------


def headers(position: int, previous: int) -> list[tuple[str, bytes]]:
    return [("position", b"%d" % position), ("previous", b"%d" % previous)]


# What is wrong with the second event of the account, and how the reason begins.
POISON = {
    "malformed": (b"\xff", headers(2, 1), "MalformedRecord: not a JSON object"),
    "a tombstone": (b"", headers(2, 1), "MalformedRecord: not a JSON object"),
    "no place": (chain(ONE, 2)[1].record, [], "MalformedRecord: not written by a relay"),
    "no number": (b"{}", [("position", b"two"), ("previous", b"1")],
                  "MalformedRecord: not written by a relay"),
    "an unknown type": (
        recorded(2, ONE, 2, Unheard()).record, headers(2, 1),
        "MalformedRecord: unknown event type or missing attribute:"
        " 'kinerja.ledger.Unheard.v1'",
    ),
    "data of another shape": (
        recorded(2, ONE, 2, Credited(amount=77)).record.replace(b'"amount":77', b'"amount":"x"'), headers(2, 1),
        "MalformedRecord: kinerja.ledger.Credited.v1",
    ),
    "refused by the database": (
        recorded(2, ONE, 2, Credited(amount=-13)).record, headers(2, 1),
        "CheckViolationError: SQLSTATE 23514",
    ),
    "not taken by a column": (
        recorded(2, ONE, 2, Credited(amount=2**40)).record, headers(2, 1),
        "DataError: SQLSTATE 22000",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", POISON)
async def test_a_poison_event_stops_its_partition_and_no_other(
    effects: Effects, topic: str, kafka_arguments: dict[str, Any], what: str
) -> None:
    poison, with_headers, reason = POISON[what]
    carrier = Carrier(kafka_arguments, topic)
    first, _, third = chain(ONE, 3)
    # All there before the start, so that good ones and the poison come in one batch.
    await carrier.send(first)
    offset = await carrier.put(poison, partition(ONE), with_headers)
    await carrier.send((third, 2))
    await carrier.send(recorded(4, OTHER, 1, Credited(amount=1)))
    async with consuming(kafka_arguments, effects.subscription):
        stop = await effects.stop()
        assert stop["reason"].startswith(reason)
        assert stop["topic"] == topic
        assert (stop["partition"], stop["at_offset"]) == (partition(ONE), offset)
        [trouble] = effects.subscription.trouble()
        assert trouble.startswith(f"{topic}/{partition(ONE)} stopped: {reason}")

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


async def test_what_stands_is_told_also_while_it_is_tried_again(
    effects: Effects, pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """A service that starts anew, or whose group assigns anew, is not ready in between."""
    carrier = Carrier(kafka_arguments, topic)
    offset = await carrier.put(b"{}", partition(ONE), headers(1, 0))
    async with consuming(kafka_arguments, effects.subscription):
        await effects.stop()
        told = effects.subscription.trouble()
    again = Effects(pool, topic, called=effects.name).subscription
    async with AIOKafkaConsumer(**kafka_arguments) as consumer:
        consumer.assign([effects.tp])
        again.consumer = lambda: consumer
        await again.seek({effects.tp})
        assert len(told) == 1
        assert again.trouble() == told
        assert await consumer.position(effects.tp) == offset
        assert effects.tp not in consumer.paused()
        other = TopicPartition(topic, partition(OTHER))
        consumer.assign([other])
        await again.seek({other})
        assert again.trouble() == []  # another's now


async def test_what_was_written_late_of_a_stop_that_is_over_is_not_told(
    effects: Effects, pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """By a member that lost the partition before it could write: nothing would ever free it."""
    await Carrier(kafka_arguments, topic).send(*chain(ONE, 2))
    async with consuming(kafka_arguments, effects.subscription):
        await effects.reaches(1, 2)
    late = "insert into stopped values ($1, $2, $3, $4, 'late')"
    await pool.execute(late, effects.name, topic, partition(ONE), 1)
    again = Effects(pool, topic, called=effects.name).subscription
    again.assigned = {effects.tp}
    await again._read_places()
    assert again.stopped == {}
    assert await read_stopped(pool) == []


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
        subscription.consumer = lambda: consumer
        subscription.assigned = {effects.tp}
        receiving = asyncio.create_task(subscription.receive([record]))
        await working.wait()
        await _Listener(subscription).on_partitions_revoked({effects.tp})
        finish.set()
        await receiving
    assert not subscription.stopped
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


# -- outages ------------------------------------------------------------------------------------


async def test_a_database_that_goes_and_comes_back_is_waited_out_without_loss_or_doubling(
    effects: Effects,
    pool: Pool,
    log: EventLog,
    topic: str,
    postgres: Postgres,
    kafka_arguments: dict[str, Any],
) -> None:
    log.patience = 60
    async with (
        relaying(pool, kafka_arguments, topic),
        consuming(kafka_arguments, effects.subscription),
        Load(log, [f"a{n}" for n in range(6)]) as load,
    ):
        await until(lambda: pool.fetchval("select count(*) > 100 from effect"))
        with structlog.testing.capture_logs() as said:
            postgres.stop()
            try:
                # So that it has something to do: it would be dropped.
                again = recorded(1, "a0", 1, Opened(owner="o"))
                await Carrier(kafka_arguments, topic).send(again)
                told = "subscription waits"
                await until(lambda: [line["event"] for line in said].count(told) >= 3)
            finally:
                postgres.start()
        head = await until(log.head)
        await until(lambda: pool.fetchval("select position > $1 from head", head + 100))
        total = sum((await load.ends()).values())
        await until(lambda: pool.fetchval("select count(*) >= $1 from effect", total))
        assert not effects.subscription.stopped
    assert sorted(await effects.positions()) == list(range(1, total + 1))


async def test_it_backs_off_while_its_database_is_away(
    effects: Effects, database: str, pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    address = urlsplit(database)
    assert address.hostname
    assert address.port
    wire = Wire(address.hostname, address.port)
    port = await wire.mend()
    there = address._replace(netloc=f"{address.username}:{address.password}@127.0.0.1:{port}")
    carrier = Carrier(kafka_arguments, topic)
    async with create_pool(urlunsplit(there), size=4) as far:
        effects.subscription.pool = far
        async with consuming(kafka_arguments, effects.subscription):
            await carrier.send(*chain(ONE, 1))
            await effects.reaches(1)
            await wire.cut()
            with structlog.testing.capture_logs() as said:
                started = time.monotonic()
                await carrier.send((chain(ONE, 2)[1], 1))
                await until(lambda: len(said) >= 6)
                waited = time.monotonic() - started
            assert {line["event"] for line in said} == {"subscription waits"}
            assert waited > 0.05 * (2**5 - 1)  # each pause twice the one before
            assert await effects.positions() == [1]
            await wire.mend()
            await effects.reaches(1, 2)
    await wire.cut()


async def test_a_database_away_at_the_assignment_is_waited_for(
    effects: Effects, database: str, pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    await Carrier(kafka_arguments, topic).send(*chain(ONE, 3))
    address = urlsplit(database)
    assert address.hostname
    assert address.port
    wire = Wire(address.hostname, address.port)
    port = await wire.mend()
    there = address._replace(netloc=f"{address.username}:{address.password}@127.0.0.1:{port}")
    async with create_pool(urlunsplit(there), size=4) as far:
        effects.subscription.pool = far
        await wire.cut()
        with structlog.testing.capture_logs() as said:
            starting = asyncio.create_task(_run(kafka_arguments, effects))
            await until(lambda: any(line["event"] == "subscription waits" for line in said))
        await wire.mend()
        await starting
    await wire.cut()


async def _run(kafka: dict[str, Any], effects: Effects) -> None:
    async with consuming(kafka, effects.subscription):
        await effects.reaches(1, 2, 3)


@pytest.mark.parametrize(
    "sqlstate", ["53100", "53200", "57014", "25006", "25P03", "28P01", "3D000", "58030"]
)  # disk full, out of memory, cancelled, read-only, idle too long, not known, no database, input/output
async def test_a_server_that_is_not_able_is_waited_for(
    effects: Effects, pool: Pool, topic: str, kafka_arguments: dict[str, Any], sqlstate: str
) -> None:
    await pool.execute(
        "create function unable() returns trigger language plpgsql as"
        f" $$ begin raise 'not now' using errcode = '{sqlstate}'; end $$;"
        "create trigger unable before insert on effect execute function unable()"
    )
    async with consuming(kafka_arguments, effects.subscription):
        with structlog.testing.capture_logs() as said:
            await Carrier(kafka_arguments, topic).send(*chain(ONE, 2))
            await until(lambda: [line["event"] for line in said].count("subscription waits") >= 2)
        assert not effects.subscription.stopped
        await pool.execute("drop trigger unable on effect")
        await effects.reaches(1, 2)


async def test_what_is_not_here_yet_is_waited_for(
    effects: Effects, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    here = False

    async def needs(connection: Connection, events: Sequence[Recorded]) -> None:
        await effects.apply(connection, events)
        if not here:
            raise NotYet("what another subscription brings")

    effects.subscription.apply = needs
    await Carrier(kafka_arguments, topic).send(*chain(ONE, 2))
    async with consuming(kafka_arguments, effects.subscription):
        await until(lambda: effects.applying >= 3)
        assert await effects.positions() == []
        here = True
        await effects.reaches(1, 2)
        assert not effects.subscription.stopped


async def test_a_deadlock_with_another_writer_is_no_poison(
    effects: Effects, pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """Two consumers of a view may meet on its rows; the one that PostgreSQL breaks tries again."""
    await pool.execute("create table met (row int); insert into met values (1), (2)")
    holds_first, holds_second = asyncio.Event(), asyncio.Event()

    async def take_both(connection: Connection, events: Sequence[Recorded]) -> None:
        await connection.execute("select from met where row = 1 for update")
        holds_first.set()
        await holds_second.wait()
        await connection.execute("select from met where row = 2 for update")
        await effects.apply(connection, events)

    effects.subscription.apply = take_both
    await Carrier(kafka_arguments, topic).send(*chain(ONE, 1))
    async with consuming(kafka_arguments, effects.subscription), pool.acquire() as other:
        async with other.transaction():
            # It never looks for a deadlock itself: the subscription is the one that is broken.
            await other.execute("set local deadlock_timeout = '1h'")
            await other.execute("select from met where row = 2 for update")
            await holds_first.wait()
            holds_second.set()
            await other.execute("select from met where row = 1 for update")
        await effects.reaches(1)
        assert not effects.subscription.stopped


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
    assert not any(member.stopped for member in members)
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
            await until(lambda: new.subscription.stopped or not new.subscription.lag())
            await until(lambda: pool.fetchval("select count(*) >= 30 from effect"))
            assert await length(kafka_arguments, topic) == 30
    assert not new.subscription.stopped
    assert sorted(await effects.positions()) == list(range(1, 31))


# -- at least this version ----------------------------------------------------------------------


async def test_waiting_for_a_version_ends_when_it_is_applied(
    effects: Effects, pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    subscription = effects.subscription.name
    receipt = await append(log, "a", 0, Opened(owner="o"), Credited(amount=1))
    assert not await wait_seen(pool, [subscription], receipt.stream, 1, timeout=0.1)
    waiting = asyncio.create_task(wait_seen(pool, [subscription], receipt.stream, 2, timeout=60))
    async with (
        relaying(pool, kafka_arguments, topic),
        consuming(kafka_arguments, effects.subscription),
    ):
        assert await waiting
        # What it waited for is there to be read.
        assert await effects.positions() == [1, 2]
    assert await wait_seen(pool, [subscription], receipt.stream, 1, timeout=0.1)
    assert not await wait_seen(pool, [subscription], receipt.stream, 3, timeout=0.1)
    assert not await wait_seen(pool, [subscription, "another"], receipt.stream, 1, timeout=0.1)
    assert not await wait_seen(pool, [subscription], "account/another", 1, timeout=0.1)


async def test_its_lag_is_what_it_has_not_applied(
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
        await until(lambda: effects.subscription.lag() == count)
        # Since when it is behind is known from when it was first asked.
        await until(lambda: len(effects.subscription.trouble(patience=0.2)) == 2)
        assert effects.subscription.trouble(patience=0.2) == [
            "busy with one batch for more than 0.2 s",
            f"{count} behind and not moving for more than 0.2 s",
        ]
        blocked.set()
        await until(lambda: effects.subscription.lag() == 0)
        assert effects.subscription.trouble() == []


async def test_it_is_in_trouble_until_its_group_has_assigned_it_something_or_nothing(
    effects: Effects, kafka_arguments: dict[str, Any]
) -> None:
    """A consumer that never got its partitions has no lag: it would look like one that keeps up."""
    subscription = effects.subscription
    async with AIOKafkaConsumer(**kafka_arguments) as consumer:
        subscription.consumer = lambda: consumer
        assert subscription.trouble() == ["its consumer group has assigned it nothing yet"]
        await subscription.seek(set())  # more members than partitions
        assert subscription.trouble() == []
        await _Listener(subscription).on_partitions_revoked(set())
        assert subscription.trouble() == []  # a rebalance takes its time
        await until(lambda: subscription.trouble(patience=0.2))


async def test_a_process_that_hangs_loses_its_places_to_another(
    database: str, log: EventLog, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server ends its session; when it wakes, that is an outage, and nothing of it remains."""
    patience = "idle_in_transaction_session_timeout"
    assert int(SESSION[patience]) <= 120_000
    monkeypatch.setitem(SESSION, patience, "300")
    tp = TopicPartition(topic, 0)

    async def hang(hung: Pool, other: Pool) -> None:
        async with hung.acquire() as connection, connection.transaction():
            await lock_places(connection, "s", [tp])
            async with other.acquire() as successor, successor.transaction():
                await lock_places(successor, "s", [tp])
            await connection.execute("update place set position = 9")

    async with create_pool(database) as hung, create_pool(database) as other:
        with pytest.raises(OUTAGE):
            await hang(hung, other)
    assert await read_places(log.pool, "s") == {tp: Place(0, 0)}
