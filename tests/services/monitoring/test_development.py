"""A development need, and the training that answers it. PermenPANRB 6/2022 (pembinaan)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from contracts.event import Event
from contracts.monitoring import (
    DevelopmentNeedIdentified,
    Evidence,
    TrainingCompleted,
    TrainingPlanned,
)
from law.skp import FinalAppraisal
from services.monitoring.development.decisions import AGGREGATE, complete, identify, plan
from tests.services.scenario import (
    EMPLOYEE,
    HELD,
    SUPERIOR,
    of,
    refused,
)

given = of(AGGREGATE)
ON, START, LAST = date(2026, 4, 10), date(2026, 8, 3), date(2026, 8, 7)
PROOF = Evidence(title="Sertifikat", link="https://dokumen.example.go.id/s")


def identified(by: str = SUPERIOR, form: Any = "training") -> DevelopmentNeedIdentified:
    return DevelopmentNeedIdentified(
        need="n1", assignment="a1", person=EMPLOYEE, unit="u1", by=by, topic="Analisis data",
        reason="Dialog kinerja", form=form,
    )  # fmt: skip


PLANNED = TrainingPlanned(
    need="n1", person=EMPLOYEE, unit="u1", training="t1", title="Pelatihan", start=START, until=LAST
)
COMPLETED = TrainingCompleted(
    need="n1", person=EMPLOYEE, unit="u1", training="t1", evidence=PROOF
)  # fmt: skip
KNOWN = (identified(),)
ARRANGED = (*KNOWN, PLANNED)
DONE = (*ARRANGED, COMPLETED)


def identifying(**changes: Any) -> dict[str, Any]:
    return {
        "by": SUPERIOR, "on": ON, "held": HELD, "id": "n1", "topic": "Analisis data",
        "reason": "Dialog kinerja", "form": "training",
    } | changes  # fmt: skip


def planning(**changes: Any) -> dict[str, Any]:
    return {
        "by": SUPERIOR, "on": ON, "held": HELD, "training": "t1", "title": "Pelatihan",
        "start": START, "until": LAST,
    } | changes  # fmt: skip


def completing(**changes: Any) -> dict[str, Any]:
    return {"by": EMPLOYEE, "on": LAST, "held": HELD, "evidence": PROOF, "final": None} | changes


@pytest.mark.parametrize("by", [EMPLOYEE, SUPERIOR])
@pytest.mark.parametrize("form", ["training", "coaching", "mentoring", "assignment"])
def test_the_employee_or_the_appraiser_identifies_a_need(by: str, form: str) -> None:
    given().when(identify, **identifying(by=by, form=form)).then(identified(by, form))


def test_a_need_is_identified_once() -> None:
    given(*KNOWN).when(identify, **identifying()).then(refused("need-exists", field="need"))


def test_the_appraiser_plans_what_answers_the_need() -> None:
    given(*KNOWN).when(plan, **planning()).then(PLANNED)


def test_a_training_of_one_day_is_a_training() -> None:
    given(*KNOWN).when(plan, **planning(until=START)).then(
        PLANNED.model_copy(update={"until": START})
    )


def test_a_training_does_not_end_before_it_starts() -> None:
    given(*KNOWN).when(plan, **planning(until=date(2026, 8, 2))).then(
        refused("dates-reversed", field="until")
    )


@pytest.mark.parametrize("history", [ARRANGED, DONE])
def test_a_need_is_answered_by_one_training(history: tuple[Event, ...]) -> None:
    given(*history).when(plan, **planning()).then(refused("wrong-status"))


def test_the_employee_shows_that_the_training_is_done() -> None:
    given(*ARRANGED).when(complete, **completing()).then(COMPLETED)


def test_a_training_is_not_done_before_its_last_day() -> None:
    given(*ARRANGED).when(complete, **completing(on=date(2026, 8, 6))).then(
        refused("not-over", field="evidence")
    )


@pytest.mark.parametrize("history", [KNOWN, DONE])
def test_only_a_planned_training_is_completed_and_once(history: tuple[Event, ...]) -> None:
    given(*history).when(complete, **completing()).then(refused("wrong-status"))


def test_there_is_nothing_to_do_with_an_unknown_need() -> None:
    unknown = refused("unknown-need", field="need")
    given().when(plan, **planning()).then(unknown)
    given().when(complete, **completing()).then(unknown)


def test_history_that_no_decision_could_have_made_is_not_read_in_silence() -> None:
    with pytest.raises(TypeError):
        AGGREGATE.evolve(None, PLANNED)


def test_a_training_s_end_is_owed_until_the_last_appraisal_is_final() -> None:
    last = date(2026, 8, 31)
    gone = replace(HELD, until=last)
    later = completing(held=gone, on=date(2026, 9, 15))
    given(*ARRANGED).when(complete, **later).then(COMPLETED)
    for until, outcome in (
        (date(2026, 6, 30), COMPLETED),
        (last, refused("final", field="need")),
    ):
        over = FinalAppraisal("s1", 3, "a1", until)
        given(*ARRANGED).when(complete, **later | {"final": over}).then(outcome)
