"""An auditor's reading about a person is an event of the service that was read."""

import pytest

from contracts.catalogue import SERVICES
from tests.http.api import Api
from tests.http.test_commands import stream
from tests.http.world import PERSONNEL, skp

pytestmark = pytest.mark.integration

AUDITOR = {"actor": "inspector-2", "roles": "auditor"}


@pytest.mark.parametrize("service", SERVICES)
async def test_a_history_that_an_auditor_reads_says_so(api: Api, service: str) -> None:
    path = "/people/newboss/history"
    before = await api.see(service, path, **PERSONNEL)
    await api.see(service, path, **AUDITOR)
    after = await api.see(service, path, **PERSONNEL)
    (read,) = after["entries"][len(before["entries"]) :]
    assert (read["type"], read["actor"]) == ("RecordRead", "inspector-2")
    assert read["data"] == {"person": "newboss", "by": "inspector-2", "path": path}


async def test_what_is_about_one_thing_is_about_its_person(api: Api) -> None:
    path = f"/skps/{skp('approved')}"
    await api.see("planning", path, **AUDITOR, headers={"X-Correlation-Id": "audit-1"})
    entries = (await api.see("planning", "/people/worker/history", **PERSONNEL))["entries"]
    read = next(e for e in reversed(entries) if e["type"] == "RecordRead")
    assert read["data"]["path"] == path
    (event,) = await stream(api, "planning", read["stream"])
    assert event.correlation == "audit-1"


async def test_nobody_else_s_reading_and_no_figure_is_an_event(api: Api) -> None:
    path = "/people/newboss/history"
    before = await api.see("planning", path, **PERSONNEL)
    await api.see("planning", "/people/newboss", actor="newboss")
    await api.see("planning", "/people/newboss", actor="chief")
    await api.see("planning", "/units", **AUDITOR)
    await api.see("planning", "/skp-states", **AUDITOR)
    assert await api.see("planning", path, **PERSONNEL) == before
