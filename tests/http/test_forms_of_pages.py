"""Forms of the console on the services themselves, sent as a browser without JavaScript sends them."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.console.conftest import Answer, Running, Visitor
from tests.http.api import Api, latest
from tests.http.world import PERSONNEL, agreement, assignment, person

pytestmark = pytest.mark.integration
EMPLOYEE, NAMED = "misled", "rightful"
OF = f"/assignments/{EMPLOYEE}.a/appraiser"
CHANGE = f"{OF}/change"
CHOICE = f"{NAMED}/{NAMED}.a"


@pytest.fixture(scope="module")
async def seen(api: Api) -> dict[str, str]:
    """Somebody in the officer's unit whose appraiser is not theirs, and the head of a unit of its own."""
    head: dict[str, Any] = {"unit": "f0", "leads": True}
    directory = {
        "units": [{"unit": "f0", "name": "Biro Forum", "level": "2"}],
        "people": [person(name) for name in (EMPLOYEE, NAMED, "formhead", "formguest")],
        "assignments": [
            assignment(EMPLOYEE, "boss"),
            assignment(NAMED, "chief", start="2026-03-01", position="Kepala Bagian"),
            assignment("formhead", None, **head),
            assignment("formguest", None),
        ],
    }
    receipts = await api.do("planning", "/directory", directory, **PERSONNEL)
    here = latest(each["at_least"] for each in receipts)
    said = await api.do(
        "planning", f"/assignments/{EMPLOYEE}.a/dispute", {}, actor=EMPLOYEE, headers=here
    )
    agreed = await api.do(
        "planning", "/agreements", agreement("formhead.a", 2026), headers=here, **PERSONNEL
    )
    seen = latest([said["at_least"], agreed["at_least"]])
    await api.see("planning", OF, actor="officer", headers=seen)
    return seen


def visitor(api: Api, sub: str, roles: str = "") -> Visitor:
    at = urlsplit(api.stack.console_url)
    assert at.port
    issuer = api.stack.url("issuer")
    found = Visitor(Running(at.port, issuer, "", "", api.stack.folder))
    assert found.sign_in(sub, roles).status == 303
    return found


def typed(page: Answer) -> dict[str, str]:
    """What the page's editor sends if nothing is typed, its buttons and what is not chosen aside."""
    form = page.text[page.text.index('id="editor"') :].partition("</form>")[0]
    found = {}
    for tag in re.findall(r"<input [^>]*>", form):
        told = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if told.get("type") not in ("radio", "checkbox") or tag.rstrip(">").endswith(" checked"):
            found[told["name"]] = unescape(told.get("value", ""))
    for name, text in re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>([^<]*)', form):
        found[unescape(name)] = unescape(text)
    for name, options in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', form):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[unescape(name)] = unescape(chosen[1]) if chosen else ""
    return found


async def test_an_officer_names_whom_the_employee_means_and_answers_that_it_is_mended(
    api: Api, seen: dict[str, str]
) -> None:
    """Nothing typed is lost: by a search, by what is refused, by what has happened elsewhere."""
    officer = visitor(api, "officer")
    assert f'href="{CHANGE}"' in officer.get(OF).text
    form = typed(officer.get(CHANGE)) | {"since": "2026-02-01"}
    none = officer.post(CHANGE, **form, do="save")
    assert (none.status, "pilih salah satu jabatan" in none.text) == (422, True)
    found = officer.post(CHANGE, **typed(none) | {"name": "RIGHTFUL"}, do="find")
    assert found.status == 200
    assert "Tidak ada yang bernama" in found.text  # not yet in February
    later = typed(found) | {"since": "2026-04-01"}
    found = officer.post(CHANGE, **later, do="find")
    assert f'value="{CHOICE}"' in found.text
    assert "Kepala Bagian" in found.text
    # The name and the day that are typed stand, whatever was found by others.
    early = typed(found) | {"superior": CHOICE, "since": "2026-02-01", "name": "x"}
    refused = officer.post(CHANGE, **early, do="save")
    assert refused.status == 422
    assert "tidak didudukinya pada hari pertama" in refused.text
    again = typed(refused)
    assert {name: again[name] for name in ("superior", "since", "name")} == {
        "superior": CHOICE, "since": "2026-02-01", "name": "x",
    }  # fmt: skip
    # As left, also on another day.
    assert typed(officer.get(CHANGE))["superior"] == CHOICE

    other = {"appraiser": "newboss", "office": "newboss.a", "since": "2026-11-30"}
    moved = await api.do("planning", OF, other, headers=seen, **PERSONNEL)
    await api.see("planning", OF, **PERSONNEL, headers={"At-Least": moved["at_least"]})
    stale = officer.post(CHANGE, **again | {"since": "2026-04-01"}, do="save")
    assert stale.status == 409
    assert "diubah di tempat lain" in stale.text
    assert "30 November 2026" in stale.text
    last = typed(stale)
    assert (last["superior"], last["since"]) == (CHOICE, "2026-04-01")
    assert last["key"] != again["key"]
    done = officer.post(CHANGE, **last, do="save")
    assert (done.status, done.location) == (303, OF)
    assert officer.post(CHANGE, **last, do="save").location == OF  # twice is once
    shown = officer.get(OF)
    assert "1 April 2026" in shown.text
    assert "superior" not in typed(officer.get(CHANGE))

    answer = typed(shown) | {"outcome": "mended", "reason": "SK 9/2026"}
    assert officer.post(f"/assignments/{EMPLOYEE}.a/dispute/answer", **answer).location == OF
    assert "Sudah diperbaiki" in visitor(api, EMPLOYEE).get(OF).text


async def test_the_page_is_for_whom_the_service_lets_change(api: Api, seen: dict[str, str]) -> None:
    personnel = visitor(api, "personnel-unit", "personnel")
    person = personnel.get(f"/people/{EMPLOYEE}")
    assert f'href="{CHANGE}"' in person.text
    assert personnel.get(CHANGE).status == 200
    own = visitor(api, EMPLOYEE)
    assert f'href="{OF}"' in own.get(f"/people/{EMPLOYEE}").text
    for reader in (own, visitor(api, "boss"), visitor(api, "inspector", "auditor")):
        page = reader.get(f"/people/{EMPLOYEE}")
        assert CHANGE not in page.text
        assert reader.get(CHANGE).status == 403
    word = own.csrf(OF)
    sent = {"csrf": word, "page": CHANGE, "superior": CHOICE, "since": "2026-05-01", "do": "save"}
    assert own.post(CHANGE, **sent).status == 403


async def test_a_guest_of_another_unit_is_found_by_name_and_carries_a_part(
    api: Api, seen: dict[str, str]
) -> None:
    head, path = visitor(api, "formhead"), "/matrix/f0/edit?year=2026"
    form = typed(head.get(path))
    typing = form | {"guest": "formgu"}
    found = head.post(path, **typing, do="find")
    assert 'value="guest/formguest.a"' in found.text
    assert "Biro Umum" in found.text
    row = head.post(path, **typed(found), do="guest/formguest.a")
    assert row.status == 200
    assert 'id="p-formguest.a">Formguest</b>' in row.text
    assert "sudah ada di matriks ini" in row.text
    # As left: with the name, which nobody has typed.
    assert 'id="p-formguest.a">Formguest</b>' in head.get(path).text
    cell = "i1/formguest.a"
    told = typed(row) | {f"{cell}/role": "responsible", f"{cell}/text": "Naskah lengkap"}
    refused = head.post(path, **told, do="save")
    assert refused.status == 422
    assert "hanya dapat diberi peran tambahan" in refused.text
    told = typed(refused) | {f"{cell}/role": "additional"}
    assert told[f"{cell}/text"] == "Naskah lengkap"
    assert head.post(path, **told, do="save").status == 303
    grid = head.get("/matrix/f0?year=2026")
    assert "Formguest" in grid.text
    assert 'href="/matrix/f0/matriks.xlsx?year=2026"' in grid.text
    book = head.get("/matrix/f0/matriks.xlsx?year=2026")
    assert (book.status, book.body[:2]) == (200, b"PK")
    there = head.post(path, **typed(head.get(path)) | {"guest": "formguest"}, do="find")
    assert 'value="guest/formguest.a"' not in there.text
    stranger = visitor(api, "boss")
    assert stranger.get(path).status == 403
    assert stranger.get("/matrix/f0/matriks.xlsx?year=2026").status == 403
