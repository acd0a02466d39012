"""A view built anew equals the live one, and a changed row is found."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from contracts.event import Recorded
from contracts.topics import PARTITIONS, partition
from eventlog.database import Connection, Pool
from eventlog.log import EventLog
from eventlog.places import Place
from eventlog.replay import OtherVersion, Replay, TopicIncomplete
from eventlog.subscription import Subscription
from eventlog.views import LIVE, Add, Change, Count, Put, Row, Table, View
from tests.eventlog.harness import (
    Carrier,
    caught_up,
    consuming,
    forget_records,
    relaying,
    until,
    waiting_for_a_lock,
)
from tests.eventlog.ledger import (
    MODELS,
    Credited,
    Load,
    Opened,
    append,
    fill,
    name,
    reaction,
    recorded,
    view,
)
from tests.eventlog.signing import TRUST

pytestmark = pytest.mark.integration

ACCOUNTS = [f"a{n}" for n in range(9)]


@asynccontextmanager
async def live(
    pool: Pool, kafka: dict[str, Any], topic: str, *, called: str
) -> AsyncIterator[View]:
    """A view, kept up to date."""
    accounts = view(topic, called=called)
    async with pool.acquire() as connection:
        await accounts.create(connection)
    subscription = Subscription(accounts, pool, MODELS)
    async with consuming(kafka, subscription):
        yield accounts


async def rows(pool: Pool) -> list[tuple[object, ...]]:
    return [
        tuple(row)
        for table in ("account", "owned")
        for row in await pool.fetch(f"select * from {LIVE}.{table} order by 1, 2")
    ]


async def shows(pool: Pool, credits: int) -> None:
    await until(lambda: pool.fetchval(f"select sum(credits) >= $1 from {LIVE}.account", credits))


async def taken(pool: Pool, log: EventLog, topic: str, kafka: dict[str, Any]) -> View:
    """A view that has taken a whole log and stands still."""
    async with relaying(pool, kafka, topic):
        await fill(log, ACCOUNTS, credits=2)
        async with live(pool, kafka, topic, called=name("v")) as accounts:
            await shows(pool, 18)
    return accounts


async def test_a_rebuilt_view_equals_the_live_one(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    async with relaying(pool, kafka_arguments, topic):
        count = await fill(log, ACCOUNTS, credits=6)
        async with live(pool, kafka_arguments, topic, called=name("v")) as accounts:
            await shows(pool, count - len(ACCOUNTS))
    before = await rows(pool)
    tables = await pool.fetch("select oid from pg_class where relname in ('account', 'owned')")

    assert await Replay(accounts, pool, kafka_arguments, MODELS, TRUST).rebuild() == count

    assert await rows(pool) == before
    assert await Replay(accounts, pool, kafka_arguments, MODELS, TRUST).compare() == {}
    after = await pool.fetch("select oid from pg_class where relname in ('account', 'owned')")
    assert not {*after} & {*tables}  # other tables, of the same names
    left = await pool.fetch("select nspname from pg_namespace where nspname like 'replay%'")
    assert left == []


async def test_a_rebuilt_view_takes_what_the_live_one_took_of_a_disordered_topic(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    carrier = Carrier(kafka_arguments, topic)
    opened = recorded(1, "a", 1, Opened(owner="o"))
    second, third = (recorded(n, "a", n, Credited(amount=n)) for n in (2, 3))
    await carrier.send(opened, (third, 2), (second, 1), (opened, 0), (third, 2), (second, 1))
    async with live(pool, kafka_arguments, topic, called=name("v")) as accounts:
        await shows(pool, 2)
    before = await rows(pool)
    assert before == [("a", "o", 5, 2, 3), ("o", "a", 1)]
    replay = Replay(accounts, pool, kafka_arguments, MODELS, TRUST)
    assert await replay.compare() == {}
    assert await replay.rebuild() == 3
    assert await rows(pool) == before


async def test_a_rebuild_mends_what_was_changed_by_hand(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    async with relaying(pool, kafka_arguments, topic):
        await fill(log, ACCOUNTS, credits=2)
        async with live(pool, kafka_arguments, topic, called=name("v")) as accounts:
            await shows(pool, 18)
            before = await rows(pool)
            await pool.execute(f"update {LIVE}.account set total = 0; delete from {LIVE}.owned")
            await Replay(accounts, pool, kafka_arguments, MODELS, TRUST).rebuild()
            assert await rows(pool) == before
            # The live view goes on in the new tables.
            await append(log, ACCOUNTS[0], 3, Credited(amount=100))
            await shows(pool, 19)
            assert await Replay(accounts, pool, kafka_arguments, MODELS, TRUST).compare() == {}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("update view.account set total = total + 1 where account = 'a3'", {"account": "a3"}),
        ("update view.account set owner = null where account = 'a3'", {"account": "a3"}),
        ("delete from view.owned where account = 'a3'", {"owned": "owner of a3/a3"}),
        ("insert into view.owned values ('x', 'y', 1)", {"owned": "x/y"}),
        (
            "delete from view.account where account = 'a1'; delete from view.owned;"
            " insert into view.account (account) select 'z' || n from generate_series(1, 12) n",
            {
                "account": "a1, z1, z10, z11, z12, z2, z3, z4, z5, z6, …",
                "owned": ", ".join(f"owner of a{n}/a{n}" for n in range(9)),
            },
        ),
    ],
)
async def test_a_row_changed_by_hand_is_found(
    pool: Pool,
    log: EventLog,
    topic: str,
    kafka_arguments: dict[str, Any],
    change: str,
    found: dict[str, str],
) -> None:
    """By its key."""
    accounts = await taken(pool, log, topic, kafka_arguments)
    replay = Replay(accounts, pool, kafka_arguments, MODELS, TRUST)
    assert await replay.compare() == {}
    await pool.execute(change)
    different = await Replay(accounts, pool, kafka_arguments, MODELS, TRUST).compare()
    assert {table: str(its) for table, its in different.items()} == found
    assert sum(its.rows for its in different.values()) == (22 if len(found) == 2 else 1)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("position = position + 1", "is the last"),
        ("", "it has no record at offset 0"),
    ],
)
@pytest.mark.parametrize("what", ["rebuild", "compare"])
async def test_a_topic_that_lacks_what_has_been_applied_is_named(
    pool: Pool,
    log: EventLog,
    topic: str,
    kafka_arguments: dict[str, Any],
    what: str,
    change: str,
    why: str,
) -> None:
    """Nobody waits for what is not to come: Kafka lost its data, or its retention took some."""
    accounts = await taken(pool, log, topic, kafka_arguments)
    before = await rows(pool)
    if change:
        await pool.execute(f"update place set {change}")
    else:
        for number in range(PARTITIONS):
            await forget_records(kafka_arguments, TopicPartition(topic, number), 1)
    with pytest.raises(TopicIncomplete, match=why):
        await getattr(Replay(accounts, pool, kafka_arguments, MODELS, TRUST), what)()
    assert await rows(pool) == before


async def test_rebuilding_and_comparing_under_live_traffic_lose_and_double_nothing(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    async with (
        relaying(pool, kafka_arguments, topic),
        live(pool, kafka_arguments, topic, called=name("v")) as accounts,
        Load(log, ACCOUNTS) as load,
    ):
        await shows(pool, 50)
        for _ in range(3):
            replay = Replay(accounts, pool, kafka_arguments, MODELS, TRUST)
            assert await replay.rebuild() > 50
            assert await Replay(accounts, pool, kafka_arguments, MODELS, TRUST).compare() == {}
        credits = {account: version - 1 for account, version in (await load.ends()).items()}
        await shows(pool, sum(credits.values()))
        assert await Replay(accounts, pool, kafka_arguments, MODELS, TRUST).compare() == {}
    kept = await pool.fetch(f"select account, credits, total, latest from {LIVE}.account")
    assert {tuple(row) for row in kept} == {
        (account, count, count * (count + 1) // 2, count) for account, count in credits.items()
    }


@pytest.mark.parametrize("what", ["rebuild", "compare"])
async def test_the_first_event_of_a_partition_waits_for_the_swap(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, Any], what: str
) -> None:
    """A partition without a place yet has no row to hold: its first event may not slip between
    the places that the replay fills up to and the swap, into the tables that are dropped."""
    first, late = "a", "b"
    assert partition(first) != partition(late)
    carrier = Carrier(kafka_arguments, topic)

    class Interrupted(Replay):
        async def _fill(
            self,
            connection: Connection,
            consumer: AIOKafkaConsumer,
            places: Mapping[TopicPartition, Place],
        ) -> None:
            await super()._fill(connection, consumer, places)
            self.fills = getattr(self, "fills", 0) + 1
            if self.fills == 2:  # the places stand still now
                await carrier.send(recorded(2, late, 1, Opened(owner="late")))
                await until(self._slipped_or_waits)

        async def _slipped_or_waits(self) -> bool:
            slipped = await self.pool.fetchval(f"select count(*) = 2 from {LIVE}.account")
            return bool(slipped or await waiting_for_a_lock(self.pool))

    await carrier.send(recorded(1, first, 1, Opened(owner="first")))
    async with live(pool, kafka_arguments, topic, called=name("v")) as accounts:
        await until(lambda: pool.fetchval(f"select count(*) = 1 from {LIVE}.account"))
        if what == "compare":
            assert await Interrupted(accounts, pool, kafka_arguments, MODELS, TRUST).compare() == {}
        else:
            await Interrupted(accounts, pool, kafka_arguments, MODELS, TRUST).rebuild()
        await until(lambda: pool.fetchval(f"select count(*) = 2 from {LIVE}.account"))


async def test_replays_of_one_view_take_turns(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """As when two processes start with a new version of it while an audit compares."""
    async with (
        relaying(pool, kafka_arguments, topic),
        live(pool, kafka_arguments, topic, called=name("v")) as accounts,
    ):
        count = await fill(log, ACCOUNTS, credits=3)
        await shows(pool, 27)
        before = await rows(pool)
        replays = [Replay(accounts, pool, kafka_arguments, MODELS, TRUST) for _ in range(4)]
        found = await asyncio.gather(
            *(replay.rebuild() for replay in replays[:2]),
            *(replay.compare() for replay in replays[2:]),
        )
        assert found == [count, count, {}, {}]
        assert await rows(pool) == before
    schemas = "select count(*) from pg_namespace where nspname like 'replay%'"
    assert await pool.fetchval(schemas) == 0
    assert await pool.fetchval("select count(*) from pg_locks where locktype = 'advisory'") == 0


async def test_a_view_is_built_anew_when_its_definition_has_changed(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """Once, whichever of the processes that start comes first; also with a column that is new."""

    class Old(Row):
        account: str
        owner: str

    class New(Old):
        opened: Count

    old, new = Table("owner", Old), Table("owner", New, indexes=("opened",))

    def opened(recorded: Recorded) -> Iterable[Change]:
        if isinstance(recorded.event, Opened):
            columns = {"owner": recorded.event.owner}
            yield Put(old, (recorded.stream,), columns)

    def counted(recorded: Recorded) -> Iterable[Change]:
        if isinstance(recorded.event, Opened):
            yield Put(new, (recorded.stream,), {"owner": recorded.event.owner})
            yield Add(new, (recorded.stream,), {"opened": 1})

    first = View(name("v"), (topic,), (Opened,), (old,), opened)
    second = View(first.name, (topic,), (Opened,), (new,), counted, version=2)
    await Replay(first, pool, kafka_arguments, MODELS, TRUST).prepare()
    subscription = Subscription(first, pool, MODELS)
    async with relaying(pool, kafka_arguments, topic):
        await fill(log, "ab", credits=1)
        async with consuming(kafka_arguments, subscription):
            await until(lambda: pool.fetchval(f"select count(*) = 2 from {LIVE}.owner"))
    with structlog.testing.capture_logs() as said:
        processes = [Replay(second, pool, kafka_arguments, MODELS, TRUST) for _ in range(3)]
        await asyncio.gather(*(process.prepare() for process in processes))
    assert [line["event"] for line in said].count("rebuilding view") == 1
    found = await pool.fetch(f"select account, owner, opened from {LIVE}.owner order by 1")
    assert [tuple(row) for row in found] == [
        ("account/a", "owner of a", 1), ("account/b", "owner of b", 1)
    ]  # fmt: skip


async def test_a_program_with_an_older_version_of_a_view_leaves_the_newer_one_alone(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """As in a rolling update: the old program still runs when the new one has built the view anew.
    Whatever reaches the old one waits; the new one applies it."""
    old = view(topic, called=name("v"))
    new = replace(old, version=2)
    await Replay(old, pool, kafka_arguments, MODELS, TRUST).prepare()
    async with relaying(pool, kafka_arguments, topic):
        before = Subscription(old, pool, MODELS)
        async with consuming(kafka_arguments, before):
            await append(log, "first", 0, Opened(owner="first"))
            await until(lambda: pool.fetchval(f"select count(*) = 1 from {LIVE}.account"))
            await Replay(new, pool, kafka_arguments, MODELS, TRUST).prepare()
            with structlog.testing.capture_logs() as said:
                await append(log, "second", 0, Opened(owner="second"))
                await until(lambda: any("is at version 2" in str(line) for line in said))
        for what in ("prepare", "compare", "rebuild"):
            with pytest.raises(OtherVersion, match="is at version 2"):
                await getattr(Replay(old, pool, kafka_arguments, MODELS, TRUST), what)()
        assert await pool.fetchval(f"select count(*) from {LIVE}.account") == 1
        after = Subscription(new, pool, MODELS)
        async with consuming(kafka_arguments, after):
            await until(lambda: pool.fetchval(f"select count(*) = 2 from {LIVE}.account"))


async def test_a_start_with_nothing_to_build_waits_for_no_replay(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """An audit compares for as long as it takes; a service starts meanwhile."""
    accounts = view(topic, called=name("v"))
    await Replay(accounts, pool, kafka_arguments, MODELS, TRUST).prepare()
    async with pool.acquire() as auditor:
        await auditor.execute("select pg_advisory_lock(hashtext($1))", f"replay_{accounts.name}")
        await Replay(accounts, pool, kafka_arguments, MODELS, TRUST).prepare()
        await auditor.execute("select pg_advisory_unlock_all()")

    async with pool.acquire() as writer, writer.transaction():
        await writer.execute(f"lock table {LIVE}.account in access exclusive mode")
        comparing = asyncio.create_task(
            Replay(accounts, pool, kafka_arguments, MODELS, TRUST).compare()
        )
        await until(lambda: waiting_for_a_lock(pool))
        await Replay(accounts, pool, kafka_arguments, MODELS, TRUST).prepare()
    assert await comparing == {}


def told(said: Sequence[Any], times: int) -> bool:
    return len(said) >= times


async def test_the_swap_waits_for_who_reads_long_and_keeps_nobody_else_waiting(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    async with (
        relaying(pool, kafka_arguments, topic),
        live(pool, kafka_arguments, topic, called=name("v")) as accounts,
    ):
        await fill(log, ACCOUNTS, credits=2)
        await shows(pool, 18)
        before = await rows(pool)
        with structlog.testing.capture_logs() as said:
            async with pool.acquire() as backup, backup.transaction():
                await backup.execute(f"lock table {LIVE}.account in access share mode")
                replay = Replay(accounts, pool, kafka_arguments, MODELS, TRUST)
                rebuilding = asyncio.create_task(replay.rebuild())
                for times in (1, 2):
                    await until(partial(told, said, times))
                    assert await rows(pool) == before
            await rebuilding
        assert {line["event"] for line in said} == {"the swap waits for readers"}
        assert await rows(pool) == before


async def test_a_rebuild_of_a_view_without_any_event_is_empty(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    async with live(pool, kafka_arguments, topic, called=name("v")) as accounts:
        replay = Replay(accounts, pool, kafka_arguments, MODELS, TRUST)
        assert await replay.rebuild() == 0
        assert await rows(pool) == []


async def test_a_replay_is_silent_and_a_second_one_with_the_same_object_is_whole(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """No reaction answers again what a view only reads again."""
    courtesy = reaction(topic, log)
    answering = Subscription(courtesy, pool, MODELS)
    async with (
        relaying(pool, kafka_arguments, topic) as relay,
        live(pool, kafka_arguments, topic, called=name("v")) as accounts,
        consuming(kafka_arguments, answering),
    ):
        await fill(log, ACCOUNTS[:3], credits=2)
        # Six credits, and six thanks in the same log.
        await until(lambda: pool.fetchval("select position = 15 from head"))
        # The view has taken all of it, not only the reaction.
        await until(lambda: caught_up(pool, accounts.name, log))
        before = await rows(pool)
        replay = Replay(accounts, pool, kafka_arguments, MODELS, TRUST)
        assert await replay.compare() == {}
        assert await replay.rebuild() == await replay.rebuild() == 15
        assert await rows(pool) == before
        await append(log, "last", 0, Opened(owner="o"))
        await until(lambda: relay.position == 16)
        await shows(pool, 6)
        assert await log.head() == 16
