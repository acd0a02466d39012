"""HTTP of what is asked about matrices."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from chassis import assignments
from chassis.access import READERS_OF_UNITS, asked_by
from chassis.fields import Id, Year
from chassis.lists import After, Limit
from chassis.requests import Caller, found
from law.standing import Who, must_be
from services.planning.agreement.decisions import agreement_id
from services.planning.agreement.views import AGREEMENT
from services.planning.agreement.views import VIEW as AGREEMENTS
from services.planning.matrix import views
from services.planning.matrix.decisions import MAY
from services.planning.matrix.reading import views as grid
from services.planning.matrix.reading.views import GridShown
from services.planning.person.views import VIEW as PEOPLE

router = APIRouter()
MAY_HERE: dict[Literal["put", "draft"], tuple[Who, ...]] = {
    "put": MAY,
    "draft": (Who.PERFORMANCE_TEAM,),
}
"""What one may do from here, by who may; everybody drafts their own SKP, in which they have their own cells."""
READS = [views.VIEW, AGREEMENTS, PEOPLE, assignments.view("planning")]


@router.get("/matrix")
async def show(
    by: Annotated[Caller, asked_by(*READERS_OF_UNITS, reads=READS)],
    unit: Id,
    year: Annotated[Year, Query()],
    idle: Annotated[bool, Query(description="only those who serve nothing")] = False,
    after: After = "",
    limit: Limit = 50,
) -> GridShown:
    """A unit's matrix of a year: the head's indicators, with how many cells serve each, and a page of those at
    the left with theirs."""
    capacities = await by.in_unit(unit, READERS_OF_UNITS)
    must_be(capacities, READERS_OF_UNITS, by.actor.id)
    by.must_have_arrived()
    id = agreement_id(unit, year, year)
    agreement = found(await AGREEMENT.find(by.pool, id), f"agreement of {unit} in {year}")
    matrix = await views.MATRIX.find(by.pool, id)
    rows, following = await grid.rows(
        by.pool,
        matrix=id,
        unit=unit,
        year=year,
        head=agreement.assignment,
        idle=idle,
        after=after,
        limit=limit,
    )
    return GridShown(
        matrix=id,
        version=matrix.version if matrix else 0,
        unit=unit,
        year=year,
        head=agreement.assignment,
        indicators=grid.top(agreement, await grid.counts(by.pool, id)),
        rows=rows,
        next=following,
        may=[act for act, who in MAY_HERE.items() if capacities.intersection(who)],
    )
