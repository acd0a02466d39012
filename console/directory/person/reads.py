"""A person as planning tells them."""

import asyncio
from datetime import date

from pydantic import BaseModel, ConfigDict

from console.ask.client import Asker
from console.ask.units import Units, units
from contracts.planning import AssignmentKind, LeaveKind, PersonStatus


class Leave(BaseModel):
    model_config = ConfigDict(frozen=True)

    assignment: str
    kind: LeaveKind
    start: date
    until: date
    ground: str


class Assignment(BaseModel):
    """`until` is None of one that goes on; `may`: what planning would take about it from the reader now."""

    model_config = ConfigDict(frozen=True)

    assignment: str
    unit: str
    position: str
    level: str | None
    kind: AssignmentKind
    leads: bool
    start: date
    until: date | None
    in_force: bool
    appraiser: str | None
    appraiser_name: str | None
    may: tuple[str, ...]


class Person(BaseModel):
    """With what they hold, held or will hold, the latest first; as the record has it at `version`."""

    model_config = ConfigDict(frozen=True)

    person: str
    nip: str | None
    name: str
    status: PersonStatus
    version: int
    assignments: tuple[Assignment, ...]
    leaves: tuple[Leave, ...]
    may: tuple[str, ...]

    @property
    def now(self) -> list[Assignment]:
        return [each for each in self.assignments if each.in_force]

    def coming(self, today: date) -> list[Assignment]:
        return [each for each in self.assignments if not each.in_force and each.start > today]

    def past(self, today: date) -> list[Assignment]:
        return [each for each in self.assignments if not each.in_force and each.start <= today]

    def leaves_of(self, assignment: str) -> list[Leave]:
        """The latest first."""
        found = (leave for leave in self.leaves if leave.assignment == assignment)
        return sorted(found, key=lambda leave: leave.start, reverse=True)


async def person(ask: Asker, id: str) -> tuple[Person, Units]:
    """With all units. Raises Refused."""
    told, every = await asyncio.gather(ask.get("planning", "people", id), units(ask))
    return Person.model_validate(told), every
