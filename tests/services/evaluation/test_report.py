"""A unit's cycle in figures, what they show, and what the next cycle changes."""

from datetime import date
from typing import Any

import pytest

from contracts.evaluation import CycleReported, Finding, ImprovementActionProposed
from contracts.settings import FINDING_THRESHOLDS, SKP_DUE, SKPDue, Threshold
from law.period import skp_due
from law.workdays import SHIPPED_CALENDAR
from services.evaluation.report.decisions import AGGREGATE, Figures, findings, report
from tests.services.scenario import adopted, of, shipped

given = of(AGGREGATE)
SHIPPED = shipped(FINDING_THRESHOLDS)
NOW = FINDING_THRESHOLDS.shipped
ACTIONS = {
    "late-skp": NOW.late_skp.action, "no-feedback": NOW.no_feedback.action,
    "need-unanswered": NOW.need_unanswered.action,
    "below-expectation": NOW.below_expectation.action,
}  # fmt: skip
FIGURES = Figures(
    skps_approved=20, skps_late=3, without_feedback=5, progress_reports=80, feedback_given=30,
    needs_identified=4, needs_answered=3, improvement_plans=5, recognitions=2, sanctions=1,
    predicates={"Sangat Baik": 2, "Baik": 13, "Butuh Perbaikan": 3, "Kurang": 1, "Sangat Kurang": 1},
)  # fmt: skip
REPORTED = CycleReported(
    cycle="2026", unit="u1", skps_approved=20, skps_late=3, progress_reports=80, feedback_given=30,
    needs_identified=4, needs_answered=3, predicates=FIGURES.predicates, improvement_plans=5,
    recognitions=2, sanctions=1,
    findings=(
        Finding(code="late-skp", count=3, of=20),
        Finding(code="no-feedback", count=5, of=20),
        Finding(code="need-unanswered", count=1, of=4),
        Finding(code="below-expectation", count=5, of=20),
    ),
)  # fmt: skip


def test_a_cycle_is_reported_with_an_action_for_each_finding() -> None:
    given().when_answered(report, "2026", "u1", FIGURES, SHIPPED).then(
        REPORTED,
        *(
            ImprovementActionProposed(cycle="2026", unit="u1", finding=code, action=action)
            for code, action in ACTIONS.items()
        ),
    )


def test_a_unit_in_which_nothing_happened_is_reported_too() -> None:
    given().when_answered(report, "2026", "u1", Figures(), SHIPPED).then(
        CycleReported(
            cycle="2026", unit="u1", skps_approved=0, skps_late=0, progress_reports=0,
            feedback_given=0, needs_identified=0, needs_answered=0, predicates={},
            improvement_plans=0, recognitions=0, sanctions=0, findings=(),
        )
    )  # fmt: skip


def test_without_cases_nothing_is_found() -> None:
    assert findings(Figures(skps_late=1, without_feedback=1), NOW) == []


def test_a_cycle_of_a_unit_is_reported_once() -> None:
    given(REPORTED).when_answered(report, "2026", "u1", FIGURES, SHIPPED).then()


@pytest.mark.parametrize(
    ("figures", "code"),
    [
        ({"skps_approved": 10, "skps_late": 1}, None),
        ({"skps_approved": 19, "skps_late": 2}, "late-skp"),
        ({"skps_approved": 10, "without_feedback": 2}, None),
        ({"skps_approved": 14, "without_feedback": 3}, "no-feedback"),
        ({"needs_identified": 3, "needs_answered": 3}, None),
        ({"needs_identified": 300, "needs_answered": 299}, "need-unanswered"),
        ({"predicates": {"Baik": 8, "Kurang": 2}}, None),
        ({"predicates": {"Baik": 7, "Sangat Baik": 4, "Butuh Perbaikan": 3}}, "below-expectation"),
        ({"predicates": {"Sangat Kurang": 1}}, "below-expectation"),
        ({"predicates": {"Kurang": 1}}, "below-expectation"),
    ],
)
def test_a_finding_is_a_share_above_its_threshold_not_at_it(
    figures: dict[str, Any], code: str | None
) -> None:
    assert [finding.code for finding, _ in findings(Figures(**figures), NOW)] == (
        [code] if code else []
    )


def test_the_agency_may_settle_what_is_a_finding_and_what_follows() -> None:
    strict = NOW.model_copy(update={"late_skp": Threshold(above=0, action="Dialog pada Desember")})
    [_, proposed] = (
        given()
        .when_answered(
            report, "2026", "u1", Figures(skps_approved=20, skps_late=1), adopted(strict)
        )
        .then_events()
    )
    assert (proposed.finding, proposed.action) == ("late-skp", "Dialog pada Desember")


def test_every_threshold_belongs_to_a_finding() -> None:
    codes = {finding.code.replace("-", "_") for finding in REPORTED.findings}
    assert codes == set(type(NOW).model_fields)


@pytest.mark.parametrize(
    ("start", "last"),
    [
        (date(2026, 1, 1), date(2026, 1, 31)),  # PermenPANRB 6/2022 Arts 14-15
        (date(2026, 1, 2), date(2026, 1, 31)),
        (date(2026, 2, 16), date(2026, 2, 28)),
        (date(2028, 2, 1), date(2028, 2, 29)),
        (date(2026, 4, 30), date(2026, 4, 30)),
    ],
)
def test_an_skp_is_due_by_the_end_of_its_first_month(start: date, last: date) -> None:
    assert skp_due(start, SKP_DUE.shipped, SHIPPED_CALENDAR) == (last, False)


@pytest.mark.parametrize(
    ("start", "last"),
    [
        (date(2026, 1, 1), date(2026, 1, 15)),
        # Fifteen working days end on the 26th: no sooner than of one that starts with the year.
        (date(2026, 1, 2), date(2026, 1, 31)),
        # Nyepi and Idulfitri lie in between.
        (date(2026, 2, 28), date(2026, 3, 27)),
        (date(2026, 8, 31), date(2026, 9, 21)),
    ],
)
def test_the_agency_may_settle_when_an_skp_is_due(start: date, last: date) -> None:
    assert (
        skp_due(start, SKPDue(month=1, day=15, late_start_working_days=15), SHIPPED_CALENDAR).day
        == last
    )
