"""Whoever has to choose somebody finds them by name: a superior to be named, a guest for a matrix."""

from typing import Any

import pytest

from services.planning.search.views import MOST
from tests.http.api import Api, latest
from tests.http.world import PERSONNEL, assignment, person

pytestmark = pytest.mark.integration
OF = "/people/worker/superiors"
GUESTS = "/matrix/guests?unit=u1&year=2026"
NAMESAKES = [f"namesake{n:02d}" for n in range(MOST + 1)]


@pytest.fixture(scope="module")
async def seen(api: Api) -> dict[str, str]:
    """The header that waits for another unit, with more people of one name than are told; it has been renamed."""
    directory = {
        "units": [{"unit": "n0", "name": "Biro Hukum", "level": "2"}],
        "people": [person(name) for name in (*NAMESAKES, "sought", "besought")],
        "assignments": [
            *(assignment(name, None, unit="n0") for name in NAMESAKES),
            assignment("sought", "boss"),
            assignment("besought", "boss"),
        ],
    }
    receipts = await api.do("planning", "/directory", directory, **PERSONNEL)
    renamed = {
        "name": "Biro Hukum dan Humas", "level": "2", "since": "2026-07-01", "ground": "Perpres 7/2026",
    }  # fmt: skip
    receipts.append(await api.do("planning", "/units/n0/change", renamed, **PERSONNEL))
    return latest(each["at_least"] for each in receipts)


async def held(api: Api, path: str, **how: Any) -> list[str]:
    return [each["assignment"] for each in (await api.see("planning", path, **how))["items"]]


async def test_a_superior_is_found_by_any_part_of_the_name(api: Api, seen: dict[str, str]) -> None:
    officer: dict[str, Any] = {"actor": "officer", "headers": seen}
    told = await api.see("planning", f"{OF}?name=%20S%C3%B3UGHT", **officer)
    assert told["items"][1:] == [
        {
            "assignment": "sought.a", "person": "sought", "name": "Sought", "position": "Analis",
            "kind": "definitive", "unit": "u1", "unit_name": "Biro Umum", "start": "2026-01-01",
            "until": None,
        }
    ]  # fmt: skip
    assert await held(api, f"{OF}?name=sought", **PERSONNEL) == ["besought.a", "sought.a"]
    # Nobody appraises themselves, and nobody is found by no name.
    for name in ("worker", "", "%20", "%00"):
        assert await held(api, f"{OF}?name={name}", **officer) == []


async def test_it_is_what_is_held_on_the_day(api: Api) -> None:
    for day, found in (("2026-06-30", ["leaver.a"]), ("2026-07-01", []), ("2025-12-31", [])):
        path = f"{OF}?name=leaver&on={day}"
        assert await held(api, path, **PERSONNEL) == found, day


async def test_nobody_chooses_a_superior_for_themselves(api: Api) -> None:
    path = "/people/officer/superiors?name=boss"
    answer = await api.ask("planning", "GET", path, actor="officer")
    assert (answer.status, answer.code) == (403, "forbidden")


async def test_a_guest_is_found_in_any_unit_and_who_is_there_is_told_so(
    api: Api, seen: dict[str, str]
) -> None:
    chief: dict[str, Any] = {"actor": "chief", "headers": seen}
    told = await api.see("planning", f"{GUESTS}&name=namesake03", **chief)
    (found,) = told["items"]
    assert (found["assignment"], found["unit_name"], found["listed"]) == (
        "namesake03.a", "Biro Hukum dan Humas", False,
    )  # fmt: skip
    (own,) = (await api.see("planning", f"{GUESTS}&name=besought", **chief))["items"]
    assert own["listed"]
    (head,) = (await api.see("planning", f"{GUESTS}&name=chief", **chief))["items"]
    assert head["listed"]
    chosen = await api.see(
        "planning", f"{GUESTS}&assignment=namesake03.a&assignment=none.a&assignment=%00", **chief
    )
    assert chosen["items"] == told["items"]
    # Of the year: nobody had been there yet.
    before = await api.see("planning", "/matrix/guests?unit=u1&year=2025&name=namesake03", **chief)
    assert before["items"] == []


async def test_of_many_namesakes_some_are_told_and_that_there_are_more(
    api: Api, seen: dict[str, str]
) -> None:
    told = await api.see("planning", f"{OF}?name=namesake", headers=seen, **PERSONNEL)
    assert [each["person"] for each in told["items"]] == NAMESAKES[:MOST]
    assert told["more"]
    last = await api.see("planning", f"{OF}?name={NAMESAKES[-1]}", headers=seen, **PERSONNEL)
    assert [each["person"] for each in last["items"]] == NAMESAKES[-1:]
    assert not last["more"]


async def test_a_unit_is_called_as_on_the_day(api: Api, seen: dict[str, str]) -> None:
    """Also one that has been renamed: whoever is in it is told once."""
    for day, name in (("2026-06-30", "Biro Hukum"), ("2026-07-01", "Biro Hukum dan Humas")):
        path = f"{OF}?name=namesake01&on={day}"
        told = await api.see("planning", path, headers=seen, **PERSONNEL)
        assert [each["unit_name"] for each in told["items"]] == [name]
