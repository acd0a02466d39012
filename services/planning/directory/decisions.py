"""Units, people and assignments: the personnel unit keeps them.

An SKP belongs to an assignment (employee × position × unit × appraiser × dates), not to a person:
transfers and acting officials are ordinary.
"""

from dataclasses import dataclass, replace
from datetime import date

from chassis.identity import Actor
from chassis.problems import Refused
from contracts.event import Event
from contracts.planning import (
    AppraiserChanged,
    AssignmentEnded,
    AssignmentStarted,
    PersonRegistered,
    UnitRegistered,
)
from eventlog.commands import Aggregate


@dataclass(frozen=True, slots=True)
class Exists:
    """A unit or person that has been registered."""


def _registered(state: Exists | None, event: Event) -> Exists:
    return Exists()


UNIT = Aggregate[Exists]("unit", _registered)
PERSON = Aggregate[Exists]("person", _registered)


def register_unit(
    unit: Exists | None, by: Actor, event: UnitRegistered, *, parent_exists: bool
) -> UnitRegistered:
    by.must_be("personnel")
    if unit:
        raise Refused("unit-exists", f"unit {event.unit} is registered already", field="unit")
    if event.parent is not None and not parent_exists:
        raise Refused("unknown-unit", f"no unit {event.parent}", field="parent")
    return event


def register_person(person: Exists | None, by: Actor, event: PersonRegistered) -> PersonRegistered:
    by.must_be("personnel")
    if person:
        raise Refused(
            "person-exists", f"person {event.person} is registered already", field="person"
        )
    return event


@dataclass(frozen=True, slots=True)
class Assignment:
    assignment: str
    person: str
    start: date
    until: date | None


def evolve(state: Assignment | None, event: Event) -> Assignment:
    match event, state:
        case AssignmentStarted(), _:
            return Assignment(event.assignment, event.person, event.start, event.until)
        case AssignmentEnded(), Assignment():
            return replace(state, until=event.on)
        case AppraiserChanged(), Assignment():
            return state
    raise TypeError(f"{type(event).__name__} does not follow {type(state).__name__}")


ASSIGNMENT = Aggregate[Assignment]("assignment", evolve)


def start(
    assignment: Assignment | None, by: Actor, event: AssignmentStarted, *, known: dict[str, bool]
) -> AssignmentStarted:
    """Start an assignment. `known` tells whether its unit, person and appraiser are registered."""
    by.must_be("personnel")
    if assignment:
        raise Refused(
            "assignment-exists", f"{event.assignment} has started already", field="assignment"
        )
    for name, there in known.items():
        if not there:
            raise Refused(f"unknown-{name}", f"no such {name}", field=name)
    if event.appraiser == event.person:
        raise Refused("own-appraiser", "nobody appraises their own performance", field="appraiser")
    if event.until is not None and event.until < event.start:
        raise Refused("dates-reversed", "the last day is before the first", field="until")
    return event


def change_appraiser(
    assignment: Assignment | None, by: Actor, appraiser: str, since: date, *, appraiser_known: bool
) -> AppraiserChanged:
    """From `since` on another superior appraises; what was decided before stays decided."""
    by.must_be("personnel")
    current = _in_force(assignment, since, "since")
    if not appraiser_known:
        raise Refused("unknown-appraiser", "no such appraiser", field="appraiser")
    if appraiser == current.person:
        raise Refused("own-appraiser", "nobody appraises their own performance", field="appraiser")
    return AppraiserChanged(
        assignment=current.assignment, person=current.person, appraiser=appraiser, since=since
    )


def end(assignment: Assignment | None, by: Actor, on: date, reason: str) -> AssignmentEnded:
    """End an assignment; `on` is its last day."""
    by.must_be("personnel")
    current = _in_force(assignment, on, "on")
    return AssignmentEnded(
        assignment=current.assignment, person=current.person, on=on, reason=reason
    )


def _in_force(assignment: Assignment | None, on: date, field: str) -> Assignment:
    if assignment is None:
        raise Refused("unknown-assignment", "no such assignment", field="assignment")
    if on < assignment.start or (assignment.until is not None and on > assignment.until):
        raise Refused("not-in-force", f"the assignment is not in force on {on}", field=field)
    return assignment
