"""HTTP of what is asked about performance agreements and the strategic plan: whose they may be, too, and who
may set or amend them."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from chassis import assignments
from chassis.access import READERS_OF_UNITS, asked_by
from chassis.fields import Id, PathId, Year
from chassis.lists import After, Limit, Page, answer
from chassis.requests import Caller, found
from contracts.alignment import Objective
from law.standing import Assignment, Standing, Who
from services.planning.agreement import views
from services.planning.agreement.changes import AgreementChange, changes_of
from services.planning.agreement.decisions import MAY
from services.planning.agreement.views import AgreementRow

router = APIRouter()
Asked = Annotated[Caller, asked_by(Who.ANYBODY, reads=[views.VIEW])]
AskedOfHeads = Annotated[
    Caller, asked_by(Who.ANYBODY, reads=[views.VIEW, assignments.view("planning")])
]


class HeadShown(BaseModel):
    """Somebody who leads the unit in the year, or in a part of it. `may`: what the caller may do for them."""

    assignment: str
    person: str
    position: str
    start: date
    until: date | None
    may: list[Literal["set"]]


class AgreementShown(AgreementRow):
    """`may` is what the caller may do with it, whatever they would say: amend it, see who shares in it in the
    unit's matrix, follow it down the cascade."""

    objectives: tuple[Objective, ...]
    may: list[Literal["amend", "share", "follow"]]


@router.get("/agreements", response_model=Page[AgreementRow])
async def several(
    request: Request,
    by: AskedOfHeads,
    year: Annotated[Year, Query()],
    unit: Annotated[Id | None, Query(description="of any, if none is named")] = None,
    whole: Annotated[bool, Query(description="with all units below it")] = False,
    sort: Literal["agreement", "-agreement", "first", "-first"] = "agreement",
    after: After = "",
    limit: Limit = 50,
) -> Page[AgreementRow] | StreamingResponse:
    """Performance agreements of a year, and the strategic plans that the year is within: public within the
    agency."""
    units = None if unit is None else [unit]
    if unit is not None and whole:
        units = [*await assignments.units_below(by.pool, unit, await by.day())]
    listing = views.listing(units, year, sort)
    return await answer(request, by.pool, listing, views.listed, after, limit)


@router.get("/agreements/{agreement}")
async def show(agreement: PathId, by: AskedOfHeads) -> AgreementShown:
    """A performance agreement, or a strategic plan: public within the agency; and what the caller may do
    with it."""
    row = found(await views.AGREEMENT.find(by.pool, agreement), f"agreement {agreement}")
    return await _shown(replace(by, may=MAY), row)


@router.get("/agreement-heads")
async def who_leads(by: AskedOfHeads, unit: Id, year: Annotated[Year, Query()]) -> list[HeadShown]:
    """Who leads a unit in a year: public within the agency; and whether the caller may set their agreement."""
    return await _of_unit(replace(by, may=MAY), unit, year)


@router.get("/agreements/{agreement}/changes")
async def changes(agreement: PathId, by: Asked) -> list[AgreementChange]:
    """What each amendment has changed, by the ids of objectives and indicators; the first one first."""
    found(await views.AGREEMENT.find(by.pool, agreement), f"agreement {agreement}")
    return changes_of(await views.SET.where(by.pool, agreement=agreement))


async def _of_unit(by: Caller, unit: str, year: int) -> list[HeadShown]:
    """In order of their first days. `by` asks in the capacities of `MAY`."""
    rows = await by.pool.fetch(_HEADS, unit, date(year, 1, 1), date(year, 12, 31))
    held = await assignments.find_all(by.pool, {row["assignment"] for row in rows})
    return [
        HeadShown(**row, may=["set"] if await _may(by, held[row["assignment"]]) else [])
        for row in rows
    ]


async def _shown(by: Caller, row: AgreementRow) -> AgreementShown:
    """`by` asks in the capacities of `MAY`. About a head who has followed it is decided by whoever appraises
    them; that is told of the one whose it is."""
    held = await assignments.find(by.pool, row.assignment)
    on = await by.day()
    readers = await by.in_unit(row.unit, READERS_OF_UNITS)
    shares = bool(readers.intersection(READERS_OF_UNITS))
    follows = shares or await assignments.leads_above(by.pool, by.actor.id, row.unit, on)
    told: dict[Literal["amend", "share", "follow"], bool] = {
        "amend": held is not None and await _may(by, held),
        "share": shares,
        "follow": follows,
    }
    return AgreementShown(**dict(row), may=[act for act, may in told.items() if may])


async def _may(by: Caller, held: Assignment) -> bool:
    on, _ = held.day(by.at)
    standing = Standing(by.actor, on, held, await by.towards(held, on))
    return bool(standing.capacities.intersection(MAY))


_HEADS = """
select a.assignment, a.person, a.position, a.start, a.until
from view.assignment a
where a.unit = $1 and a.leads and a.start <= $3 and (a.until is null or a.until >= $2)
order by a.start, a.assignment
"""
