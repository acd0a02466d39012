"""A person as they are told: all that they hold, held and will hold, and what the reader may do about it."""

from typing import Any

import pytest

from tests.http.api import Api, latest
from tests.http.world import PERSONNEL, assignment, nip, person

pytestmark = pytest.mark.integration
ACTS = ["read-appraiser", "correct", "extend", "name-appraiser", "end", "transfer", "grant-leave"]


@pytest.fixture(scope="module")
async def seen(api: Api) -> dict[str, str]:
    """Somebody of the officer's unit who holds one assignment, held one and will hold one elsewhere."""
    directory = {
        "units": [{"unit": "p0", "name": "Biro Lain", "level": "2"}],
        "people": [person("several")],
        "assignments": [
            assignment("several", "boss", until="2026-12-31"),
            assignment("several", None, "past", kind="plt", until="2026-03-31"),
            assignment("several", "chief", "coming", kind="plt", unit="p0", start="2027-01-01"),
        ],
    }
    receipts = await api.do("planning", "/directory", directory, **PERSONNEL)
    here = latest(each["at_least"] for each in receipts)
    leave = {"kind": "study", "start": "2026-10-01", "until": "2026-11-30", "ground": "SK 5"}
    granted = await api.do(
        "planning", "/assignments/several.a/leaves", leave, headers=here, **PERSONNEL
    )
    return {"At-Least": granted["at_least"]}


async def told(api: Api, seen: dict[str, str], **reader: Any) -> dict[str, Any]:
    found: dict[str, Any] = await api.see("planning", "/people/several", headers=seen, **reader)
    return found | {"of": {each["assignment"]: each for each in found["assignments"]}}


async def test_what_is_over_and_what_is_to_come_is_told_too(api: Api, seen: dict[str, str]) -> None:
    of = (await told(api, seen, **PERSONNEL))["of"]
    assert {name: each["in_force"] for name, each in of.items()} == {
        "several.coming": False, "several.a": True, "several.past": False,
    }  # fmt: skip
    named = {name: (each["appraiser"], each["appraiser_name"]) for name, each in of.items()}
    assert named == {
        "several.coming": ("chief", "Chief"), "several.a": ("boss", "Boss"), "several.past": (None, None),
    }  # fmt: skip


async def test_what_one_may_do_is_told_and_no_more(api: Api, seen: dict[str, str]) -> None:
    personnel = await told(api, seen, **PERSONNEL)
    assert personnel["may"] == ["start", "correct"]
    assert personnel["of"]["several.a"]["may"] == [*ACTS, "end-leave"]
    assert personnel["of"]["several.past"]["may"] == ["read-appraiser", "correct", "extend"]
    # One that goes on is not extended.
    assert "extend" not in personnel["of"]["several.coming"]["may"]
    assert "transfer" in personnel["of"]["several.coming"]["may"]
    # An officer, in the units of their mandate.
    officer = await told(api, seen, actor="officer")
    assert officer["may"] == ["start"]
    assert officer["of"]["several.a"]["may"] == [*ACTS, "end-leave"]
    assert officer["of"]["several.coming"]["may"] == []
    # Whoever it is about, and whoever appraises or audits them, change nothing.
    own = await told(api, seen, actor="several")
    assert own["of"]["several.a"]["may"] == ["read-appraiser"]
    for reader in ({"actor": "boss"}, {"actor": "inspector", "roles": "auditor"}):
        other = await told(api, seen, **reader)
        assert [each["may"] for each in other["assignments"]] == [[], [], []]
    for reader in ({"actor": "several"}, {"actor": "boss"}):
        assert (await told(api, seen, **reader))["may"] == []


async def test_nobody_may_do_anything_about_themselves(api: Api) -> None:
    own = await api.see("planning", "/people/officer", actor="officer", roles="personnel")
    assert own["may"] == []
    assert [each["may"] for each in own["assignments"]] == [["read-appraiser"]]


async def test_the_version_is_the_records(api: Api, seen: dict[str, str]) -> None:
    version = (await told(api, seen, **PERSONNEL))["version"]
    body = {"until": "2027-06-30", "reason": "SK 8"}
    for tag, status in ((version - 1, 409), (version, 200)):
        answer = await api.ask(
            "planning", "POST", "/assignments/several.a/extend", json=body,
            headers={"If-Match": f'"{tag}"'}, **PERSONNEL,
        )  # fmt: skip
        assert answer.status == status


async def test_an_assignment_needs_no_code(api: Api) -> None:
    directory = {
        "people": [person("uncoded")],
        "assignments": [
            {key: value for key, value in assignment("uncoded", "boss").items() if key != "code"}
        ],
    }
    receipts = await api.do("planning", "/directory", directory, **PERSONNEL)
    seen = latest(each["at_least"] for each in receipts)
    body = {
        "unit": "u1", "position": "Analis", "start": "2026-06-01", "reason": "Mutasi",
        "superior": {"appraiser": "boss", "office": "boss.a"},
    }  # fmt: skip
    path = "/assignments/uncoded.20260101/transfer"
    done = await api.do("planning", path, body, headers=seen, **PERSONNEL)
    headers = {"At-Least": done["at_least"]}
    found = await api.see("planning", "/people/uncoded", headers=headers, **PERSONNEL)
    assert [(each["assignment"], each["until"]) for each in found["assignments"]] == [
        ("uncoded.20260601", None), ("uncoded.20260101", "2026-05-31"),
    ]  # fmt: skip


async def test_an_officer_reads_about_whoever_is_to_come(api: Api) -> None:
    """Whom they have registered themselves; whoever is to appraise them does when they have come."""
    directory = {
        "people": [person("comer"), person("goer")],
        "assignments": [
            assignment("comer", "boss", start="2027-01-01"),
            assignment("goer", "boss", until="2026-01-31"),
        ],
    }
    receipts = await api.do("planning", "/directory", directory, **PERSONNEL)
    headers = latest(each["at_least"] for each in receipts)
    found = await api.see("planning", "/people/comer", headers=headers, actor="officer")
    assert [each["assignment"] for each in found["assignments"]] == ["comer.a"]
    for who, actor in (("comer", "boss"), ("goer", "officer")):
        answer = await api.ask("planning", "GET", f"/people/{who}", headers=headers, actor=actor)
        assert answer.status == 403


async def test_no_number_is_taken_for_what_is_refused(api: Api) -> None:
    first, wrong, right = nip("renumbered"), nip("renumbered 1"), nip("renumbered 2")
    (registered,) = await api.do(
        "planning", "/directory", {"people": [person("renumbered")]}, **PERSONNEL
    )

    async def correct(number: str, version: int) -> tuple[int, Any]:
        answer = await api.ask(
            "planning", "POST", "/people/renumbered/correct",
            json={"nip": number, "name": "Renumbered", "status": "PNS", "reason": "Salah ketik"},
            headers={"If-Match": f'"{version}"', "Idempotency-Key": f"renumber-{number}-{version}"},
            **PERSONNEL,
        )  # fmt: skip
        return answer.status, answer.body.get("version")

    version = registered["version"]
    assert await correct(wrong, version + 1) == (409, None)
    # Twice, as a client does whose answer was lost: nobody's version but their own has moved it.
    for _ in range(2):
        assert await correct(right, version) == (200, version + 1)
    for _ in range(2):
        assert await correct(right, version + 1) == (200, version + 2)
    official = person("numbered") | {"nip": wrong, "status": "official"}
    answer = await api.ask(
        "planning", "POST", "/directory", json={"people": [official]}, **PERSONNEL
    )
    assert answer.status == 422
    assert "official-with-nip" in answer.content.decode()
    free = [person("owner1") | {"nip": wrong}, person("owner2") | {"nip": first}]
    await api.do("planning", "/directory", {"people": free}, **PERSONNEL)
