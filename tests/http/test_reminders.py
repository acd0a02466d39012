"""Reminders that somebody asks for at the console: who may, whom they reach, and by how much mail. All of it real.

Days are today's: the console and the notifier know no other.
"""

import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from console.keep.database import connected
from console.notify.worker import Notifier
from deploy.local.kept import kept
from tests.console.conftest import Answer, Running, Visitor
from tests.console.test_mail import Server
from tests.http.api import PATIENCE, Api
from tests.http.test_notices import AT, NOTIFIER, _key, settings
from tests.http.world import PERSONNEL, person, plan

pytestmark = pytest.mark.integration

UNIT, BELOW = "u-remind", "u-remind-below"
STAFF = ("rem-none", "rem-draft", "rem-below")
PEOPLE = ("rem-head", "rem-officer", "rem-team", *STAFF)
TODAY = datetime.now(UTC).date()
OWING = f"/completion/owing?unit={UNIT}"


@pytest.fixture(scope="module")
async def unit(api: Api) -> dict[str, str]:
    """The header that waits for a unit with another below it: its head, the officer and the performance team of
    both, and three more; nobody has an SKP, and one a draft."""
    units = [
        {"unit": UNIT, "name": "Biro Pengingat", "level": "2"},
        {"unit": BELOW, "name": "Bagian Pengingat", "level": "3", "parent": UNIT},
    ]
    held = [
        {
            "unit": BELOW if name == "rem-below" else UNIT, "position": "Analis", "kind": "definitive",
            "start": f"{TODAY.year}-01-01", "person": name, "code": "a", "leads": name == "rem-head",
        }
        for name in PEOPLE
    ]  # fmt: skip
    for each in held[1:]:
        each["superior"] = {"appraiser": "rem-head", "office": "rem-head.a"}
    body = {"units": units, "people": [person(each) for each in PEOPLE], "assignments": held}
    receipts = await api.do("planning", "/directory", body, at=None, **PERSONNEL)
    there = {"At-Least": ",".join(each["at_least"] for each in receipts[-8:])}
    for name, mandate in (("rem-officer", "personnel"), ("rem-team", "performance-team")):
        given = {"person": name, "mandate": mandate, "since": f"{TODAY.year}-01-01", "ground": "SK"}
        path = f"/units/{UNIT}/mandates"
        done = await api.do("planning", path, given, headers=there, at=None, **PERSONNEL)
        there = {"At-Least": done["at_least"]}
    drafted = {
        "assignment": "rem-draft.a",
        "start": f"{TODAY.year}-01-01", "until": f"{TODAY.year}-12-31",
        "approach": "quantitative", **plan(),
    }  # fmt: skip
    done = await api.do("planning", "/skps", drafted, headers=there, at=None, actor="rem-draft")
    return {"At-Least": f"{there['At-Least']},{done['at_least']}"}


async def see(api: Api, path: str, **how: Any) -> Any:
    return await api.see("planning", path, at=None, **how)


@dataclass
class Desk:
    """The console's pages, and a notifier of the test's own beside the stack's."""

    api: Api
    running: Running
    server: Server
    notifier: Notifier

    def visitor(self, who: str, roles: str = "") -> Visitor:
        made = Visitor(self.running)
        made.sign_in(who, roles, email=f"{who}@agency.example")
        return made

    def ask(self, visitor: Visitor, unit: str = UNIT, **form: str) -> Answer:
        told = {"unit": unit, "year": str(TODAY.year), "whole": "1", "shown": UNIT}
        return visitor.post("/completion/remind", csrf=visitor.csrf("/notices"), **told | form)

    async def until_mailed(self, *people: str) -> None:
        """Turns until they have all had mail."""
        deadline = time.monotonic() + PATIENCE
        while not {f"{each}@agency.example" for each in people} <= set(self.server.to):
            assert time.monotonic() < deadline, self.server.to
            await self.notifier.turn(AT + timedelta(days=1))


@pytest.fixture
async def desk(api: Api, unit: dict[str, str]) -> AsyncIterator[Desk]:
    stack, server = api.stack, Server()
    told = settings(stack, server.port)
    server.start()
    try:
        async with connected(told.database_url) as pool, aiohttp.ClientSession() as http:
            key = kept(stack.folder / "console.key", _key).decode()
            port = urlsplit(stack.console_url).port
            assert port
            running = Running(port, stack.url("issuer"), told.database_url, key, stack.folder)
            yield Desk(api, running, server, Notifier(told, pool, http))
    finally:
        server.stop()


async def test_what_is_owed_is_what_is_due_from_them(api: Api, unit: dict[str, str]) -> None:
    """Told to whoever answers for the unit's people, and to the notifier."""
    told = await see(api, OWING, headers=unit, **NOTIFIER)
    kinds = {each["person"]: each["kind"] for each in told["items"]}
    assert kinds == {**dict.fromkeys(PEOPLE, "draft-skp"), "rem-draft": "submit-skp"}
    for each in told["items"]:
        duties = await see(api, "/duties", actor=each["person"])
        [due] = [duty for duty in duties["items"] if duty["id"] == each["id"]]
        assert (due["since"], due["due"]) == (each["since"], each["due"])
    for who in ("rem-head", "rem-officer"):
        assert await see(api, OWING, headers=unit, actor=who) == told
    for whole, found in (("true", {"rem-below"}), ("false", {"rem-below"})):
        path = f"/completion/owing?unit={BELOW}&whole={whole}"
        below = await see(api, path, headers=unit, actor="rem-head")
        assert {each["person"] for each in below["items"]} == found
    own = await see(api, f"{OWING}&whole=false", actor="rem-head")
    assert {each["person"] for each in own["items"]} == {*PEOPLE} - {"rem-below"}


async def test_it_is_told_page_by_page(api: Api, unit: dict[str, str]) -> None:
    whole = await see(api, OWING, headers=unit, actor="rem-head")
    found: list[dict[str, Any]] = []
    after: str | None = ""
    while after is not None:
        page = await see(api, f"{OWING}&limit=2&after={after}", actor="rem-head")
        found += page["items"]
        after = page["next"]
    assert found == whole["items"]


async def test_the_performance_team_sees_who_owes_and_reminds_nobody(
    api: Api, unit: dict[str, str]
) -> None:
    for who, may in (("rem-team", []), ("rem-head", ["remind"]), ("rem-officer", ["remind"])):
        for path in ("/completion", f"/completion?unit={UNIT}"):
            told = await see(api, path, headers=unit, actor=who)
            assert [each["may"] for each in told["units"]] == [may] * len(told["units"])
    refused = await api.ask("planning", "GET", OWING, at=None, actor="rem-team")
    assert (refused.status, refused.code) == (403, "forbidden")


async def test_nobody_is_reminded_of_a_year_that_cannot_be_planned(
    api: Api, unit: dict[str, str]
) -> None:
    for year in (TODAY.year - 1, TODAY.year + 2):
        path = f"/completion?unit={UNIT}&year={year}"
        told = await see(api, path, headers=unit, actor="rem-head")
        assert not any(each["may"] for each in told["units"])
        owing = await see(api, f"{OWING}&year={year}", actor="rem-head")
        assert owing["items"] == []


async def test_who_may_not_remind_reminds_nobody(desk: Desk) -> None:
    """Whatever form they send."""
    for who, roles in (("rem-none", ""), ("rem-team", ""), ("inspector", "auditor")):
        visitor = desk.visitor(who, roles)
        assert desk.ask(visitor).status == 403
    head = desk.visitor("rem-head")
    assert desk.ask(head, unit="u1").status == 403
    page = head.get(f"/completion?unit={UNIT}").text
    assert page.count("Ingatkan</button>") == 2
    assert "diingatkan" not in page
    assert "Ingatkan</button>" not in desk.visitor("rem-team").get("/completion").text


async def test_who_owes_reads_who_reminds_them_and_has_one_mail(desk: Desk) -> None:
    """However often it is clicked, and by however many."""
    visitors = {who: desk.visitor(who) for who in PEOPLE}
    head, officer = visitors["rem-head"], visitors["rem-officer"]
    for _ in range(2):
        done = desk.ask(head)
        assert (done.status, done.location) == (
            303, f"/completion?unit={UNIT}&year={TODAY.year}",
        )  # fmt: skip
    assert desk.ask(officer).status == 303
    assert desk.ask(officer, unit=BELOW).status == 303
    await desk.until_mailed(*STAFF)
    for _ in range(2):
        await desk.notifier.turn(AT + timedelta(days=1))
    mails = [mail for mail in desk.server.mails if mail["To"].startswith("rem-")]
    assert len({mail["To"] for mail in mails}) == len(mails)
    for mail in mails:
        body = mail.get_body(("plain",))
        assert body
        assert "Rem-" not in body.get_content()
    for who in STAFF:
        page = " ".join(visitors[who].get("/notices").text.split())
        assert page.count("Anda diingatkan oleh Rem-Head") == 1
        assert "Rem-Officer" not in page
    assert "Anda diingatkan" not in head.get("/notices").text
    pages = [head.get(path).text for path in (f"/completion?unit={UNIT}", "/completion")]
    own, whole = (" ".join(re.sub("<[^>]*>", "", page).split()) for page in pages)
    # With the unit above, those of the unit below too: when they were asked for, none was left.
    assert own.count("Diingatkan") == own.count("oleh Rem-Head") == 2
    assert f"{len(PEOPLE) - 1} pegawai diingatkan" in whole
    assert not any("Ingatkan</button>" in page for page in pages)
    people = " ".join(officer.get(f"/completion/people?unit={UNIT}&whole=1").text.split())
    assert people.count("oleh Rem-Head") == len(PEOPLE) - 1
