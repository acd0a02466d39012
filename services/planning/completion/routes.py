"""HTTP of completion: who of a unit has an SKP that is set."""

from collections.abc import Collection, Mapping
from datetime import date
from functools import partial
from typing import Annotated, Literal, TypeAlias

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from chassis import assignments, policies
from chassis.access import asked_by
from chassis.fields import Id, Year
from chassis.lists import After, Limit, Page, answer
from chassis.problems import NotFound
from chassis.requests import Caller
from contracts.settings import SKP_DRAFTING, SKP_DUE, WORKING_CALENDAR
from law.period import nearest, skp_due, skp_opens
from law.standing import MANDATES, Who, must_be
from law.workdays import Calendar
from services.planning.completion import views
from services.planning.completion.owing.views import OWING, OwingPage, owed
from services.planning.completion.views import PersonCompletion, State
from services.planning.person.views import VIEW as PEOPLE
from services.planning.skp.views import VIEW as SKPS
from services.planning.unit.views import VIEW as UNITS
from services.planning.unit.views import UnitShown

router = APIRouter()
READERS = (Who.HEAD, Who.OFFICER, Who.PERFORMANCE_TEAM, Who.PERSONNEL)
"""Who sees it: of a unit and all below it whoever leads it, or has the mandate there."""
REMINDERS = (Who.HEAD, Who.OFFICER, Who.PERSONNEL)
"""Who may have those reminded who owe theirs: whoever answers for it that the unit's people have one. The
performance team sees who has none, so as to draft it in their stead."""
Act: TypeAlias = Literal["remind"]
READS = [PEOPLE, SKPS, UNITS, assignments.view("planning")]
Reader = Annotated[Caller, asked_by(*READERS, reads=READS)]
Reminder = Annotated[
    Caller,
    asked_by(*REMINDERS, Who.NOTIFIER, reads=READS),
]
Whole = Annotated[bool, Query(description="with all units below it")]
YearOrThis = Annotated[Year | None, Query(description="this one, if it is not given")]


class UnitCompletion(BaseModel):
    """How many assignments of the unit are in which state; with those of all units below it, if `whole`.
    `may`: what the caller may have done about it."""

    unit: str
    name: str
    whole: bool
    counts: dict[State, int]
    total: int
    may: list[Act]


class Completion(BaseModel):
    """On the day `on` of the year: today, or the nearest day that the year has.

    unit   whose units these are; null: those that the caller sees
    above  the units above it, the highest first, as far as the caller sees them
    due    until when an SKP that starts with the year is set
    """

    unit: str | None
    name: str | None
    above: list[UnitShown]
    year: int
    on: date
    due: date
    units: list[UnitCompletion]


@router.get("/completion")
async def completion(by: Reader, unit: Id | None = None, year: YearOrThis = None) -> Completion:
    """How far the SKPs of a unit have come: of itself, and of each unit directly below it with all below
    that. Without a unit: of each that the caller sees."""
    today = await by.day()
    year = year or today.year
    on = nearest(today, year)
    if unit is None:
        roots = await _roots(by, today, on)
        above: list[UnitShown] = []
    else:
        await _must_be(by, READERS, unit, today)
        roots = await views.directly_below(by.pool, unit, on)
    named = await views.units(by.pool, on, [*roots, *([unit] if unit else [])])
    if unit is not None:
        if unit not in named:
            raise NotFound(f"no unit {unit}")
        above = await _above(by, named[unit], today, on)
    roots = [each for each in named if each != unit]
    dues, drafting, calendar = await policies.all_settled(
        by.pool, SKP_DUE, SKP_DRAFTING, WORKING_CALENDAR
    )
    first = date(year, 1, 1)
    in_time = skp_opens(year, drafting.on(first).value) <= today <= date(year, 12, 31)
    asked = (unit,) if unit is not None else roots
    may = {each for each in asked if in_time and await _is(by, REMINDERS, each, today)}
    found = await views.counts(by.pool, on, roots, unit)
    rows = [
        _counted(named[each], found.get(each, {}), whole=True, may=bool(may & {each, unit}))
        for each in roots
    ]
    if unit is not None:
        rows.insert(0, _counted(named[unit], found.get("", {}), whole=False, may=unit in may))
    return Completion(
        unit=unit,
        name=named[unit].name if unit else None,
        above=above,
        year=year,
        on=on,
        due=skp_due(first, dues.on(first).value, Calendar(calendar)).day,
        units=rows,
    )


@router.get("/completion/people", response_model=Page[PersonCompletion])
async def people(
    request: Request,
    by: Reader,
    unit: Id,
    year: YearOrThis = None,
    state: State | None = None,
    whole: Whole = True,
    sort: Literal["unit", "-unit", "position", "-position", "person"] = "unit",
    after: After = "",
    limit: Limit = 50,
) -> Page[PersonCompletion] | StreamingResponse:
    """Those who are counted, one by one. Whoever leads a unit reads about those whom they appraise."""
    today = await by.day()
    on = nearest(today, year or today.year)
    await _must_be(by, READERS, unit, today)
    states = [state] if state else []
    listing = await views.listing(by.pool, on, unit, whole, states, sort)
    dress = partial(views.told, by.pool, on, await _readable(by, unit, today))
    return await answer(request, by.pool, listing, dress, after, limit)


async def _readable(by: Caller, unit: str, today: date) -> views.Readable:
    """About whom the caller may read: by role about all; about those whom they appraise; as the unit's officer about
    whoever is in it today, or below."""
    team = await assignments.team(by.pool, by.actor.id, by.at)
    officer = Who.OFFICER in await by.in_unit(unit, READERS)
    units = await assignments.units_below(by.pool, unit, today) if officer else frozenset[str]()
    return views.Readable(
        all=bool(by.actor.capacities & {Who.PERSONNEL, Who.AUDITOR}),
        people=frozenset({by.actor.id, *(held.person for held in team)}),
        units=units,
        today=today,
    )


@router.get("/completion/owing")
async def owing(
    by: Reminder,
    unit: Id,
    year: YearOrThis = None,
    whole: Whole = True,
    after: After = "",
    limit: Limit = 50,
) -> OwingPage:
    """What is due from those of them who are to act: what they are reminded of."""
    today = await by.day()
    on = nearest(today, year or today.year)
    await _must_be(by, (*REMINDERS, Who.NOTIFIER), unit, today)
    listing = await views.listing(by.pool, on, unit, whole, OWING, "person")
    rows, following = await listing.page(by.pool, after, limit)
    return OwingPage(items=await owed(by.pool, by.at, on, rows), next=following)


def _counted(
    unit: UnitShown, counts: Mapping[State, int], *, whole: bool, may: bool
) -> UnitCompletion:
    return UnitCompletion(
        unit=unit.unit,
        name=unit.name,
        whole=whole,
        counts={state: counts.get(state, 0) for state in views.STATES},
        total=sum(counts.values()),
        may=["remind"] if may else [],
    )


async def _is(by: Caller, who: Collection[Who], unit: str, today: date) -> bool:
    """Whether the caller is one of these towards the unit: its head also as that of one above it."""
    capacities = await by.in_unit(unit, who)
    return bool(capacities & set(who)) or await assignments.leads_above(
        by.pool, by.actor.id, unit, today
    )


async def _must_be(by: Caller, who: Collection[Who], unit: str, today: date) -> None:
    """Raises Forbidden, NotCaughtUp."""
    must_be({Who.HEAD} if await _is(by, who, unit, today) else (), who, by.actor.id)
    by.must_have_arrived()


async def _roots(by: Caller, today: date, on: date) -> list[str]:
    """The highest units that the caller sees. Raises Forbidden, NotCaughtUp."""
    if Who.PERSONNEL in by.actor.capacities:
        found = await views.directly_below(by.pool, None, on)
    else:
        mandates = [name for name, who in MANDATES.items() if who in READERS]
        found = await views.own_units(by.pool, by.actor.id, today, mandates)
        must_be({Who.HEAD} if found else (), READERS, by.actor.id)
    by.must_have_arrived()
    return found


async def _above(by: Caller, unit: UnitShown, today: date, on: date) -> list[UnitShown]:
    above: list[UnitShown] = []
    while unit.parent:
        higher = (await views.units(by.pool, on, [unit.parent])).get(unit.parent)
        if not higher or higher in above or not await _is(by, READERS, higher.unit, today):
            break
        above.insert(0, higher)
        unit = higher
    return above
