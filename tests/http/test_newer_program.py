"""A newer program has written an event that this one does not know: its views pass it over, and who
needs to read it is told to try again; all else goes on. So it does under what a newer one has added to the
tables, and with a setting that only that one knows."""

from datetime import date
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from contracts.catalogue import MODELS, SERVICES
from contracts.event import by_wire_type
from contracts.planning import PlanningEvent, SettingAdopted
from eventlog.database import create_pool
from eventlog.log import EventLog
from eventlog.schema import MIGRATIONS, Migration, migrate
from tests.contracts.records import ORIGIN
from tests.http.api import Answer, Api
from tests.http.world import PERSONNEL, person

pytestmark = pytest.mark.integration


class PersonHonoured(PlanningEvent):
    """Of a type that no service knows."""

    person: str


UNKNOWN = PersonHonoured.wire_type()


@pytest.fixture(scope="module")
async def honoured(api: Api) -> str:
    """A person whose stream ends with the unknown event, as a newer planning would have written it."""
    body = {"people": [person("honoured"), person("others")]}
    first, _ = await api.do("planning", "/directory", body, **PERSONNEL)
    async with create_pool(api.stack.databases["planning"], size=1) as pool:
        newer = EventLog(pool, MODELS | by_wire_type([PersonHonoured]))
        event = PersonHonoured(person="honoured")
        await newer.append(first["stream"], first["version"], [event], ORIGIN, subject="honoured")
        await newer.close()
    return "honoured"


def must_wait(answer: Answer) -> None:
    assert (answer.status, answer.code) == (503, "newer-program"), answer
    assert UNKNOWN in answer.problem["detail"]
    assert int(answer.headers["Retry-After"]) >= 1


async def test_who_must_read_what_a_newer_program_wrote_is_told_so(api: Api, honoured: str) -> None:
    must_wait(await api.ask("planning", "GET", f"/people/{honoured}/history", **PERSONNEL))
    body = person(honoured) | {"reason": "Salah tulis"}
    del body["person"]
    path = f"/people/{honoured}/correct"
    must_wait(await api.ask("planning", "POST", path, json=body, **PERSONNEL))


async def test_other_streams_and_all_views_go_on(api: Api, honoured: str) -> None:
    body = {"people": [person("after-honours")]}
    (receipt,) = await api.do("planning", "/directory", body, **PERSONNEL)
    seen = {"At-Least": receipt["at_least"]}
    for service in SERVICES:
        await api.see(service, "/people/others/history", headers=seen, **PERSONNEL)
        assert (await api.see(service, "/status"))["stopped"] == []
    assert (await api.see("planning", f"/people/{honoured}", **PERSONNEL))["person"] == honoured


async def test_a_setting_that_only_a_newer_program_knows_is_kept_and_changes_nothing(
    api: Api,
) -> None:
    """Services whose programs are renewed later decide as before, and are not stopped by it."""
    before = await api.see("planning", "/settings", **PERSONNEL)
    event = SettingAdopted(
        setting="of-a-newer-program", unit=None, value={"years": [2030]}, since=date(2026, 1, 1),
        ground="SK 9/2026", by="personnel-unit",
    )  # fmt: skip
    async with create_pool(api.stack.databases["planning"], size=1) as pool:
        newer = EventLog(pool, MODELS)
        stream = f"setting/{event.setting}"
        origin = ORIGIN._replace(command="of-a-newer-program")
        await newer.append(stream, 0, [event], origin, subject=event.setting)
        await newer.close()
    (receipt,) = await api.do(
        "planning", "/directory", {"people": [person("settled")]}, **PERSONNEL
    )
    seen = {"At-Least": receipt["at_least"]}
    for service in SERVICES:
        await api.see(service, "/people/settled/history", headers=seen, **PERSONNEL)
        await api.until(service, "/status", lambda told: told["position"] == told["relayed"])
        assert (await api.see(service, "/status"))["stopped"] == []
    assert await api.see("planning", "/settings", **PERSONNEL) == before


async def test_processes_at_work_go_on_over_tables_that_were_expanded(api: Api) -> None:
    """As while a newer program's preparation has been, and its processes not yet."""
    expanding = Migration(
        "0099_expand", "alter table event add note text; create table later (n int)"
    )
    owner = urlsplit(api.stack.dsn)._replace(path="/kinerja_planning")
    connection = await asyncpg.connect(urlunsplit(owner))
    try:
        await migrate(connection, (*MIGRATIONS, expanding))
        (receipt,) = await api.do(
            "planning", "/directory", {"people": [person("expanded")]}, **PERSONNEL
        )
        seen = {"At-Least": receipt["at_least"]}
        for service in SERVICES:
            await api.see(service, "/people/expanded/history", headers=seen, **PERSONNEL)
    finally:
        await connection.execute(
            "alter table event drop note; drop table later;"
            " delete from schema_version where name = '0099_expand'"
        )
        await connection.close()
