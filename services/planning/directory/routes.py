"""HTTP of the directory. Bulk, because people come by the hundred thousand."""

import asyncio
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import Field

from chassis.fields import Body, Day, Id, Name, PathId, PathPersonId, PersonId, Text
from chassis.http import By, Command, Commander, Receipt
from chassis.problems import Refused
from contracts.planning import AssignmentStarted, PersonRegistered, UnitRegistered
from eventlog.commands import Aggregate
from services.planning.directory import decisions, views

router = APIRouter()
MIB = 1024 * 1024


class Unit(Body):
    unit: Id
    name: Name
    level: Name
    parent: Id | None = None


class Person(Body):
    person: PersonId
    nip: str = Field(pattern=r"^[0-9]{18}$")
    name: Name
    status: Literal["PNS", "PPPK"]


class Assignment(Body):
    assignment: Id
    person: PersonId
    unit: Id
    position: Name
    level: Name | None = None
    kind: Literal["definitive", "plt", "plh"] = "definitive"
    leads: bool = False
    appraiser: PersonId | None = None
    start: Day
    until: Day | None = None


class Directory(Body):
    """Units first, then people, then assignments; at most 1,000 of each."""

    units: list[Unit] = Field(default=[], max_length=1000)
    people: list[Person] = Field(default=[], max_length=1000)
    assignments: list[Assignment] = Field(default=[], max_length=1000)


class AppraiserChange(Body):
    appraiser: PersonId
    since: Day


class End(Body):
    on: Day
    reason: Text


@router.post("/directory", max_body_size=8 * MIB)
async def register(body: Directory, by: Command) -> list[Receipt]:
    """Register many at once. Each row is a command of its own, `KEY:ROW`, so that sending the
    whole again after a failure repeats nothing. A refusal names the row."""
    by.actor.must_be("personnel")
    receipts = [await _unit(by, row, n) for n, row in enumerate(body.units)]
    receipts += await asyncio.gather(*(_person(by, row, n) for n, row in enumerate(body.people)))
    receipts += await asyncio.gather(
        *(_assignment(by, row, n) for n, row in enumerate(body.assignments))
    )
    return receipts


async def _unit(by: Commander, row: Unit, n: int) -> Receipt:
    parent = await _fact(by, decisions.UNIT, row.parent)
    event = UnitRegistered(**row.model_dump())
    return await _row(
        by, f"units.{n}", decisions.UNIT, row.unit, row.unit,
        lambda unit: decisions.register_unit(unit, by.actor, event, parent_exists=bool(parent)),
        parent,
    )  # fmt: skip


async def _person(by: Commander, row: Person, n: int) -> Receipt:
    event = PersonRegistered(**row.model_dump())
    return await _row(
        by, f"people.{n}", decisions.PERSON, row.person, row.person,
        lambda person: decisions.register_person(person, by.actor, event),
    )  # fmt: skip


async def _assignment(by: Commander, row: Assignment, n: int) -> Receipt:
    unit = await _fact(by, decisions.UNIT, row.unit)
    person = await _fact(by, decisions.PERSON, row.person)
    appraiser = await _fact(by, decisions.PERSON, row.appraiser)
    known = {
        "unit": bool(unit),
        "person": bool(person),
        "appraiser": row.appraiser is None or bool(appraiser),
    }
    event = AssignmentStarted(**row.model_dump())
    return await _row(
        by, f"assignments.{n}", decisions.ASSIGNMENT, row.assignment, row.person,
        lambda assignment: decisions.start(assignment, by.actor, event, known=known),
        unit, person, appraiser,
    )  # fmt: skip


async def _row(
    by: Commander,
    row: str,
    aggregate: Aggregate[Any],
    id: str,
    subject: str,
    decide: Any,
    *facts: str,
) -> Receipt:
    basis = [fact for fact in facts if fact]
    try:
        return await by.part(row).execute(aggregate, id, decide, subject=subject, basis=basis)
    except Refused as refused:
        refused.field = f"{row}.{refused.field}"
        raise


async def _fact(by: Commander, aggregate: Aggregate[Any], id: str | None) -> str:
    """That something is registered, as a decision's basis; empty if it is not."""
    if id is None:
        return ""
    _, version = await aggregate.load(by.runtime.log, id)
    return f"planning:{aggregate.kind}/{id}@{version}" if version else ""


@router.post("/assignments/{assignment}/appraiser")
async def change_appraiser(assignment: PathId, body: AppraiserChange, by: Command) -> Receipt:
    known = await _fact(by, decisions.PERSON, body.appraiser)
    subject = await _subject(by, assignment)
    return await by.execute(
        decisions.ASSIGNMENT, assignment,
        lambda current: decisions.change_appraiser(
            current, by.actor, body.appraiser, body.since, appraiser_known=bool(known)
        ),
        subject=subject,
        basis=[known] if known else [],
    )  # fmt: skip


@router.post("/assignments/{assignment}/end")
async def end(assignment: PathId, body: End, by: Command) -> Receipt:
    subject = await _subject(by, assignment)
    return await by.execute(
        decisions.ASSIGNMENT, assignment,
        lambda current: decisions.end(current, by.actor, body.on, body.reason),
        subject=subject,
    )  # fmt: skip


async def _subject(by: Commander, assignment: str) -> str:
    current, _ = await decisions.ASSIGNMENT.load(by.runtime.log, assignment)
    return current.person if current else assignment


@router.get("/units")
async def units(by: By) -> list[dict[str, Any]]:
    """All units with their names: public within the agency."""
    return await views.units(by.pool)


@router.get("/people")
async def people(by: By, name: str = "") -> list[dict[str, Any]]:
    """Up to fifty people whose name holds `name`. For personnel and auditors."""
    by.actor.must_be("personnel", "auditor")
    return await views.people(by.pool, name)


@router.get("/people/{person}")
async def person(person: PathPersonId, by: By) -> dict[str, Any]:
    """A person's name and assignments. For the person, personnel, auditors and the appraiser."""
    return await views.person(by, person)
