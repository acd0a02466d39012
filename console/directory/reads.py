"""What the directory's pages show."""

import asyncio
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict

from console.ask.client import Asker
from contracts.planning import AssignmentKind, PersonStatus

MOST = 50
"""People that planning gives of those found."""


class PersonFound(BaseModel):
    """`position` is None of somebody who has held none."""

    model_config = ConfigDict(frozen=True)

    person: str
    name: str
    position: str | None


class Assignment(BaseModel):
    """`until` is None of one that goes on."""

    model_config = ConfigDict(frozen=True)

    unit: str
    position: str
    kind: AssignmentKind
    start: date
    until: date | None


class Person(BaseModel):
    model_config = ConfigDict(frozen=True)

    person: str
    nip: str | None
    name: str
    status: PersonStatus
    assignments: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """`more`: perhaps there are others of that name."""

    people: list[PersonFound]

    @property
    def more(self) -> bool:
        return len(self.people) >= MOST


async def people(ask: Asker, name: str) -> Found:
    """In whose names `name` stands, in the names' order. Raises Refused."""
    return Found([PersonFound(**each) for each in await ask.get("planning", "people", name=name)])


async def person(ask: Asker, id: str) -> tuple[Person, dict[str, str]]:
    """With the units' names. Raises Refused."""
    told, units = await asyncio.gather(
        ask.get("planning", "people", id), ask.get("planning", "units")
    )
    return Person(**told), {unit["unit"]: unit["name"] for unit in units}
