"""What follows from a finalized appraisal: credit points or why there are none, recognition or an
improvement plan, allowance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.appraisal import AppraisalFinalized
from contracts.event import Event
from contracts.rewards import (
    AllowanceDetermined,
    CreditPointsAwarded,
    CreditPointsNotDue,
    CycleFollowedUp,
    ImprovementPlanOpened,
    RecognitionProposed,
)
from contracts.settings import AllowanceDeduction, Improvement, Recognition
from eventlog.aggregate import Aggregate, unexpected
from law.levels import level
from law.period import last_day
from law.policy import Policy
from services.rewards import credit

IMPROVEMENT_MONTHS = 6
"""PP 30/2019 Arts 56–58."""


@dataclass(frozen=True, slots=True)
class FollowedUp:
    """An appraisal, or a cycle, that has been answered."""


def _answered(state: FollowedUp | None, event: Event) -> FollowedUp:
    return FollowedUp()


AGGREGATE = Aggregate[FollowedUp]("followup", _answered)
CYCLE = Aggregate[FollowedUp]("cycle-followup", _answered)


@dataclass(frozen=True, slots=True)
class Improving:
    """A person's latest improvement plan, and its last day."""

    until: date


def _opened(state: Improving | None, event: Event) -> Improving:
    match event:
        case ImprovementPlanOpened():
            return Improving(event.until)
    raise unexpected(event, state)


IMPROVEMENT = Aggregate[Improving]("improvement", _opened)
"""One stream a person, so that two appraisals of one person cannot both open a plan."""


def follow_up(
    done: FollowedUp | None,
    appraisal: AppraisalFinalized,
    recognition: Policy[Recognition],
    deduction: Policy[AllowanceDeduction],
) -> Sequence[Event]:
    """Everything that one appraisal leads to, once, but for an improvement plan."""
    if done:
        return []
    of, predicate = _of(appraisal), appraisal.predicate
    events: list[Event] = [credit_points(appraisal)]
    if predicate in recognition.value.predicates:
        events.append(RecognitionProposed(**of, kind="commendation"))
    percent = deduction.value.percent.get(predicate, 0)
    events.append(
        AllowanceDetermined(**of, predicate=predicate, policy=deduction.name, deduction=percent)
    )
    return events


def credit_points(appraisal: AppraisalFinalized) -> CreditPointsAwarded | CreditPointsNotDue:
    """Convert the predicate, or say why there is nothing to convert. PermenPANRB 1/2023 Art 37(1).

    A functional official is a PNS (PerBKN 3/2023 Art 1(5)). Months under two SKPs count once: what is
    done as an acting official is of months that the definitive assignment has already.
    """
    of, held = _of(appraisal), level(appraisal.level)
    if appraisal.status != "PNS":
        return CreditPointsNotDue(**of, reason="not-pns")
    if held is None:
        return CreditPointsNotDue(**of, reason="unknown-level" if appraisal.level else "no-level")
    if appraisal.kind != "definitive":
        return CreditPointsNotDue(**of, reason="acting")
    points = credit.points(held, appraisal.predicate, appraisal.months)
    return CreditPointsAwarded(
        **of,
        level=held,
        predicate=appraisal.predicate,
        months=appraisal.months,
        points=str(points),
    )


def improve(
    state: Improving | None,
    appraisal: AppraisalFinalized,
    on: date,
    improvement: Policy[Improvement],
) -> Sequence[Event]:
    """Open a plan for a PNS who has missed targets, unless one is running. PP 30/2019 Arts 56–58.

    Kurang for conduct, with targets met, is no under-performance. What holds for PPPK is in their
    contracts and their agency's rules.
    """
    if appraisal.status == "PPPK" or appraisal.misconduct:
        return []
    if appraisal.predicate not in improvement.value.predicates:
        return []
    if state and on <= state.until:
        return []
    until = last_day(on, IMPROVEMENT_MONTHS)
    of = _of(appraisal)
    return [ImprovementPlanOpened(**of, predicate=appraisal.predicate, start=on, until=until)]


def follow_up_cycle(done: FollowedUp | None, cycle: str, finalized: int) -> Sequence[Event]:
    return [] if done else [CycleFollowedUp(cycle=cycle, finalized=finalized)]


def _of(appraisal: AppraisalFinalized) -> dict[str, Any]:
    return appraisal.model_dump(include={"skp", "cycle", "person", "unit"})
