"""What is not the event's fault is waited out, without loss, doubling or spinning."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import asyncpg
import pytest
import structlog

from contracts.event import Recorded
from deploy.local.postgres import Postgres
from eventlog.database import Connection, Pool, create_pool
from eventlog.effect import NotYet
from eventlog.log import EventLog
from tests.eventlog.effects import ONE, Effects, chain
from tests.eventlog.harness import (
    Carrier,
    consuming,
    relaying,
    until,
    wired,
)
from tests.eventlog.ledger import Load

pytestmark = pytest.mark.integration


async def test_a_database_that_goes_and_comes_back_is_waited_out_without_loss_or_doubling(
    effects: Effects,
    database: str,
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
        holding = await asyncpg.connect(database)
        await holding.execute("begin; lock table effect")
        # So that it has something to apply when the database goes.
        await until(lambda: pool.fetchval("select count(*) > 0 from pg_locks where not granted"))
        with structlog.testing.capture_logs() as said:
            postgres.stop()
            holding.terminate()
            try:
                told = "subscription waits"
                await until(lambda: [line["event"] for line in said].count(told) >= 3)
            finally:
                postgres.start()
        head = await until(log.head)
        await until(lambda: pool.fetchval("select position > $1 from head", head + 100))
        total = sum((await load.ends()).values())
        await until(lambda: pool.fetchval("select count(*) >= $1 from effect", total))
        assert not effects.subscription.health.stopped
    assert sorted(await effects.positions()) == list(range(1, total + 1))


async def test_it_backs_off_while_its_database_is_away(
    effects: Effects, database: str, pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    carrier = Carrier(kafka_arguments, topic)
    async with wired(database) as (wire, there), create_pool(there, size=4) as far:
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


async def test_a_database_away_at_the_assignment_is_waited_for(
    effects: Effects, database: str, pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    await Carrier(kafka_arguments, topic).send(*chain(ONE, 3))
    async with wired(database) as (wire, there), create_pool(there, size=4) as far:
        effects.subscription.pool = far
        await wire.cut()
        with structlog.testing.capture_logs() as said:
            starting = asyncio.create_task(_run(kafka_arguments, effects))
            await until(lambda: any(line["event"] == "subscription waits" for line in said))
        await wire.mend()
        await starting


async def _run(kafka: dict[str, Any], effects: Effects) -> None:
    async with consuming(kafka, effects.subscription):
        await effects.reaches(1, 2, 3)


@pytest.mark.parametrize(
    "sqlstate", ["53100", "53200", "57014", "25006", "25P03", "28P01", "3D000", "58030"]
)  # disk full, out of memory, cancelled, read-only, idle too long, not known, no database, input/output
async def test_a_server_that_is_not_able_is_waited_for(
    effects: Effects, owner: Pool, topic: str, kafka_arguments: dict[str, Any], sqlstate: str
) -> None:
    await owner.execute(
        "create function unable() returns trigger language plpgsql as"
        f" $$ begin raise 'not now' using errcode = '{sqlstate}'; end $$;"
        "create trigger unable before insert on effect execute function unable()"
    )
    async with consuming(kafka_arguments, effects.subscription):
        with structlog.testing.capture_logs() as said:
            await Carrier(kafka_arguments, topic).send(*chain(ONE, 2))
            await until(lambda: [line["event"] for line in said].count("subscription waits") >= 2)
        assert not effects.subscription.health.stopped
        await owner.execute("drop trigger unable on effect")
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
        assert not effects.subscription.health.stopped


async def test_a_deadlock_with_another_writer_is_no_poison(
    effects: Effects, owner: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """Two consumers of a view may meet on its rows; the one that PostgreSQL breaks tries again."""
    await owner.execute(
        "create table met (row int); insert into met values (1), (2); grant all on met to public"
    )
    holds_first, holds_second = asyncio.Event(), asyncio.Event()

    async def take_both(connection: Connection, events: Sequence[Recorded]) -> None:
        await connection.execute("select from met where row = 1 for update")
        holds_first.set()
        await holds_second.wait()
        await connection.execute("select from met where row = 2 for update")
        await effects.apply(connection, events)

    effects.subscription.apply = take_both
    await Carrier(kafka_arguments, topic).send(*chain(ONE, 1))
    async with consuming(kafka_arguments, effects.subscription), owner.acquire() as other:
        async with other.transaction():
            # It never looks for a deadlock itself: the subscription is the one that is broken.
            await other.execute("set local deadlock_timeout = '1h'")
            await other.execute("select from met where row = 2 for update")
            await holds_first.wait()
            holds_second.set()
            await other.execute("select from met where row = 1 for update")
        await effects.reaches(1)
        assert not effects.subscription.health.stopped
