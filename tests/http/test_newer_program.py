"""A newer program has written an event that this one does not know: its views pass it over, and who
needs to read it is told to try again; all else goes on."""

import pytest

from contracts.catalogue import MODELS, SERVICES
from contracts.event import by_wire_type
from contracts.planning import PlanningEvent
from eventlog.database import create_pool
from eventlog.log import EventLog
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
