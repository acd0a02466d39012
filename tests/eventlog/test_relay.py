"""The relay carries a log whole and in order, one leader at a time, whatever dies or hangs."""

import asyncio
import json
import os
import signal
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

import pytest
import structlog
from aiokafka import AIOKafkaProducer, ConsumerRecord

from contracts.event import Recorded
from contracts.topics import PARTITIONS, partition
from deploy.local.kafka import Kafka
from deploy.local.postgres import Postgres
from eventlog import relay as relaying_module
from eventlog.chain import genesis, link, message
from eventlog.database import Connection, Pool
from eventlog.feed import Feed
from eventlog.log import MAX_RECORD, EventLog
from eventlog.relay import BATCH, LEASE, Relay
from eventlog.subscription import Subscription
from tests.eventlog.harness import (
    PATIENCE,
    Program,
    cancelled,
    consuming,
    feeding,
    header,
    length,
    make_topic,
    records,
    relaying,
    until,
    waiting_for_a_lock,
)
from tests.eventlog.ledger import MODELS, Credited, Opened, append, fill, name
from tests.eventlog.signing import KEY, KEYS, TRUST

pytestmark = pytest.mark.integration

ACCOUNTS = [f"a{n}" for n in range(12)]
assert {partition(account) for account in ACCOUNTS} == set(range(PARTITIONS))

TAKEOVER = 2 * LEASE + 10
"""Seconds in which another relay leads: the old lease, the look at it, and a machine under load."""


class Seen:
    """What a subscription applies, in its order."""

    def __init__(self, pool: Pool, topic: str) -> None:
        self.events: list[Recorded] = []
        self.name, self.topics, self.version = name("seen"), (topic,), None
        self.subscription = Subscription(self, pool, MODELS)

    def shows(self, event: Recorded) -> bool:
        return True

    async def apply(self, _: Connection, events: Sequence[Recorded]) -> None:
        self.events += events

    def check(self, upto: int) -> None:
        """Every position up to this one once, and each partition's in order."""
        assert sorted(event.position for event in self.events) == list(range(1, upto + 1))
        for number in range(PARTITIONS):
            here = [e.position for e in self.events if partition(e.subject) == number]
            assert here == sorted(here)

    async def reaches(self, count: int) -> None:
        await until(lambda: len(self.events) >= count)


def check_chain(found: Sequence[ConsumerRecord], topic: str) -> None:
    """Each partition's records in order of position, each naming the link before it; signed at the end."""
    for number in range(PARTITIONS):
        before, after = 0, genesis(topic, number)
        here = [each for each in found if each.partition == number]
        for record in here:
            position = int(header(record, "position"))
            assert position > before
            assert header(record, "after") == after
            before, after = position, link(after, position, record.key, record.value)
        if here:
            assert header(here[-1], "key").decode() == KEY.id
            assert KEY.public.verifies(header(here[-1], "signature"), message(topic, number, after))


async def carried(relay: Relay, log: EventLog) -> None:
    head = await log.head()
    await until(lambda: relay.position == head)


# -- what is carried ----------------------------------------------------------------------------


async def test_every_event_is_carried_once_in_order_as_it_is_kept(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, object]
) -> None:
    count = await fill(log, ACCOUNTS, credits=4)
    async with relaying(pool, kafka_arguments, topic) as relay:
        await carried(relay, log)
    found = await records(kafka_arguments, topic)

    kept = {row["position"]: row for row in await pool.fetch("select * from event")}
    assert len(found) == len(kept) == count
    check_chain(found, topic)
    for record in found:
        row = kept.pop(int(header(record, "position")))
        assert record.value == row["record"]
        assert record.key.decode() == row["subject"]
        assert record.partition == partition(row["subject"])
        assert header(record, "type").decode() == row["type"]


async def test_what_a_quiet_log_appends_is_carried_together(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(relaying_module, "TOGETHER", 1.0)
    async with relaying(pool, kafka_arguments, topic) as relay:
        await append(log, "a", 0, Opened(owner="Siti"))
        await carried(relay, log)
        for version in range(1, 9):
            await append(log, "a", version, Credited(amount=version))
            await asyncio.sleep(0.05)  # in which it could be carried
        await carried(relay, log)
    signed = [each for each in await records(kafka_arguments, topic) if len(each.headers) > 3]
    assert len(signed) < 5  # one that is signed ends a batch


async def test_the_chain_goes_on_through_every_new_leader(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, object]
) -> None:
    for version in range(4):
        async with relaying(pool, kafka_arguments, topic) as relay:
            for account in ACCOUNTS[:: version + 1]:
                stream = await log.read_stream(f"account/{account}")
                await append(log, account, len(stream), Credited(amount=1))
            await carried(relay, log)
    found = await records(kafka_arguments, topic)
    assert len(found) == await log.head()
    check_chain(found, topic)


async def test_the_largest_record_that_the_log_takes_is_carried_and_applied(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, object]
) -> None:
    seen = Seen(pool, topic)
    await append(log, "a", 0, Opened(owner="x" * (MAX_RECORD - 1000)), Credited(amount=1))
    async with (
        relaying(pool, kafka_arguments, topic),
        consuming(kafka_arguments, seen.subscription),
    ):
        await seen.reaches(2)
    assert len(seen.events[0].record) > MAX_RECORD - 1000


async def test_an_append_wakes_an_idle_relay(
    pool: Pool,
    log: EventLog,
    topic: str,
    kafka_arguments: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By the database's notice: the look at every half lease, for a lost one, is far off here."""
    monkeypatch.setattr(relaying_module, "LEASE", 100 * PATIENCE)
    async with relaying(pool, kafka_arguments, topic) as relay:
        await until(lambda: relay.leading)
        for version in range(5):
            await append(log, "a", version)
            await carried(relay, log)


@pytest.mark.parametrize("missing", [1, 5])
async def test_a_log_with_a_missing_position_is_not_carried_past_it(
    pool: Pool,
    owner: Pool,
    log: EventLog,
    topic: str,
    kafka_arguments: dict[str, object],
    missing: int,
) -> None:
    count = await fill(log, ["a", "b"], credits=4)
    await owner.execute("create table torn as select * from event where position = $1", missing)
    await owner.execute("delete from event where position = $1", missing)
    with structlog.testing.capture_logs() as said:
        async with relaying(pool, kafka_arguments, topic) as relay:
            await until(lambda: [line["event"] for line in said].count("relay waits") >= 3)
            assert relay.failure
            assert f"position {missing} is missing" in relay.failure
            assert await pool.fetchval("select position from relay") == missing - 1
            # However often it tries, what stands in front of the gap is there once.
            found = await records(kafka_arguments, topic)
            positions = sorted(int(header(record, "position")) for record in found)
            assert positions == list(range(1, missing))

            # Once it has been put back, the relay goes on by itself.
            await owner.execute("insert into event select * from torn")
            await until(lambda: relay.position == count)
            assert relay.failure is None


async def test_whatever_ails_a_relay_it_says_so_and_goes_on(
    pool: Pool, owner: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, object]
) -> None:
    """Also what is no outage: a task that ended unseen would carry nothing till the next start."""
    async with relaying(pool, kafka_arguments, topic) as relay:
        await until(lambda: relay.leading)
        await owner.execute("alter table relay rename to mislaid")
        failure = await until(lambda: relay.failure)
        assert "UndefinedTableError" in failure
        await append(log, "a", 0)
        await owner.execute("alter table mislaid rename to relay")
        await until(lambda: relay.position == 1)
        assert relay.failure is None


async def test_a_topic_of_another_shape_than_the_contracts_is_not_written(
    pool: Pool, log: EventLog, kafka_arguments: dict[str, object]
) -> None:
    narrow = await make_topic(kafka_arguments, partitions=1)
    await append(log, "a", 0)
    async with relaying(pool, kafka_arguments, narrow) as relay:
        failure = await until(lambda: relay.failure)
        assert f"{narrow} has 1 partitions, the contract {PARTITIONS}" in failure
        assert not relay.leading


# -- one leader ---------------------------------------------------------------------------------


async def test_of_several_relays_one_leads_and_another_follows_at_once_when_it_resigns(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, object]
) -> None:
    async with AsyncExitStack() as others:
        async with relaying(pool, kafka_arguments, topic) as first:
            await until(lambda: first.leading)
            rest = [
                await others.enter_async_context(relaying(pool, kafka_arguments, topic))
                for _ in range(2)
            ]
            await fill(log, ACCOUNTS[:6], credits=3)
            await carried(first, log)
            assert [relay.leading for relay in rest] == [False, False]
        free = "select lease_until <= now() or leader <> $1 from relay"
        assert await pool.fetchval(free, first.name)  # none waits for its lease to run out
        await until(lambda: any(relay.leading for relay in rest), TAKEOVER)
        await append(log, "late", 0)
        await until(lambda: max(relay.position for relay in rest) == 25)
        assert sum(relay.leading for relay in rest) == 1
    found = await records(kafka_arguments, topic)
    assert len(found) == 25
    check_chain(found, topic)


async def test_who_took_too_long_to_begin_sends_nothing_of_what_another_sends(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, object]
) -> None:
    """As on a machine that has no time, or with a topic that Kafka has just made."""
    took, looked = asyncio.Event(), asyncio.Event()

    class Slow(Relay):
        async def _take_lease(self) -> tuple[int, list[int]] | None:
            place = await super()._take_lease()
            if took.is_set():
                looked.set()
            elif place:
                took.set()
                leads = "select leader = $1 from relay"
                await until(lambda: pool.fetchval(leads, other.name))
            return place

    class Other(Relay):
        async def _send(self, *arguments: Any) -> None:
            await looked.wait()
            await asyncio.sleep(0.5)  # in which the slow one would have found the topic empty
            await super()._send(*arguments)

    await fill(log, ACCOUNTS, credits=1)
    slow, other = (each(pool, kafka_arguments, topic, KEY, KEYS) for each in (Slow, Other))
    tasks = [asyncio.create_task(slow.run())]
    try:
        await took.wait()
        tasks.append(asyncio.create_task(other.run()))
        await carried(other, log)
    finally:
        for task in tasks:
            await cancelled(task)
    found = await records(kafka_arguments, topic)
    assert sorted(int(header(each, "position")) for each in found) == list(range(1, 25))
    check_chain(found, topic)


async def test_of_two_relays_that_take_longer_to_begin_than_a_lease_lasts_one_leads(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Else each finds, when it has begun, that the other has taken the lease."""
    monkeypatch.setattr(relaying_module, "LEASE", 1.0)

    class Slow(Relay):
        async def _begin(self, *arguments: Any) -> None:
            await asyncio.sleep(1.5)
            await super()._begin(*arguments)

    await fill(log, ACCOUNTS, credits=1)
    relays = [Slow(pool, kafka_arguments, topic, KEY, KEYS) for _ in range(2)]
    tasks = [asyncio.create_task(each.run()) for each in relays]
    try:
        head = await log.head()
        await until(lambda: max(each.position for each in relays) == head)
        assert [each.leading for each in relays].count(True) == 1
    finally:
        for task in tasks:
            await cancelled(task)


async def test_another_relay_leads_when_the_leaders_task_is_gone(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, object]
) -> None:
    first = Relay(pool, kafka_arguments, topic, KEY, KEYS)
    task = asyncio.create_task(first.run())
    await fill(log, ACCOUNTS, credits=1)
    await carried(first, log)
    await cancelled(task)  # without a resignation

    async with relaying(pool, kafka_arguments, topic) as second:
        await append(log, "late", 0)
        await until(lambda: second.position == 25, TAKEOVER)
    check_chain(await records(kafka_arguments, topic), topic)


async def test_a_lease_of_a_clock_that_has_been_set_back_is_none(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, object]
) -> None:
    await fill(log, ACCOUNTS, credits=1)
    gone = "insert into relay values ($1, 'gone', now() + interval '1 hour', 0, $2)"
    await pool.execute(gone, topic, [0] * PARTITIONS)
    async with relaying(pool, kafka_arguments, topic) as relay:
        await until(lambda: relay.position == 24)


async def test_a_lease_that_is_renewed_while_another_asks_for_it_holds(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, object]
) -> None:
    """It ends later than the one that the other would have taken when it began to ask."""
    await pool.execute("insert into relay values ($1, 'leader', now(), 0, '{}')", topic)
    async with pool.acquire() as leader, leader.transaction():
        await leader.execute("select from relay for update")
        asking = asyncio.create_task(Relay(pool, kafka_arguments, topic, KEY, KEYS)._take_lease())
        await until(lambda: waiting_for_a_lock(pool))
        renewed = "update relay set lease_until = clock_timestamp() + $1 * interval '1 second'"
        await leader.execute(renewed, LEASE)
    assert await asking is None


async def test_a_relay_that_lost_its_lease_sends_less_at_a_time(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, object]
) -> None:
    """A batch that takes longer than the lease would be sent for ever, by one relay and the next."""
    async with relaying(pool, kafka_arguments, topic) as relay:
        await until(lambda: relay.leading)
        with structlog.testing.capture_logs() as said:
            await pool.execute("update relay set leader = 'other', lease_until = now()")
            await append(log, "a", 0)
            await carried(relay, log)
        lost = [line["batch"] for line in said if line["event"] == "relay lost its lease"]
        assert lost == [BATCH // 2]


async def test_a_relay_reads_no_more_bytes_at_once_than_it_may(
    pool: Pool,
    owner: Pool,
    log: EventLog,
    topic: str,
    kafka_arguments: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A thousand of the largest records are more than a process has room for."""
    monkeypatch.setattr(relaying_module, "BATCH_BYTES", 25_000)
    await append(log, "a", 0, *[Opened(owner="x" * 10_000)] * 7)
    await append(log, "a", 7, Opened(owner="x" * 100_000), Credited(amount=1))
    # The places that the relay comes to.
    await owner.execute(
        "create table came (position bigint unique); grant all on came to public;"
        "create function note() returns trigger language plpgsql as $$ begin"
        " insert into came values (new.position) on conflict do nothing; return null; end $$;"
        "create trigger note after update of position on relay for each row execute function note()"
    )
    async with relaying(pool, kafka_arguments, topic) as relay:
        await carried(relay, log)
    came = await pool.fetchval("select array_agg(position order by position) from came")
    # Up to the record that reaches the bound; one that is larger by itself is carried all the same.
    assert came == [3, 6, 8, 9]
    check_chain(await records(kafka_arguments, topic), topic)


async def test_a_relay_that_cannot_read_its_batch_in_time_reads_less(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, object]
) -> None:
    """It would read the same again, for ever."""
    await fill(log, ACCOUNTS, credits=1)
    limits: list[int] = []

    class Slow(Relay):
        """Whose database takes too long for more than a few events."""

        async def _carry(self, connection: Connection, producer: AIOKafkaProducer) -> bool:
            limits.append(self._batch)
            if self._batch > 300:
                raise TimeoutError
            return await super()._carry(connection, producer)

    relay = Slow(pool, kafka_arguments, topic, KEY, KEYS)
    task = asyncio.create_task(relay.run())
    try:
        await carried(relay, log)
    finally:
        await cancelled(task)
    assert limits[:3] == [BATCH, BATCH // 2, BATCH // 4]


async def test_another_relay_leads_when_the_leaders_process_is_killed(
    database: str, pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, object]
) -> None:
    await fill(log, ACCOUNTS, credits=1)
    arguments = json.dumps(kafka_arguments)
    seen = Seen(pool, topic)
    async with (
        Program("relayer", database, arguments, topic) as leader,
        consuming(kafka_arguments, seen.subscription),
    ):
        await leader.says("leads")
        async with relaying(pool, kafka_arguments, topic) as second:
            await seen.reaches(24)
            assert not second.leading
            leader.process.kill()
            await append(log, "late", 0)
            await until(lambda: second.position == 25, TAKEOVER)
            await seen.reaches(25)
    seen.check(upto=25)


@pytest.mark.parametrize(("point", "again"), [("relay.read", 24), ("relay.sent", 0)])
async def test_what_a_leader_that_hung_still_sends_does_no_harm(
    database: str,
    pool: Pool,
    log: EventLog,
    topic: str,
    kafka_arguments: dict[str, object],
    point: str,
    again: int,
) -> None:
    """It hangs with a batch that it has read, or sent without having moved its place: what the topic has
    of that, its successor does not send again."""
    await fill(log, ACCOUNTS, credits=1)
    arguments = json.dumps(kafka_arguments)
    seen = Seen(pool, topic)
    feed = Feed("seen", [seen.subscription], kafka_arguments, TRUST)
    async with (
        Program("relayer", database, arguments, topic, point) as stale,
        feeding(kafka_arguments, feed),
    ):
        await stale.says("hangs")
        async with relaying(pool, kafka_arguments, topic) as second:
            await until(lambda: second.leading, TAKEOVER)
            for account in ACCOUNTS:
                await append(log, account, 2, Credited(amount=2))
            await seen.reaches(36)

            os.kill(stale.process.pid, signal.SIGCONT)
            await stale.says("follows")
            # What it had read comes a second time, and nothing more.
            await until(lambda: _at_least(kafka_arguments, topic, 36 + again), every=0.2)
            for account in ACCOUNTS:
                await append(log, account, 3, Credited(amount=3))
            await seen.reaches(48)
            assert second.leading
            assert await pool.fetchval("select leader from relay") == second.name
            assert await length(kafka_arguments, topic) == 36 + again + 12
        assert not seen.subscription.health.stopped
        assert not seen.subscription.health.early
        assert not any(feed.account.foreign.values())
    seen.check(upto=48)


async def _at_least(kafka: dict[str, object], topic: str, count: int) -> bool:
    return await length(kafka, topic) >= count


# -- outages ------------------------------------------------------------------------------------


async def test_kafka_down_and_up_loses_and_doubles_nothing(
    pool: Pool,
    log: EventLog,
    topic: str,
    kafka: Kafka,
    kafka_arguments: dict[str, object],
) -> None:
    """Under a relay that leads, and before one begins."""
    seen = Seen(pool, topic)
    async with consuming(kafka_arguments, seen.subscription):
        async with relaying(pool, kafka_arguments, topic) as first:
            await fill(log, ACCOUNTS[:4], credits=4)
            await seen.reaches(1)
            kafka.kill()
            await fill(log, ACCOUNTS[4:6], credits=4)  # appends need no Kafka
            kafka.start()
            await fill(log, ACCOUNTS[6:8], credits=4)
            await seen.reaches(40)
            await carried(first, log)
        kafka.kill()
        async with relaying(pool, kafka_arguments, topic) as second:
            await until(lambda: second.failure)
            await fill(log, ACCOUNTS[8:], credits=4)
            kafka.start()
            await seen.reaches(60)
            await carried(second, log)
    seen.check(upto=60)


async def test_kafka_hanging_loses_and_doubles_nothing(
    pool: Pool, log: EventLog, topic: str, kafka: Kafka, kafka_arguments: dict[str, object]
) -> None:
    """For longer than the lease: another relay takes it, and both send when Kafka answers."""
    seen = Seen(pool, topic)
    async with (
        relaying(pool, kafka_arguments, topic) as first,
        relaying(pool, kafka_arguments, topic) as second,
        consuming(kafka_arguments, seen.subscription),
    ):
        await fill(log, ACCOUNTS[:4], credits=4)
        await seen.reaches(20)
        await until(lambda: pool.fetchval("select position = 20 from relay"))
        leader = await pool.fetchval("select leader from relay")
        kafka.suspend()
        try:
            await fill(log, ACCOUNTS[4:], credits=4)
            await until(lambda: pool.fetchval("select leader <> $1 from relay", leader), TAKEOVER)
            # What has not been acknowledged has not been carried.
            assert await pool.fetchval("select position from relay") == 20
        finally:
            kafka.resume()
        await seen.reaches(60)
        await until(lambda: 60 in (first.position, second.position))
    seen.check(upto=60)


async def test_a_relay_goes_on_after_its_database_was_away(
    pool: Pool, log: EventLog, topic: str, postgres: Postgres, kafka_arguments: dict[str, object]
) -> None:
    log.patience = 60
    async with (
        relaying(pool, kafka_arguments, topic) as relay,
        relaying(pool, kafka_arguments, topic) as other,
    ):
        await fill(log, ACCOUNTS, credits=1)
        await until(lambda: max(relay.position, other.position) == 24)
        postgres.stop()
        try:
            await until(lambda: relay.failure and other.failure)
        finally:
            postgres.start()
        await append(log, "late", 0)
        await until(lambda: max(relay.position, other.position) == 25)
        await until(lambda: not relay.failure and not other.failure)  # who does not lead, neither
    found = await records(kafka_arguments, topic)
    assert len(found) == 25
    check_chain(found, topic)
