"""What personnel do about a person, by the console's forms on the services themselves, without JavaScript."""

from typing import Any

import pytest

from tests.console.conftest import Answer, Visitor
from tests.http.api import Api, latest
from tests.http.test_forms_of_pages import typed, visitor
from tests.http.world import PERSONNEL, assignment, nip, person

pytestmark = pytest.mark.integration
NEW = "newcomer"
POST = {
    "unit": "u1", "position": "Analis", "level": "Ahli Pertama", "kind": "definitive",
    "start": "2026-02-01", "until": "",
}  # fmt: skip


@pytest.fixture(scope="module")
async def seen(api: Api) -> dict[str, str]:
    """Who is known already: somebody in the officer's unit, and somebody to appraise; and a unit besides."""
    directory = {
        "units": [{"unit": "o0", "name": "Biro Seberang", "level": "2"}],
        "people": [person("seated"), person("overseer")],
        "assignments": [
            assignment("overseer", "chief", position="Kepala Bagian"),
            assignment("seated", "boss", until="2026-12-31"),
        ],
    }
    receipts = await api.do("planning", "/directory", directory, **PERSONNEL)
    here = latest(each["at_least"] for each in receipts)
    await api.see("planning", "/people/seated", headers=here, **PERSONNEL)
    return here


def send(who: Visitor, page: str, form: dict[str, str], **more: str) -> Answer:
    return who.post(page, **form | {"do": "save"} | more)


async def test_somebody_is_registered_and_a_nip_is_told_wrong_in_words(
    api: Api, seen: dict[str, str]
) -> None:
    personnel = visitor(api, "personnel-unit", "personnel")
    assert 'href="/people/new"' in personnel.get("/people").text
    form = typed(personnel.get("/people/new")) | {
        "person": "registered", "name": "Rahma Dewi, S.H.", "status": "PNS",
    }  # fmt: skip
    own = nip("registered")
    for wrong, words in (
        ("12345", "NIP terdiri atas 18 angka"),
        (f"{own[:4]}1399{own[8:]}", "Ada angka yang tidak mungkin"),
        (f"{own[:14]}3{own[15:]}", "Ada angka yang tidak mungkin"),
        (nip("worker"), "milik pegawai lain"),
        ("", "Tulis NIP-nya"),
    ):
        refused = send(personnel, "/people/new", form, nip=wrong)
        assert refused.status in (400, 422), wrong
        assert words in refused.text, wrong
        assert '<p class="bad" id="w-nip">' in refused.text
        form = typed(refused)
        assert (form["name"], form["nip"]) == ("Rahma Dewi, S.H.", wrong)
    taken = send(personnel, "/people/new", form, nip=own, person="worker")
    assert '<p class="bad" id="w-person">' in taken.text
    in_groups = f"{own[:8]} {own[8:14]} {own[14]} {own[15:]}"
    done = send(personnel, "/people/new", typed(taken), nip=in_groups, person="registered")
    assert (done.status, done.location) == (303, "/people/registered?done=new")
    page = personnel.get(done.location)
    assert f"NIP {own}" in page.text
    assert "Belum ada penugasan." in page.text
    assert 'href="/people/registered/start"' in page.text


async def test_what_somebody_holds_is_started_moved_and_ended(
    api: Api, seen: dict[str, str]
) -> None:
    await api.do("planning", "/directory", {"people": [person(NEW)]}, **PERSONNEL)
    personnel, of = visitor(api, "personnel-unit", "personnel"), f"/people/{NEW}"
    start = f"{of}/start"
    form = typed(personnel.get(start)) | POST
    found = personnel.post(start, **form | {"name": "OVERSEER", "do": "find"})
    assert (found.status, 'value="overseer/overseer.a"' in found.text) == (200, True)
    early = send(personnel, start, typed(found), superior="overseer/overseer.a", start="2025-02-01")
    assert (early.status, "tidak didudukinya" in early.text) == (422, True)
    # As left, also on another day.
    again = typed(personnel.get(start))
    assert (again["superior"], again["position"]) == ("overseer/overseer.a", "Analis")
    done = send(personnel, start, again, start=POST["start"])
    assert done.location == f"{of}?done=start"
    assert send(personnel, start, again, start=POST["start"]).location == done.location
    page = personnel.get(done.location)
    assert page.text.count('class="post"') == 1  # twice is once
    assert "Overseer" in page.text
    held = f"{of}/{NEW}.20260201"

    leave = typed(personnel.get(f"{held}/grant-leave")) | {
        "kind": "study", "start": "2026-09-01", "until": "2026-08-01", "ground": "SK 5/2026",
    }  # fmt: skip
    reversed_ = send(personnel, f"{held}/grant-leave", leave)
    assert (reversed_.status, "mendahului hari pertama" in reversed_.text) == (422, True)
    granted = send(personnel, f"{held}/grant-leave", typed(reversed_), until="2026-12-31")
    assert (
        "Tugas belajar, 1 September 2026 – 31 Desember 2026" in personnel.get(granted.location).text
    )
    back = typed(personnel.get(f"{held}/end-leave"))
    assert back["start"] == ""  # the only one; a browser sends it
    ended = send(
        personnel, f"{held}/end-leave", back, start="2026-09-01", on="2026-10-31", reason="Selesai"
    )
    assert "1 September 2026 – 31 Oktober 2026" in personnel.get(ended.location).text

    move = typed(personnel.get(f"{held}/transfer"))
    assert (move["position"], move["unit"], move["start"]) == ("Analis", "", "")
    moved = send(
        personnel, f"{held}/transfer", move, unit="o0", start="2026-12-01", leads="yes",
        position="Kepala Biro", reason="SK 6/2026",
    )  # fmt: skip
    assert moved.location == f"{of}?done=transfer&of={NEW}.20260201"
    page = personnel.get(moved.location)
    assert "Mutasi dicatat." in page.text
    assert "1 Februari 2026 – 30 November 2026" in page.text
    assert "Biro Seberang" in page.text
    there = f"{of}/{NEW}.20261201"
    last = typed(personnel.get(f"{there}/end")) | {"on": "2027-06-30", "reason": "Pensiun"}
    assert send(personnel, f"{there}/end", last).status == 303
    longer = typed(personnel.get(f"{there}/extend")) | {"until": "2027-01-31", "reason": "SK 7"}
    earlier = send(personnel, f"{there}/extend", longer)
    assert (earlier.status, "sesudah hari terakhir" in earlier.text) == (422, True)
    assert send(personnel, f"{there}/extend", typed(earlier), until="2027-12-31").status == 303
    assert "31 Desember 2027" in personnel.get(of).text


async def test_what_was_changed_elsewhere_meanwhile_is_said_and_nothing_typed_is_lost(
    api: Api, seen: dict[str, str]
) -> None:
    personnel, path = visitor(api, "personnel-unit", "personnel"), "/people/seated/seated.a/correct"
    form = typed(personnel.get(path))
    assert {name: form[name] for name in POST} == POST | {
        "start": "2026-01-01", "until": "2026-12-31",
    }  # fmt: skip
    longer = {"until": "2027-06-30", "reason": "SK 8"}
    done = await api.do("planning", "/assignments/seated.a/extend", longer, **PERSONNEL)
    await api.see("planning", "/people/seated", headers={"At-Least": done["at_least"]}, **PERSONNEL)
    stale = send(personnel, path, form, position="Analis Muda", reason="Salah ketik")
    assert (stale.status, "diubah di tempat lain" in stale.text) == (409, True)
    assert "30 Jun 2027" in stale.text  # how it is now
    again = typed(stale)
    assert (again["position"], again["version"]) == ("Analis Muda", str(int(form["version"]) + 1))
    assert send(personnel, path, again, until="2027-06-30").status == 303
    page = personnel.get("/people/seated")
    assert "Analis Muda" in page.text
    name = typed(personnel.get("/people/seated/correct")) | {
        "name": "Seated Rahman", "reason": "Salah ketik",
    }  # fmt: skip
    assert send(personnel, "/people/seated/correct", name).location == "/people/seated?done=correct"
    assert "<h1>Seated Rahman</h1>" in personnel.get("/people/seated").text


async def test_an_officer_moves_nobody_out_of_their_units_and_keeps_what_was_typed(
    api: Api, seen: dict[str, str]
) -> None:
    officer, path = visitor(api, "officer"), "/people/seated/seated.a/transfer"
    form = typed(officer.get(path)) | {"unit": "o0", "start": "2026-12-01", "reason": "SK 9"}
    refused = send(officer, path, form)
    assert (refused.status, "di luar kewenangan Anda" in refused.text) == (403, True)
    again = typed(refused)
    assert (again["unit"], again["reason"]) == ("o0", "SK 9")


async def test_the_forms_are_for_whom_the_service_lets_do_it(
    api: Api, seen: dict[str, str]
) -> None:
    paths = ("/people/seated/start", "/people/seated/correct", "/people/seated/seated.a/end")
    for reader in (
        visitor(api, "seated"), visitor(api, "boss"), visitor(api, "inspector", "auditor"),
    ):  # fmt: skip
        page = reader.get("/people/seated")
        assert page.status == 200
        for path in paths:
            assert path not in page.text
            assert reader.get(path).status == 403
    own = visitor(api, "seated")
    sent: dict[str, Any] = {"csrf": own.csrf("/people/seated"), "page": paths[2], "do": "save"}
    assert own.post(paths[2], **sent, on="2026-11-30", reason="x").status == 403
    personnel = visitor(api, "personnel-unit", "personnel")
    for path in (
        "/people/seated/nothing",
        "/people/seated/seated.none/end",
        "/people/nobody/start",
    ):
        assert personnel.get(path).status == 404, path
