"""What a service tells of its lag is measured by the logs that feed it, not by what stands in Kafka."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from chassis.status import FRESH
from contracts.catalogue import SERVICES
from contracts.topics import partition, topic
from services.catalogue import SERVICES as DESCRIBED
from tests.http.api import Api
from tests.http.test_not_signed import foreign, must_count, put, record
from tests.http.test_outages import holding, telling, until, well
from tests.http.world import PERSONNEL, person

pytestmark = pytest.mark.integration

REGISTERED = 2
"""Events of a person who is registered: the person, and whose the NIP is."""


def fed_by(service: str, source: str) -> set[str]:
    """The views of a service that take events of a source."""
    return {view.name for view in DESCRIBED[service].views if topic(source) in view.topics}


def lags(told: Any) -> dict[str, int | None]:
    return {name: each["lag"] for name, each in told["subscriptions"].items()}


async def caught_up(api: Api) -> int:
    """Wait until nothing is behind; the head of planning's log."""
    await until(api, SERVICES, well)
    for service in SERVICES:
        await api.until(service, "/status", lambda told: set(lags(told).values()) == {0})
    return int((await api.see("rewards", "/status"))["heads"]["planning"])


@asynccontextmanager
async def _relay_standing(api: Api, service: str) -> AsyncIterator[None]:
    """Meanwhile the service's relay carries nothing: it gets no further than its place."""
    connection = await asyncpg.connect(api.stack.databases[service])
    try:
        async with connection.transaction():
            await connection.fetch("select from relay for update")
            await until(api, (service,), telling("", "relay"))
            yield
    finally:
        await connection.close()


async def test_what_a_relay_does_not_carry_is_lag(api: Api) -> None:
    head = await caught_up(api)
    async with _relay_standing(api, "planning"):
        await api.do("planning", "/directory", {"people": [person("uncarried")]}, **PERSONNEL)
        for service in SERVICES:
            told = await api.until(
                service, "/status", lambda told: told["heads"]["planning"] == head + REGISTERED
            )
            behind = {name for name, lag in lags(told).items() if lag}
            assert behind >= fed_by(service, "planning")
            assert f"{service}_counts" not in behind or service == "planning"
            assert told["trouble"].keys() <= {"relay"}  # of planning alone
    assert await caught_up(api) == head + REGISTERED


async def test_what_is_foreign_is_no_lag(api: Api) -> None:
    """Records lie behind the place of a view that stands, one of them the log's."""
    head, at = await caught_up(api), partition("held")
    before = await foreign(api, "planning", "planning", at)
    async with holding(api, "planning", "planning_people"):
        await api.do("planning", "/directory", {"people": [person("held")]}, **PERSONNEL)
        told = await api.until(
            "planning", "/status", lambda told: told["heads"]["planning"] == head + REGISTERED
        )
        lag = lags(told)["planning_people"]
        assert lag
        forged = record("planning.PersonRegistered.v1", "mallory")
        for _ in range(3):
            await put(api, "planning", at, forged, [], "mallory")
        await must_count(api, "planning", "planning", at, before + 3)
        assert lags(await api.see("planning", "/status"))["planning_people"] == lag
    await caught_up(api)


async def test_while_a_source_cannot_be_asked_the_lag_is_not_known(api: Api) -> None:
    head = await caught_up(api)
    (process,) = (c.process for c in api.stack.children._children if c.name == "planning")
    process.send_signal(signal.SIGSTOP)
    try:
        await asyncio.sleep(FRESH)  # for what a status says that was asked for before
        told = await api.see("rewards", "/status")
        assert told["heads"]["planning"] is None
        unknown = {name for name, lag in lags(told).items() if lag is None}
        assert unknown >= fed_by("rewards", "planning")
        assert lags(told)["rewards_counts"] == 0  # its own log is here
    finally:
        process.send_signal(signal.SIGCONT)
    assert await caught_up(api) == head
    said = [line for line in api.logged("rewards") if line["event"] == "head cannot be asked for"]
    assert [line["error"] for line in said if line["topic"] == topic("planning")][
        -1
    ] == "TimeoutError"
