"""A stream, the log from a position, the log as of a time."""

import asyncio
from datetime import timedelta

import pytest

from eventlog.database import Pool, create_pool
from eventlog.log import EventLog
from tests.eventlog.harness import until, waiting_for_a_lock
from tests.eventlog.ledger import MODELS, Credited, Opened, append, fill, origin

pytestmark = pytest.mark.integration


async def test_a_stream_is_read_whole_and_in_order(log: EventLog) -> None:
    await append(log, "a", 0, Opened(owner="Siti"))
    await append(log, "b", 0, Opened(owner="Budi"))
    await append(log, "a", 1, Credited(amount=1), Credited(amount=2))

    history = await log.read_stream("account/a")
    assert [(each.position, each.version) for each in history] == [(1, 1), (3, 2), (4, 3)]
    assert [each.event for each in history] == [
        Opened(owner="Siti"), Credited(amount=1), Credited(amount=2)
    ]  # fmt: skip
    assert await log.read_stream("account/none") == []


async def test_each_is_given_its_own_stream(log: EventLog) -> None:
    """Those that are read at once are read together."""
    for id in "abc":
        await append(log, id, 0, Opened(owner=id), command=f"open {id}")
    names = ["c", "none", "a", "b", "a"]
    read = [log.read_stream(f"account/{name}") for name in names]
    recalled = await log.recall("account/b", "open b")
    histories = await asyncio.gather(*read)
    owners = [[each.event for each in history] for history in histories]
    assert owners == [[] if name == "none" else [Opened(owner=name)] for name in names]
    assert recalled.first is not None
    assert recalled.first.stream == "account/b"


async def test_many_streams_are_read_each_whole(log: EventLog) -> None:
    for id in "ab":
        await append(log, id, 0, Opened(owner=id), Credited(amount=1))
    names = ["b", "none", "a", "b"]
    histories = await log.read_streams([f"account/{name}" for name in names])
    assert [[each.event for each in history] for history in histories] == [
        [] if name == "none" else [Opened(owner=name), Credited(amount=1)] for name in names
    ]
    assert await log.read_streams([]) == []


async def test_everything_about_a_subject_is_read_across_its_streams(log: EventLog) -> None:
    await append(log, "a", 0, Opened(owner="Siti"))
    await append(log, "b", 0, Opened(owner="Budi"))
    await log.append("card/9", 0, [Credited(amount=3)], origin(), subject="a")
    about, _ = await log.read_subject("a")
    assert [(each.position, each.stream) for each in about] == [(1, "account/a"), (3, "card/9")]


@pytest.mark.parametrize("after", [0, 1, 6, 7, 8, 99])
@pytest.mark.parametrize("batch", [1, 4, 1000])
async def test_the_log_is_read_from_any_position(log: EventLog, after: int, batch: int) -> None:
    assert await fill(log, "ab", credits=3) == 8
    found = [each.position async for each in log.read(after, batch=batch)]
    assert found == list(range(after + 1, 9))


async def test_the_log_is_read_as_of_any_time(pool: Pool, log: EventLog) -> None:
    await fill(log, "abc", credits=2)
    kept = [(row[0], row[1]) for row in await pool.fetch("select position, recorded from event")]
    moment = timedelta(microseconds=1)
    for _, at in kept:
        for time in (at - moment, at, at + moment):
            found = [each.position async for each in log.read(until=time, batch=4)]
            # Up to and including that very microsecond.
            assert found == [position for position, recorded in kept if recorded <= time]


async def test_as_of_a_time_means_everything_recorded_at_that_time(
    pool: Pool, log: EventLog
) -> None:
    """One group's events share their time: all of them or none."""
    await append(log, "a", 0, Opened(owner="o"), *(Credited(amount=n) for n in range(5)))
    await append(log, "a", 6, Credited(amount=9))
    [first, *_] = await log.read_stream("account/a")
    time = first.recorded
    assert [each.position async for each in log.read(until=time)] == [1, 2, 3, 4, 5, 6]
    assert [each.position async for each in log.read(4, until=time)] == [5, 6]
    assert [each async for each in log.read(until=time - timedelta(microseconds=1))] == []


async def test_a_reader_never_passes_a_position_that_may_still_come(
    database: str, pool: Pool, owner: Pool, log: EventLog
) -> None:
    """Numbers of a sequence become visible in the order of the commits: a reader skips some."""
    await append(log, "a", 0, Opened(owner="o"))
    # An append that stands just before its commit, all its numbers given, until we let it.
    await owner.execute(
        "create function wait() returns trigger language plpgsql as"
        " $$ begin perform pg_advisory_xact_lock(1); return null; end $$;"
        "create constraint trigger wait after insert on event deferrable initially deferred"
        " for each row when (new.stream = 'account/slow') execute function wait()"
    )
    async with create_pool(database, size=2) as elsewhere, asyncio.TaskGroup() as group:
        other = await EventLog.open(elsewhere, MODELS)
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute("select pg_advisory_xact_lock(1)")
            slow = group.create_task(append(other, "slow", 0, Opened(owner="o")))
            await until(lambda: waiting_for_a_lock(pool))
            quick = group.create_task(append(log, "quick", 0, Opened(owner="o")))
            await until(lambda: _two(pool))
            assert [each.position async for each in log.read()] == [1]
        assert ((await slow).position, (await quick).position) == (2, 3)
        await other.close()
    found = [(each.position, each.stream) async for each in log.read()]
    assert found == [(1, "account/a"), (2, "account/slow"), (3, "account/quick")]


async def test_no_read_walks_through_the_log(pool: Pool, log: EventLog, owner: Pool) -> None:
    """Not even by a plan that was made when the log was empty, as PostgreSQL's own vacuum had found it."""
    await owner.execute("vacuum event")

    async def reads() -> None:
        for n in range(8):  # PostgreSQL settles on a plan at the sixth
            await log.recall("account/a", f"c{n}")
            await log.read_stream("account/a")
            await log.read_subject("a")
            assert [each async for each in log.read(10**6)] == []

    async def walked() -> object:
        await pool.execute("select pg_stat_force_next_flush()")
        return await pool.fetchval(
            "select seq_scan from pg_stat_user_tables where relname = 'event'"
        )

    await reads()
    before = await walked()
    await fill(log, [f"s{n}" for n in range(300)], credits=3)
    await reads()
    assert await walked() == before


async def _two(pool: Pool) -> bool:
    """Whether the quick one waits as well, or has overtaken the slow one."""
    overtaken = await pool.fetchval("select exists (select from event where stream like '%quick')")
    return bool(overtaken) or await waiting_for_a_lock(pool) == 2
