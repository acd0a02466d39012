"""HTTP of role–result matrices."""

import asyncio
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from chassis import assignments
from chassis.access import given_by
from chassis.fields import AssignmentId, Body, Id, Place, Text, Year
from chassis.requests import Accepted, Commander
from contracts.alignment import Role
from law.period import nearest
from services.planning.agreement.decisions import AGGREGATE as AGREEMENT
from services.planning.agreement.decisions import agreement_id
from services.planning.matrix import decisions
from services.planning.matrix.decisions import AGGREGATE, MAY, Row, Said

router = APIRouter()
CELLS_BYTES = 1024 * 1024
ByTheHead = Annotated[Commander, given_by(*MAY)]


class CellBody(Body):
    """`under` is the assignment of the team leader below whose cell it is."""

    indicator: Id
    under: AssignmentId | None = None
    assignment: AssignmentId
    role: Role
    direct: bool = False
    text: Text


class CellsBody(Body):
    unit: Id
    year: Year
    cells: list[CellBody] = Field(min_length=1, max_length=200)


class Removal(Body):
    """`cells` by their places, such as `u1.2026/i1/sri.1`."""

    unit: Id
    year: Year
    cells: list[Place] = Field(min_length=1, max_length=200)
    reason: Text


@router.post("/matrix", max_body_size=CELLS_BYTES)
async def put(body: CellsBody, command: ByTheHead) -> Accepted:
    """Fill cells of a unit's matrix, or say anew what is in them: all of them or none."""
    id = agreement_id(body.unit, body.year, body.year)
    agreement = await command.look_up(AGREEMENT, id)
    rows = await _rows(command, body)
    facts = {f"planning:person/{row.held.person}@{row.held.version}" for row in rows.values()}
    return await (
        command.concerning("", body.unit)
        .resting_on(agreement.basis, *sorted(facts))
        .administer(
            AGGREGATE,
            id,
            decisions.put,
            agreement.state,
            [Said(**cell.model_dump()) for cell in body.cells],
            rows,
        )
    )


async def _rows(command: Commander, body: CellsBody) -> dict[str, Row]:
    held = await assignments.find_all(command.pool, {cell.assignment for cell in body.cells})
    units = sorted({each.unit for each in held.values()})
    on = nearest(await command.day(), body.year)
    above = await asyncio.gather(
        *(assignments.units_above(command.pool, unit, on) for unit in units)
    )
    within = {unit for unit, over in zip(units, above, strict=True) if body.unit in over}
    return {name: Row(each, each.unit in within) for name, each in held.items()}


@router.post("/matrix/remove")
async def remove(body: Removal, command: ByTheHead) -> Accepted:
    """Empty cells, with the reason; the SKPs that have rested on them stay as they are."""
    id = agreement_id(body.unit, body.year, body.year)
    return await command.concerning("", body.unit).administer(
        AGGREGATE, id, decisions.remove, body.cells, body.reason
    )
