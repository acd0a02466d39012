"""Killed between any two steps, a service goes on as if nothing had been: nothing lost, nothing
twice."""

import asyncio
import json
import signal
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from deploy.local.kafka import Kafka
from deploy.local.postgres import Postgres
from eventlog.database import Pool, create_pool
from eventlog.faults import POINTS
from eventlog.log import EventLog
from eventlog.verify import verify
from tests.eventlog.harness import (
    Database,
    Program,
    length,
    make_database,
    make_topic,
    prepared,
    records,
)
from tests.eventlog.ledger import MODELS, Credited, Thanked, name
from tests.eventlog.program import ACCOUNTS, ANSWERS, CREDITS, EVENTS

pytestmark = pytest.mark.integration

AT_ONCE = 4
"""Points tried at once: most of its time each waits, for a lease or for a session to end."""

# What has been done when it dies there: appended, told to the caller, in the topic, the relay's
# place moved, a subscription's place moved, answered. None: as it comes, for others are at work
# beside it.
DONE = {
    "append.before": (False, False, False, False, False, False),
    "append.committed": (True, False, False, False, False, False),
    "relay.read": (True, True, False, False, False, False),
    "relay.sent": (True, True, True, False, None, None),
    "relay.placed": (True, True, True, True, None, None),
    "subscription.received": (True, True, True, None, False, False),
    "subscription.applied": (True, True, True, None, False, None),
    "subscription.committed": (True, True, True, None, True, None),
    "reaction.appended": (True, True, True, None, None, True),
}


@pytest.fixture(scope="module")
async def outcomes(
    postgres: Postgres, kafka: Kafka
) -> AsyncIterator[dict[str, "asyncio.Task[None]"]]:
    """Each point's trial, all of them under way."""
    free: asyncio.Queue[tuple[Database, Database]] = asyncio.Queue()
    for _ in range(AT_ONCE):
        free.put_nowait((await make_database(postgres), await make_database(postgres)))

    async def run(point: str) -> None:
        databases = await free.get()
        try:
            source, sink = [await prepared(database) for database in databases]
            await recover(point, source, sink, kafka.admin)
        finally:
            free.put_nowait(databases)

    tasks = {point: asyncio.create_task(run(point)) for point in POINTS}
    yield tasks
    for task in tasks.values():
        task.cancel()
    await asyncio.gather(*tasks.values(), return_exceptions=True)


@pytest.mark.parametrize("point", POINTS)
async def test_killed_at_a_point_it_recovers_losing_and_doubling_nothing(
    outcomes: dict[str, "asyncio.Task[None]"], point: str
) -> None:
    await outcomes[point]


async def recover(point: str, source: str, sink: str, kafka: dict[str, Any]) -> None:
    """Run the program until it dies at the point, run it again to its end, and look."""
    topic = await make_topic(kafka)
    arguments = (source, sink, json.dumps(kafka), topic, name("p"))
    async with create_pool(source, size=2) as ours, create_pool(sink, size=2) as theirs:
        async with Program("program", *arguments, KINERJA_FAULT=point) as program:
            status, first = await program.ends()
        assert status == -signal.SIGKILL
        done = (
            await reached(ours, "event"),
            bool(first),
            await length(kafka, topic) > 0,
            await reached(ours, "relay"),
            await reached(theirs, "place"),
            await reached(theirs, "event"),
        )
        for expected, found in zip(DONE[point], done, strict=True):
            assert expected in (found, None)

        async with Program("program", *arguments, KINERJA_FAULT="") as program:
            status, second = await program.ends()
        assert status == 0

        log, other = EventLog(ours, MODELS), EventLog(theirs, MODELS)
        await check_appended(log, first, second)
        await check_relayed(ours, kafka, topic)
        await check_shown(theirs)
        await check_answered(log, other)
        assert (await verify(ours, MODELS)).faults == ()
        assert (await verify(theirs, MODELS)).faults == ()
        assert await theirs.fetchval("select count(*) from stopped") == 0
        await log.close()
        await other.close()


async def reached(pool: Pool, table: str) -> bool:
    """Whether any position is in the table."""
    return bool(await pool.fetchval(f"select max(position) > 0 from {table}"))


async def check_appended(log: EventLog, first: list[str], second: list[str]) -> None:
    """Every command once, there where each of the two runs was told that it is."""
    kept = {
        (row["command"], str(row["version"]), str(row["position"]))
        for row in await log.pool.fetch("select * from event")
    }
    assert len(kept) == EVENTS == await log.head()
    assert {tuple(line.split()) for line in first} <= kept
    assert sorted(tuple(line.split()) for line in second) == sorted(kept)


async def check_relayed(pool: Pool, kafka: dict[str, Any], topic: str) -> None:
    """Every event is in the topic, its very bytes; twice at most, for there were two leaders."""
    sent = Counter(record.value for record in await records(kafka, topic))
    assert set(sent) == {row["record"] for row in await pool.fetch("select record from event")}
    assert set(sent.values()) <= {1, 2}


async def check_shown(pool: Pool) -> None:
    """The view counts every credit once."""
    rows = await pool.fetch("select account, total, credits, latest from view.account")
    assert {tuple(row) for row in rows} == {
        (account, CREDITS * (CREDITS + 1) // 2, CREDITS, CREDITS) for account in ACCOUNTS
    }


async def check_answered(log: EventLog, other: EventLog) -> None:
    """Every credit has one answer, in the order of the credits."""
    assert await other.head() == ANSWERS
    for account in ACCOUNTS:
        causes = [
            event.id
            for event in await log.read_stream(f"account/{account}")
            if event.model is Credited
        ]
        answers = [event.event for event in await other.read_stream(f"thanks/{account}")]
        assert [answer.cause for answer in answers if isinstance(answer, Thanked)] == causes
