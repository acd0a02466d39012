"""A unit's cycle in figures; what they show; what the next cycle changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from contracts.appraisal import Predicate
from contracts.evaluation import CycleReported, Finding, ImprovementActionProposed
from contracts.event import Event
from eventlog.aggregate import Aggregate
from law.policy import in_force
from services.evaluation.policies import THRESHOLDS, Threshold


@dataclass(frozen=True, slots=True)
class Figures:
    """What one unit's cycle came to."""

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
    done: Reported | None, on: date, cycle: str, unit: str, figures: Figures
) -> Sequence[Event]:
    """The report, then one improvement action for each finding; once per cycle and unit."""
    if done:
        return []
    thresholds = in_force(THRESHOLDS, on).value
    found = findings(figures, thresholds)
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
            findings=found,
        ),
        *(
            ImprovementActionProposed(
                cycle=cycle, unit=unit, finding=finding.code, action=thresholds[finding.code].action
            )
            for finding in found
        ),
    ]


def findings(figures: Figures, thresholds: Mapping[str, Threshold]) -> tuple[Finding, ...]:
    """The figures above their thresholds."""
    below = sum(
        count
        for predicate, count in figures.predicates.items()
        if predicate not in (Predicate.SANGAT_BAIK, Predicate.BAIK)
    )
    cases = {
        "late-skp": (figures.skps_late, figures.skps_approved),
        "no-feedback": (figures.without_feedback, figures.skps_approved),
        "need-unanswered": (
            figures.needs_identified - figures.needs_answered,
            figures.needs_identified,
        ),
        "below-expectation": (below, sum(figures.predicates.values())),
    }
    return tuple(
        Finding(code=code, count=count, of=of)
        for code, (count, of) in cases.items()
        if of and Fraction(count, of) > thresholds[code].above
    )
