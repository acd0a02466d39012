"""A development need, and the training that answers it: the cycle's guidance (pembinaan)."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from contracts.event import Event
from contracts.monitoring import (
    DevelopmentForm,
    DevelopmentNeedIdentified,
    Evidence,
    TrainingCompleted,
    TrainingPlanned,
)
from eventlog.aggregate import Aggregate, unexpected
from law.period import must_be_in_order
from law.refusal import Refused
from law.skp import FinalAppraisal
from law.standing import Standing

NeedStatus = Literal["identified", "planned", "completed"]


@dataclass(frozen=True, slots=True)
class Need:
    need: str
    person: str
    assignment: str
    status: NeedStatus = "identified"
    training: str | None = None
    until: date | None = None


def evolve(state: Need | None, event: Event) -> Need:
    match event, state:
        case DevelopmentNeedIdentified(), None:
            return Need(event.need, event.person, event.assignment)
        case TrainingPlanned(), Need():
            return replace(state, status="planned", training=event.training, until=event.until)
        case TrainingCompleted(), Need():
            return replace(state, status="completed")
    raise unexpected(event, state)


AGGREGATE = Aggregate[Need]("development", evolve)


def identify(
    need: Need | None, by: Standing, id: str, topic: str, reason: str, form: DevelopmentForm
) -> DevelopmentNeedIdentified:
    """Identify a need: the employee or the appraiser."""
    if need:
        raise Refused("need-exists", f"need {id} exists already", field="need")
    return DevelopmentNeedIdentified(
        need=id,
        assignment=by.held.assignment,
        person=by.held.person,
        unit=by.held.unit,
        by=by.id,
        topic=topic,
        reason=reason,
        form=form,
    )


def plan(
    need: Need | None, by: Standing, training: str, title: str, start: date, until: date
) -> TrainingPlanned:
    """Plan what answers the need."""
    current = _in(need, "identified")
    must_be_in_order(start, until)
    return TrainingPlanned(
        need=current.need,
        person=current.person,
        unit=by.held.unit,
        training=training,
        title=title,
        start=start,
        until=until,
    )


def complete(
    need: Need | None, by: Standing, evidence: Evidence, final: FinalAppraisal | None
) -> TrainingCompleted:
    """Show that the training is done, not before its last day; on an assignment that has ended until
    its last appraisal is final."""
    last = by.held.until
    if final and last and not by.held.in_force(by.on) and final.until >= last:
        raise Refused("final", "the assignment has ended, and its appraisal is final", field="need")
    current = _in(need, "planned")
    assert current.training is not None  # what `planned` means
    assert current.until is not None
    if by.on < current.until:
        raise Refused("not-over", f"the training lasts until {current.until}", field="evidence")
    return TrainingCompleted(
        need=current.need,
        person=current.person,
        unit=by.held.unit,
        training=current.training,
        evidence=evidence,
    )


def _in(need: Need | None, status: NeedStatus) -> Need:
    if need is None:
        raise Refused("unknown-need", "no such development need", field="need")
    if need.status != status:
        raise Refused("wrong-status", f"the need is {need.status}, not {status}")
    return need
