"""What January holds for the demonstration's people: every way in which an SKP comes to be agreed."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from ministry.client import Addresses, Client
from ministry.course import course
from ministry.january import January, acting, filled
from ministry.people import Person, people, units
from ministry.rows import Agency, load

SEED = 2026


@pytest.fixture(scope="module")
def agency() -> Agency:
    return load()


def heads(agency: Agency, count: int) -> list[Person]:
    return list(people(agency, count, SEED))[: len(units(agency, count))]


@pytest.mark.parametrize("count", [60, 300])
def test_it_holds_everything_that_can_become_of_an_skp(agency: Agency, count: int) -> None:
    seen = Counter[str]()
    for person in people(agency, count, SEED):
        fate = course(person.id)
        seen.update(
            name
            for name in ("returned_once", "late", "amended", "moves")
            if person.appraiser and not person.is_leader and getattr(fate, name)
        )
    assert all(seen[name] for name in ("returned_once", "late", "amended", "moves"))


def test_somebody_stands_in_for_a_head_of_the_same_superior(agency: Agency) -> None:
    found = acting(heads(agency, 60))
    assert found
    assert found.head.appraiser == found.by.appraiser
    assert found.head != found.by
    assert found.office == f"{found.by.id}.plt"
    assert acting(heads(agency, 18)) is None  # an agency's head, and one below


async def test_who_moves_has_two_skps_that_follow_each_other(agency: Agency) -> None:
    async with aiohttp.ClientSession() as http:
        january = January(
            Client(Addresses({}, "", ""), http),
            agency,
            2026,
            heads(agency, 300),
            lambda month, day: datetime(2026, month, day, tzinfo=UTC),
            lambda subject: "",
            None,
        )
    counts = Counter[int]()
    for person in people(agency, 300, SEED):
        held = january.held(person, course(person.id))
        counts[len(held)] += 1
        assert [each.assignment for each in held] == [
            f"{person.id}.{code}" for code in ("1", "2")[: len(held)]
        ]
        assert len({each.appraiser for each in held}) == len(held)
    assert set(counts) == {1, 2}


def _result(id: str, kind: str = "main", **more: Any) -> dict[str, Any]:
    measured = [{"id": f"{id}.1", "text": f"own of {id}"}]
    return {"id": id, "kind": kind, "text": id, "serves": None, "indicators": measured} | more


def test_a_plan_serves_what_the_matrix_asks_for() -> None:
    plan: dict[str, Any] = {"results": [_result("r1"), _result("r2")], "annexes": {}}
    cell = _result("r1", text="asked", serves="above", serves_at="u1.2026/i1/p.1", indicators=[])
    first, second = filled(plan, [cell])["results"]
    assert (first["text"], first["serves"], first["serves_at"]) == (
        "asked",
        "above",
        "u1.2026/i1/p.1",
    )
    assert first["indicators"] == plan["results"][0]["indicators"]
    assert second == plan["results"][1]


def test_what_is_asked_for_besides_is_an_additional_result_by_a_decision() -> None:
    plan: dict[str, Any] = {"results": [_result("r1")], "annexes": {}}
    cell = _result("r1", "additional", text="asked", serves_at="u1.2026/i1/p.1", indicators=[])
    own, added = filled(plan, [cell])["results"]
    assert own == plan["results"][0]
    assert (added["id"], added["kind"], added["serves_at"]) == (
        "r2",
        "additional",
        "u1.2026/i1/p.1",
    )
    assert added["decision"]
    assert [each["id"] for each in added["indicators"]] == ["r2.1"]
