"""What the directory's pages show."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date

from pydantic import BaseModel, ConfigDict

from console.ask.client import Asker, Refused
from console.directory.appraiser import Appraiser, appraiser
from contracts.planning import AssignmentKind, PersonStatus

PAGE = "50"
"""Rows of a list."""


class PersonFound(BaseModel):
    """`position` is None of somebody who has held none."""

    model_config = ConfigDict(frozen=True)

    person: str
    name: str
    position: str | None


class Assignment(BaseModel):
    """`until` is None of one that goes on."""

    model_config = ConfigDict(frozen=True)

    assignment: str
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


class Found(BaseModel):
    """A page of a list; `next` is where the following one begins."""

    model_config = ConfigDict(frozen=True)

    items: tuple[PersonFound, ...]
    next: str | None
    total: int


async def people(ask: Asker, **query: str) -> Found:
    """In whose names `name` stands. Raises Refused."""
    return Found.model_validate(await ask.get("planning", "people", limit=PAGE, **query))


def all_people(ask: Asker, **query: str) -> AsyncIterator[PersonFound]:
    """The whole list. Raises Refused when it is gone through."""
    return ask.rows("planning", "people", of=PersonFound, **query)


async def person(ask: Asker, id: str) -> tuple[Person, dict[str, str], dict[str, Appraiser]]:
    """With the units' names, and who appraises what they hold, as far as the reader is told. Raises Refused."""
    told, units = await asyncio.gather(
        ask.get("planning", "people", id), ask.get("planning", "units")
    )
    who = Person(**told)
    held = [each.assignment for each in who.assignments]
    named = await asyncio.gather(*(_appraiser(ask, each) for each in held))
    appraisers = {each: found for each, found in zip(held, named, strict=True) if found}
    return who, {unit["unit"]: unit["name"] for unit in units}, appraisers


async def _appraiser(ask: Asker, assignment: str) -> Appraiser | None:
    """None to whom it is not told; a page does not fail for want of it."""
    try:
        return await appraiser(ask, assignment)
    except Refused:
        return None
