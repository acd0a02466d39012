"""HTTP of the cascade."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from chassis import assignments
from chassis.access import READERS_OF_UNITS, asked_by
from chassis.fields import Place
from chassis.lists import After, Limit
from chassis.problems import NotFound
from chassis.requests import Caller
from law.standing import Who, must_be
from services.planning.agreement.views import VIEW as AGREEMENTS
from services.planning.cascade import views
from services.planning.cascade.views import NodeShown
from services.planning.matrix.views import VIEW as MATRICES
from services.planning.person.views import VIEW as PEOPLE

router = APIRouter()
READERS = (Who.EMPLOYEE, Who.APPRAISER, *READERS_OF_UNITS)
"""Of a cell also whose it is and who appraises them. Heads are those of its unit and of all above."""


class Cascade(BaseModel):
    """`above` is what the place serves, the nearest first. `next` is the `after` of the page of what is below
    that follows, if one does. `whole`: of each place below one may ask on; else only of one's own cells, and of
    those whom one appraises."""

    here: NodeShown
    above: list[NodeShown]
    below: list[NodeShown]
    next: str | None
    whole: bool


@router.get("/cascade")
async def show(
    by: Annotated[
        Caller,
        asked_by(*READERS, reads=[AGREEMENTS, MATRICES, PEOPLE, assignments.view("planning")]),
    ],
    place: Annotated[Place, Query(alias="from", description="such as `u1.2026/i1`")],
    depth: Annotated[int, Query(ge=0, le=4, description="steps down")] = 1,
    after: After = "",
    limit: Limit = 50,
) -> Cascade:
    """What a place serves, up to the agency's strategic plan, and what serves it, so many steps down. From the
    last of them one asks on."""
    way = await views.up(by.pool, place)
    here = way[0] if way else None
    if here is None:
        must_be(by.actor.capacities, READERS_OF_UNITS, by.actor.id)
        by.must_have_arrived()
        raise NotFound(f"no {place}")
    capacities = await by.in_unit(here.unit, READERS_OF_UNITS)
    if await assignments.leads_above(by.pool, by.actor.id, here.unit, await by.day()):
        capacities |= {Who.HEAD}
    whole = bool(capacities.intersection(READERS_OF_UNITS))
    if not whole and here.person and here.assignment:
        await by.must_read_about(here.person, here.assignment)
    else:
        must_be(capacities, READERS_OF_UNITS, by.actor.id)
    by.must_have_arrived()
    below, following = await views.down(by.pool, place, depth, after, limit)
    return Cascade(here=here, above=way[1:], below=below, next=following, whole=whole)
