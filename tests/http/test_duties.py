"""What is due: from its owner alone, by an act that is accepted from them, and gone once that is done."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import pytest

from chassis.duties import Declared
from services.catalogue import SERVICES
from tests.http.api import AT, Api, latest
from tests.http.endpoints import DECLARED
from tests.http.world import (
    AUTHORITY,
    EVIDENCE,
    HEAVY,
    PERSONNEL,
    RULE_SET,
    START,
    absent,
    agreement,
    assignment,
    person,
    plan,
)

pytestmark = pytest.mark.integration

KINDS: dict[str, Declared[Any]] = {
    service: import_module(f"services.{service}.duties").DUTIES for service in SERVICES
}
OCTOBER, SEVENTH = "2026-10-06T09:00:00+07:00", "2026-10-15T09:00:00+07:00"
"""A summons, and the seventh working day after it."""
APPRAISER = {
    "d-top": None,
    "d-head": "d-top",
    "d-staff": "d-head",
    "d-absent": "d-head",
    "d-lone": None,
}
CAST: dict[str, dict[str, Any]] = {
    **{name: {"actor": name} for name in (*APPRAISER, "d-clerk")},
    "personnel": PERSONNEL,
    "authority": AUTHORITY,
    "auditor": {"actor": "inspector", "roles": "auditor"},
}
RATING = {"cycle": "d-cycle", "rating": "meets", "reason": "Sesuai bukti dukung"}
TRAINING = {"training": "d-t", "title": "Pelatihan", "start": "2026-08-03", "until": "2026-08-07"}
OPEN = {"rule_set": RULE_SET, "start": START, "until": "2026-09-30", "cycle": "d-cycle"}
NEED = {"need": "d-need", "assignment": "d-staff.a", "topic": "Analisis data", "reason": "Dialog"}
HEARING = {"present": True, "minutes": "Berita acara"}


@dataclass(frozen=True)
class Due:
    """A duty that is to be found, by whom it is done, and with what; of it, `facts` are looked for."""

    service: str
    kind: str
    who: str
    body: Mapping[str, Any] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    at: str = str(AT)
    due: str | None = None
    overdue: bool = False


@dataclass(frozen=True)
class Given:
    """A command that brings duties about."""

    service: str
    path: str
    who: str
    body: Mapping[str, Any] | None = None
    at: str = str(AT)


def _case(case: str, days: list[str], of: str = "d-staff", **hearing: Any) -> tuple[Any, ...]:
    """A case as far as its hearing."""
    about, facts = {"case": case, "assignment": f"{of}.a", "absent": days}, {"case": case}
    examination = {"examination": SEVENTH[:10]}
    return (
        Given("rewards", "/discipline-cases", "d-head", about, OCTOBER),
        Due("rewards", "summon", "d-head", examination, facts, OCTOBER),
        Due(
            "rewards", "examine", "d-head", HEARING | hearing, facts, SEVENTH, due=SEVENTH[:10]
        ),
    )  # fmt: skip


SKP = {"skp": "d-staff.a.20260101"}
YEAR = {"assignment": "d-staff.a", "start": START, "until": "2026-12-31"}
DECEMBER = "2026-12-15T09:00:00+07:00"


def _agreed(who: str, appraiser: str) -> tuple[Given, ...]:
    """An SKP of the year, as far as its approval."""
    assigned, skp = f"{who}.a", f"{who}.a.20260101"
    drafted = plan() | YEAR | {"assignment": assigned, "approach": "quantitative"}
    return (
        Given("planning", "/skps", who, drafted, DECEMBER),
        Given("planning", f"/skps/{skp}/submit", who, None, DECEMBER),
        Given("planning", f"/skps/{skp}/approve", appraiser, None, DECEMBER),
    )


FEW, EXCUSED = absent(4, "2026-07-01"), absent(4, "2026-09-14")
STORY: tuple[Due | Given, ...] = (
    Due("planning", "draft-skp", "d-staff", plan() | YEAR | {"approach": "quantitative"}, YEAR,
        due="2026-01-31", overdue=True),
    Due("planning", "submit-skp", "d-staff", None, SKP, due="2026-01-31", overdue=True),
    Given("planning", f"/skps/{SKP['skp']}/return", "d-head", {"reason": "Target"}),
    Due("planning", "mend-skp", "d-staff", None, SKP, due="2026-01-31", overdue=True),
    Due("planning", "approve-skp", "d-head", None, SKP, due="2026-01-31", overdue=True),
    Due("monitoring", "report-progress", "d-staff",
        {"indicator": "i1", "period": "2026-Q3", "realisation": "9", "evidence": [EVIDENCE]},
        SKP | {"period": "2026-Q3", "indicator": "i1", "missing": 1, "indicators": 1}),
    Due("monitoring", "give-feedback", "d-head", {"text": "Baik"}, SKP, due="2026-12-31"),
    Given("monitoring", "/development-needs", "d-staff", NEED),
    Due("monitoring", "plan-training", "d-head", TRAINING, {"need": "d-need"}),
    Due("monitoring", "complete-training", "d-staff", {"evidence": EVIDENCE}, {"need": "d-need"}),
    Given("appraisal", "/cycles", "personnel", OPEN),
    Due("appraisal", "rate-result", "d-head", RATING, SKP | {"cycle": "d-cycle"}),
    Due("appraisal", "rate-behaviour", "d-head", RATING, SKP | {"cycle": "d-cycle"}),
    Due("appraisal", "finalize-appraisal", "d-head", {"cycle": "d-cycle"}, SKP),
    Due("appraisal", "close-cycle", "personnel", None, {"cycle": "d-cycle", "finalized": 1}),
    *_case("due-light", FEW),
    Due("rewards", "issue-sanction", "d-head", None, {"case": "due-light", "days": 4}),
    *_case("due-excused", EXCUSED, not_proven=EXCUSED),
    Due("rewards", "close-case", "d-head", {"reason": "Surat sakit"}, {"case": "due-excused"}),
    *_case("due-heavy", HEAVY, "d-absent"),
    Due("rewards", "issue-sanction", "authority", None, {"case": "due-heavy", "days": 10}),
    Given("planning", "/agreements", "personnel", agreement("d-head.a", 2026)),
    Due("planning", "fill-matrix", "d-head",
        {"unit": "d-unit", "year": 2026, "cells": [
            {"indicator": "i1", "assignment": "d-staff.a", "role": "responsible", "text": "Layanan"}]},
        {"unit": "d-unit", "unit_name": "D-Unit", "year": 2026}),
    Given("planning", "/assignments/d-staff.a/dispute", "d-staff", {"reason": "Sudah pindah"}),
    Due("planning", "answer-dispute", "d-clerk", {"outcome": "kept", "reason": "SK 9"},
        {"assignment": "d-staff.a", "appraiser": "d-head"}),
    Due("planning", "name-appraiser", "d-clerk",
        {"appraiser": "d-top", "office": "d-top.a", "since": "2026-10-27"},
        {"unit": "d-unit", "unit_name": "D-Unit", "count": 1, "assignment": "d-lone.a"}),
    Due("planning", "see-to-skps", "d-clerk", None,
        {"unit": "d-unit", "count": 3, "start": START}, due="2026-01-31", overdue=True),
    Given("planning", "/assignments/d-staff.a/appraiser", "d-clerk",
        {"appraiser": "d-top", "office": "d-top.a", "since": "2026-10-27"}),
    Due("planning", "confirm-skp", "d-top", None, SKP | {"appraiser": "d-head"}),
    Given("planning", "/settings/appraiser-change", "personnel",
        {"value": {"rule": "replace"}, "since": "2026-12-10", "ground": "SK 9"}),
    Given("planning", "/assignments/d-staff.a/appraiser", "d-clerk",
        {"appraiser": "d-head", "office": "d-head.a", "since": "2026-12-14"}, DECEMBER),
    Due("planning", "replace-skp", "d-staff", {"reason": "Ganti atasan"}, SKP | {"appraiser": "d-top"}, DECEMBER),
    *_agreed("d-absent", "d-head"),
    Given("planning", "/assignments/d-absent.a/transfer", "d-clerk",
        {"code": "b", "unit": "d-unit", "position": "Arsiparis", "start": "2026-12-15", "reason": "Mutasi"}, DECEMBER),
    Due("planning", "close-skp", "d-absent", {"reason": "Mutasi"},
        {"skp": "d-absent.a.20260101", "ended": "2026-12-14"}, DECEMBER),
    *_agreed("d-lone", "d-top"),
    Given("planning", "/assignments/d-lone.a/end", "d-clerk",
        {"on": "2026-12-14", "reason": "Pensiun"}, DECEMBER),
    Due("planning", "close-skp", "d-clerk", {"reason": "Pensiun"},
        {"skp": "d-lone.a.20260101", "ended": "2026-12-14"}, DECEMBER),
)  # fmt: skip


async def _make(api: Api) -> list[str]:
    """The people, and the positions from which on they are known. Nobody administers the one at the top."""
    units = {"d-above": None, "d-unit": "d-above", "d-elsewhere": None}
    body = {
        "units": [
            {"unit": unit, "name": unit.title(), "level": "1", "parent": above}
            for unit, above in units.items()
        ],
        "people": [person(name) for name in (*APPRAISER, "d-clerk")],
        "assignments": [
            assignment(
                name,
                of,
                unit="d-unit" if name != "d-top" else "d-elsewhere",
                leads=name == "d-head",
            )
            for name, of in APPRAISER.items()
        ],
    }
    receipts = await api.do("planning", "/directory", body, **PERSONNEL)
    mandate = {"person": "d-clerk", "mandate": "personnel", "since": START, "ground": "SK 1/2026"}
    receipts.append(await api.do("planning", "/units/d-above/mandates", mandate, **PERSONNEL))
    return [receipt["at_least"] for receipt in receipts]


@dataclass
class Told:
    """What the cast is told is due, once planning's events and the last command's have arrived."""

    api: Api
    planning: list[str]
    last: str

    async def do(self, service: str, path: str, who: str, body: Any, at: str) -> None:
        receipt = await self.api.do(service, path, body, at=at, headers=self._seen(), **CAST[who])
        self.last = receipt["at_least"]
        if service == "planning":
            self.planning.append(self.last)

    async def due(self, service: str, who: str, at: str) -> dict[str, dict[str, Any]]:
        """By id, all that is due from somebody of the cast."""
        page = await self.api.see(
            service, "/duties?limit=200", at=at, headers=self._seen(), **CAST[who]
        )
        assert page["next"] is None
        assert page["counts"] == Counter(duty["kind"] for duty in page["items"])
        return {duty["id"]: duty for duty in page["items"]}

    def _seen(self) -> dict[str, str]:
        return latest([*self.planning, self.last])


async def _discharge(told: Told, step: Due) -> None:
    """The duty is its owner's alone; it says what it should; its act is accepted, and it is gone."""
    owners = {who: await told.due(step.service, who, step.at) for who in CAST}
    (duty,) = (
        duty
        for duty in owners[step.who].values()
        if duty["kind"] == step.kind and step.facts.items() <= duty["facts"].items()
    )
    assert [who for who, duties in owners.items() if duty["id"] in duties] == [step.who]
    assert (duty["due"], duty["overdue"]) == (step.due, step.overdue), duty
    assert duty["since"] <= step.at[:10], duty
    if duty["act"] is None:
        return
    assert DECLARED[step.service, "POST", duty["act"]]
    path = duty["act"].format_map({**duty["facts"], "person": duty["about"]["person"]})
    await told.do(step.service, path, step.who, step.body, step.at)
    assert duty["id"] not in await told.due(step.service, step.who, step.at)


async def test_a_duty_is_its_owner_s_and_gone_when_its_act_is_done(anew: Api) -> None:
    """Every kind that any service declares."""
    positions = await _make(anew)
    told = Told(anew, positions, positions[-1])
    for step in STORY:
        if isinstance(step, Due):
            await _discharge(told, step)
        else:
            await told.do(step.service, step.path, step.who, step.body, step.at)
    done = {(step.service, step.kind) for step in STORY if isinstance(step, Due)}
    assert done == {(name, kind.name) for name, of in KINDS.items() for kind in of.kinds}


async def test_duties_are_read_page_by_page_in_order(anew: Api) -> None:
    """Of somebody who owes several."""
    body = {
        "units": [{"unit": "d-many", "name": "Biro", "level": "2"}],
        "people": [person("d-many")],
        "assignments": [assignment("d-many", None, unit="d-many")],
    }
    receipts = await anew.do("planning", "/directory", body, **PERSONNEL)
    how: dict[str, Any] = {"actor": "d-many", "headers": latest(r["at_least"] for r in receipts)}
    for start in ("05-04", "01-01", "06-01", "01-02", "01-03", "07-01", "01-05"):
        until = "12-31" if start == "07-01" else start  # no two are of one day
        period = {"assignment": "d-many.a", "start": f"2026-{start}", "until": f"2026-{until}"}
        drafted = plan() | period | {"approach": "quantitative"}
        receipts.append(await anew.do("planning", "/skps", drafted, **how))
    how["headers"] = latest(receipt["at_least"] for receipt in receipts)
    whole = await anew.see("planning", "/duties", **how)
    read, path = list[Any](), "/duties?limit=3"
    while path:
        page = await anew.see("planning", path, **how)
        assert page["counts"] == whole["counts"]
        assert 0 < len(page["items"]) <= 3
        read += page["items"]
        path = page["next"]
    assert read == whole["items"]
    assert len({duty["id"] for duty in read}) == 8  # with the next year's
    order = [(duty["due"], duty["since"], duty["id"]) for duty in read]
    assert order == sorted(order)
