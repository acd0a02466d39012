"""How PostgreSQL finds what planning is asked for, in an agency of thousands: by indexes.

Nothing is timed. A plan says what would be read: no table of people from end to end, whoever asks for a
page. The times, in an agency of 240,000, are those of `python -m bench.home`.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asyncpg.connection import LoggedQuery
from fastapi import FastAPI
from fastapi.routing import APIRoute

from bench import agency
from chassis import problems
from chassis.door import Door
from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.tracing import Traced
from contracts.catalogue import MODELS
from eventlog.arrivals import Arrivals
from eventlog.database import Pool, create_pool
from eventlog.log import EventLog
from law.standing import Actor
from services.planning.app import SERVICE
from services.planning.completion import views as completion
from tests.chassis.asgi import ask

pytestmark = pytest.mark.integration
PEOPLE = 6_000
BIG = 2_000
"""Rows of a table that no page reads from end to end."""
ON = {"Simulated-Time": "2026-01-20T09:00:00+07:00"}

HEAD, STAFF = agency.head(3), agency.head(3) + 2
LEADER, WORKER, CLERK = (agency.person(n) for n in (HEAD, STAFF, agency.clerk(PEOPLE)))
UNIT, SKP, HELD = agency.unit(3), agency.skp(STAFF), agency.assignment(STAFF)
AGREED = f"{UNIT}.{agency.YEAR}"
PERSONNEL, NOTIFIER = "personnel-unit personnel", "console notifier"

ASKED = [
    ("/duties", LEADER, ""),
    ("/duties", CLERK, ""),
    ("/duties", PERSONNEL, ""),
    ("/duties/people", NOTIFIER, "limit=20"),
    ("/duties/roles", NOTIFIER, f"people={LEADER}&people=personnel-unit&roles=personnel"),
    ("/skps", WORKER, ""),
    ("/skps", LEADER, "team=me&status=submitted"),
    ("/skps", LEADER, f"unit={UNIT}"),
    ("/skps", LEADER, f"unit={UNIT}&limit=2&after={SKP}&sort=person"),
    ("/skps", LEADER, f"assignment={HELD}"),
    ("/skps", PERSONNEL, f"person={WORKER}"),
    ("/skps/{skp}", WORKER, ""),
    ("/skps/{skp}", LEADER, ""),
    ("/skps/{skp}/copy", WORKER, ""),
    ("/skps/{skp}/changes", LEADER, ""),
    ("/skps/{skp}/checks", WORKER, ""),
    ("/skps/{skp}/form", WORKER, ""),
    ("/skp-drafts", WORKER, f"assignment={HELD}&year={agency.YEAR}"),
    ("/skp-places", WORKER, f"assignment={HELD}&year={agency.YEAR}"),
    ("/skp-states", WORKER, ""),
    ("/matrix", LEADER, f"unit={UNIT}&year={agency.YEAR}"),
    ("/matrix", LEADER, f"unit={UNIT}&year={agency.YEAR}&idle=true"),
    ("/matrix/form", LEADER, f"unit={UNIT}&year={agency.YEAR}"),
    ("/matrix/guests", LEADER, f"unit={UNIT}&year={agency.YEAR}&name=sri"),
    ("/matrix/guests", LEADER, f"unit={UNIT}&year={agency.YEAR}&assignment={HELD}"),
    ("/assignments/{assignment}/appraiser", WORKER, ""),
    ("/people/{person}/superiors", PERSONNEL, "name=sri"),
    ("/completion", LEADER, ""),
    ("/completion", LEADER, f"unit={UNIT}"),
    ("/completion/people", LEADER, f"unit={UNIT}"),
    ("/completion/owing", LEADER, f"unit={UNIT}"),
    ("/agreement-heads", WORKER, f"unit={UNIT}&year={agency.YEAR}"),
    ("/cascade", LEADER, f"from={AGREED}/{agency.INDICATOR}&depth=2"),
    ("/cascade", WORKER, f"from={AGREED}/{agency.INDICATOR}/{HELD}"),
    ("/agreements", WORKER, f"unit={UNIT}&year={agency.YEAR}"),
    ("/agreements", WORKER, f"unit={UNIT}&year={agency.YEAR}&whole=true&after={AGREED}"),
    ("/agreements", PERSONNEL, f"year={agency.YEAR}&sort=-first"),
    ("/agreements/{agreement}", WORKER, ""),
    ("/agreements/{agreement}/changes", WORKER, ""),
    ("/people", PERSONNEL, "name=sri"),
    ("/people/names", WORKER, f"ids={LEADER}&ids={WORKER}"),
    ("/people/{person}", LEADER, ""),
    ("/positions", WORKER, "name=analis&kind=functional&template=true&sort=-grade"),
    ("/positions/{position}", WORKER, ""),
    ("/skp-drafts", WORKER, f"assignment={HELD}&year={agency.YEAR}&source=position"),
    ("/units", WORKER, ""),
    ("/units/{unit}", LEADER, ""),
    ("/units/{unit}/assignments", LEADER, ""),
    ("/units/{unit}/assignments", LEADER, f"sort=-position&after={HELD}"),
    ("/units/{unit}/mandates", PERSONNEL, ""),
    ("/units/{unit}/improvement-actions", LEADER, ""),
    ("/settings", WORKER, ""),
    ("/settings/{kind}", WORKER, ""),
    ("/imports", PERSONNEL, ""),
    ("/imports", PERSONNEL, "name=a&kind=people&state=checked&sent_by=p1&sort=name&after=u1"),
    ("/import-kinds", PERSONNEL, ""),
    ("/import-kinds/{kind}/template", PERSONNEL, ""),
]
"""Every question of planning's, as OpenAPI has its path, and who asks it."""
NAMED = {
    "assignment": HELD,
    "skp": SKP,
    "agreement": AGREED,
    "person": WORKER,
    "unit": UNIT,
    "position": "analis",
}
KINDS = {"/settings/{kind}": "skp-due", "/import-kinds/{kind}/template": "people"}
OF_ONE_UPLOAD = {"/imports/{upload}", "/imports/{upload}/problems"}

READ_WHOLE = {
    "/skp-states": {"skp"},  # counts all of them
    "/people": {"person", "person_found_by"},  # any part of a name, for personnel and auditors
    "/people/{person}/superiors": {"person_found_by"},  # any part of a name
    "/matrix/guests": {"person_found_by"},  # any part of a name
}
"""Tables that a question reads from end to end, and why."""


@asynccontextmanager
async def planning(dsn: str) -> AsyncIterator[tuple[FastAPI, Pool, list[LoggedQuery]]]:
    """The service's HTTP over an agency's views, without what feeds them; and what it asks the database."""
    settings = Settings(
        database_url=dsn,
        oidc_issuer="http://127.0.0.1",
        simulated_time=True,
        kafka_bootstrap_servers="127.0.0.1:1",  # nothing is carried here
    )
    runtime, asked = Runtime(SERVICE, settings), list[LoggedQuery]()
    async with create_pool(dsn) as pool, pool.acquire() as connection:
        log = await EventLog.open(pool, MODELS)
        await agency.write(log, PEOPLE)
        await agency.show(log, {SERVICE.name: connection})
        await log.close()
        await connection.execute("analyze")
    async with create_pool(dsn, size=1) as runtime.pool:
        runtime.log = await EventLog.open(runtime.pool, MODELS)
        runtime.arrivals = Arrivals(runtime.pool)
        async with runtime.pool.acquire() as connection:
            connection.add_query_logger(asked.append)
        app = FastAPI()
        app.state.runtime = runtime
        problems.install(app)
        app.add_middleware(Door, verify=_signed_in)
        app.add_middleware(Traced)
        for router in SERVICE.routers:
            app.include_router(router)
        yield app, runtime.pool, asked
        await runtime.log.close()


async def _signed_in(token: str) -> Actor:
    who, *roles = token.split()
    return Actor(who, frozenset(roles))


def read_whole(plan: Any) -> Iterator[str]:
    """The tables that a plan reads from end to end, by themselves or by an index."""
    if (
        "Relation Name" in plan
        and "Index Cond" not in plan
        and plan["Node Type"] != "Bitmap Heap Scan"
    ):
        yield plan["Relation Name"]
    for below in plan.get("Plans", ()):
        yield from read_whole(below)


async def test_no_question_reads_a_table_of_people_from_end_to_end(
    make_database: Callable[[], Awaitable[str]],
) -> None:
    async with planning(await make_database()) as (app, pool, asked):
        big = {
            row["relname"]
            for row in await pool.fetch(
                "select relname from pg_class where relkind = 'r' and reltuples > $1", BIG
            )
        }
        assert {"skp", "assignment", "appraiser", "person", "matrix_cell"} <= big
        big.add("event")  # which a service may read, and not analyze
        found = dict[str, set[str]]()
        for path, who, query in ASKED:
            asked.clear()
            named = NAMED | {"kind": KINDS.get(path, "")}
            said = await ask(app, "GET", path.format(**named), token=who, query=query, headers=ON)
            assert said.status in (200, 404), (path, who, said.content)
            for each in [*asked]:
                if not each.query.lstrip().startswith(("select", "with")):
                    continue
                plan = await pool.fetchval(f"explain (format json) {each.query}", *each.args)
                for table in {*read_whole(json.loads(plan)[0]["Plan"])} & big:
                    found.setdefault(path, set()).add(table)
        assert found == READ_WHOLE


async def test_a_large_units_completion_reads_each_table_once(
    make_database: Callable[[], Awaitable[str]],
) -> None:
    """And none again for each of its people; its figures are those of its units one by one. (PostgreSQL 15
    and 18 plan differently.)"""
    async with planning(await make_database()) as (app, pool, asked):
        for change in EXCEPTIONS:
            await pool.execute(change)
        top = agency.unit(0)
        for who, query in ((PERSONNEL, ""), (PERSONNEL, f"unit={top}"), (agency.person(0), "")):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(completion, "FEW", PEOPLE)
                one_by_one = await ask(
                    app, "GET", "/completion", token=who, query=query, headers=ON
                )
                patch.setattr(completion, "FEW", 100)
                asked.clear()
                said = await ask(app, "GET", "/completion", token=who, query=query, headers=ON)
            assert said.status == 200
            [number] = [n for n, each in enumerate(asked) if "counted" in each.query]
            before, counting = asked[number - 1], asked[number]
            assert before.query == "set local enable_seqscan = on"
            async with pool.acquire() as connection, connection.transaction():
                await connection.execute(before.query)
                plan = await connection.fetchval(
                    f"explain (format json) {counting.query}", *counting.args
                )
            assert not [*repeated(json.loads(plan)[0]["Plan"])]
            assert said.content == one_by_one.content
            assert sum(json.loads(said.content)["units"][0]["counts"].values()) > 0


EXCEPTIONS = (
    "insert into view.leave (assignment, start, person, kind, until, ground)"
    " select a.assignment, day::date, a.person, 'unpaid', '2026-12-31', 'SK' from view.assignment a,"
    " unnest(array['2026-01-05', '2026-01-06']) as day where hashtext(a.person) % 7 = 0",
    "update view.holder set status = 'official' where hashtext(person) % 11 = 0",
    "update view.assignment set kind = 'plt' where hashtext(person) % 13 = 0",
    "update view.skp set status = 'withdrawn' where hashtext(skp) % 17 = 0",
)
"""Of two leaves at once, officials, acting officials, and SKPs that were taken back, some each."""


def repeated(plan: Any, *, again: bool = False, whole: str = "") -> Iterator[str]:
    """The tables of people that a plan reads once for each row of something else."""
    whole = whole or json.dumps(plan)
    if "Subplan Name" in plan and plan["Parent Relationship"] == "SubPlan":
        again = again or f"hashed {plan['Subplan Name']}" not in whole
    if again and plan.get("Relation Name") in ("assignment", "holder", "skp", "leave"):
        yield plan["Relation Name"]
    for n, below in enumerate(plan.get("Plans", ())):
        inner = plan["Node Type"] == "Nested Loop" and n == 1
        yield from repeated(below, again=again or inner, whole=whole)


def test_every_question_of_planning_is_asked() -> None:
    every = {
        route.path
        for router in SERVICE.routers
        for route in router.routes
        if isinstance(route, APIRoute) and "GET" in (route.methods or ())
    }
    assert {path for path, _, _ in ASKED} == every - OF_ONE_UPLOAD
