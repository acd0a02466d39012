"""A development need, and the training that answers it: the cycle's guidance (pembinaan)."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from chassis.assignments import Assignment
from chassis.problems import Refused
from contracts.event import Event
from contracts.monitoring import (
    DevelopmentForm,
    DevelopmentNeedIdentified,
    Evidence,
    TrainingCompleted,
    TrainingPlanned,
)
from eventlog.commands import Aggregate


@dataclass(frozen=True, slots=True)
class Need:
    need: str
    person: str
    assignment: str
    status: Literal["identified", "planned", "completed"] = "identified"
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
    raise TypeError(f"{type(event).__name__} does not follow {type(state).__name__}")


AGGREGATE = Aggregate[Need]("development", evolve)


def identify(
    need: Need | None,
    by: str,
    on: date,
    held: Assignment,
    id: str,
    topic: str,
    reason: str,
    form: DevelopmentForm,
) -> DevelopmentNeedIdentified:
    """Identify a need: by the employee or the appraiser."""
    if by == held.person:
        held.must_be_held_by(by, on)
    else:
        held.must_be_appraised_by(by, on)
    if need:
        raise Refused("need-exists", f"need {id} exists already", field="need")
    return DevelopmentNeedIdentified(
        need=id, assignment=held.assignment, person=held.person, unit=held.unit, by=by,
        topic=topic, reason=reason, form=form,
    )  # fmt: skip


def plan(
    need: Need | None,
    by: str,
    on: date,
    held: Assignment,
    training: str,
    title: str,
    start: date,
    until: date,
) -> TrainingPlanned:
    """Plan what answers the need: by the appraiser."""
    held.must_be_appraised_by(by, on)
    current = _in(need, "identified")
    if until < start:
        raise Refused("dates-reversed", "the last day is before the first", field="until")
    return TrainingPlanned(
        need=current.need, person=current.person, unit=held.unit, training=training, title=title,
        start=start, until=until,
    )  # fmt: skip


def complete(
    need: Need | None, by: str, on: date, held: Assignment, evidence: Evidence
) -> TrainingCompleted:
    """The employee shows that the training is done; not before its last day."""
    held.must_be_held_by(by, on)
    current = _in(need, "planned")
    assert current.training is not None  # what `planned` means
    assert current.until is not None
    if on < current.until:
        raise Refused("not-over", f"the training lasts until {current.until}", field="evidence")
    return TrainingCompleted(
        need=current.need, person=current.person, unit=held.unit, training=current.training,
        evidence=evidence,
    )  # fmt: skip


def _in(need: Need | None, status: str) -> Need:
    if need is None:
        raise Refused("unknown-need", "no such development need", field="need")
    if need.status != status:
        raise Refused("wrong-status", f"the need is {need.status}, not {status}")
    return need
