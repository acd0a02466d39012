"""From the strategic plan to the last official and back: agreements, matrices, drafts, the cascade."""

import asyncio
from typing import Any

import pytest

from tests.http.api import Api, latest
from tests.http.world import PERSONNEL, agreement, assignment, person, send, settled

pytestmark = pytest.mark.integration
PLAN, TOP, BELOW = "m0.2025-2029", "m0.2026", "m1.2026"
SUBS = f"{TOP}/i1/msub.a"
STAFFS = f"{BELOW}/i1/mstaff.a"


def row(assigned: str, role: str = "member", **more: Any) -> dict[str, Any]:
    return {
        "indicator": "i1", "assignment": assigned, "role": role, "direct": True,
        "text": f"Hasil {assigned}",
    } | more  # fmt: skip


def cells(unit: str, *rows: dict[str, Any]) -> dict[str, Any]:
    return {"unit": unit, "year": 2026, "cells": [*rows]}


@pytest.fixture(scope="module")
async def seen(api: Api) -> dict[str, str]:
    """All that the tests ask about, and the header that waits for it."""
    below: dict[str, Any] = {"unit": "m1", "position": "Kepala Bagian", "leads": True}
    directory = {
        "units": [
            {"unit": "m0", "name": "Badan", "level": "I"},
            {"unit": "m1", "name": "Bagian", "level": "II", "parent": "m0"},
        ],
        "people": [person(name) for name in ("mhead", "msub", "mstaff", "midle", "mguest")],
        "assignments": [
            assignment("mhead", None, unit="m0", leads=True),
            assignment("msub", "mhead", **below),
            assignment("mstaff", "msub", unit="m1"),
            assignment("midle", "msub", unit="m1"),
            assignment("mguest", None),
        ],
    }
    receipts = await api.do("planning", "/directory", directory, **PERSONNEL)
    headers = latest(each["at_least"] for each in receipts)

    async def give(path: str, body: Any, **who: Any) -> None:
        receipts.append(await api.do("planning", path, body, headers=headers, **who))

    plan = agreement("mhead.a", 2025) | {"until": 2029}
    await give("/agreements", plan, **PERSONNEL)
    await give("/agreements", agreement("mhead.a", 2026, serves=f"{PLAN}/i1"), **PERSONNEL)
    await give("/matrix", cells("m0", row("msub.a", "responsible")), actor="mhead")
    # Whoever appraises the head sets what it serves.
    await give("/agreements", agreement("msub.a", 2026, serves=SUBS), actor="mhead")
    guest = row("mguest.a", "additional", direct=False)
    await give("/matrix", cells("m1", row("mstaff.a", "responsible"), guest), actor="msub")
    return latest(each["at_least"] for each in receipts)


async def test_whoever_leads_a_unit_fills_its_matrix_and_no_other(
    api: Api, seen: dict[str, str]
) -> None:
    for actor in ("mstaff", "mguest", "chief"):
        answer = await api.ask(
            "planning", "POST", "/matrix", json=cells("m1", row("midle.a")), actor=actor, headers=seen
        )  # fmt: skip
        assert answer.status == 403
    refused = await api.ask(
        "planning", "POST", "/matrix", json=cells("m1", row("mguest.a")), actor="msub", headers=seen
    )
    assert (refused.status, refused.code) == (422, "not-additional")
    assert refused.problem["article"] == "PermenPANRB 8/2021"


async def test_the_grid_tells_what_nobody_serves_and_who_serves_nothing(
    api: Api, seen: dict[str, str]
) -> None:
    how: dict[str, Any] = {"actor": "msub", "headers": seen}
    grid = await api.see("planning", "/matrix?unit=m1&year=2026", **how)
    assert [(each["indicator"], each["cells"]) for each in grid["indicators"]] == [
        ("i1", 2), ("i2", 0),
    ]  # fmt: skip
    assert [(each["assignment"], len(each["cells"])) for each in grid["rows"]] == [
        ("mguest.a", 1), ("midle.a", 0), ("mstaff.a", 1),
    ]  # fmt: skip
    assert grid["rows"][0]["name"] == "Mguest"
    idle = await api.see("planning", "/matrix?unit=m1&year=2026&idle=true", **how)
    assert [each["assignment"] for each in idle["rows"]] == ["midle.a"]
    pages, after = list[str](), ""
    while after is not None:
        page = await api.see("planning", f"/matrix?unit=m1&year=2026&limit=1&after={after}", **how)
        pages += [each["assignment"] for each in page["rows"]]
        after = page["next"]
    assert pages == ["mguest.a", "midle.a", "mstaff.a"]
    # The head of the unit below stands in the matrix of the one above.
    above = await api.see("planning", "/matrix?unit=m0&year=2026", actor="mhead", headers=seen)
    assert [each["assignment"] for each in above["rows"]] == ["msub.a"]


async def test_an_skp_is_drafted_from_cells(api: Api, seen: dict[str, str]) -> None:
    path = "/skp-drafts?assignment={}&year=2026"
    draft = await api.see("planning", path.format("mstaff.a"), actor="mstaff", headers=seen)
    [result] = draft["results"]
    assert (result["kind"], result["text"], result["serves_at"]) == (
        "main",
        "Hasil mstaff.a",
        STAFFS,
    )
    assert result["serves"] == "Layanan tepat waktu"
    assert [(each["target"], each["unit"]) for each in result["indicators"]] == [("12", "persen")]
    result["indicators"][0]["aspect"] = "quality"
    given = await api.do("planning", "/skps", draft, actor="mstaff", headers=seen)
    skp = given["stream"].removeprefix("skp/")
    how: dict[str, Any] = {"actor": "mstaff", "headers": {"At-Least": given["at_least"]}}
    shown = await api.see("planning", f"/skps/{skp}", **how)
    assert shown["plan"]["results"][0]["serves_at"] == STAFFS
    checks = await api.see("planning", f"/skps/{skp}/checks", **how)
    assert not {"serves-nothing", "unknown-place"} & {each["code"] for each in checks["warnings"]}
    # What is asked of somebody else, and what is nowhere, is not this one's to serve.
    for place in (SUBS, f"{BELOW}/i1/none.a", f"{BELOW}/s1"):
        elsewhere = draft | {"results": [result | {"serves_at": place}]}
        told = await api.ask(
            "planning", "POST", "/skp-checks", json=elsewhere, actor="mstaff", headers=seen
        )
        codes = [(each["code"], each["pointer"]) for each in told.body["warnings"]]
        assert ("unknown-place", "#/results/0/serves_at") in codes

    guests = await api.see("planning", path.format("mguest.a"), actor="mguest", headers=seen)
    [result] = guests["results"]
    assert (result["kind"], result["indicators"]) == ("additional", [])
    # A head's results are the objectives of their agreement, of which one serves their cell.
    heads = await api.see("planning", path.format("msub.a"), actor="msub", headers=seen)
    assert [(each["serves_at"], len(each["indicators"])) for each in heads["results"]] == [
        (f"{BELOW}/s1", 2)
    ]
    nothing = await api.ask("planning", "GET", path.format("midle.a"), actor="midle", headers=seen)
    assert nothing.status == 404


async def test_what_a_result_may_serve_is_told_with_what_nobody_serves(
    api: Api, seen: dict[str, str]
) -> None:
    path = "/skp-places?assignment={}&year=2026"
    how: dict[str, Any] = {"headers": seen}
    asked = await api.see("planning", path.format("msub.a"), actor="msub", **how)
    assert [(each["place"], each["of"]) for each in asked] == [(f"{BELOW}/s1", "agreement")]
    assert await api.see("planning", path.format("midle.a"), actor="midle", **how) == []
    answer = await api.ask("planning", "GET", path.format("midle.a"), actor="mguest", **how)
    assert answer.status == 403

    # What is agreed with their leader is there for all whom the leader appraises.
    heads = await api.see(
        "planning", "/skp-drafts?assignment=msub.a&year=2026", actor="msub", **how
    )
    heads["annexes"] = {name: ["Ada"] for name in ("resources", "accountability", "consequences")}
    handed_on = heads["results"][0]
    # An agreement names no aspect; the form of whoever leads a Bagian does.
    for indicator in handed_on["indicators"]:
        indicator["aspect"] = "quantity"
    indicators = [each | {"id": f"r2.{n}"} for n, each in enumerate(handed_on["indicators"])]
    other = {"id": "r2", "text": "Tata usaha tertib", "serves_at": None, "indicators": indicators}
    heads["results"].append(handed_on | other)
    at = {"at": "2026-01-20T09:00:00+07:00"}
    given = await api.do("planning", "/skps", heads, actor="msub", **how, **at)
    skp = given["stream"].removeprefix("skp/")
    await api.do("planning", f"/skps/{skp}/submit", actor="msub", **at)
    agreed = await api.do("planning", f"/skps/{skp}/approve", actor="mhead", **at)
    how = {"headers": latest([seen["At-Least"], agreed["at_least"]])}
    first = {"place": f"{skp}/r1", "text": handed_on["text"], "of": "leader", "served": True}
    of_leader = {"place": f"{skp}/r2", "text": other["text"], "of": "leader", "served": False}
    idle = await api.see("planning", path.format("midle.a"), actor="midle", **how)
    assert idle == [first, of_leader]
    checks = await api.see("planning", f"/skps/{skp}/checks", actor="msub", **how)
    assert checks["unserved"] == ["r2"]
    staff = await api.see("planning", path.format("mstaff.a"), actor="mstaff", **how)
    assert [(each["place"], each["text"], each["of"]) for each in staff] == [
        (STAFFS, "Layanan tepat waktu", "cell"),
        *((each["place"], each["text"], "leader") for each in (first, of_leader)),
    ]  # fmt: skip

    result = handed_on | {"serves": of_leader["text"], "serves_at": f"{skp}/r2"}
    result["indicators"] = [each | {"aspect": "quality"} for each in result["indicators"]]
    body = heads | {"assignment": "midle.a", "form": "ja-jf", "results": [result]}
    checks = await api.do("planning", "/skp-checks", body, actor="midle", **how, **at)
    assert checks["refusals"] == []
    assert not {"serves-nothing", "unknown-place"} & {each["code"] for each in checks["warnings"]}
    given = await api.do("planning", "/skps", body, actor="midle", **how, **at)
    how = {"headers": latest([how["headers"]["At-Least"], given["at_least"]])}
    idle = await api.see("planning", path.format("midle.a"), actor="midle", **how)
    assert idle == [first, of_leader | {"served": True}]
    checks = await api.see("planning", f"/skps/{skp}/checks", actor="msub", **how)
    assert checks["unserved"] == []
    checks = await api.see("planning", "/skps/midle.a.20260101/checks", actor="midle", **how)
    assert checks["unserved"] == []


async def test_the_cascade_goes_down_to_the_last_official_and_back_up(
    api: Api, seen: dict[str, str]
) -> None:
    how: dict[str, Any] = {"actor": "mhead", "headers": seen}
    found = await api.see("planning", f"/cascade?from={PLAN}/s1&depth=4", **how)
    assert [(each["depth"], each["place"]) for each in found["below"]] == [
        (1, f"{PLAN}/i1"), (1, f"{PLAN}/i2"), (2, f"{TOP}/s1"), (3, f"{TOP}/i1"), (3, f"{TOP}/i2"),
        (4, SUBS),
    ]  # fmt: skip
    assert (found["below"][-1]["below"], found["below"][-1]["name"]) == (1, "Msub")
    on = await api.see("planning", f"/cascade?from={SUBS}&depth=4", **how)
    assert [each["place"] for each in on["below"]][-2:] == [f"{BELOW}/i1/mguest.a", STAFFS]
    pages, after = list[str](), ""
    while after is not None:
        page = await api.see(
            "planning", f"/cascade?from={SUBS}&depth=4&limit=2&after={after}", **how
        )
        pages += [each["place"] for each in page["below"]]
        after = page["next"]
    assert pages == [each["place"] for each in on["below"]]
    up = await api.see("planning", f"/cascade?from={STAFFS}", actor="mstaff", headers=seen)
    assert [each["place"] for each in up["above"]] == [
        f"{BELOW}/i1", f"{BELOW}/s1", SUBS, f"{TOP}/i1", f"{TOP}/s1", f"{PLAN}/i1", f"{PLAN}/s1",
    ]  # fmt: skip


async def test_whoever_leads_a_unit_above_follows_the_cascade_to_its_end(
    api: Api, seen: dict[str, str]
) -> None:
    how: dict[str, Any] = {"actor": "mhead", "headers": seen}
    found = await api.see("planning", f"/cascade?from={BELOW}/i1", **how)
    assert found["whole"]
    for each in found["below"]:
        assert (await api.see("planning", f"/cascade?from={each['place']}", **how))["whole"]
    # Of their own cell they see what is above and below it, and no more.
    own = await api.see("planning", f"/cascade?from={STAFFS}", actor="mstaff", headers=seen)
    assert not own["whole"]
    answer = await api.ask("planning", "GET", f"/cascade?from={TOP}/i1", actor="msub", headers=seen)
    assert answer.status == 403


async def test_what_one_may_do_is_told_with_what_there_is(api: Api, seen: dict[str, str]) -> None:
    for actor, may in (
        ("mhead", ["amend", "follow"]),
        ("msub", ["share", "follow"]),
        ("mstaff", []),
    ):
        shown = await api.see("planning", f"/agreements/{BELOW}", actor=actor, headers=seen)
        assert shown["may"] == may, actor
        [head] = await api.see(
            "planning", "/agreement-heads?unit=m1&year=2026", actor=actor, headers=seen
        )
        assert (head["assignment"], head["person"]) == ("msub.a", "msub")
        assert head["may"] == (["set"] if "amend" in may else []), actor
    assert not await api.see(
        "planning", "/agreement-heads?unit=m1&year=2020", actor="mhead", headers=seen
    )
    for who, may in (({"actor": "msub"}, ["put"]), (PERSONNEL, [])):
        grid = await api.see("planning", "/matrix?unit=m1&year=2026", headers=seen, **who)
        assert grid["may"] == may


async def test_agreements_are_told_of_a_unit_of_all_below_it_and_of_all(
    api: Api, seen: dict[str, str]
) -> None:
    """A page at a time, or in a stream: the years that one is of decide."""

    async def told(query: str) -> list[str]:
        path = f"/agreements?year={query}"
        rows = await api.lines("planning", path, actor="mguest", headers=seen)
        page = await api.see("planning", f"{path}&limit=200", actor="mguest", headers=seen)
        assert (page["items"], page["total"]) == (rows, len(rows))
        return [row["agreement"] for row in rows]

    assert await told("2026&unit=m0") == [PLAN, TOP]
    assert await told("2026&unit=m0&whole=true") == [PLAN, TOP, BELOW]
    assert await told("2026&unit=m0&whole=true&sort=-agreement") == [BELOW, TOP, PLAN]
    assert await told("2026&unit=m1&whole=true") == [BELOW]
    assert await told("2025&unit=m0&whole=true") == [PLAN]
    assert {PLAN, TOP, BELOW} <= {*await told("2026")}
    first = "/agreements?year=2026&unit=m0&whole=true&limit=2"
    page = await api.see("planning", first, actor="mguest", headers=seen)
    assert (page["total"], page["next"]) == (3, TOP)
    rest = await api.see("planning", f"{first}&after={TOP}", actor="mguest", headers=seen)
    assert ([each["agreement"] for each in rest["items"]], rest["next"]) == ([BELOW], None)


async def test_nobody_sees_others_cells_without_standing(api: Api, seen: dict[str, str]) -> None:
    for place in (STAFFS, f"{BELOW}/i1", "none.2026/i1", f"{TOP}/i1/none.a"):
        answer = await api.ask(
            "planning", "GET", f"/cascade?from={place}", actor="mguest", headers=seen
        )
        assert answer.status == 403


async def test_what_was_removed_or_amended_is_nowhere(api: Api, seen: dict[str, str]) -> None:
    def without(indicator: str) -> dict[str, Any]:
        [objective] = agreement("msub.a", 2026, serves=SUBS)["objectives"]
        left = [each for each in objective["indicators"] if each["id"] != indicator]
        return {"objectives": [objective | {"indicators": left}], "reason": "Refokus"}

    path = f"/agreements/{BELOW}/amend"
    refused = await api.ask(
        "planning", "POST", path, json=without("i1"), actor="mhead", headers=seen
    )
    assert (refused.status, refused.code) == (422, "carried")
    amended = await api.do("planning", path, without("i2"), actor="mhead", headers=seen)
    removal = {"unit": "m1", "year": 2026, "cells": [STAFFS], "reason": "Mutasi"}
    removed = await api.do("planning", "/matrix/remove", removal, actor="msub", headers=seen)
    headers = latest([amended["at_least"], removed["at_least"]])
    found = await api.see(
        "planning", f"/cascade?from={BELOW}/s1&depth=4", actor="msub", headers=headers
    )
    assert [each["place"] for each in found["below"]] == [f"{BELOW}/i1", f"{BELOW}/i1/mguest.a"]
    [change] = await api.see(
        "planning", f"/agreements/{BELOW}/changes", actor="mstaff", headers=headers
    )
    assert change["reason"] == "Refokus"
    assert [(each["id"], each["change"]) for each in change["indicators"]] == [("i2", "removed")]
    gone = await api.ask(
        "planning", "GET", "/skp-drafts?assignment=mstaff.a&year=2026", actor="mstaff", headers=headers
    )  # fmt: skip
    assert gone.status == 404


HEADINGS = "row_id,agency,year,level,unit,parent_unit,sasaran,indikator,target,satuan,target_next,year_next"


def sheet(*rows: str) -> bytes:
    return "\n".join([HEADINGS, *rows]).encode()


async def test_agreements_are_loaded_from_files_and_amended_by_later_ones(
    api: Api, seen: dict[str, str]
) -> None:
    first = "1,,2027,,Kepala Bagian,,Layanan prima,Layanan tepat waktu,97,persen,98,2028"
    second = "2,,2027,,Bagian,,Layanan prima,Kepuasan pengguna,90,persen,,"
    sent = await send(api, "agreements", sheet(first, second), "agreements", **PERSONNEL)
    assert (sent["problems"], sent["events"]) == (0, 1)
    await api.do("planning", f"/imports/{sent['id']}/load", **PERSONNEL)
    await settled(api, sent["id"], "loaded", **PERSONNEL)
    path = "/agreements/m1.2027"
    async with asyncio.timeout(60):
        while (await api.ask("planning", "GET", path, actor="mstaff")).status == 404:
            await asyncio.sleep(0.1)
    [objective] = (await api.see("planning", path, actor="mstaff"))["objectives"]
    assert [(each["id"], each["targets"]) for each in objective["indicators"]] == [
        ("i1", [{"year": 2027, "target": "97"}, {"year": 2028, "target": "98"}]),
        ("i2", [{"year": 2027, "target": "90"}]),
    ]
    again = await send(api, "agreements-again", sheet(first, second), "agreements", **PERSONNEL)
    assert (again["problems"], again["events"]) == (0, 0)
    higher = second.replace("90", "92")
    sent = await send(api, "agreements-amended", sheet(first, higher), "agreements", **PERSONNEL)
    await api.do("planning", f"/imports/{sent['id']}/load", **PERSONNEL)
    await settled(api, sent["id"], "loaded", **PERSONNEL)
    [change] = await api.until("planning", f"{path}/changes", bool, actor="mstaff")
    assert change["reason"] == "Impor agreements-amended.csv"
    assert [(each["id"], each["change"]) for each in change["indicators"]] == [("i2", "changed")]


async def test_problems_of_agreements_are_told_by_row_and_column(
    api: Api, seen: dict[str, str]
) -> None:
    rows = (
        "1,,2027,,Tidak Ada,,Sasaran,Indikator,1,persen,,",
        "2,,2025-2029,,m1,,Sasaran,Indikator,1,persen,,",
        "3,,2027,,m1,,Sasaran,Indikator,,persen,,",
    )
    sent = await send(api, "agreements-wrong", sheet(*rows), "agreements", **PERSONNEL)
    assert await told(api, sent["id"]) == [(3, "C", "not-a-year"), (4, "I", "missing")]
    unfit = (
        rows[0],
        "2,,2027,,m1,,Sasaran,Indikator,1,persen,2,2027",
        "3,,2027,,m1,,Sasaran,Indikator,1,persen,,",
        "4,,2020,,m0,,Sasaran,Indikator,1,persen,,",
    )
    sent = await send(api, "agreements-unfit", sheet(*unfit), "agreements", **PERSONNEL)
    assert await told(api, sent["id"]) == [
        (2, "E", "unknown-unit"), (3, "L", "later-without-year"), (4, "H", "twice-in-objective"),
        (5, "E", "no-head"),
    ]  # fmt: skip


async def test_a_strategic_plan_is_loaded_from_a_file_with_a_row_for_each_year(
    api: Api, seen: dict[str, str]
) -> None:
    headings = "unit,periode,tahun,sasaran,indikator,target,satuan"
    plan = [
        f"m0,2026-2030,{year},Layanan prima,Kepuasan pengguna,{target},persen"
        for year, target in ((2026, 80), (2028, 85), (2030, 90))
    ]
    content = "\n".join([headings, *plan]).encode()
    sent = await send(api, "plan", content, "agreements", **PERSONNEL)
    assert (sent["problems"], sent["events"]) == (0, 1)
    await api.do("planning", f"/imports/{sent['id']}/load", **PERSONNEL)
    await settled(api, sent["id"], "loaded", **PERSONNEL)
    path = "/agreements/m0.2026-2030"
    async with asyncio.timeout(60):
        while (await api.ask("planning", "GET", path, actor="mstaff")).status == 404:
            await asyncio.sleep(0.1)
    set_ = await api.see("planning", path, actor="mstaff")
    assert (set_["first"], set_["last"], set_["assignment"]) == (2026, 2030, "mhead.a")
    [indicator] = set_["objectives"][0]["indicators"]
    assert [(each["year"], each["target"]) for each in indicator["targets"]] == [
        (2026, "80"), (2028, "85"), (2030, "90"),
    ]  # fmt: skip
    again = await send(api, "plan-again", content, "agreements", **PERSONNEL)
    assert (again["problems"], again["events"]) == (0, 0)
    unfit = "\n".join([headings, plan[0].replace("m0", "m1"), plan[1].replace("2028", "2031")])
    sent = await send(api, "plan-unfit", unfit.encode(), "agreements", **PERSONNEL)
    assert await told(api, sent["id"]) == [
        (2, "B", "not-the-agency"),
        (3, "C", "year-outside-period"),
    ]


async def test_an_officer_loads_no_agreement_beyond_their_mandate(
    api: Api, seen: dict[str, str]
) -> None:
    row = "1,,2027,,m1,,Sasaran,Indikator,1,persen,,"
    sent = await send(api, "agreements-beyond", sheet(row), "agreements")
    assert await told(api, sent["id"], actor="officer") == [(2, "E", "not-your-unit")]


async def told(api: Api, id: str, **who: Any) -> list[tuple[int, str, str]]:
    found = await api.see("planning", f"/imports/{id}/problems", **(who or PERSONNEL))
    return [(each["row"], each["column"], each["code"]) for each in found]
