"""HTTP of what is found by name, by whoever has to choose one: as a superior, for a unit's matrix."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from chassis import assignments
from chassis.access import asked_by
from chassis.fields import Day, Id, PathPersonId, Year
from chassis.requests import Caller
from law.standing import Who, must_be
from services.planning.agreement.decisions import agreement_id
from services.planning.matrix.decisions import MAY
from services.planning.matrix.reading.views import at_left
from services.planning.matrix.views import VIEW as MATRICES
from services.planning.person.views import VIEW as PEOPLE
from services.planning.search import views
from services.planning.search.views import Held, Search
from services.planning.unit.views import VIEW as UNITS

router = APIRouter()
READS = [PEOPLE, UNITS, assignments.view("planning")]
SoughtName = Annotated[
    str, Query(max_length=300, description="what their names hold, in any spelling")
]


class Guest(Held):
    """`listed`: at the left of the matrix already."""

    listed: bool


class Guests(BaseModel):
    """As of a search."""

    items: list[Guest]
    more: bool


@router.get("/people/{person}/superiors")
async def superiors(
    person: PathPersonId,
    by: Annotated[Caller, asked_by(Who.OFFICER, Who.PERSONNEL, reads=READS)],
    name: SoughtName = "",
    on: Annotated[Day | None, Query(description="today, if it is not given")] = None,
) -> Search:
    """By their names, whom one could name as a person's appraiser: what others hold on the day."""
    must_be(by.administers(person, await by.standings(person)), by.may, by.actor.id)
    by.must_have_arrived()
    day = on or await by.day()
    return await views.by_name(by.pool, name, day, day, but=person)


@router.get("/matrix/guests")
async def guests(
    by: Annotated[Caller, asked_by(*MAY, reads=[MATRICES, *READS])],
    unit: Id,
    year: Annotated[Year, Query()],
    name: SoughtName = "",
    assignment: Annotated[
        tuple[str, ...], Query(max_length=200, description="these, if no name is given")
    ] = (),
) -> Guests:
    """By their names, who could work for a unit in a year, whatever unit they are in; and of those who were
    chosen, what they hold."""
    must_be(await by.in_unit(unit, MAY), MAY, by.actor.id)
    by.must_have_arrived()
    first, last = date(year, 1, 1), date(year, 12, 31)
    if name:
        found = await views.by_name(by.pool, name, first, last)
    else:
        chosen = [each.replace("\0", "") for each in assignment]
        found = Search(items=await views.these(by.pool, chosen, last), more=False)
    listed = await at_left(
        by.pool,
        matrix=agreement_id(unit, year, year),
        unit=unit,
        year=year,
        among=[each.assignment for each in found.items],
    )
    return Guests(
        items=[
            Guest(**each.model_dump(), listed=each.assignment in listed) for each in found.items
        ],
        more=found.more,
    )
