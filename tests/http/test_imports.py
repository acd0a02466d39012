"""Files that are sent, checked, shown with their problems, and loaded."""

import asyncio
import io
import json
import sys
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from python_calamine import load_workbook

from tests.http.api import Api
from tests.http.world import PERSONNEL, START, assignment, nip, person, send, settled, sheet, upload

pytestmark = pytest.mark.integration

OFFICER: dict[str, Any] = {"actor": "officer"}
HEADINGS = "NIP;Nama;ID Pegawai;Kode Unit;Jabatan;Jenjang;Mulai;NIP Atasan"


def line(name: str, superior: str = "", unit: str = "u1", position: str = "Analis") -> str:
    above = nip(superior) if superior else ""
    return f"{nip(name)};{name.title()};{name};{unit};{position};Ahli Pertama;{START};{above}"


def people(*lines: str) -> bytes:
    return "\n".join([HEADINGS, *lines]).encode("utf-8-sig")


async def problems(api: Api, id: str, **how: Any) -> list[tuple[int, str, str]]:
    found = await api.see("planning", f"/imports/{id}/problems", **how)
    return [(each["row"], each["column"], each["code"]) for each in found]


async def events_of(api: Api, id: str) -> list[str]:
    """The types of what came of an upload, in the log's order."""
    connection = await asyncpg.connect(api.stack.databases["planning"])
    try:
        rows = await connection.fetch(
            "select type from event where strpos(command, (select command from upload where id = $1)) = 1"
            " order by position",
            id,
        )
    finally:
        await connection.close()
    return [row["type"].split(".")[2] for row in rows]


async def load(api: Api, id: str, **how: Any) -> Any:
    await api.do("planning", f"/imports/{id}/load", **how)
    return await settled(api, id, "loaded", **how)


NEW_TREE = b"""Kode Unit;Nama Unit;Tingkat;Kode Unit Atasan
i2;Bagian Impor;III;i1
i1;Biro Impor;II;
"""


async def test_units_and_people_are_loaded_from_files_and_a_second_time_nothing_happens(
    api: Api,
) -> None:
    units = await send(api, "new-units", NEW_TREE, kind="units", **PERSONNEL)
    assert (units["problems"], units["rows"], units["events"]) == (0, 2, 2)
    await load(api, units["id"], **PERSONNEL)

    content = people(line("sari", "tono", "i2"), line("tono", "", "i1", "Kepala Biro"))
    sent = await send(api, "new-people", content, **PERSONNEL)
    assert (sent["problems"], sent["rows"], sent["events"]) == (0, 2, 6)
    assert not await events_of(api, sent["id"])
    loaded = await load(api, sent["id"], **PERSONNEL)
    assert loaded["done"] == 2
    found = await events_of(api, sent["id"])
    assert sorted(found) == sorted(
        ["NIPTaken", "PersonRegistered", "AssignmentStarted"] * 2 + ["ImportLoaded"]
    )
    assert found[-1] == "ImportLoaded"
    shown = await until_known(api, "sari")
    assert shown["name"] == "Sari"
    assert [each["appraiser"] for each in shown["assignments"]] == ["tono"]

    again = await send(api, "same-people", content, **PERSONNEL)
    assert (again["problems"], again["events"]) == (0, 0)
    await load(api, again["id"], **PERSONNEL)
    assert await events_of(api, again["id"]) == ["ImportLoaded"]


async def until_known(api: Api, name: str) -> Any:
    async with asyncio.timeout(60):
        while (
            answer := await api.ask("planning", "GET", f"/people/{name}", **PERSONNEL)
        ).status == 404:
            await asyncio.sleep(0.1)
    return answer.body


async def test_the_record_names_the_file_and_who_had_it_loaded(api: Api) -> None:
    sent = await send(api, "on-record", people(line("dewi")), **PERSONNEL)
    other: dict[str, Any] = {"actor": "other-clerk", "roles": "personnel"}
    await load(api, sent["id"], **other)
    connection = await asyncpg.connect(api.stack.databases["planning"])
    try:
        record = await connection.fetchval(
            "select convert_from(record, 'utf8')::json -> 'data' from event where stream = $1",
            f"import/{sent['id']}",
        )
    finally:
        await connection.close()
    for each in (
        '"name":"on-record.csv"',
        f'"sha256":"{sent["sha256"]}"',
        '"rows":1',
        '"by":"other-clerk"',
    ):
        assert each in record


async def test_nothing_is_loaded_while_a_problem_stands(api: Api) -> None:
    content = people(line("wati"), line("joni", unit="nowhere"), line("ani", "nobody-such"))
    sent = await send(api, "two-problems", content, **PERSONNEL)
    assert await problems(api, sent["id"], **PERSONNEL) == [
        (3, "D", "unknown-unit"),
        (4, "H", "unknown-superior"),
    ]
    assert sent["may"] == ["check", "cancel"]
    refused = await api.ask("planning", "POST", f"/imports/{sent['id']}/load", **PERSONNEL)
    assert (refused.status, refused.code) == (422, "has-problems")
    assert not await events_of(api, sent["id"])


async def test_every_problem_says_what_to_write_in_both_languages(api: Api) -> None:
    (told,) = await api.see("planning", f"/imports/{upload('wrong')}/problems", **OFFICER)
    assert (told["row"], told["column"], told["heading"]) == (2, "D", "Jabatan")
    assert told["message"] == {"id": "Isi kolom ini.", "en": "Fill this in."}


async def test_problems_come_in_pages(api: Api) -> None:
    sent = await send(api, "many-problems", sheet(*[("x", "")] * 7), **PERSONNEL)
    path, numbers, after = f"/imports/{sent['id']}/problems", list[int](), 0
    while page := await api.see("planning", f"{path}?limit=3&after={after}", **PERSONNEL):
        numbers += [each["number"] for each in page]
        after = numbers[-1]
    assert numbers == list(range(1, sent["problems"] + 1))


async def test_what_was_right_is_checked_again_when_something_has_happened_since(api: Api) -> None:
    """Two files that both are right give one person two posts: the second is refused whole, also whoever is
    registered first, being that person's superior."""
    twice = [people(line("rina", unit="u1"), line(f"r{n}")) for n in range(2)]
    later = people(
        line("rina", superior="rini").replace(START, "2025-06-01"),
        line("rini").replace(START, "2025-06-01"),
    )
    first = await send(api, "first-of-two", twice[0], **PERSONNEL)
    second = await send(api, "second-of-two", later, **PERSONNEL)
    assert (first["problems"], second["problems"]) == (0, 0)
    await load(api, first["id"], **PERSONNEL)
    await api.do("planning", f"/imports/{second['id']}/load", **PERSONNEL)
    async with asyncio.timeout(60):
        while (now := await api.see("planning", f"/imports/{second['id']}", **PERSONNEL))[
            "state"
        ] == "loading":
            await asyncio.sleep(0.1)
    assert (now["state"], now["problems"]) == ("checked", 1)
    assert await problems(api, second["id"], **PERSONNEL) == [(2, "G", "assignments-overlap")]
    assert not await events_of(api, second["id"])


async def test_a_file_that_was_cancelled_is_gone_and_stays_so(api: Api) -> None:
    sent = await send(api, "given-up", people(line("yanti")), **PERSONNEL)
    path = f"/imports/{sent['id']}"
    for _ in range(2):
        assert (await api.do("planning", f"{path}/cancel", **PERSONNEL))["state"] == "cancelled"
    refused = await api.ask("planning", "POST", f"{path}/load", **PERSONNEL)
    assert (refused.status, refused.code) == (422, "not-checked")
    connection = await asyncpg.connect(api.stack.databases["planning"])
    try:
        assert (
            await connection.fetchval("select content from upload where id = $1", sent["id"]) == b""
        )
    finally:
        await connection.close()


async def test_what_is_loaded_is_not_cancelled(api: Api) -> None:
    sent = await send(api, "too-late", people(line("yanto")), **PERSONNEL)
    await load(api, sent["id"], **PERSONNEL)
    refused = await api.ask("planning", "POST", f"/imports/{sent['id']}/cancel", **PERSONNEL)
    assert (refused.status, refused.code) == (422, "too-late")


async def test_the_same_key_is_the_same_file(api: Api) -> None:
    sent = [await send(api, "twice", people(line("tini")), **PERSONNEL) for _ in range(2)]
    assert sent[0]["id"] == sent[1]["id"]
    same = {"Idempotency-Key": "upload-twice"}
    for path, content in (
        ("/imports?kind=people&name=twice.csv", people(line("tono"))),
        ("/imports?kind=people&name=other.csv", people(line("tini"))),
        ("/imports?kind=units&name=twice.csv", people(line("tini"))),
    ):
        other = await api.ask("planning", "POST", path, data=content, headers=same, **PERSONNEL)
        assert (other.status, other.code) == (422, "key-reused")


async def test_an_officer_sees_their_own_files_and_loads_within_the_mandate(api: Api) -> None:
    theirs = await send(api, "officers-own", sheet(("worker", "Analis Madya")))
    assert (theirs["problems"], theirs["events"]) == (0, 1)
    others = await send(api, "not-theirs", people(line("ratna")), **PERSONNEL)
    for path in (f"/imports/{others['id']}", "/imports/none-such"):
        assert (await api.ask("planning", "GET", path, **OFFICER)).status == 403
    listed = await every(api, **OFFICER)
    assert theirs["id"] in listed
    assert others["id"] not in listed
    of_others = "/imports?sent_by=personnel-unit"
    assert (await api.ask("planning", "GET", of_others, **OFFICER)).status == 403
    away = await send(api, "not-their-unit", people(line("worker", unit="i1")))
    assert (await problems(api, away["id"], **OFFICER)) == [(2, "D", "not-your-unit")]
    new = await send(api, "not-their-person", people(line("somebody-new")))
    assert (await problems(api, new["id"], **OFFICER)) == [(2, "B", "not-yours-to-register")]


async def every(api: Api, query: str = "", **how: Any) -> list[str]:
    """The ids of all files that there are, page by page."""
    found, after = list[str](), ""
    while True:
        page = await api.see("planning", f"/imports?limit=2&after={after}{query}", **how)
        found += [each["id"] for each in page["items"]]
        if page["next"] is None:
            assert len(found) == page["total"]
            return found
        after = page["next"]


async def test_files_are_found_by_what_they_are_and_told_a_page_at_a_time(api: Api) -> None:
    other: dict[str, Any] = {"actor": "listing-clerk", "roles": "personnel"}
    names = ("listed-b", "listed-A", "listed-c", "listed-d")
    sent = {name: await send(api, name, people(line(name)), **other) for name in names}
    sent["listed-u"] = await send(api, "listed-u", NEW_TREE, kind="units", **PERSONNEL)
    await load(api, sent["listed-c"]["id"], **other)
    ids = {name: each["id"] for name, each in sent.items()}

    async def told(query: str) -> list[str]:
        found = await every(api, f"&name=LISTED-{query}", **PERSONNEL)
        return [name for id in found for name in ids if ids[name] == id]

    latest = ["listed-u", "listed-d", "listed-c", "listed-A", "listed-b"]
    assert await told("") == latest
    assert await told("&sort=received") == latest[::-1]
    assert await told("&sort=-name") == sorted((*names, "listed-u"), reverse=True)
    assert await told("&kind=units") == ["listed-u"]
    assert await told("&state=loaded") == ["listed-c"]
    assert await told("&sent_by=listing-clerk&state=checked") == [
        "listed-d",
        "listed-A",
        "listed-b",
    ]
    assert await told("b") == ["listed-b"]
    streamed = await api.lines("planning", "/imports?name=listed-&sort=received", **PERSONNEL)
    assert [each["id"] for each in streamed] == [ids[name] for name in latest[::-1]]
    assert streamed[0] == await api.see("planning", f"/imports/{ids['listed-b']}", **PERSONNEL)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("not-a-table", b"\x00\x01", "not-a-table"),
        ("no-headings", b"a,b\n1,2\n", "no-headings"),
        ("empty", b"", "no-headings"),
    ],
)
async def test_what_is_no_table_is_told_in_one_problem(
    api: Api, name: str, content: bytes, code: str
) -> None:
    sent = await send(api, name, content, **PERSONNEL)
    assert await problems(api, sent["id"], **PERSONNEL) == [(0, "", code)]


async def test_a_kind_that_nobody_takes_is_not_found(api: Api) -> None:
    answer = await api.ask(
        "planning", "POST", "/imports?kind=cars&name=a.csv", data=b"", **PERSONNEL
    )
    assert answer.status == 404


async def test_the_template_has_the_headings_that_are_told_and_can_be_sent_back(api: Api) -> None:
    (kind,) = [
        each
        for each in await api.see("planning", "/import-kinds", actor="worker")
        if each["kind"] == "people"
    ]
    answer = await api.ask("planning", "GET", "/import-kinds/people/template", actor="worker")
    sheet_ = load_workbook(io.BytesIO(answer.content)).get_sheet_by_index(0)
    assert sheet_.to_python() == [[column["heading"] for column in kind["columns"]]]
    sent = await send(api, "template", answer.content, **PERSONNEL)
    assert await problems(api, sent["id"], **PERSONNEL) == [(0, "", "no-rows")]


async def test_a_command_between_check_and_load_costs_nothing(api: Api) -> None:
    """Somebody registers the same person by hand: what is so already is not done again."""
    sent = await send(api, "between", people(line("kiki")), **PERSONNEL)
    by_hand = {
        "people": [person("kiki")],
        "assignments": [assignment("kiki", None, "20260101")],
    }
    await api.do("planning", "/directory", by_hand, **PERSONNEL)
    await load(api, sent["id"], **PERSONNEL)
    assert await events_of(api, sent["id"]) == ["ImportLoaded"]


async def kinerja(api: Api, *arguments: str) -> tuple[int | None, list[Any]]:
    """The command line's status and lines."""
    command = [sys.executable, "-m", "operate", *arguments, "--folder", str(api.stack.folder)]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    told, _ = await process.communicate()
    return process.returncode, [json.loads(line) for line in told.splitlines()]


async def test_the_command_line_loads_a_file_or_tells_its_problems(
    api: Api, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good name.csv", tmp_path / "bad.csv"
    good.write_bytes(people(line("lina")))
    bad.write_bytes(people(line("lani", unit="nowhere")))
    status, (problem,) = await kinerja(api, "import", "people", str(bad))
    assert (status, problem["row"], problem["column"]) == (1, 2, "D")
    assert problem["message"].startswith("This unit is not registered")
    status, (told,) = await kinerja(api, "import", "people", str(good), "--dry-run")
    assert (status, told["events"]) == (0, 3)
    assert (await api.ask("planning", "GET", "/people/lina", **PERSONNEL)).status == 404
    status, (told,) = await kinerja(api, "import", "people", str(good))
    assert (status, told["state"], told["name"]) == (0, "loaded", "good name.csv")
    await until_known(api, "lina")
    assert await kinerja(api, "import", "people", str(tmp_path / "none.csv")) == (2, [])
