"""What the services take and what they keep of it."""

from typing import Any

import pytest

from tests.http.api import Api
from tests.http.test_commands import stream
from tests.http.test_input import PROGRESS, WORKER
from tests.http.world import PERSONNEL, RULE_SET, assignment, draft, person, skp

pytestmark = pytest.mark.integration

DAYS: tuple[tuple[str, str, dict[str, Any], str, dict[str, Any]], ...] = (
    ("planning", "/skps", draft("dated"), "start", WORKER),
    ("planning", "/directory", {"assignments": [assignment("worker", "boss", "day")]}, "start", PERSONNEL),
    ("planning", "/assignments/colleague.end/end", {"on": "2026-11-30", "reason": "x"}, "on", PERSONNEL),
    ("planning", "/assignments/colleague.change/appraiser", {"appraiser": "boss", "office": "boss.a", "since": "2026-11-30"}, "since", PERSONNEL),
    ("appraisal", "/cycles", {"cycle": "c-day", "rule_set": RULE_SET, "start": "2026-01-01", "until": "2026-12-31"},
     "until", PERSONNEL),
    ("monitoring", "/development-needs/n-plan/training",
     {"training": "t9", "title": "x", "start": "2026-11-02", "until": "2026-11-06"}, "until", {"actor": "boss"}),
    ("rewards", "/people/colleague/discipline-cases/d-summon/summons", {"examination": "2026-11-20"}, "examination", {"actor": "boss"}),
)  # fmt: skip


@pytest.mark.parametrize("number", [0, "0", 86400, "1767225600", 86400.0])
@pytest.mark.parametrize(
    ("service", "path", "body", "field", "who"), DAYS, ids=[f"{each[0]} {each[3]}" for each in DAYS]
)
async def test_a_number_is_no_day(
    api: Api, service: str, path: str, body: dict[str, Any], field: str, who: dict[str, Any], number: Any
) -> None:  # fmt: skip
    row = body["assignments"][0] if "assignments" in body else body
    wrong = row | {field: number}
    wrong = {"assignments": [wrong]} if "assignments" in body else wrong
    answer = await api.ask(service, "POST", path, json=wrong, **who)
    assert (answer.status, answer.code) == (400, "malformed-request"), answer
    at = f"#/assignments/0/{field}" if "assignments" in body else f"#/{field}"
    assert [(e["pointer"], e["code"]) for e in answer.problem["errors"]] == [(at, "day")]


async def test_a_field_said_twice_is_refused(api: Api) -> None:
    body = b'{"people":[{"person":"twice","nip":"000000000000000001","name":"A","name":"B","status":"PNS"}]}'
    headers = {"Content-Type": "application/json"}
    answer = await api.ask(
        "planning", "POST", "/directory", data=body, headers=headers, **PERSONNEL
    )
    assert (answer.status, answer.code) == (400, "malformed-request")
    assert answer.problem["errors"] == [
        {"pointer": "#/people/0/name", "code": "duplicate", "detail": "The field is there twice"}
    ]
    assert await stream(api, "planning", "person/twice") == []


async def test_all_rows_that_are_wrong_are_told(api: Api) -> None:
    people = [person(f"wrong{n}") | {"nip": "x"} for n in range(3)] + [person("right")]
    body = {"people": people, "units": [{"unit": "u 1", "name": "\u200b", "level": "2"}]}
    answer = await api.ask("planning", "POST", "/directory", json=body, **PERSONNEL)
    pointers = [error["pointer"] for error in answer.problem["errors"]]
    assert pointers == [
        "#/units/0/unit",
        "#/units/0/name",
        *(f"#/people/{n}/nip" for n in range(3)),
    ]
    assert b"u 1" not in answer.content


@pytest.mark.parametrize(
    "name", ["\u200b\u200b", "Sri\u200bRahayu", "Sri \u202euyahaR", "\u3164", "Sri\nRahayu"]
)
async def test_a_name_that_is_none(api: Api, name: str) -> None:
    unit = {"unit": "u-hidden", "name": name, "level": "2"}
    bodies: tuple[dict[str, Any], ...] = (
        {"people": [person("hidden") | {"name": name}]}, {"units": [unit]},
        {"assignments": [assignment("worker", "boss", "hidden", position=name)]},
    )  # fmt: skip
    for body in bodies:
        answer = await api.ask("planning", "POST", "/directory", json=body, **PERSONNEL)
        assert (answer.status, answer.code) == (400, "malformed-request"), body


async def test_one_name_has_one_spelling(api: Api) -> None:
    rows = [person("jose1") | {"name": "Jose\u0301"}, person("jose2") | {"name": "José"}]
    receipts = await api.do("planning", "/directory", {"people": rows}, **PERSONNEL)
    seen = {"At-Least": ",".join(each["at_least"] for each in receipts)}
    found = await api.see("planning", "/people?name=Jos%C3%A9", headers=seen, **PERSONNEL)
    assert {row["person"] for row in found["items"]} >= {"jose1", "jose2"}


async def test_evidence_links_hold_no_password(api: Api) -> None:
    for link in ("https://sri:rahasia@dokumen.go.id/1", "https://sri@dokumen.go.id/1"):
        body: dict[str, Any] = PROGRESS | {"evidence": [{"title": "Laporan", "link": link}]}
        answer = await api.ask(
            "monitoring", "POST", f"/skps/{skp('approved')}/progress", json=body, **WORKER
        )
        assert answer.status == 400, answer
        assert [e["pointer"] for e in answer.problem["errors"]] == ["#/evidence/0/link"]
        assert b"rahasia" not in answer.content
