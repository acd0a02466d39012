"""What a service says while a server it stands on is away or hangs, and that it comes back."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import asyncpg
import jwt
import pytest

from chassis.identity import REFETCH_UNKNOWN, Verifier
from chassis.problems import Unauthenticated
from chassis.status import FRESH
from contracts.catalogue import SERVICES
from deploy.local.issuer import signing_key
from deploy.local.kafka import Kafka
from deploy.local.postgres import Postgres
from law.standing import Actor
from tests.http.api import PATIENCE, Answer, Api, latest
from tests.http.endpoints import ROWS
from tests.http.world import PERSONNEL, person

pytestmark = pytest.mark.integration

OF_THE_PROGRAM = {
    ("planning", "/import-kinds"),
    ("planning", "/import-kinds/{kind}/template"),
    ("evaluation", "/duties"),
}
"""What is answered from nothing that is kept: evaluation has no kind of duty yet."""
READS = [
    row
    for row in ROWS
    if row.method == "GET"
    and "personnel" in row.may
    and (row.service, row.path) not in OF_THE_PROGRAM
]


async def until(
    api: Api, services: tuple[str, ...], right: Callable[[Answer], bool], seconds: float = PATIENCE
) -> dict[str, Answer]:
    """Ask /status until it is `right` everywhere. It answers at any time, with 200 or 503."""
    deadline = time.monotonic() + seconds
    while True:
        answers = {s: await api.ask(s, "GET", "/status") for s in services}
        assert all(a.status in (200, 503) for a in answers.values()), answers
        if all(right(answer) for answer in answers.values()):
            return answers
        assert time.monotonic() < deadline, {s: a.content for s, a in answers.items()}
        await asyncio.sleep(0.3)


def well(answer: Answer) -> bool:
    return answer.status == 200 and not answer.body["trouble"]


def telling(words: str, of: str | None = None) -> Callable[[Answer], bool]:
    """Whether /status says so, of one subscription or of any."""

    def tells(answer: Answer) -> bool:
        trouble = answer.body.get("trouble", {})  # none while the database is away
        return any(words in why for name in trouble if of in (None, name) for why in trouble[name])

    return tells


async def must_be_ready(api: Api, *services: str) -> None:
    for service in services:
        answer = await api.ask(service, "GET", "/readyz")
        assert (answer.status, answer.body) == (200, {"ready": True, "trouble": {}})


async def test_ready_when_nothing_is_wrong(api: Api) -> None:
    await until(api, SERVICES, well)
    await must_be_ready(api, *SERVICES)


async def test_all_who_ask_for_the_status_at_once_cost_one_query(api: Api) -> None:
    """Anybody may ask. Here nobody is answered until the table of the counts is free."""
    holder, watcher = [await asyncpg.connect(api.stack.databases["planning"]) for _ in range(2)]
    waiting = (
        "select count(*) from pg_stat_activity where datname = current_database()"
        " and wait_event_type = 'Lock' and query like 'select%event_count%'"
    )
    asking = list[asyncio.Task[Answer]]()

    def ask() -> None:
        asking.append(asyncio.create_task(api.ask("planning", "GET", "/status")))

    try:
        async with holder.transaction():
            await holder.execute("lock table view.event_count in access exclusive mode")
            async with asyncio.timeout(PATIENCE):
                while not await watcher.fetchval(waiting):  # the last answer is still fresh
                    ask()
                    await asyncio.sleep(0.1)
            for _ in range(50):
                ask()
            await asyncio.sleep(1)  # for them to come
            assert await watcher.fetchval(waiting) == 1
        assert {answer.status for answer in await asyncio.gather(*asking)} == {200}
    finally:
        await holder.close()
        await watcher.close()
    await until(api, SERVICES, well)


async def test_a_command_waits_for_a_database_that_comes_back(api: Api, postgres: Postgres) -> None:
    """As after a failover: nothing is read before it is there again."""
    await until(api, SERVICES, well)
    body = {"people": [person("waiting")]}
    postgres.stop()
    try:
        given = asyncio.create_task(api.do("planning", "/directory", body, **PERSONNEL))
        await asyncio.sleep(1)
        assert not given.done()
    finally:
        postgres.start()
    (receipt,) = await given
    assert receipt["version"] == 1
    await until(api, SERVICES, well)


async def test_while_the_database_is_away(api: Api, postgres: Postgres) -> None:
    await until(api, SERVICES, well)
    key = {"Idempotency-Key": "through-an-outage"}
    body = {"people": [person("outage")]}
    postgres.stop()
    try:
        await asyncio.sleep(FRESH)  # for what a status says that was asked for before
        for row in READS:
            _must_be_unavailable(await api.ask(row.service, "GET", row.target, **PERSONNEL))
        _must_be_unavailable(
            await api.ask("planning", "POST", "/directory", json=body, headers=key, **PERSONNEL)
        )
        # Who may not get in learns nothing of it, and what is malformed stays so.
        assert (await api.ask("planning", "GET", "/units")).status == 401
        assert (await api.ask("planning", "POST", "/directory", json=[], **PERSONNEL)).status == 400
        for service in SERVICES:
            assert (await api.ask(service, "GET", "/livez")).status == 200
            _must_be_unavailable(await api.ask(service, "GET", "/status"))
            said = await api.ask(service, "GET", "/readyz")
            assert said.status == 503
            assert said.body["trouble"].keys() == {"database"}
            assert (
                api.stack.dsn.split(":")[2].split("@")[0] not in said.content.decode()
            )  # password
    finally:
        postgres.start()
    await until(api, SERVICES, well)
    (receipt,) = await api.do("planning", "/directory", body, headers=key, **PERSONNEL)
    assert receipt["version"] == 1
    for service in SERVICES:  # relay and views are at work again
        seen = {"At-Least": receipt["at_least"]}
        await api.see(service, "/people/outage/history", headers=seen, **PERSONNEL)


def _must_be_unavailable(answer: Answer) -> None:
    assert (answer.status, answer.code) == (503, "unavailable"), answer
    assert int(answer.headers["Retry-After"]) >= 1


async def test_the_database_goes_and_comes_under_load(api: Api, postgres: Postgres) -> None:
    """Each command is given until it is taken, with its own key; all are, once, and every view
    has all of them: no subscription takes what the server's end looks like for a bad event."""
    until_when = time.monotonic() + 6
    given = 0
    given_last: list[str] = []

    async def insist(n: int) -> None:
        nonlocal given
        while time.monotonic() < until_when:
            given += 1
            body = {"people": [person(f"load{given}")]}
            key = {"Idempotency-Key": f"load-{given}"}
            for _ in range(100):
                answer = await api.ask(
                    "planning", "POST", "/directory", json=body, headers=key, **PERSONNEL
                )
                if answer.status == 200:
                    break
                _must_be_unavailable(answer)
                await asyncio.sleep(0.1)
            assert answer.body[0]["version"] == 1
            given_last.append(answer.body[0]["at_least"])

    load = [asyncio.create_task(insist(n)) for n in range(8)]
    for _ in range(2):
        await asyncio.sleep(1)
        await asyncio.to_thread(postgres.stop)
        postgres.start()  # from the main thread, which its process is bound to
    await asyncio.gather(*load)
    await until(api, SERVICES, well)
    seen = latest(given_last)
    for service in SERVICES:
        assert (await api.see(service, "/status"))["stopped"] == []
        await api.see(service, "/people/load1/history", headers=seen, **PERSONNEL)


async def test_while_the_issuer_hangs(api: Api) -> None:
    """A good token is still taken, before anybody has given up on the issuer (5 s), also beside many of a key that nobody knows."""
    (issuer,) = (c for c in api.stack.children._children if c.name == "issuer")
    good = await api.token("personnel-unit", "personnel")
    header, claims = jwt.get_unverified_header(good), jwt.decode(good, options={"verify_signature": False})  # fmt: skip
    key = signing_key(api.stack.folder / "issuer.pem")
    verifier = Verifier(api.stack.url("issuer"), claims["aud"])

    async def show(sub: str, kid: str) -> Actor:
        return await verifier.actor(
            jwt.encode(claims | {"sub": sub}, key, "ES256", header | {"kid": kid})
        )

    await show("fresh", header["kid"])
    issuer.process.send_signal(signal.SIGSTOP)
    try:
        verifier.keys._fetched -= (
            REFETCH_UNKNOWN + 1
        )  # so long ago that an unknown key is looked up
        unknown = [asyncio.create_task(show(f"u{n}", f"kid{n}")) for n in range(20)]
        await asyncio.sleep(0.1)
        for n in range(5):  # tokens that it has not seen before
            assert await asyncio.wait_for(show(f"known{n}", header["kid"]), 4)
        refused = await asyncio.wait_for(asyncio.gather(*unknown, return_exceptions=True), PATIENCE)
        assert all(isinstance(error, Unauthenticated) for error in refused)
    finally:
        issuer.process.send_signal(signal.SIGCONT)


async def test_while_a_view_is_stuck_and_kafka_hangs(api: Api, kafka: Kafka) -> None:
    """Commands are taken, since the log is not Kafka's; what waits says so, each in its words."""
    await until(api, SERVICES, well)
    async with holding(api, "planning", "planning_people"):
        await api.do("planning", "/directory", {"people": [person("stuck")]}, **PERSONNEL)
        await _until_it_waits_for_its_place(api, "planning")
        kafka.suspend()
        try:
            hung = {"people": [person("hang")]}
            (receipt,) = await api.do("planning", "/directory", hung, **PERSONNEL)
            seen = {"At-Least": receipt["at_least"]}
            late = await api.ask("planning", "GET", "/people/hang", headers=seen, **PERSONNEL)
            assert (late.status, late.code) == (503, "not-caught-up")
            await until(api, SERVICES, telling("not polled for"))
            await until(api, ("planning",), telling("busy with one batch", "planning_people"))
            await must_be_ready(api, *SERVICES)
        finally:
            kafka.resume()
    await until(api, SERVICES, well)
    assert (await api.see("planning", "/people/hang", headers=seen, **PERSONNEL))["name"] == "Hang"


async def _until_it_waits_for_its_place(api: Api, service: str) -> None:
    """Until a subscription of the service's stands before a place that another holds."""
    connection = await asyncpg.connect(api.stack.databases[service])
    waiting = (
        "select exists (select from pg_stat_activity"
        " where datname = current_database() and wait_event_type = 'Lock'"
        " and query like 'insert into place %')"
    )
    try:
        async with asyncio.timeout(PATIENCE):
            while not await connection.fetchval(waiting):
                await asyncio.sleep(0.1)
    finally:
        await connection.close()


@asynccontextmanager
async def holding(api: Api, service: str, subscription: str) -> AsyncIterator[None]:
    """Meanwhile the subscription's effect gets no further than its place."""
    connection = await asyncpg.connect(api.stack.databases[service])
    try:
        async with connection.transaction():
            held = "select from place where subscription = $1 for update"
            assert await connection.fetch(held, subscription)
            yield
    finally:
        await connection.close()
