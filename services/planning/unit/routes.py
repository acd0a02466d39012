"""HTTP of units."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from chassis import assignments
from chassis.access import asked_by, given_by
from chassis.fields import Body, Day, Id, Name, PathId, PersonId, Text
from chassis.requests import Accepted, Caller, Commander, found
from contracts.units import Mandate
from law.standing import Who
from services.planning.person.decisions import AGGREGATE as PERSON
from services.planning.unit import decisions, views
from services.planning.unit.decisions import AGGREGATE

router = APIRouter()
ByPersonnel = Annotated[
    Commander, given_by(Who.PERSONNEL, reads=[views.VIEW, assignments.view("planning")])
]


class Shape(Body):
    """What a unit is."""

    name: Name
    level: Name
    parent: Id | None = None

    def shape(self) -> decisions.Shape:
        return decisions.Shape(self.name, self.level, self.parent)


class Correction(Shape):
    reason: Text


class Change(Shape):
    """`ground` is the decree and its number."""

    since: Day
    ground: Text


class End(Body):
    """`on` is the last day, `into` are those that carry on, `ground` is the decree and its number."""

    on: Day
    into: list[Id] = Field(default=[], max_length=50)
    ground: Text


class Continuation(Body):
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
    """Correct what a unit has been taken for; what it is from a day on, is changed."""
    parent = await parent_of(command, body.parent, await command.day())
    return await command.administer(
        AGGREGATE, unit, decisions.correct, body.shape(), parent, body.reason
    )


@router.post("/units/{unit}/change")
async def change(unit: PathId, body: Change, command: ByPersonnel) -> Accepted:
    """Rename a unit, put it below another or give it another level, from a day on."""
    parent = await parent_of(command, body.parent, body.since)
    return await command.administer(
        AGGREGATE, unit, decisions.change, body.shape(), parent, body.since, body.ground
    )


@router.post("/units/{unit}/end")
async def end(unit: PathId, body: End, command: ByPersonnel) -> Accepted:
    """Dissolve a unit after its last day, once those in it and the units below it have gone elsewhere
    (`/units/{unit}/move`); and say which units carry on."""
    facts = await command.look_up_all(AGGREGATE, body.into)
    into = {id: fact.state for id, fact in facts.items()}
    left = await views.left(command.pool, unit, body.on)
    return await command.resting_on(*(fact.basis for fact in facts.values())).administer(
        AGGREGATE, unit, decisions.end, body.on, into, left, body.ground
    )


@router.post("/units/{unit}/continue")
async def continue_(unit: PathId, body: Continuation, command: ByPersonnel) -> Accepted:
    """Take back that a unit is dissolved."""
    return await command.administer(AGGREGATE, unit, decisions.continue_, body.reason)


async def parent_of(command: Commander, unit: str | None, on: date) -> decisions.Parent | None:
    """The unit above as it stands from a day on; None if there is no such unit."""
    state = (await command.look_up(AGGREGATE, unit)).state if unit is not None else None
    if state is None:
        return None
    above = await assignments.units_above_from(command.pool, state.unit, on) | {state.unit}
    return decisions.Parent(state.unit, state.span, above)


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
    on: Annotated[Day | None, Query(description="today, if it is not given")] = None,
) -> list[views.UnitShown]:
    """All units that there are, were or will be, with what they are called on a date: public within the
    agency."""
    return await views.units(by.pool, on or await by.day())


@router.get("/units/{unit}")
async def unit(
    unit: PathId,
    by: Annotated[Caller, asked_by(Who.ANYBODY, reads=[views.VIEW, assignments.view("planning")])],
) -> views.UnitTold:
    """A unit from day to day."""
    told = found(await views.unit(by.pool, unit), f"unit {unit}")
    acts = await by.in_unit(unit, (Who.OFFICER,))
    if Who.PERSONNEL in acts:
        told.may += ["change", "end" if told.until is None else "continue", "move"]
    elif Who.OFFICER in acts:
        told.may.append("move")
    return told


@router.get("/units/{unit}/mandates")
async def mandates(
    unit: PathId, by: Annotated[Caller, asked_by(Who.PERSONNEL, Who.AUDITOR, reads=[views.VIEW])]
) -> list[views.MandateRow]:
    """Who acts in the unit, or did, and on what ground. For personnel and auditors."""
    return await views.MANDATE.where(by.pool, unit=unit)
