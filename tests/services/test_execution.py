"""Realisation with evidence, and the superior's feedback, against an approved SKP.

PermenPANRB 6/2022 on execution, monitoring and guidance.
"""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from contracts.monitoring import Evidence, FeedbackGiven, ProgressReported
from services.monitoring.execution.decisions import (
    AGGREGATE,
    ApprovedSKP,
    give_feedback,
    report_progress,
)
from tests.services.scenario import (
    EMPLOYEE,
    HELD,
    NEXT_SUPERIOR,
    STRANGER,
    SUPERIOR,
    YEAR_END,
    forbidden,
    of,
    refused,
)

given = of(AGGREGATE)
EXECUTION = "PermenPANRB 6/2022, pelaksanaan, pemantauan, dan pembinaan kinerja"
START, ON = date(2026, 2, 1), date(2026, 3, 26)
SKP = ApprovedSKP("s1", 3, "a1", START, YEAR_END, frozenset({"r1"}), frozenset({"i1", "i2"}))
PROOF = (Evidence(title="Laporan triwulan", link="https://dokumen.example.go.id/1"),)


def reported(indicator: str = "i1", period: str = "2026-Q1") -> ProgressReported:
    return ProgressReported(
        skp="s1", person=EMPLOYEE, unit="u1", indicator=indicator, period=period,
        realisation="3 dari 12", evidence=PROOF,
    )  # fmt: skip


def reporting(**changes: Any) -> dict[str, Any]:
    return {
        "by": EMPLOYEE, "on": ON, "skp": SKP, "held": HELD, "indicator": "i1", "period": "2026-Q1",
        "realisation": "3 dari 12", "evidence": PROOF,
    } | changes  # fmt: skip


def given_feedback(**fields: Any) -> FeedbackGiven:
    whole = {
        "skp": "s1", "person": EMPLOYEE, "unit": "u1", "by": SUPERIOR, "kind": "guidance",
        "text": "Lengkapi bukti dukung", "result": "r1",
    }  # fmt: skip
    return FeedbackGiven(**whole | fields)


def feedback(**changes: Any) -> dict[str, Any]:
    return {
        "by": SUPERIOR, "on": ON, "skp": SKP, "held": HELD, "kind": "guidance",
        "text": "Lengkapi bukti dukung", "result": "r1",
    } | changes  # fmt: skip


def test_the_employee_reports_realisation_with_evidence_for_an_indicator() -> None:
    given().when(report_progress, **reporting()).then(reported())


def test_another_indicator_and_another_period_are_reported_too() -> None:
    given(reported()).when(report_progress, **reporting(indicator="i2")).then(reported("i2"))
    given(reported()).when(report_progress, **reporting(period="2026-Q2")).then(
        reported(period="2026-Q2")
    )


def test_an_indicator_is_reported_once_a_period() -> None:
    given(reported(), given_feedback()).when(report_progress, **reporting()).then(
        refused("reported", field="period")
    )


def test_realisation_is_against_the_approved_indicators() -> None:
    given().when(report_progress, **reporting(indicator="r1")).then(
        refused("unknown-indicator", field="indicator")
    )


def test_there_is_no_realisation_without_evidence() -> None:
    given().when(report_progress, **reporting(evidence=())).then(
        refused("no-evidence", EXECUTION, "evidence")
    )


def test_nothing_is_reported_or_said_before_the_skp_starts() -> None:
    for on, outcome in ((date(2026, 1, 31), refused("not-started", EXECUTION)), (START, None)):
        given().when(report_progress, **reporting(on=on)).then(outcome or reported())
        given().when(give_feedback, **feedback(on=on)).then(outcome or given_feedback())


@pytest.mark.parametrize("by", [SUPERIOR, STRANGER])
def test_only_the_holder_reports(by: str) -> None:
    given().when(report_progress, **reporting(by=by)).then(forbidden)


def test_who_has_left_the_position_reports_no_more() -> None:
    gone = replace(HELD, until=date(2026, 3, 25))
    given().when(report_progress, **reporting(held=gone)).then(forbidden)


@pytest.mark.parametrize("kind", ["feedback", "guidance", "counselling"])
@pytest.mark.parametrize("result", ["r1", None])
def test_the_superior_gives_feedback_guidance_and_counselling_at_any_time(
    kind: str, result: str | None
) -> None:
    for history in ((), (reported(),), (given_feedback(),)):
        given(*history).when(give_feedback, **feedback(kind=kind, result=result)).then(
            given_feedback(kind=kind, result=result)
        )


def test_feedback_is_on_a_result_of_the_skp() -> None:
    given().when(give_feedback, **feedback(result="i1")).then(
        refused("unknown-result", field="result")
    )


@pytest.mark.parametrize("by", [EMPLOYEE, STRANGER, NEXT_SUPERIOR])
def test_only_the_superior_of_that_date_gives_feedback(by: str) -> None:
    held = replace(HELD, appraisers=(*HELD.appraisers, (date(2026, 3, 27), NEXT_SUPERIOR)))
    given().when(give_feedback, **feedback(by=by, held=held)).then(forbidden)


def test_an_event_can_name_the_version_of_the_skp_it_rests_on() -> None:
    assert SKP.basis == "planning:skp/s1@3"


def test_history_that_is_not_of_an_execution_is_not_read_in_silence() -> None:
    from tests.services.test_skp import SUBMITTED

    with pytest.raises(TypeError):
        AGGREGATE.evolve(None, SUBMITTED)
