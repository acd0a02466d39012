"""Killed between any two steps, a service goes on as if nothing had been: nothing lost, nothing
twice."""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from deploy.local.kafka import Kafka
from deploy.local.postgres import Postgres
from eventlog.database import Pool, create_pool
from eventlog.faults import POINTS
from eventlog.log import EventLog
from eventlog.verify import verify
from tests.eventlog.harness import Program, length, make_topic, records
from tests.eventlog.ledger import MODELS, Credited, Thanked, name
from tests.eventlog.program import ACCOUNTS, ANSWERS, CREDITS, EVENTS

pytestmark = pytest.mark.integration

AT_ONCE = 3
"""Programs that run at once: most of their time they wait, for a lease or a group's session."""


# What has been done when it dies there: appended and told, in the topic, the relay's place moved,
# a subscription's place moved, answered. None: as it comes, for others are at work beside it.
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


@dataclass(frozen=True)
class Outcome:
    source: str
    sink: str
    topic: str
    first: tuple[int, list[str]]
    done: tuple[bool, ...]
    second: tuple[int, list[str]]


@pytest.fixture(scope="module")
async def outcomes(
    postgres: Postgres, kafka: Kafka
) -> AsyncIterator[dict[str, "asyncio.Task[Outcome]"]]:
    """The program killed at each point and run again, by point."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def make_database() -> str:
        database = name("faults")
        connection = await asyncpg.connect(postgres.dsn)
        await connection.execute(f"create database {database}")
        await connection.close()
        return urlunsplit(urlsplit(postgres.dsn)._replace(path=f"/{database}"))

    async def run(point: str) -> Outcome:
        async with turn:
            source, sink = await make_database(), await make_database()
            topic = await make_topic({"bootstrap_servers": kafka.bootstrap})
            arguments = ("program", source, sink, kafka.bootstrap, topic, name("p"))
            async with Program(*arguments, KINERJA_FAULT=point) as program:
                first = await program.ends()
            done = await look(source, sink, kafka.bootstrap, topic)
            async with Program(*arguments, KINERJA_FAULT="") as program:
                second = await program.ends()
            return Outcome(source, sink, topic, first, (done[0], bool(first[1]), *done[1:]), second)

    tasks = {point: asyncio.create_task(run(point)) for point in POINTS}
    yield tasks
    for task in tasks.values():
        task.cancel()
    await asyncio.gather(*tasks.values(), return_exceptions=True)


async def look(source: str, sink: str, bootstrap: str, topic: str) -> list[bool]:
    """What has been done: appended, in the topic, relay's place, subscription's place, answered."""

    async def asked(dsn: str, table: str) -> bool:
        connection = await asyncpg.connect(dsn)
        try:
            return bool(await connection.fetchval(f"select max(position) > 0 from {table}"))
        finally:
            await connection.close()

    return [
        await asked(source, "event"),
        await length({"bootstrap_servers": bootstrap}, topic) > 0,
        await asked(source, "relay"),
        await asked(sink, "place"),
        await asked(sink, "event"),
    ]


@pytest.mark.parametrize("point", POINTS)
async def test_killed_at_a_point_it_recovers_losing_and_doubling_nothing(
    outcomes: dict[str, "asyncio.Task[Outcome]"], kafka_arguments: dict[str, Any], point: str
) -> None:
    outcome = await outcomes[point]
    assert outcome.first[0] == -signal.SIGKILL
    for expected, done in zip(DONE[point], outcome.done, strict=True):
        assert expected in (done, None)
    assert outcome.second[0] == 0

    async with create_pool(outcome.source) as ours, create_pool(outcome.sink) as theirs:
        log, other = EventLog(ours, MODELS), EventLog(theirs, MODELS)
        await check_appended(ours, log, outcome)
        await check_relayed(ours, kafka_arguments, outcome.topic)
        await check_shown(theirs)
        await check_answered(log, other)
        assert (await verify(ours, MODELS)).fault is None
        assert (await verify(theirs, MODELS)).fault is None
        assert await theirs.fetchval("select count(*) from stopped") == 0
        await log.close()
        await other.close()


async def check_appended(pool: Pool, log: EventLog, outcome: Outcome) -> None:
    """Every command once, where both runs were told that it is."""
    kept = {
        (row["command"], str(row["version"]), str(row["position"]))
        for row in await pool.fetch("select * from event")
    }
    assert len(kept) == EVENTS == await log.head()
    first = {tuple(line.split()) for line in outcome.first[1]}
    second = [tuple(line.split()) for line in outcome.second[1]]
    assert first <= kept
    assert {*second} == kept
    assert len(second) == EVENTS


async def check_relayed(pool: Pool, kafka: dict[str, Any], topic: str) -> None:
    """Every event is in the topic with its bytes; twice only if sent by two leaders, never more."""
    sent = Counter(record.value for record in await records(kafka, topic))
    assert set(sent) == {row["record"] for row in await pool.fetch("select record from event")}
    assert set(sent.values()) <= {1, 2}
    assert await pool.fetchval("select position from relay") == EVENTS


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
