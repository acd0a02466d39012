"""A form says what its paper will say: who signs, and on which record it rests."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from eventlog.merkle import leaf_hash
from tests.http.api import Api, latest
from tests.http.test_commands import stream
from tests.http.world import PERSONNEL, UNTIL, assignment, nip, person, plan, skp

pytestmark = pytest.mark.integration

NAME = "signatory"


async def form(api: Api, skp: str, **how: Any) -> Any:
    return await api.see("planning", f"/skps/{skp}/form", **(PERSONNEL | how))


async def test_it_names_who_is_appraised_and_who_has_approved(api: Api) -> None:
    told = await form(api, skp("approved"), actor="worker", roles="")
    assert told["skp"] == await api.see("planning", f"/skps/{skp('approved')}", actor="worker")
    assert told["agency"] == "Biro Umum"
    assert told["form"] == "ja-jf"
    assert told["employee"] == {
        "person": "worker", "nip": nip("worker"), "name": "Worker", "position": "Analis",
        "level": "Ahli Pertama", "kind": "definitive", "unit": "Biro Umum",
    }  # fmt: skip
    assert (told["appraiser"]["person"], told["appraiser"]["name"]) == ("boss", "Boss")


@pytest.mark.parametrize("state", ["approved", "submitted", "drafted"])
async def test_it_rests_on_the_last_record_of_the_skp(api: Api, state: str) -> None:
    """Which may be another test's: it is of whatever day that was given."""
    ground = (await form(api, skp(state)))["ground"]
    last = (await stream(api, "planning", f"skp/{skp(state)}"))[-1]
    assert (ground["position"], ground["version"]) == (last.position, last.version)
    assert ground["leaf"] == leaf_hash(last.record).hex()
    assert ground["day"] == str(last.at.astimezone(ZoneInfo("Asia/Jakarta")).date())


async def test_who_has_approved_stays_when_another_appraises(api: Api) -> None:
    """What is not approved yet waits for the new one."""
    directory = {"people": [person(NAME)], "assignments": [assignment(NAME, "boss")]}
    seen = await api.do("planning", "/directory", directory, **PERSONNEL)
    ids = {}
    for start, until in ((date(2026, 1, 1), "2026-01-31"), (date(2026, 2, 1), UNTIL)):
        body = plan() | {
            "assignment": f"{NAME}.a", "start": str(start), "until": until, "approach": "qualitative",
        }  # fmt: skip
        headers = latest(each["at_least"] for each in seen)
        seen = [await api.do("planning", "/skps", body, actor=NAME, headers=headers)]
        ids[start.month] = f"{NAME}.a.{start:%Y%m%d}"
    await api.do("planning", f"/skps/{ids[1]}/submit", actor=NAME)
    await api.do("planning", f"/skps/{ids[1]}/approve", actor="boss")
    change = {"appraiser": "newboss", "office": "newboss.a", "since": "2026-01-01"}
    changed = await api.do("planning", f"/assignments/{NAME}.a/appraiser", change, **PERSONNEL)
    headers = latest([changed["at_least"]])
    approved, waiting = [await form(api, ids[month], headers=headers) for month in (1, 2)]
    assert approved["appraiser"]["person"] == "boss"
    assert approved["appraiser"]["position"] == "Analis"
    assert waiting["appraiser"]["person"] == "newboss"


async def test_a_matrix_says_whose_it_is_and_rests_on_its_last_record(api: Api) -> None:
    told = await api.see("planning", "/matrix/form?unit=u1&year=2026", **PERSONNEL)
    shown = await api.see("planning", "/matrix?unit=u1&year=2026&limit=200", **PERSONNEL)
    assert told["indicators"] == shown["indicators"]
    assert told["rows"] == shown["rows"]
    assert (told["agency"], told["unit_name"]) == ("Biro Umum", "Biro Umum")
    assert told["head"]["position"]
    last = (await stream(api, "planning", "matrix/u1.2026"))[-1]
    assert told["ground"]["position"] == last.position
    assert told["ground"]["leaf"] == leaf_hash(last.record).hex()
