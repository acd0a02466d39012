"""Positions: described by hand and from a file; what an SKP in one may begin with, and which form it has."""

from typing import Any

import pytest

from tests.http.api import Api, latest
from tests.http.test_imports import load, problems
from tests.http.world import PERSONNEL, assignment, person, send, settled

pytestmark = pytest.mark.integration
NAME = "Pranata Komputer Ahli Muda"
ID = "pranata-komputer-ahli-muda"
RESULTS: list[dict[str, Any]] = [
    {
        "id": "r1",
        "kind": "main",
        "text": "Layanan data yang andal",
        "indicators": [
            {"id": "i1", "aspect": "quality", "text": "Ketersediaan", "target": "99", "unit": "persen"}
        ],
    }
]  # fmt: skip
DESCRIBED = {
    "name": NAME, "kind": "functional", "level": "Ahli Muda", "grade": 9, "ground": "SK 4/2026",
}  # fmt: skip


@pytest.fixture(scope="module")
async def seen(api: Api) -> dict[str, str]:
    """The header that waits for a position with a template, which somebody holds; a second who leads in one that has
    the form for JA and JF, a third who leads in one that nobody has described, and a fourth in one of a JPT."""
    directory = {
        "people": [person(name) for name in ("modelled", "tabled", "untold", "directed")],
        "assignments": [
            assignment("modelled", "boss", position=NAME.upper()),
            assignment("tabled", "boss", position="Kepala Tabel", leads=True),
            assignment("untold", "boss", position="Kepala Entah", leads=True),
            assignment("directed", "boss", position="Direktur Tabel"),
        ],
    }
    receipts = await api.do("planning", "/directory", directory, **PERSONNEL)
    table = {"name": "Kepala Tabel", "kind": "supervisor", "ground": "SK 4/2026"}
    for path, body in (
        ("/positions", DESCRIBED),
        ("/position-templates", {"name": NAME, "results": RESULTS}),
        ("/positions", table),
        ("/positions", table | {"name": "Direktur Tabel", "kind": "jpt-pratama"}),
    ):
        receipts.append(await api.do("planning", path, body, **PERSONNEL))
    return latest(each["at_least"] for each in receipts)


async def test_a_position_is_shown_with_its_template(api: Api, seen: dict[str, str]) -> None:
    shown = await api.see("planning", f"/positions/{ID}", actor="modelled", headers=seen)
    said = {key: shown[key] for key in ("name", "kind", "level", "grade", "form", "may")}
    assert said == {
        "name": NAME, "kind": "functional", "level": "Ahli Muda", "grade": 9, "form": "ja-jf", "may": [],
    }  # fmt: skip
    assert [each["text"] for each in shown["template"]] == ["Layanan data yang andal"]
    theirs = await api.see("planning", f"/positions/{ID}", **PERSONNEL)
    assert theirs["may"] == ["describe", "set-template"]


async def test_positions_are_found_by_name_kind_and_template(
    api: Api, seen: dict[str, str]
) -> None:
    async def found(query: str) -> list[str]:
        told = await api.see("planning", f"/positions?{query}", actor="modelled", headers=seen)
        return [each["position"] for each in told["items"]]

    assert await found("name=KOMPUT%C3%89R") == [ID]
    assert await found("name=komputer&kind=functional&template=true") == [ID]
    assert await found("name=komputer&kind=executing") == []
    assert await found("name=komputer&template=false") == []
    assert await found("name=kepala%20tabel&template=false") == ["kepala-tabel"]


async def test_an_skp_begins_with_the_template_of_its_position(
    api: Api, seen: dict[str, str]
) -> None:
    """However the assignment spells it; nothing is on record before its holder gives it."""
    path = "/skp-drafts?assignment=modelled.a&year=2026"
    nothing = await api.ask("planning", "GET", path, actor="modelled", headers=seen)
    assert nothing.status == 404
    drafted = await api.see("planning", f"{path}&source=position", actor="modelled", headers=seen)
    assert [each["text"] for each in drafted["results"]] == ["Layanan data yang andal"]
    receipt = await api.do("planning", "/skps", drafted, actor="modelled")
    skp = receipt["stream"].partition("/")[2]
    shown = await api.see(
        "planning", f"/skps/{skp}", actor="modelled", headers={"At-Least": receipt["at_least"]}
    )
    assert (shown["form"], shown["plan"]["results"][0]["text"]) == (
        "ja-jf", "Layanan data yang andal",
    )  # fmt: skip


async def test_an_skp_has_the_form_of_its_position_whoever_leads(
    api: Api, seen: dict[str, str]
) -> None:
    """What is drafted without a form is held against that one, of which the official form is printed too; where nobody
    has described it, against the form for JA and JF."""
    without = [{**RESULTS[0], "indicators": [{"id": "i1", "text": "Tabel", "target": "1"}]}]
    draft = {
        "assignment": "tabled.a", "start": "2026-01-01", "until": "2026-12-31", "approach": "quantitative",
        "results": without,
    }  # fmt: skip
    for leader in ("tabled", "untold"):
        theirs = draft | {"assignment": f"{leader}.a"}
        how: dict[str, Any] = {"actor": leader, "headers": seen}
        refused = await api.ask("planning", "POST", "/skps", json=theirs, **how)
        assert (refused.status, refused.code) == (422, "no-aspect")
        checked = await api.do("planning", "/skp-checks", theirs, **how)
        assert "no-aspect" in [each["code"] for each in checked["refusals"]]
    for actor, said, form in (
        ("tabled", {"form": "jpt"}, "jpt"), ("directed", {}, "jpt"), ("untold", {"approach": "qualitative"}, "ja-jf"),
    ):  # fmt: skip
        body = draft | {"assignment": f"{actor}.a"} | said
        receipt = await api.do("planning", "/skps", body, actor=actor, headers=seen)
        path = f"/skps/{receipt['stream'].partition('/')[2]}/form"
        drafted = {"At-Least": receipt["at_least"]}
        assert (await api.see("planning", path, actor=actor, headers=drafted))["form"] == form


async def test_positions_are_loaded_from_a_file_and_a_second_time_nothing_happens(
    api: Api,
) -> None:
    content = (
        b"Nama Jabatan;Jenis Jabatan;Jenjang;Kelas\n"
        b"Penguji Muat;Fungsional;Ahli Pertama;8\nDirektur Muat;JPT Pratama;;14\n"
    )
    sent = await send(api, "positions-1", content, kind="positions", **PERSONNEL)
    assert (sent["problems"], sent["events"]) == (0, 2)
    await load(api, sent["id"], **PERSONNEL)
    await api.until(
        "planning",
        "/positions?name=muat&sort=-grade",
        lambda told: (
            [(each["name"], each["grade"], each["form"]) for each in told["items"]]
            == [("Direktur Muat", 14, "jpt"), ("Penguji Muat", 8, "ja-jf")]
        ),
        **PERSONNEL,
    )
    again = await send(api, "positions-2", content, kind="positions", **PERSONNEL)
    assert (again["problems"], again["events"]) == (0, 0)
    # Of what a file has no column for, a position stays what it is.
    short = b"Jabatan;Jenis\nPENGUJI MUAT;fungsional\n"
    renamed = await send(api, "positions-3", short, kind="positions", **PERSONNEL)
    assert (renamed["problems"], renamed["events"]) == (0, 1)


async def test_what_is_wrong_in_a_file_of_positions_is_told_by_row(api: Api) -> None:
    content = (
        b"Nama Jabatan;Jenis Jabatan;Jenjang;Kelas\n"
        b"Satu;pelaksana;Ahli Muda;5\nDua;entah;;5\nTiga;pelaksana;;18\ntiga;pelaksana;;5\n"
    )
    sent = await send(api, "positions-4", content, kind="positions", **PERSONNEL)
    told = await problems(api, sent["id"], **PERSONNEL)
    assert {(3, "B", "not-a-choice"), (4, "D", "not-a-class")} <= {*told}, told
    whole = b"Nama Jabatan;Jenis Jabatan;Jenjang\nSatu;pelaksana;Ahli Muda\nsatu;pelaksana;\n"
    sent = await send(api, "positions-5", whole, kind="positions", **PERSONNEL)
    told = await problems(api, sent["id"], **PERSONNEL)
    assert {(2, "C", "level-of-functional"), (3, "A", "twice")} == {*told}, told
    theirs = await send(api, "positions-6", whole, kind="positions", actor="officer")
    settled_ = await settled(api, theirs["id"], "checked", actor="officer")
    assert settled_["problems"]
    told = await problems(api, theirs["id"], actor="officer")
    assert "not-yours-to-describe" in [code for _, _, code in told]
