"""Whoever is named as an employee's appraiser is not theirs, the employee says."""

from dataclasses import replace
from datetime import date
from typing import Any

from contracts.disputes import AppraiserDisputeAnswered, AppraiserDisputed
from law.standing import Actor, Appraising
from services.planning.dispute.decisions import AGGREGATE, answer, dispute
from tests.services.scenario import EMPLOYEE, HELD, PERSONNEL, SUPERIOR, YEAR_START, of, refused

given = of(AGGREGATE)
OWN: dict[str, Any] = {"by": Actor(EMPLOYEE), "on": YEAR_START, "held": HELD}
CLERK: dict[str, Any] = {"by": PERSONNEL, "on": date(2026, 2, 1), "held": HELD}
NAMED = HELD.appraised_by(YEAR_START)
assert NAMED
SAID = AppraiserDisputed(
    assignment=HELD.assignment, person=EMPLOYEE, appraiser=SUPERIOR, office=NAMED.office,
    reason="Sudah pindah", by=EMPLOYEE,
)  # fmt: skip
KEPT = AppraiserDisputeAnswered(
    assignment=HELD.assignment, person=EMPLOYEE, outcome="kept", reason="SK 9", by=PERSONNEL.id
)
ANOTHER = replace(
    HELD, appraising=(*HELD.appraising, Appraising(date(2026, 1, 20), "rahma", "rahma.a"))
)


def test_an_employee_says_that_the_appraiser_is_not_theirs() -> None:
    given().when(dispute, **OWN, reason="Sudah pindah").then(SAID)
    given().when(dispute, **OWN, reason=None).then(SAID.model_copy(update={"reason": None}))


def test_it_is_said_once_until_it_is_answered() -> None:
    again = refused("disputed", field="assignment")
    given(SAID).when(dispute, **OWN, reason=None).then(again)
    given(SAID, KEPT).when(dispute, **OWN, reason="Sudah pindah").then(SAID)


def test_it_is_said_of_another_appraiser_while_the_first_is_not_answered() -> None:
    now = OWN | {"on": date(2026, 2, 1), "held": ANOTHER}
    said = SAID.model_copy(update={"appraiser": "rahma", "office": "rahma.a"})
    given(SAID).when(dispute, **now, reason="Sudah pindah").then(said)


def test_of_nobody_nothing_is_said() -> None:
    nobody = OWN | {"held": replace(HELD, appraising=())}
    given().when(dispute, **nobody, reason=None).then(refused("no-appraiser", field="assignment"))


def test_personnel_answer_that_it_stays_or_that_it_is_mended() -> None:
    given(SAID).when(answer, **CLERK, outcome="kept", reason="SK 9").then(KEPT)
    mended = {**CLERK, "held": ANOTHER, "outcome": "mended", "reason": "SK 9"}
    given(SAID).when(answer, **mended).then(KEPT.model_copy(update={"outcome": "mended"}))


def test_what_is_not_mended_is_not_told_as_such() -> None:
    still = refused("not-mended", field="outcome")
    given(SAID).when(answer, **CLERK, outcome="mended", reason="SK 9").then(still)


def test_what_is_not_open_is_not_answered() -> None:
    nothing = refused("no-dispute", field="assignment")
    given().when(answer, **CLERK, outcome="kept", reason="SK 9").then(nothing)
    given(SAID, KEPT).when(answer, **CLERK, outcome="kept", reason="SK 9").then(nothing)
