"""Who stands where on a date. Authority follows from it, and from nothing else.

An SKP belongs to an assignment (employee × position × unit × appraiser × dates). Whoever decides about
it stands towards that assignment on the day of the decision: as its employee, as its appraiser, in a
role that the agency gave, or not at all.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from contracts.planning import AssignmentKind, PersonStatus
from contracts.settings import TimeZone
from contracts.units import Mandate
from law.policy import Policy
from law.refusal import Forbidden
from law.zones import NONE_ADOPTED, Zones


class Who(StrEnum):
    """In which capacity somebody may do something. The first is everybody who is signed in; then the
    relations to the person or assignment that it is about; then those to the unit that it is in; then
    the roles that the agency gives in a token.

    `…, also later` also holds when the assignment has ended: what is still owed can be done by whoever
    owed it.
    """

    ANYBODY = "anybody"
    EMPLOYEE = "employee"
    EMPLOYEE_LATER = "employee, also later"
    APPRAISER = "appraiser"
    APPRAISER_LATER = "appraiser, also later"
    SUPERIOR = "appraiser's superior"
    HEAD = "head of unit"
    OFFICER = "personnel officer"
    PERFORMANCE_TEAM = "performance team"
    APPRAISAL_TEAM = "appraisal team"
    PERSONNEL = "personnel"
    AUDITOR = "auditor"
    AUTHORITY = "appointing-authority"
    OPERATOR = "operator"
    NOTIFIER = "notifier"


ROLES = {
    role.value: role
    for role in (Who.PERSONNEL, Who.AUDITOR, Who.AUTHORITY, Who.OPERATOR, Who.NOTIFIER)
}
"""By their names in a token. They hold in the whole agency."""
MANDATES: Mapping[Mandate, Who] = {
    "personnel": Who.OFFICER,
    "performance-team": Who.PERFORMANCE_TEAM,
    "appraisal-team": Who.APPRAISAL_TEAM,
}
"""What planning gives somebody in a unit and all below it."""
RELATIONS = frozenset(Who) - {Who.ANYBODY, *ROLES.values()}
"""What follows from facts on a date."""


@dataclass(frozen=True, slots=True)
class Actor:
    """id     opaque person id, or the client's name for a machine
    roles  what the agency gave: personnel, appointing-authority, auditor, operator; a machine's: notifier
    """

    id: str
    roles: frozenset[str] = field(default_factory=frozenset)

    @property
    def capacities(self) -> frozenset[Who]:
        """What the actor is towards everything: signed in, and whatever the agency made of them."""
        given = {ROLES[role] for role in self.roles if role in ROLES}
        return frozenset(given | {Who.ANYBODY})


class Appraising(NamedTuple):
    """Who appraises from `since` on, by the assignment of their own that makes them the appraiser."""

    since: date
    appraiser: str
    office: str


class Office(NamedTuple):
    """An appraiser's own assignment. Whoever holds it no more appraises nobody by it."""

    assignment: str
    version: int
    person: str
    start: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Assignment:
    """One assignment as known here: a fact from planning. `status` is the person's; `appraising` by
    first day, oldest first; `offices` of all who appraise or did; `zones`, the agency's and the
    unit's."""

    assignment: str
    version: int
    person: str
    status: PersonStatus
    unit: str
    position: str
    level: str | None
    kind: AssignmentKind
    leads: bool
    start: date
    until: date | None
    appraising: tuple[Appraising, ...]
    offices: tuple[Office, ...]
    zones: Zones = NONE_ADOPTED

    def day(self, at: datetime) -> tuple[date, Policy[TimeZone]]:
        """The calendar date of a moment in the unit, and by which policy."""
        return self.zones.day(self.unit, at)

    def basis(self, actor: str, on: date) -> list[str]:
        """The facts that the actor's decisions about this assignment rest on: its version, and that
        of the office by which the actor appraises it on the date."""
        office = self._office(on)
        facts: list[Assignment | Office] = [self]
        if office and office.person == actor:
            facts.append(office)
        return [f"planning:person/{each.person}@{each.version}" for each in facts]

    def in_force(self, on: date) -> bool:
        return _spans(self, on)

    def appraised_by(self, on: date) -> Appraising | None:
        """Who is named as the appraiser on the date, in office or not."""
        return next((each for each in reversed(self.appraising) if each.since <= on), None)

    def capacities(self, actor: str, on: date) -> frozenset[Who]:
        """What the actor is towards this assignment on the date. Nobody appraises themselves."""
        if on < self.start:
            return frozenset()
        office = self._office(on)
        if actor == self.person:
            now, later = Who.EMPLOYEE, Who.EMPLOYEE_LATER
        elif office and actor == office.person:
            now, later = Who.APPRAISER, Who.APPRAISER_LATER
        else:
            return frozenset()
        return frozenset({now, later} if self.in_force(on) else {later})

    def _office(self, on: date) -> Office | None:
        """The office by which this is appraised on the date, if it is held by whom it was."""
        named = self.appraised_by(on)
        return next(
            (
                each
                for each in self.offices
                if named
                and (each.assignment, each.person) == (named.office, named.appraiser)
                and _spans(each, on)
            ),
            None,
        )


def _spans(held: Assignment | Office, on: date) -> bool:
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
    """Who decides about an assignment, and where they stand towards it on the date. `by_unit` is what
    they are towards the unit that it is in."""

    held: Assignment
    by_unit: frozenset[Who] = frozenset()

    @property
    def capacities(self) -> frozenset[Who]:
        """Nobody decides about themselves, whatever roles they hold."""
        related = self.held.capacities(self.id, self.on)
        if self.id == self.held.person:
            return related | {Who.ANYBODY}
        return related | self.actor.capacities | self.by_unit

    @property
    def basis(self) -> list[str]:
        return self.held.basis(self.id, self.on)


def must_be(capacities: Collection[Who], who: Collection[Who], actor: str) -> None:
    """Raises Forbidden unless one of the capacities is among those who may."""
    if not set(who).intersection(capacities):
        raise Forbidden(f"{actor} is none of: {', '.join(who)}")
