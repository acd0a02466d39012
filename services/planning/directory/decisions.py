"""Units, people and assignments: the personnel unit keeps them.

An SKP belongs to an assignment (employee × position × unit × appraiser × dates), not to a person:
transfers and acting officials are ordinary.
"""

from dataclasses import asdict, dataclass, replace
from datetime import date

from contracts.event import Event
from contracts.planning import (
    AppraiserChanged,
    AssignmentEnded,
    AssignmentKind,
    AssignmentStarted,
    PersonRegistered,
    PersonStatus,
    UnitRegistered,
)
from eventlog.aggregate import Aggregate, unexpected
from law.period import must_be_in_order
from law.refusal import Refused
from law.standing import Decider


@dataclass(frozen=True, slots=True)
class Exists:
    """A unit or person that has been registered."""


def _registered(state: Exists | None, event: Event) -> Exists:
    return Exists()


UNIT = Aggregate[Exists]("unit", _registered)
PERSON = Aggregate[Exists]("person", _registered)


def register_unit(
    unit: Exists | None,
    by: Decider,
    id: str,
    name: str,
    level: str,
    parent: str | None,
    *,
    parent_exists: bool,
) -> UnitRegistered:
    if unit:
        raise Refused("unit-exists", f"unit {id} is registered already", field="unit")
    if parent is not None and not parent_exists:
        raise Refused("unknown-unit", f"no unit {parent}", field="parent")
    return UnitRegistered(unit=id, name=name, level=level, parent=parent)


def register_person(
    person: Exists | None, by: Decider, id: str, nip: str, name: str, status: PersonStatus
) -> PersonRegistered:
    if person:
        raise Refused("person-exists", f"person {id} is registered already", field="person")
    return PersonRegistered(person=id, nip=nip, name=name, status=status)


@dataclass(frozen=True, slots=True)
class Terms:
    """What an assignment is from its start."""

    person: str
    unit: str
    position: str
    level: str | None
    kind: AssignmentKind
    leads: bool
    appraiser: str | None
    start: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Known:
    """Which of what an assignment names is registered."""

    unit: bool
    person: bool
    appraiser: bool


@dataclass(frozen=True, slots=True)
class Assignment:
    assignment: str
    person: str
    start: date
    until: date | None


def evolve(state: Assignment | None, event: Event) -> Assignment:
    match event, state:
        case AssignmentStarted(), None:
            return Assignment(event.assignment, event.person, event.start, event.until)
        case AssignmentEnded(), Assignment():
            return replace(state, until=event.on)
        case AppraiserChanged(), Assignment():
            return state
    raise unexpected(event, state)


ASSIGNMENT = Aggregate[Assignment]("assignment", evolve)


def start(
    assignment: Assignment | None, by: Decider, id: str, terms: Terms, known: Known
) -> AssignmentStarted:
    """Start an assignment."""
    if assignment:
        raise Refused("assignment-exists", f"{id} has started already", field="assignment")
    for name, there in asdict(known).items():
        if not there:
            raise Refused(f"unknown-{name}", f"no such {name}", field=name)
    if terms.appraiser == terms.person:
        raise Refused("own-appraiser", "nobody appraises their own performance", field="appraiser")
    if terms.until is not None:
        must_be_in_order(terms.start, terms.until)
    return AssignmentStarted(assignment=id, **asdict(terms))


def change_appraiser(
    assignment: Assignment | None,
    by: Decider,
    appraiser: str,
    since: date,
    *,
    appraiser_known: bool,
) -> AppraiserChanged:
    """From `since` on another superior appraises; what was decided before stays decided."""
    current = _in_force(assignment, since, "since")
    if not appraiser_known:
        raise Refused("unknown-appraiser", "no such appraiser", field="appraiser")
    if appraiser == current.person:
        raise Refused("own-appraiser", "nobody appraises their own performance", field="appraiser")
    return AppraiserChanged(
        assignment=current.assignment, person=current.person, appraiser=appraiser, since=since
    )


def end(assignment: Assignment | None, by: Decider, last: date, reason: str) -> AssignmentEnded:
    """End an assignment after its last day."""
    current = _in_force(assignment, last, "on")
    return AssignmentEnded(
        assignment=current.assignment, person=current.person, on=last, reason=reason
    )


def _in_force(assignment: Assignment | None, on: date, field: str) -> Assignment:
    if assignment is None:
        raise Refused("unknown-assignment", "no such assignment", field="assignment")
    if on < assignment.start or (assignment.until is not None and on > assignment.until):
        raise Refused("not-in-force", f"the assignment is not in force on {on}", field=field)
    return assignment
