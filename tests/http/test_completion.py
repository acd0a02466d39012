"""Completion: how far a unit's SKPs have come, and who may know."""

from typing import Any

import pytest

from tests.http.api import Api
from tests.http.world import PERSONNEL, person

pytestmark = pytest.mark.integration

STATES = {"none", "draft", "returned", "submitted", "set", "exempt"}
BELOW: dict[str, Any] = {"unit": "u1-below", "name": "Bagian Umum", "level": "3", "parent": "u1"}
AWAY = BELOW | {"unit": "u1-away", "name": "Bagian Arsip"}


@pytest.fixture(scope="module")
async def seen(api: Api) -> dict[str, str]:
    """The header that waits for two units below u1, with one person in each."""
    post = {
        "unit": "u1-below", "position": "Analis", "kind": "definitive", "start": "2026-01-01",
        "person": "tallied", "code": "a", "superior": {"appraiser": "newboss", "office": "newboss.a"},
    }  # fmt: skip
    # A state official has no SKP, and is not counted.
    official = {"person": "minister", "name": "Minister", "status": "official"}
    body = {
        "units": [BELOW, AWAY],
        "people": [person("tallied"), person("away"), official],
        "assignments": [
            post,
            post | {"person": "away", "unit": "u1-away"},
            post | {"person": "minister"},
        ],
    }
    receipts = await api.do("planning", "/directory", body, **PERSONNEL)
    return {"At-Least": ",".join(each["at_least"] for each in receipts)}


async def listed(api: Api, query: str, **who: Any) -> list[dict[str, Any]]:
    return await api.lines("planning", f"/completion/people?{query}", **who)


async def test_every_count_is_of_the_people_who_are_listed(api: Api, seen: dict[str, str]) -> None:
    told = await api.see("planning", "/completion?unit=u1", headers=seen, **PERSONNEL)
    own, *units = told["units"]
    assert (own["unit"], own["whole"]) == ("u1", False)
    (below,) = (each for each in units if each["unit"] == "u1-below")
    assert (below["whole"], below["total"]) == (True, 1)
    assert below["counts"]["none"] == 1
    (top,) = [
        each
        for each in (await api.see("planning", "/completion", **PERSONNEL))["units"]
        if each["unit"] == "u1"
    ]
    for row, whole in ((own, "false"), (below, "true"), (top, "true")):
        assert set(row["counts"]) == STATES
        assert row["total"] == sum(row["counts"].values())
        for state, count in row["counts"].items():
            query = f"unit={row['unit']}&state={state}&whole={whole}"
            rows = await listed(api, query, headers=seen, **PERSONNEL)
            assert len(rows) == count, (row, state)
            assert {each["state"] for each in rows} <= {state}
    assert top["total"] == own["total"] + sum(each["total"] for each in units)
    assert top["counts"]["set"] > 0


async def test_a_list_goes_by_pages_in_the_order_asked_for(api: Api) -> None:
    for sort in ("unit", "-unit", "position", "person"):
        whole = await listed(api, f"unit=u1&sort={sort}", **PERSONNEL)
        found: list[dict[str, Any]] = []
        after: str | None = ""
        while after is not None:
            path = f"/completion/people?unit=u1&sort={sort}&limit=3&after={after}"
            page = await api.see("planning", path, **PERSONNEL)
            found += page["items"]
            after = page["next"]
        assert found == whole
        assert page["total"] == len(whole)
        keys = [(row[sort.removeprefix("-")], row["assignment"]) for row in whole]
        assert keys == sorted(keys, reverse=sort.startswith("-"))


async def test_the_list_says_of_whom_its_reader_may_read_more(
    api: Api, seen: dict[str, str]
) -> None:
    """The personnel officer of all; whoever leads the unit of those whom they appraise."""
    for actor, all_of_them in (("chief", False), ("officer", True)):
        rows = await listed(api, "unit=u1", headers=seen, actor=actor)
        past = await listed(api, "unit=u1&year=2025", headers=seen, actor=actor)
        for row in (*rows, *past):
            answer = await api.ask("planning", "GET", f"/people/{row['person']}", actor=actor)
            assert (row["may"] == ["read"]) == (answer.status == 200), (actor, row["person"])
        may = [row["person"] for row in rows if row["may"]]
        assert may
        assert (len(may) == len(rows)) == all_of_them


async def test_it_is_of_the_day_of_its_year(api: Api) -> None:
    """The last day of one that is over; nobody of next year has an SKP that they have not drafted."""
    before = await api.see("planning", "/completion?unit=u1&year=2025", **PERSONNEL)
    assert (before["on"], before["due"]) == ("2025-12-31", "2025-01-31")
    assert before["units"][0]["counts"]["set"] == 0
    now = await api.see("planning", "/completion?unit=u1", **PERSONNEL)
    assert (now["year"], now["on"]) == (2026, "2026-10-27")
    after = await api.see("planning", "/completion?unit=u1&year=2027", **PERSONNEL)
    assert after["on"] == "2027-01-01"


async def test_whoever_leads_or_administers_a_unit_sees_it_and_what_is_below(
    api: Api, seen: dict[str, str]
) -> None:
    """The head of a unit above, too; nobody of a unit that they have nothing to do with."""
    for actor in ("chief", "officer"):
        roots = await api.see("planning", "/completion", headers=seen, actor=actor)
        assert [each["unit"] for each in roots["units"]] == ["u1"]
        for unit in ("u1", "u1-below"):
            told = await api.see("planning", f"/completion?unit={unit}", headers=seen, actor=actor)
            assert [each["unit"] for each in told["above"]] == (["u1"] if "below" in unit else [])
    for actor, roles in (
        ("worker", ""), ("boss", ""), ("operator-1", "operator"), ("inspector", "auditor"),
    ):  # fmt: skip
        for path in ("", "?unit=u1", "?unit=nowhere", "/people?unit=u1"):
            answer = await api.ask(
                "planning", "GET", f"/completion{path}", actor=actor, roles=roles
            )
            assert (answer.status, answer.code) == (403, "forbidden"), (actor, path)
    nowhere = await api.ask("planning", "GET", "/completion?unit=nowhere", **PERSONNEL)
    assert nowhere.status == 404


async def test_a_leave_exempts_and_is_named(api: Api, seen: dict[str, str]) -> None:
    leave = {"kind": "unpaid", "start": "2026-02-01", "until": "2026-12-31", "ground": "SK 9"}
    granted = await api.do(
        "planning", "/assignments/away.a/leaves", leave, headers=seen, **PERSONNEL
    )
    here = {"At-Least": granted["at_least"]}
    (row,) = await listed(api, "unit=u1-away", headers=here, **PERSONNEL)
    assert (row["state"], row["reason"], row["skp"]) == ("exempt", "unpaid", None)
    assert (row["name"], row["unit_name"]) == ("Away", "Bagian Arsip")
