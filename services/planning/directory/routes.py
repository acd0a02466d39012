"""HTTP of the directory. Bulk, because people come by the hundred thousand."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from chassis import assignments
from chassis.requests import (
    READERS,
    Accepted,
    Body,
    Caller,
    Commander,
    Id,
    PathId,
    Text,
    asked_by,
    found,
    given_by,
)
from contracts.planning import AssignmentKind, PersonStatus
from eventlog.aggregate import Aggregate
from law.refusal import Refused
from law.standing import Who
from services.planning.directory import decisions, views

router = APIRouter()


class Unit(Body):
    unit: Id
    name: Text
    level: Text
    parent: Id | None = None


class Person(Body):
    person: Id
    nip: str = Field(pattern=r"^[0-9]{18}$")
    name: Text
    status: PersonStatus


class Assignment(Body):
    assignment: Id
    person: Id
    unit: Id
    position: Text
    level: Text | None = None
    kind: AssignmentKind = "definitive"
    leads: bool = False
    appraiser: Id | None = None
    start: date
    until: date | None = None


class Directory(Body):
    """Units first, then people, then assignments; at most 1,000 of each."""

    units: list[Unit] = Field(default=[], max_length=1000)
    people: list[Person] = Field(default=[], max_length=1000)
    assignments: list[Assignment] = Field(default=[], max_length=1000)


class AppraiserChange(Body):
    appraiser: Id
    since: date


class End(Body):
    on: date
    reason: Text


ByPersonnel = Annotated[Commander, given_by(Who.PERSONNEL)]


@router.post("/directory")
async def register(body: Directory, command: ByPersonnel) -> list[Accepted]:
    """Register many at once. Each row is a command of its own, `KEY:ROW`, so that sending the
    whole again after a failure repeats nothing. A refusal names the row."""
    accepted = [await _unit(command, row, f"units.{n}") for n, row in enumerate(body.units)]
    people = (_person(command, row, f"people.{n}") for n, row in enumerate(body.people))
    accepted += await asyncio.gather(*people)
    rows = (_assignment(command, row, f"assignments.{n}") for n, row in enumerate(body.assignments))
    return accepted + await asyncio.gather(*rows)


async def _unit(command: Commander, row: Unit, name: str) -> Accepted:
    parent = await _fact(command, decisions.UNIT, row.parent)
    with _naming(name):
        return await command.part(name, parent).administer(
            decisions.UNIT,
            row.unit,
            decisions.register_unit,
            row.unit,
            row.name,
            row.level,
            row.parent,
            parent_exists=bool(parent),
        )


async def _person(command: Commander, row: Person, name: str) -> Accepted:
    with _naming(name):
        return await command.part(name).administer(
            decisions.PERSON,
            row.person,
            decisions.register_person,
            row.person,
            row.nip,
            row.name,
            row.status,
        )


async def _assignment(command: Commander, row: Assignment, name: str) -> Accepted:
    unit = await _fact(command, decisions.UNIT, row.unit)
    person = await _fact(command, decisions.PERSON, row.person)
    appraiser = await _fact(command, decisions.PERSON, row.appraiser)
    known = decisions.Known(
        unit=bool(unit), person=bool(person), appraiser=row.appraiser is None or bool(appraiser)
    )
    terms = decisions.Terms(**row.model_dump(exclude={"assignment"}))
    with _naming(name):
        return await command.part(name, unit, person, appraiser).administer(
            decisions.ASSIGNMENT, row.assignment, decisions.start, row.assignment, terms, known
        )


@contextmanager
def _naming(row: str) -> Iterator[None]:
    """A refusal inside names the row."""
    try:
        yield
    except Refused as refused:
        refused.field = f"{row}.{refused.field}"
        raise


async def _fact(command: Commander, aggregate: Aggregate[Any], id: str | None) -> str:
    """That something is registered, as a decision's basis; empty if it is not."""
    return (await command.look_up(aggregate, id)).basis if id is not None else ""


@router.post("/assignments/{assignment}/appraiser")
async def change_appraiser(
    assignment: PathId, body: AppraiserChange, command: ByPersonnel
) -> Accepted:
    fact = await _fact(command, decisions.PERSON, body.appraiser)
    return await command.resting_on(fact).administer(
        decisions.ASSIGNMENT,
        assignment,
        decisions.change_appraiser,
        body.appraiser,
        body.since,
        appraiser_known=bool(fact),
    )


@router.post("/assignments/{assignment}/end")
async def end(assignment: PathId, body: End, command: ByPersonnel) -> Accepted:
    return await command.administer(
        decisions.ASSIGNMENT, assignment, decisions.end, body.on, body.reason
    )


@router.get("/units")
async def units(
    by: Annotated[Caller, asked_by(Who.ANYBODY, reads=[views.VIEW])],
) -> list[views.UnitRow]:
    """All units with their names: public within the agency."""
    return await views.UNIT.where(by.pool)


@router.get("/people")
async def people(
    by: Annotated[
        Caller,
        asked_by(Who.PERSONNEL, Who.AUDITOR, reads=[views.VIEW, assignments.view("planning")]),
    ],
    name: str = "",
) -> list[views.PersonFound]:
    """Up to fifty people whose name holds `name`. For personnel and auditors."""
    return await views.people(by.pool, name)


@router.get("/people/{person}")
async def person(
    person: PathId, by: Annotated[Caller, asked_by(*READERS, reads=[views.VIEW])]
) -> views.PersonShown:
    """A person's name and assignments. For the person, personnel, auditors and the appraiser."""
    await by.must_read_about(person)
    return found(await views.person(by.pool, person, await by.day()), f"person {person}")
