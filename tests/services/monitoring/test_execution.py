"""Realisation with evidence, and the superior's feedback, against an approved SKP.

PermenPANRB 6/2022 on execution, monitoring and guidance.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from contracts.monitoring import Evidence, FeedbackGiven, ProgressReported
from contracts.settings import PERIODS, Periods
from law.period import period_days, period_length
from law.skp import ApprovedSKP, FinalAppraisal
from services.monitoring.execution.decisions import (
    AGGREGATE,
    give_feedback,
    report_progress,
)
from tests.services.scenario import (
    EMPLOYEE,
    HELD,
    SUPERIOR,
    YEAR_END,
    adopted,
    of,
    refused,
    shipped,
)

given = of(AGGREGATE)
START, ON = date(2026, 2, 1), date(2026, 3, 26)
SKP = ApprovedSKP(
    "s1", 3, EMPLOYEE, "a1", START, YEAR_END, frozenset({"r1"}), frozenset({"i1", "i2"})
)
PROOF = (Evidence(title="Laporan triwulan", link="https://dokumen.example.go.id/1"),)


def reported(indicator: str = "i1", period: str = "2026-Q1") -> ProgressReported:
    return ProgressReported(
        skp="s1", person=EMPLOYEE, unit="u1", indicator=indicator, period=period,
        realisation="3 dari 12", evidence=PROOF,
    )  # fmt: skip


def reporting(**changes: Any) -> dict[str, Any]:
    return {
        "by": EMPLOYEE, "on": ON, "skp": SKP, "held": HELD, "indicator": "i1", "period": "2026-Q1",
        "realisation": "3 dari 12", "evidence": PROOF, "periods": shipped(PERIODS),
        "final": None,
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
        "text": "Lengkapi bukti dukung", "result": "r1", "final": None,
    } | changes  # fmt: skip


def test_the_employee_reports_realisation_with_evidence_for_an_indicator() -> None:
    given().when(report_progress, **reporting()).then(reported())


def test_another_indicator_and_another_period_are_reported_too() -> None:
    given(reported()).when(report_progress, **reporting(indicator="i2")).then(reported("i2"))
    next_quarter = reporting(period="2026-Q2", on=date(2026, 4, 1))
    given(reported()).when(report_progress, **next_quarter).then(reported(period="2026-Q2"))


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
        refused("no-evidence", field="evidence")
    )


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-H1", date(2026, 1, 1), date(2026, 6, 30)),
        ("2026-H2", date(2026, 7, 1), date(2026, 12, 31)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-10", date(2026, 10, 1), date(2026, 10, 31)),
    ],
)
def test_a_period_has_a_first_and_a_last_day(period: str, first: date, last: date) -> None:
    assert period_days(period) == (first, last)


@pytest.mark.parametrize("period", ["1999-Q1", "2025-Q4", "2027-Q1", "2031-Q4"])
def test_a_period_is_one_of_the_skps(period: str) -> None:
    given().when(report_progress, **reporting(on=YEAR_END, period=period)).then(
        refused("outside-skp", field="period")
    )


def test_a_period_is_reported_from_its_first_day_on_that_the_skp_has() -> None:
    for period, first in (("2026-Q1", START), ("2026-Q2", date(2026, 4, 1))):
        before = reporting(on=first - timedelta(days=1), period=period)
        given().when(report_progress, **before).then(refused("not-begun", field="period"))
        given().when(report_progress, **reporting(on=first, period=period)).then(
            reported(period=period)
        )


PERIOD_OF = {
    "yearly": "2026", "half-yearly": "2026-H1", "quarterly": "2026-Q1", "monthly": "2026-03",
}  # fmt: skip


@pytest.mark.parametrize("length", PERIOD_OF)
def test_a_year_is_reported_by_periods_of_one_length(length: Any) -> None:
    """Else one realisation would count for the quarter, and again for its month. PP 30/2019."""
    periods = adopted(Periods(length=length, filling_days=None), "Keputusan 7/2026")
    for other, period in PERIOD_OF.items():
        assert period_length(period) == other
        outcome = given().when(report_progress, **reporting(periods=periods, period=period))
        if other == length:
            outcome.then(reported(period=period))
        else:
            outcome.then(refused("other-period", "Keputusan 7/2026", "period"))


def test_what_ships_is_quarters_without_a_filling_deadline() -> None:
    late = reporting(on=date(2027, 12, 31))
    given().when(report_progress, **late).then(reported())
    month = reporting(period="2026-03")
    given().when(report_progress, **month).then(
        refused("other-period", "shipped default", "period")
    )


@pytest.mark.parametrize(("days", "last"), [(0, date(2026, 3, 31)), (10, date(2026, 4, 10))])
def test_a_period_is_filled_in_until_the_agencys_deadline(days: int, last: date) -> None:
    periods = adopted(Periods(length="quarterly", filling_days=days), "Keputusan 7/2026")
    given().when(report_progress, **reporting(periods=periods, on=last)).then(reported())
    over = reporting(periods=periods, on=last + timedelta(days=1))
    given().when(report_progress, **over).then(
        refused("filling-over", "Keputusan 7/2026", "period")
    )


def test_feedback_needs_no_wait_for_the_skp_to_start() -> None:
    early = START - timedelta(days=7)
    given().when(give_feedback, **feedback(on=early)).then(given_feedback())


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


def test_an_event_can_name_the_version_of_the_skp_it_rests_on() -> None:
    assert SKP.basis == "planning:skp/s1@3"


def test_history_that_is_not_of_an_execution_is_not_read_in_silence() -> None:
    from tests.services.planning.test_skp import SUBMITTED

    with pytest.raises(TypeError):
        AGGREGATE.evolve(None, SUBMITTED)


# What is still owed when the assignment has ended

GONE = replace(HELD, until=date(2026, 6, 30))
LATER = date(2026, 7, 8)


def final(until: date) -> FinalAppraisal:
    return FinalAppraisal("s1", 3, "a1", until)


def test_the_last_report_and_the_last_feedback_are_owed_until_the_appraisal_is_final() -> None:
    last = {"held": GONE, "on": LATER, "period": "2026-Q2"}
    given().when(report_progress, **reporting(**last)).then(reported(period="2026-Q2"))
    given().when(give_feedback, **feedback(held=GONE, on=LATER)).then(given_feedback())
    over = final(date(2026, 6, 30))
    given().when(report_progress, **reporting(**last, final=over)).then(
        refused("final", field="period")
    )
    given().when(give_feedback, **feedback(held=GONE, on=LATER, final=over)).then(
        refused("final", field="skp")
    )


def test_what_has_not_been_appraised_is_still_reported() -> None:
    half = final(date(2026, 6, 30))
    given().when(report_progress, **reporting(on=LATER, period="2026-Q3", final=half)).then(
        reported(period="2026-Q3")
    )
    given().when(report_progress, **reporting(on=LATER, period="2026-Q2", final=half)).then(
        refused("final", field="period")
    )
    # While the assignment goes on, so does feedback.
    given().when(give_feedback, **feedback(on=LATER, final=half)).then(given_feedback())
