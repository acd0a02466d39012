"""HTTP of performance agreements and the strategic plan."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from chassis import assignments
from chassis.access import given_by
from chassis.fields import AssignmentId, Body, Id, PathId, Place, Text, Year
from chassis.requests import Accepted, Caller, Commander
from contracts.alignment import AgreedIndicator, Objective, YearTarget
from law.period import nearest
from services.planning.agreement import decisions
from services.planning.agreement.decisions import AGGREGATE, MAY, Above, Agreement, agreement_id
from services.planning.matrix.decisions import AGGREGATE as MATRIX

router = APIRouter()
AGREEMENT_BYTES = 512 * 1024
Setter = Annotated[Commander, given_by(*MAY)]


class TargetBody(Body):
    year: Year
    target: Text


class AgreedIndicatorBody(Body):
    id: Id
    aspect: Literal["quantity", "quality", "time", "cost"] | None = None
    perspective: Text | None = None
    text: Text
    unit: Text | None = None
    baseline: Text | None = None
    targets: list[TargetBody] = Field(max_length=20)


class ObjectiveBody(Body):
    """`serves` is the place of what it contributes to above, such as `u1.2026/i1`."""

    id: Id
    text: Text
    serves: Place | None = None
    indicators: list[AgreedIndicatorBody] = Field(max_length=50)


class ObjectivesBody(Body):
    objectives: list[ObjectiveBody] = Field(max_length=50)

    def said(self) -> tuple[Objective, ...]:
        return tuple(
            Objective(
                **objective.model_dump(exclude={"indicators"}),
                indicators=tuple(
                    AgreedIndicator(
                        **each.model_dump(exclude={"targets"}),
                        targets=tuple(YearTarget(**of.model_dump()) for of in each.targets),
                    )
                    for each in objective.indicators
                ),
            )
            for objective in self.objectives
        )


class AgreementBody(ObjectivesBody):
    """`assignment` is that of the unit's head. A strategic plan has a last year, `until`."""

    assignment: AssignmentId
    year: Year
    until: Year | None = None


class AgreementAmendment(ObjectivesBody):
    """What is agreed from now on, as a whole. `assignment` is that of a head who has followed."""

    reason: Text
    assignment: AssignmentId | None = None


@router.post("/agreements", max_body_size=AGREEMENT_BYTES)
async def set_(body: AgreementBody, command: Setter) -> Accepted:
    """Set what a unit's head is to achieve in a year, or the agency's strategic plan."""
    head = await assignments.find(command.pool, body.assignment)
    unit, last = head.unit if head else "", body.until or body.year
    objectives = body.said()
    on = nearest(await command.day(), body.year, last)
    above, basis = await above_of(command, unit, on, objectives)
    return await command.about(body.assignment, *basis).decide(
        AGGREGATE,
        agreement_id(unit, body.year, last),
        decisions.set_,
        body.year,
        last,
        objectives,
        above,
    )


@router.post("/agreements/{agreement}/amend", max_body_size=AGREEMENT_BYTES)
async def amend(agreement: PathId, body: AgreementAmendment, command: Setter) -> Accepted:
    """Amend what was set; the versions before stay."""
    there = (await command.look_up(AGGREGATE, agreement)).state
    objectives = body.said()
    on = await command.day()
    on = nearest(on, there.first, there.last) if there else on
    above, basis = await above_of(command, there.unit if there else "", on, objectives)
    matrix = await command.look_up(MATRIX, agreement)
    carried = {cell.indicator for cell in matrix.state.cells.values()} if matrix.state else set()
    return await command.about(body.assignment or "", *basis, matrix.basis).decide(
        AGGREGATE, agreement, decisions.amend, objectives, body.reason, above, carried
    )


async def above_of(
    by: Caller, unit: str, on: date, objectives: Sequence[Objective]
) -> tuple[Above, list[str]]:
    """Where a unit is on a day, with what its objectives serve; and the facts that this rests on."""
    places = sorted({each.serves for each in objectives if each.serves})
    names = sorted({place.partition("/")[0] for place in places})
    facts = await by.look_up_all(AGGREGATE, names)
    whose = sorted({place.partition("/")[0] for place in places if place.count("/") > 1})
    matrices = await by.look_up_all(MATRIX, whose)
    served = dict[str, Agreement]()
    for place in places:
        name, _, id = place.partition("/")
        matrix = matrices[name].state if name in matrices else None
        there = facts[name].state
        if there and (there.has(id) or (matrix and place in matrix.cells)):
            served[place] = there
    units = await assignments.units_above(by.pool, unit, on) - {unit}
    basis = [fact.basis for fact in facts.values()] + [fact.basis for fact in matrices.values()]
    return Above(units, served), basis
