"""A unit's cycle in figures; what they show; what the next cycle changes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from contracts.appraisal import Predicate
from contracts.evaluation import CycleReported, Finding, ImprovementActionProposed
from contracts.event import Event
from contracts.settings import FindingThresholds
from eventlog.aggregate import Aggregate
from law.policy import Policy


@dataclass(frozen=True, slots=True)
class Figures:
    """What one unit's cycle came to. `estimated` if a day by which an SKP was due rests on a calendar of
    a year without a decree."""

    skps_approved: int = 0
    skps_late: int = 0
    without_feedback: int = 0
    progress_reports: int = 0
    feedback_given: int = 0
    needs_identified: int = 0
    needs_answered: int = 0
    improvement_plans: int = 0
    recognitions: int = 0
    sanctions: int = 0
    predicates: dict[str, int] = field(default_factory=dict)
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Reported:
    """A unit's cycle that has been reported."""


def _reported(state: Reported | None, event: Event) -> Reported:
    return Reported()


AGGREGATE = Aggregate[Reported]("report", _reported)


def report_id(cycle: str, unit: str) -> str:
    """One report per cycle and unit. Neither id holds a slash, so that no two pairs meet."""
    return f"{cycle}/{unit}"


def report(
    done: Reported | None,
    cycle: str,
    unit: str,
    figures: Figures,
    thresholds: Policy[FindingThresholds],
) -> Sequence[Event]:
    """The report, then one improvement action for each finding; once per cycle and unit."""
    if done:
        return []
    found = findings(figures, thresholds.value)
    return [
        CycleReported(
            cycle=cycle,
            unit=unit,
            skps_approved=figures.skps_approved,
            skps_late=figures.skps_late,
            progress_reports=figures.progress_reports,
            feedback_given=figures.feedback_given,
            needs_identified=figures.needs_identified,
            needs_answered=figures.needs_answered,
            predicates=figures.predicates,
            improvement_plans=figures.improvement_plans,
            recognitions=figures.recognitions,
            sanctions=figures.sanctions,
            findings=tuple(finding for finding, _ in found),
            estimated=figures.estimated,
        ),
        *(
            ImprovementActionProposed(cycle=cycle, unit=unit, finding=finding.code, action=action)
            for finding, action in found
        ),
    ]


def findings(figures: Figures, thresholds: FindingThresholds) -> list[tuple[Finding, str]]:
    """The figures above their thresholds, each with the action that it calls for."""
    below = sum(
        count
        for predicate, count in figures.predicates.items()
        if predicate not in (Predicate.SANGAT_BAIK, Predicate.BAIK)
    )
    cases = {
        "late-skp": (figures.skps_late, figures.skps_approved, thresholds.late_skp),
        "no-feedback": (figures.without_feedback, figures.skps_approved, thresholds.no_feedback),
        "need-unanswered": (
            figures.needs_identified - figures.needs_answered,
            figures.needs_identified,
            thresholds.need_unanswered,
        ),
        "below-expectation": (
            below,
            sum(figures.predicates.values()),
            thresholds.below_expectation,
        ),
    }
    return [
        (Finding(code=code, count=count, of=of), threshold.action)
        for code, (count, of, threshold) in cases.items()
        if of and Fraction(count, of) > Fraction(threshold.above, 100)
    ]
