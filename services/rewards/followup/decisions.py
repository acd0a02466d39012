"""What follows from a finalized appraisal: credit points, recognition or an improvement plan,
allowance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from contracts.appraisal import AppraisalFinalized
from contracts.event import Event
from contracts.rewards import (
    AllowanceDetermined,
    CreditPointsAwarded,
    CycleFollowedUp,
    ImprovementPlanOpened,
    RecognitionProposed,
)
from eventlog.aggregate import Aggregate
from law.period import last_day
from law.policy import in_force
from services.rewards import credit, policies

IMPROVEMENT_MONTHS = 6
"""PP 30/2019 Arts 56–58."""


@dataclass(frozen=True, slots=True)
class FollowedUp:
    """An appraisal, or a cycle, that has been answered."""


def _answered(state: FollowedUp | None, event: Event) -> FollowedUp:
    return FollowedUp()


AGGREGATE = Aggregate[FollowedUp]("followup", _answered)
CYCLE = Aggregate[FollowedUp]("cycle-followup", _answered)


def follow_up(done: FollowedUp | None, appraisal: AppraisalFinalized, on: date) -> Sequence[Event]:
    """Everything that one appraisal leads to, once. PermenPANRB 1/2023 Art 37(1) for credit points;
    PP 30/2019 Arts 56–58 for improvement."""
    if done:
        return []
    of = {
        "skp": appraisal.skp,
        "cycle": appraisal.cycle,
        "person": appraisal.person,
        "unit": appraisal.unit,
    }
    predicate = appraisal.predicate
    events: list[Event] = []
    if appraisal.level in credit.COEFFICIENT:
        points = credit.points(appraisal.level, predicate, appraisal.months)
        events.append(
            CreditPointsAwarded(
                **of,
                level=appraisal.level,
                predicate=predicate,
                months=appraisal.months,
                points=str(points),
            )
        )
    if predicate in in_force(policies.RECOGNIZED, on).value:
        events.append(RecognitionProposed(**of, kind="commendation"))
    if predicate in in_force(policies.IMPROVING, on).value:
        until = last_day(on, IMPROVEMENT_MONTHS)
        events.append(ImprovementPlanOpened(**of, predicate=predicate, start=on, until=until))
    policy = in_force(policies.ALLOWANCE, on)
    deduction = policy.value.get(predicate, 0)
    events.append(
        AllowanceDetermined(**of, predicate=predicate, policy=policy.name, deduction=deduction)
    )
    return events


def follow_up_cycle(done: FollowedUp | None, cycle: str, finalized: int) -> Sequence[Event]:
    return [] if done else [CycleFollowedUp(cycle=cycle, finalized=finalized)]
