"""Who stands where on a date. Authority follows from it, and from nothing else.

An SKP belongs to an assignment (employee × position × unit × appraiser × dates). Whoever decides about
it stands towards that assignment on the day of the decision: as its employee, as its appraiser, in a
role that the agency gave, or not at all.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from contracts.planning import AssignmentKind
from contracts.settings import TimeZone
from law.policy import Policy
from law.refusal import Forbidden
from law.zones import NONE_ADOPTED, Zones


class Who(StrEnum):
    """In which capacity somebody may do something. The first is everybody who is signed in; then the
    relations to the assignment or person that it is about; then the roles that the agency gives.

    `…_LATER` also holds when the assignment has ended: what is still owed can be done by whoever
    owed it.
    """

    ANYBODY = "anybody"
    EMPLOYEE = "employee"
    EMPLOYEE_LATER = "employee, also later"
    APPRAISER = "appraiser"
    APPRAISER_LATER = "appraiser, also later"
    PERSONNEL = "personnel"
    AUDITOR = "auditor"
    AUTHORITY = "appointing-authority"
    OPERATOR = "operator"


ROLES = {role.value: role for role in (Who.PERSONNEL, Who.AUDITOR, Who.AUTHORITY, Who.OPERATOR)}
"""By their names in a token."""


@dataclass(frozen=True, slots=True)
class Actor:
    """id     opaque person id, or the client's name for a machine
    roles  what the agency gave: personnel, appointing-authority, auditor, operator
    """

    id: str
    roles: frozenset[str] = field(default_factory=frozenset)

    @property
    def capacities(self) -> frozenset[Who]:
        """What the actor is towards everything: signed in, and whatever the agency made of them."""
        given = {ROLES[role] for role in self.roles if role in ROLES}
        return frozenset(given | {Who.ANYBODY})


class AppraiserAssignment(NamedTuple):
    """An assignment of an appraiser's own. An appraiser without one in force on a date cannot appraise
    on that date."""

    assignment: str
    version: int
    person: str
    start: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Assignment:
    """One assignment as known here. `appraisers` by first day, oldest first; `offices` of them all;
    `zones`, the agency's and the unit's."""

    assignment: str
    version: int
    person: str
    unit: str
    position: str
    level: str | None
    kind: AssignmentKind
    leads: bool
    start: date
    until: date | None
    appraisers: tuple[tuple[date, str], ...]
    offices: tuple[AppraiserAssignment, ...]
    zones: Zones = NONE_ADOPTED

    def day(self, at: datetime) -> tuple[date, Policy[TimeZone]]:
        """The calendar date of a moment in the unit, and by which policy."""
        return self.zones.day(self.unit, at)

    def basis(self, actor: str, on: date) -> list[str]:
        """The facts that the actor's decisions about this assignment rest on: its version, and those
        of what the actor holds on the date as an appraiser."""
        facts: list[Assignment | AppraiserAssignment] = [self, *self._offices_of(actor, on)]
        return [f"planning:assignment/{each.assignment}@{each.version}" for each in facts]

    def in_force(self, on: date) -> bool:
        return _spans(self, on)

    def appraiser_on(self, on: date) -> str | None:
        return next((who for since, who in reversed(self.appraisers) if since <= on), None)

    def capacities(self, actor: str, on: date) -> frozenset[Who]:
        """What the actor is towards this assignment on the date. Nobody appraises themselves."""
        if on < self.start:
            return frozenset()
        if actor == self.person:
            now, later = Who.EMPLOYEE, Who.EMPLOYEE_LATER
        elif actor == self.appraiser_on(on) and self._offices_of(actor, on):
            now, later = Who.APPRAISER, Who.APPRAISER_LATER
        else:
            return frozenset()
        return frozenset({now, later} if self.in_force(on) else {later})

    def _offices_of(self, actor: str, on: date) -> list[AppraiserAssignment]:
        return [each for each in self.offices if each.person == actor and _spans(each, on)]


def _spans(held: Assignment | AppraiserAssignment, on: date) -> bool:
    return held.start <= on and (held.until is None or on <= held.until)


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides in a role that the agency gave, and on which date."""

    actor: Actor
    on: date

    @property
    def id(self) -> str:
        return self.actor.id

    @property
    def capacities(self) -> frozenset[Who]:
        return self.actor.capacities

    def must_be(self, *who: Who) -> None:
        """Raises Forbidden unless the decider is one of these."""
        must_be(self.capacities, who, self.id)


@dataclass(frozen=True, slots=True)
class Standing(Decider):
    """Who decides about an assignment, and where they stand towards it on the date."""

    held: Assignment

    @property
    def capacities(self) -> frozenset[Who]:
        return self.actor.capacities | self.held.capacities(self.id, self.on)

    @property
    def basis(self) -> list[str]:
        return self.held.basis(self.id, self.on)


def must_be(capacities: Collection[Who], who: Collection[Who], actor: str) -> None:
    """Raises Forbidden unless one of the capacities is among those who may."""
    if not set(who).intersection(capacities):
        raise Forbidden(f"{actor} is none of: {', '.join(who)}")
