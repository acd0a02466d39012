"""HTTP of units."""

from typing import Annotated

from fastapi import APIRouter

from chassis import assignments
from chassis.fields import Body, Day, Id, Name, PathId, PersonId, Text
from chassis.requests import Accepted, Caller, Commander, asked_by, given_by
from contracts.planning import Mandate
from law.standing import Who
from services.planning.person.decisions import AGGREGATE as PERSON
from services.planning.unit import decisions, views
from services.planning.unit.decisions import AGGREGATE

router = APIRouter()
ByPersonnel = Annotated[Commander, given_by(Who.PERSONNEL, reads=[views.VIEW])]


class Correction(Body):
    name: Name
    level: Name
    parent: Id | None = None
    reason: Text


class MandateBody(Body):
    person: PersonId
    mandate: Mandate
    since: Day
    until: Day | None = None
    ground: Text


class MandateEnd(Body):
    person: PersonId
    mandate: Mandate
    on: Day
    reason: Text


@router.post("/units/{unit}/correct")
async def correct(unit: PathId, body: Correction, command: ByPersonnel) -> Accepted:
    parent = await parent_of(command, body.parent)
    return await command.administer(
        AGGREGATE,
        unit,
        decisions.correct,
        body.name,
        body.level,
        body.parent,
        parent,
        body.reason,
    )


async def parent_of(command: Commander, unit: str | None) -> decisions.Parent | None:
    """The unit above as it stands; None if there is no such unit."""
    if unit is None or (await command.look_up(AGGREGATE, unit)).state is None:
        return None
    return decisions.Parent(unit, await assignments.units_above(command.pool, unit) | {unit})


@router.post("/units/{unit}/mandates")
async def give_mandate(unit: PathId, body: MandateBody, command: ByPersonnel) -> Accepted:
    """Let somebody act in a unit and all below it: as a personnel officer, or in a team."""
    person = await command.look_up(PERSON, body.person)
    return await command.resting_on(person.basis).administer(
        AGGREGATE,
        unit,
        decisions.give_mandate,
        body.person,
        body.mandate,
        body.since,
        body.until,
        body.ground,
        person_known=person.state is not None,
    )


@router.post("/units/{unit}/mandates/end")
async def end_mandate(unit: PathId, body: MandateEnd, command: ByPersonnel) -> Accepted:
    return await command.administer(
        AGGREGATE, unit, decisions.end_mandate, body.person, body.mandate, body.on, body.reason
    )


@router.get("/units")
async def units(
    by: Annotated[Caller, asked_by(Who.ANYBODY, reads=[views.VIEW])],
) -> list[views.UnitRow]:
    """All units with their names: public within the agency."""
    return await views.UNIT.where(by.pool)


@router.get("/units/{unit}/mandates")
async def mandates(
    unit: PathId, by: Annotated[Caller, asked_by(Who.PERSONNEL, Who.AUDITOR, reads=[views.VIEW])]
) -> list[views.MandateRow]:
    """Who acts in the unit, or did, and on what ground. For personnel and auditors."""
    return await views.MANDATE.where(by.pool, unit=unit)
