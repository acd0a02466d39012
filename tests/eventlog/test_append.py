"""What an append promises, whoever else appends."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
import structlog

from contracts.event import Event
from deploy.local.postgres import Postgres
from eventlog.database import Pool, create_pool
from eventlog.log import (
    MAX_RECORD,
    Append,
    CommandReused,
    EventLog,
    LogUnavailable,
    Receipt,
    RecordTooLarge,
    StaleVersion,
)
from eventlog.verify import verify
from tests.eventlog.harness import Program, until, waiting_for_a_lock, wired
from tests.eventlog.ledger import MODELS, Credited, Load, Opened, append, name, origin

pytestmark = pytest.mark.integration


@asynccontextmanager
async def head_locked(owner: Pool) -> AsyncIterator[None]:
    """As if another process were in the middle of an append."""
    async with owner.acquire() as connection, connection.transaction():
        await connection.execute("select from head for update")
        yield


@asynccontextmanager
async def another(dsn: str) -> AsyncIterator[EventLog]:
    """The same log, opened as another process does: nothing but the database is shared."""
    async with create_pool(dsn, size=4) as pool:
        log = await EventLog.open(pool, MODELS)
        yield log
        await log.close()


async def rows(pool: Pool) -> list[tuple[int, str, int, str]]:
    """(position, stream, version, command) of the whole log."""
    return [
        tuple(row)
        for row in await pool.fetch(
            "select position, stream, version, command from event order by position"
        )
    ]


# -- expected version ---------------------------------------------------------------------------


@pytest.mark.parametrize("expected", [0, 1, 3, 2**31 - 2])
async def test_an_append_on_another_version_than_expected_is_refused(
    log: EventLog, expected: int
) -> None:
    await append(log, "a", 0, Opened(owner="o"), Credited(amount=1))

    with pytest.raises(StaleVersion) as refusal:
        await append(log, "a", expected, Credited(amount=2))

    assert (refusal.value.expected, refusal.value.actual) == (expected, 2)
    assert await log.head() == 2


async def test_an_append_on_the_expected_version_goes_on_from_there(log: EventLog) -> None:
    assert await append(log, "a", 0, Opened(owner="o"), Credited(amount=1)) == Receipt(
        "account/a", version=2, position=2, subject="a"
    )
    assert await append(log, "b", 0, Opened(owner="o")) == Receipt("account/b", 1, 3, subject="b")
    assert await append(log, "a", 2, Credited(amount=2)) == Receipt("account/a", 3, 4, subject="a")


async def test_of_many_appends_on_one_version_one_succeeds(
    database: str, owner: Pool, log: EventLog
) -> None:
    async with another(database) as other:
        answers = await asyncio.gather(
            *(append((log, other)[n % 2], "a", 0, Opened(owner=str(n))) for n in range(20)),
            return_exceptions=True,
        )
    assert sum(isinstance(answer, Receipt) for answer in answers) == 1
    assert sum(isinstance(answer, StaleVersion) for answer in answers) == 19
    assert await log.head() == 1


# -- idempotent by command id -------------------------------------------------------------------


async def test_a_repeated_command_gets_its_first_answer(log: EventLog) -> None:
    first = await append(log, "a", 0, Opened(owner="o"), Credited(amount=1), command="c")
    await append(log, "a", 2, Credited(amount=5))

    # Whatever the repetition expects or says.
    others: list[tuple[int, list[Event]]] = [
        (0, [Opened(owner="o")]),
        (3, [Credited(amount=9)] * 3),
    ]
    for expected, events in others:
        again = await append(log, "a", expected, *events, command="c")
        assert again == first._replace(repeated=True)
    assert (await log.recall("account/a", "c"))[1] == again
    assert await log.head() == 3


async def test_a_repeated_command_gets_its_first_answer_from_any_process(
    database: str, log: EventLog
) -> None:
    first = await append(log, "a", 0, Opened(owner="o"), command="c")
    async with another(database) as other:
        again = await append(other, "a", 0, Opened(owner="o"), command="c")
    assert (again.version, again.position, again.repeated) == (1, first.position, True)
    assert await log.head() == 1


async def test_the_same_command_given_many_times_at_once_is_appended_once(
    database: str, owner: Pool, log: EventLog
) -> None:
    async with another(database) as other, asyncio.TaskGroup() as group:
        async with head_locked(owner):  # so that all of them are on their way before any is done
            answers = [
                group.create_task(
                    append((log, other)[n % 2], "a", 0, Opened(owner="o"), command="c")
                )
                for n in range(10)
            ]
            await until(lambda: waiting_for_a_lock(owner))
        receipts = await asyncio.gather(*answers)
    assert {(receipt.version, receipt.position) for receipt in receipts} == {(1, 1)}
    assert sum(not receipt.repeated for receipt in receipts) == 1
    assert await log.head() == 1


async def test_a_command_id_used_on_another_stream_is_refused(log: EventLog) -> None:
    await append(log, "a", 0, Opened(owner="o"), command="c")
    with pytest.raises(CommandReused):
        await append(log, "b", 0, Opened(owner="o"), command="c")
    with pytest.raises(CommandReused):
        await log.recall("account/b", "c")
    assert await log.recall("account/b", "never given") == ([], None)
    assert await log.head() == 1


# -- grouped commits ----------------------------------------------------------------------------


async def grouped(
    owner: Pool, log: EventLog, calls: Sequence[tuple[str, int, Sequence[Event], str]]
) -> list[Receipt | BaseException]:
    """Append while another process holds the head: the first call waits for it in the database,
    and the others, given meanwhile, wait for the first. (account, expected, events, command)"""
    async with asyncio.TaskGroup() as group:
        async with head_locked(owner):
            first = group.create_task(append(log, "first", 0, Opened(owner="o")))
            await until(lambda: waiting_for_a_lock(owner))
            answers = asyncio.gather(
                *(append(log, account, version, *events, command=command)
                  for account, version, events, command in calls),
                return_exceptions=True,
            )  # fmt: skip
            await asyncio.sleep(0)  # every call has taken its place behind the first
        await first
        return list(await answers)


async def test_appends_that_wait_are_committed_together(
    pool: Pool, owner: Pool, log: EventLog
) -> None:
    calls = [(f"a{n}", 0, [Opened(owner="o"), Credited(amount=n)], name("c")) for n in range(100)]
    answers = await grouped(owner, log, calls)

    # In whatever order the groups come to the lock.
    assert sorted(answer.position for answer in answers if isinstance(answer, Receipt)) == [
        1 + 2 * n for n in range(1, 101)
    ]
    # A hundred calls, a few commits.
    assert await pool.fetchval("select count(distinct xmin::text) from event") < 20


async def test_appends_to_one_stream_keep_the_order_they_were_given_in(
    pool: Pool, owner: Pool, log: EventLog
) -> None:
    """Whichever of the groups on their way comes first."""
    calls = [
        (f"a{n}", version, [Credited(amount=version)], name("c"))
        for version in range(10)
        for n in range(40)
    ]
    answers = await grouped(owner, log, calls)
    assert [type(answer) for answer in answers] == [Receipt] * 400
    assert await pool.fetchval("select count(distinct xmin::text) from event") < 100


async def test_a_call_that_fails_harms_no_neighbour(pool: Pool, owner: Pool, log: EventLog) -> None:
    await append(log, "a", 0, Opened(owner="o"), command="done")
    one = [Credited(amount=1)]
    answers = await grouped(
        owner, log,
        [
            ("a", 1, one, "good 1"),
            ("a", 1, one, "stale"),
            ("a", 9, one, "future"),
            ("a", 0, one, "done"),
            ("b", 0, one, "done"),
            ("a", 2, one * 2, "good 2"),
            ("b", 0, [Opened(owner="o")], "good 3"),
        ],
    )  # fmt: skip
    assert [type(answer) for answer in answers] == [
        Receipt, StaleVersion, StaleVersion, Receipt, CommandReused, Receipt, Receipt
    ]  # fmt: skip
    assert [row[1:] for row in await rows(pool) if row[3].startswith(("good", "done"))] == [
        ("account/a", 1, "done"),
        ("account/a", 2, "good 1"),
        ("account/a", 3, "good 2"),
        ("account/a", 4, "good 2"),
        ("account/b", 1, "good 3"),
    ]


async def test_of_commands_appended_together_each_has_its_own_answer(log: EventLog) -> None:
    await append(log, "a", 0, Opened(owner="o"), command="done")

    def said(account: str, version: int, command: str) -> Append:
        events = [Credited(amount=1)] if version else [Opened(owner="o")]
        return Append(f"account/{account}", version, events, origin(command), account)

    answers = await log.append_all(
        [said("b", 0, "one"), said("a", 9, "stale"), said("b", 1, "two"), said("a", 0, "done")]
    )
    assert [type(answer) for answer in answers] == [Receipt, StaleVersion, Receipt, Receipt]
    assert answers[2] == Receipt("account/b", 2, 3, subject="b")
    assert answers[3] == Receipt("account/a", 1, 1, repeated=True, subject="a")
    assert await log.append_all([]) == []

    large = said("c", 0, "large")._replace(events=[Opened(owner="o" * MAX_RECORD)])
    with pytest.raises(RecordTooLarge):
        await log.append_all([said("c", 0, "three"), large])
    assert await log.head() == 3


async def test_a_call_that_the_database_cannot_take_harms_no_neighbour(
    owner: Pool, log: EventLog
) -> None:
    """PostgreSQL keeps no NUL in a text: the statement of the whole group fails."""
    good = [Opened(owner="o")]
    answers = await grouped(
        owner, log, [("a", 0, good, "good 1"), ("b\0", 0, good, "bad"), ("c", 0, good, "good 2")]
    )
    assert [type(answer) for answer in answers[::2]] == [Receipt, Receipt]
    assert isinstance(answers[1], Exception)
    assert not isinstance(answers[1], LogUnavailable)
    assert await log.head() == 3


async def test_a_caller_that_goes_away_harms_no_neighbour(owner: Pool, log: EventLog) -> None:
    async with head_locked(owner):
        first = asyncio.create_task(append(log, "first", 0, Opened(owner="o")))
        await until(lambda: waiting_for_a_lock(owner))
        gone = [
            asyncio.create_task(append(log, f"a{n}", 0, Opened(owner="o"), command=f"gone {n}"))
            for n in range(4)
        ]
        stays = asyncio.create_task(append(log, "b", 0, Opened(owner="o")))
        await asyncio.sleep(0)
        for call in gone:
            call.cancel()
        await asyncio.gather(*gone, return_exceptions=True)
    assert (await first).position == 1
    # Their commands were given and are done, in one commit with the neighbour's, at the first try.
    assert await stays == Receipt("account/b", version=1, position=6, subject="b")
    # Nothing waits for them any more.
    assert (await append(log, "a0", 0, Opened(owner="o"), command="gone 0")).repeated


@pytest.mark.parametrize("waiting", [0, 1])
async def test_closing_finishes_what_is_on_its_way(
    owner: Pool, log: EventLog, waiting: int
) -> None:
    async with head_locked(owner):
        answers = [asyncio.create_task(append(log, "a", 0, Opened(owner="o")))]
        await until(lambda: waiting_for_a_lock(owner))
        for n in range(waiting):  # on the same stream: behind the first
            answers.append(asyncio.create_task(append(log, "a", n + 1)))
            await asyncio.sleep(0)
        closing = asyncio.create_task(log.close())
        await asyncio.sleep(0)
        assert not closing.done()
    await closing
    assert [answer.result().position for answer in answers] == list(range(1, waiting + 2))


async def test_closing_finishes_what_has_only_been_given(log: EventLog) -> None:
    answer = asyncio.create_task(append(log, "a", 0, Opened(owner="o")))
    await asyncio.sleep(0)
    await log.close()
    assert answer.result() == Receipt("account/a", version=1, position=1, subject="a")


async def test_a_record_larger_than_kafka_carries_is_refused(owner: Pool, log: EventLog) -> None:
    with pytest.raises(RecordTooLarge):
        await append(log, "a", 0, Opened(owner="o"), Opened(owner="x" * MAX_RECORD))
    assert await log.head() == 0


async def test_a_command_without_events_is_refused(log: EventLog) -> None:
    with pytest.raises(ValueError, match="changes nothing"):
        await log.append("account/a", 0, [], origin(), subject="a")


# -- positions and recorded time ----------------------------------------------------------------


async def test_positions_are_dense_whatever_was_refused(
    pool: Pool, owner: Pool, log: EventLog
) -> None:
    # An append that is undone at its commit, all its numbers given.
    await owner.execute(
        "create function undo() returns trigger language plpgsql as"
        " $$ begin raise 'undone'; end $$;"
        "create constraint trigger undo after insert on event deferrable initially deferred"
        " for each row when (new.stream = 'account/lost') execute function undo()"
    )
    for n in range(10):
        await append(log, "a", n, Credited(amount=n))
        with pytest.raises(StaleVersion):
            await append(log, "a", n, Credited(amount=n))
        with pytest.raises(asyncpg.RaiseError, match="undone"):
            await append(log, "lost", 0, Opened(owner="o"), Credited(amount=n))
    assert [row[0] for row in await rows(pool)] == list(range(1, 11))
    assert await log.head() == 10


async def test_recorded_time_never_runs_backwards(pool: Pool, owner: Pool, log: EventLog) -> None:
    await append(log, "a", 0, Opened(owner="o"))
    # Another process's clock was an hour ahead.
    ahead = datetime.now(UTC) + timedelta(hours=1)
    await owner.execute("update head set recorded = $1", ahead)
    await append(log, "a", 1, Credited(amount=1))
    await append(log, "a", 2, Credited(amount=2))

    times = [event.recorded async for event in log.read()]
    assert times[0] < times[1] == times[2] == ahead
    assert times == [r["recorded"] for r in await pool.fetch("select recorded from event")]


async def test_recorded_time_is_the_clocks(log: EventLog) -> None:
    before = datetime.now(UTC)
    await append(log, "a", 0, Opened(owner="o"))
    await append(log, "a", 1, Credited(amount=1))
    times = [event.recorded async for event in log.read()]
    # The server's clock is this machine's, in a container too.
    assert before - timedelta(seconds=5) < times[0] < times[1] < before + timedelta(minutes=1)


async def test_a_record_is_a_cloudevent_that_carries_where_and_why(
    owner: Pool, log: EventLog
) -> None:
    await append(log, "a", 0, Opened(owner="Siti"), Credited(amount=1), command="c")
    [_, event] = await log.read_stream("account/a")
    document = json.loads(event.record)
    assert document == {
        "specversion": "1.0",
        "id": "c/2",
        "source": "/bps/ledger",
        "type": "kinerja.ledger.Credited.v1",
        "subject": "a",
        "time": "2026-03-02T01:30:00Z",
        "datacontenttype": "application/json",
        "dataschema": "urn:kinerja:schema:ledger:Credited:1",
        "stream": "account/a",
        "version": 2,
        "command": "c",
        "actor": "someone",
        "cause": "",
        "correlation": "c",
        "basis": "",
        "data": {"amount": 1},
        "recordedtime": document["recordedtime"],
    }


# -- many processes -----------------------------------------------------------------------------


@pytest.mark.parametrize("processes", [2, 8])
async def test_concurrent_processes_lose_and_double_nothing(
    database: str, pool: Pool, log: EventLog, processes: int
) -> None:
    """Each credits three accounts by what it has read plus one; every command is given by two
    processes. A lost update would repeat an amount, a doubled command would add one."""
    commands, accounts = 120, ("a", "b", "c")

    async def run(number: int) -> list[str]:
        shares = [str(number), str((number + 1) % processes)]
        async with Program("appender", database, str(commands), str(processes), *shares) as program:
            status, lines = await program.ends()
            assert status == 0
            return lines

    said = [line for lines in await asyncio.gather(*map(run, range(processes))) for line in lines]

    found = await rows(pool)
    assert [position for position, *_ in found] == list(range(1, commands + 1))
    assert sorted(command for *_, command in found) == sorted(f"c{n}" for n in range(commands))
    for account in accounts:
        history = await log.read_stream(f"account/{account}")
        assert [event.version for event in history] == list(range(1, len(history) + 1))
        assert [event.event for event in history] == [
            Credited(amount=n) for n in range(1, len(history) + 1)
        ]
    # Both who gave a command were told the same place, which is where it stands.
    told = {tuple(line.split()) for line in said}
    assert told == {(command, str(position)) for position, *_, command in found}
    assert len(said) == 2 * commands
    assert (await verify(pool, MODELS)).faults == ()


# -- outages ------------------------------------------------------------------------------------


async def test_appends_wait_out_a_killed_database_and_double_nothing(
    pool: Pool, log: EventLog, postgres: Postgres
) -> None:
    log.patience = 60
    async with Load(log, [f"a{n}" for n in range(8)]) as load:
        await until(lambda: pool.fetchval("select position > 100 from head"))
        with structlog.testing.capture_logs() as said:
            postgres.kill()
            try:
                told = "append waits for the database"
                await until(lambda: told in [line["event"] for line in said])
            finally:
                postgres.start()
        versions = await load.ends()

    assert await log.head() == sum(versions.values())
    assert (await verify(pool, MODELS)).faults == ()


async def test_an_append_gives_up_when_its_patience_ends(
    pool: Pool, log: EventLog, postgres: Postgres
) -> None:
    await append(log, "a", 0, Opened(owner="o"))
    log.patience = 0.3
    postgres.stop()
    try:
        with pytest.raises(LogUnavailable):
            await append(log, "a", 1, Credited(amount=1), command="c")
    finally:
        postgres.start()
    log.patience = 60
    # The same command again is safe and tells.
    assert (await append(log, "a", 1, Credited(amount=1), command="c")).position == 2
    assert await log.head() == 2


async def test_an_append_whose_answer_is_lost_is_not_done_twice(
    database: str, pool: Pool, log: EventLog
) -> None:
    """Committed, but the connection breaks before the answer is through."""
    async with wired(database) as (wire, there), another(there) as far:
        await append(far, "a", 0, Opened(owner="o"))
        wire.answers.clear()
        answer = asyncio.create_task(append(far, "a", 1, Credited(amount=1)))
        await until(lambda: pool.fetchval("select position = 2 from head"))
        await wire.cut()
        assert not answer.done()
        await wire.mend()
        assert ((await answer).version, (await answer).position) == (2, 2)
    assert await log.head() == 2


async def test_a_command_id_that_said_something_else_is_refused(owner: Pool, log: EventLog) -> None:
    """Also when both are given at once, and what has been erased of it is no ground."""
    one, other = (origin("c")._replace(fingerprint=said) for said in (b"one", b"other"))
    first = await log.append("account/a", 0, [Credited(amount=1)], one, subject="a")
    assert (await log.append("account/a", 0, [Credited(amount=1)], one, subject="a")).repeated
    with pytest.raises(CommandReused):
        await log.append("account/a", 0, [Credited(amount=2)], other, subject="a")
    with pytest.raises(CommandReused):
        await log.recall("account/a", "c", b"other")
    assert (await log.recall("account/a", "c", b"one"))[1] == first._replace(repeated=True)
    await owner.execute("update event set fingerprint = ''")
    assert (await log.recall("account/a", "c", b"other"))[1] == first._replace(repeated=True)
