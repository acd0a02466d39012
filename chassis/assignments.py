"""Who stands where on a date: the view of planning's people, units and settings that every service
keeps.

Authority follows from it, and the day on which it is asked for, so every service checks against the
same rows, and its events name the version of them that the decider saw.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from typing import Any

from chassis import policies
from chassis.units import placed, with_above, with_above_from, with_below
from contracts.event import Recorded
from contracts.planning import (
    AppraiserChanged,
    AssignmentCorrected,
    AssignmentEnded,
    AssignmentExtended,
    AssignmentKind,
    AssignmentStarted,
    PersonCorrected,
    PersonRegistered,
    PersonStatus,
)
from contracts.topics import topic
from contracts.units import (
    ALWAYS,
    Mandate,
    MandateEnded,
    MandateGiven,
    UnitChanged,
    UnitCorrected,
    UnitRegistered,
)
from eventlog.database import Pool, Record
from eventlog.views import Change, Put, Row, Table, View
from law.standing import MANDATES, Appraising, Assignment, Office, Who


class HolderRow(Row):
    person: str
    status: PersonStatus


class AssignmentRow(Row):
    assignment: str
    version: int
    person: str
    unit: str
    position: str
    level: str | None
    kind: AssignmentKind
    leads: bool
    start: date
    until: date | None


class AppraiserRow(Row):
    assignment: str
    since: date
    appraiser: str
    office: str


class UnitRow(Row):
    """What is above the unit from `since` on, until the next row."""

    unit: str
    since: date
    parent: str | None


class MandateRow(Row):
    unit: str
    person: str
    mandate: Mandate
    since: date
    until: date | None


HOLDER = Table("holder", HolderRow)
ASSIGNMENT = Table("assignment", AssignmentRow, indexes=("person", "unit"))
APPRAISER = Table("appraiser", AppraiserRow, key=2, indexes=("appraiser",))
UNIT = Table("unit_parent", UnitRow, key=2, indexes=("parent",))
MANDATE = Table("mandate", MandateRow, key=3, indexes=("person",))


def project(recorded: Recorded) -> Iterable[Change]:
    yield from _of_people_and_units(recorded)
    yield from policies.project(recorded)


_PEOPLE_AND_UNITS = (
    PersonRegistered,
    PersonCorrected,
    AssignmentStarted,
    AssignmentCorrected,
    AssignmentExtended,
    AppraiserChanged,
    AssignmentEnded,
    UnitRegistered,
    UnitCorrected,
    UnitChanged,
    MandateGiven,
    MandateEnded,
)


def _of_people_and_units(recorded: Recorded) -> Iterable[Change]:
    version = {"version": recorded.version}
    match recorded.event:
        case PersonRegistered() | PersonCorrected() as e:
            yield Put(HOLDER, (e.person,), {"status": e.status})
        case AssignmentStarted() as e:
            row = e.model_dump(exclude={"assignment", "appraiser", "office"})
            yield Put(ASSIGNMENT, (e.assignment,), row | version)
            if e.appraiser:
                named = {"appraiser": e.appraiser, "office": e.office}
                yield Put(APPRAISER, (e.assignment, e.start), named)
        case AssignmentCorrected() as e:
            row = e.model_dump(exclude={"assignment", "reason"})
            yield Put(ASSIGNMENT, (e.assignment,), row | version)
        case AssignmentExtended() as e:
            yield Put(ASSIGNMENT, (e.assignment,), {"until": e.until} | version)
        case AppraiserChanged() as e:
            yield Put(ASSIGNMENT, (e.assignment,), version)
            named = {"appraiser": e.appraiser, "office": e.office}
            yield Put(APPRAISER, (e.assignment, e.since), named)
        case AssignmentEnded() as e:
            yield Put(ASSIGNMENT, (e.assignment,), {"until": e.on} | version)
        case UnitRegistered() | UnitCorrected() | UnitChanged() as e:
            yield Put(UNIT, (e.unit, e.since or ALWAYS), {"parent": e.parent})
        case MandateGiven() as e:
            yield Put(MANDATE, (e.unit, e.person, e.mandate), {"since": e.since, "until": e.until})
        case MandateEnded() as e:
            yield Put(MANDATE, (e.unit, e.person, e.mandate), {"until": e.on})


def view_name(service: str) -> str:
    return f"{service}_standing"


def view(service: str) -> View:
    """The view, under a subscription of `service`'s own."""
    takes = (*_PEOPLE_AND_UNITS, *policies.TAKES)
    tables = (HOLDER, ASSIGNMENT, APPRAISER, UNIT, MANDATE, policies.SETTING)
    return View(view_name(service), (topic("planning"),), takes, tables, project, version=2)


_SELECT = f"""
select a.*, s.status,
       array(select row(p.since, p.appraiser, p.office) from view.appraiser p
             where p.assignment = a.assignment order by p.since) as appraising,
       array(select row(h.assignment, h.version, h.person, h.start, h.until)
             from view.appraiser p join view.assignment h on h.assignment = p.office
             where p.assignment = a.assignment order by p.since) as offices,
       {policies.ZONES}
from view.assignment a join view.holder s using (person)
{policies.with_zones("a.unit")} where """


def _assignment(row: Record) -> Assignment:
    values: dict[str, Any] = dict(row)
    appraising = tuple(Appraising(*each) for each in values.pop("appraising"))
    offices = tuple(Office(*each) for each in values.pop("offices"))
    zones = policies.zones_of(values.pop("zones"), values.pop("above"))
    return Assignment(**values, appraising=appraising, offices=offices, zones=zones)


async def find(pool: Pool, assignment: str) -> Assignment | None:
    row = await pool.fetchrow(_SELECT + "a.assignment = $1", assignment)
    return _assignment(row) if row else None


async def ever(pool: Pool, person: str) -> list[Assignment]:
    """Every assignment that a person has had or will have; the latest first."""
    rows = await pool.fetch(_SELECT + "a.person = $1 order by a.start desc", person)
    return [_assignment(row) for row in rows]


async def find_all(pool: Pool, names: Collection[str]) -> dict[str, Assignment]:
    """Several, by their names."""
    rows = await pool.fetch(_SELECT + "a.assignment = any($1)", [*names])
    return {row["assignment"]: _assignment(row) for row in rows}


async def team(pool: Pool, actor: str, at: datetime) -> list[Assignment]:
    """The assignments that somebody appraises at a moment, by its date in the unit of each."""
    names = await pool.fetch(
        "select distinct assignment from view.appraiser where appraiser = $1", actor
    )
    every = await find_all(pool, [row["assignment"] for row in names])
    return [
        held for held in every.values() if Who.APPRAISER in held.capacities(actor, held.day(at)[0])
    ]


async def of(pool: Pool, person: str, on: date) -> list[Assignment]:
    """The assignments that a person holds on a date; the latest first."""
    return [held for held in await ever(pool, person) if held.in_force(on)]


async def days_of(pool: Pool, person: str) -> Callable[[datetime], date]:
    """By which calendar what happens about a person is dated: that of the unit of what they held then,
    of several the latest, else the agency's."""
    ever_held = await ever(pool, person)
    agency = await policies.zones_of_agency(pool)

    def day(at: datetime) -> date:
        days = ((held, held.day(at)[0]) for held in ever_held)
        there = (on for held, on in days if held.in_force(on))
        return next(there, agency.day("", at)[0])

    return day


async def by_unit(
    pool: Pool, actor: str, units: Collection[str], on: date, among: Collection[Who]
) -> frozenset[Who]:
    """What the actor is towards all of these units on the date, of what is asked: by a mandate in the
    unit or one above it, or as its head."""
    if not units:
        return frozenset()
    found = frozenset(MANDATES.values()) | {Who.HEAD}
    for unit in set(units) if found & set(among) else ():
        rows = await pool.fetch(_MANDATES, unit, actor, on)
        held = {MANDATES[row["mandate"]] for row in rows if row["mandate"]}
        found &= held | ({Who.HEAD} if any(row["heads"] for row in rows) else set())
    return found & set(among)


async def leads_above(pool: Pool, actor: str, unit: str, on: date) -> bool:
    """Whether the actor leads the unit, or one above it, on the date."""
    led = {held.unit for held in await of(pool, actor, on) if held.leads}
    return bool(led and led & await units_above(pool, unit, on))


async def has_mandate(pool: Pool, actor: str, who: Who, on: date) -> bool:
    """Whether a mandate makes the actor this, in any unit, on the date."""
    rows = await pool.fetch(
        "select distinct mandate from view.mandate"
        " where person = $1 and since <= $2 and (until is null or until >= $2)",
        actor,
        on,
    )
    return any(MANDATES[row["mandate"]] == who for row in rows)


_MANDATES = (
    with_above("$1", "$3")
    + """select m.mandate, false as heads from above join view.mandate m using (unit)
where m.person = $2 and m.since <= $3 and (m.until is null or m.until >= $3)
union all
select null, true from view.assignment a
where a.unit = $1 and a.person = $2 and a.leads
  and a.start <= $3 and (a.until is null or a.until >= $3)"""
)


async def units_above(pool: Pool, unit: str, on: date) -> frozenset[str]:
    """The unit and all above it on the date."""
    rows = await pool.fetch(_UNITS_ABOVE, unit, on)
    return frozenset(row["unit"] for row in rows)


_UNITS_ABOVE = with_above("$1", "$2") + "select distinct unit from above"


async def units_above_from(pool: Pool, unit: str, on: date) -> frozenset[str]:
    """The unit and all above it on the date, or as is recorded by now on any later one."""
    rows = await pool.fetch(_UNITS_ABOVE_FROM, unit, on)
    return frozenset(row["unit"] for row in rows)


_UNITS_ABOVE_FROM = with_above_from("$1", "$2") + "select distinct unit from above"


async def units_below(pool: Pool, unit: str, on: date) -> frozenset[str]:
    """The unit and all below it on the date."""
    rows = await pool.fetch(_UNITS_BELOW, [unit], on)
    return frozenset(row["unit"] for row in rows)


_UNITS_BELOW = with_below("$1::text[]", "$2") + "select unit from below"


async def is_superior(pool: Pool, actor: str, held: Assignment, on: date) -> bool:
    """Whether the actor appraises the office by which the assignment is appraised on the date."""
    named = held.appraised_by(on)
    office = await find(pool, named.office) if named else None
    return office is not None and Who.APPRAISER in office.capacities(actor, on)


async def persons_above_from(pool: Pool, assignment: str, on: date) -> frozenset[str]:
    """Who appraises the assignment's holder, who appraises them, and so on, as named on the date or, as is recorded
    by now, on any later one."""
    rows = await pool.fetch(_PERSONS_ABOVE_FROM, assignment, on)
    return frozenset(row["appraiser"] for row in rows)


_NAMED_FROM = """lateral (
    select * from view.appraiser n where n.assignment = {office} and (n.since > $2 or (
        n.since <= $2 and not exists (
            select from view.appraiser later where later.assignment = n.assignment
            and later.since > n.since and later.since <= $2 offset 0))) offset 0) n"""
_PERSONS_ABOVE_FROM = f"""
with recursive above (appraiser, office) as (
    select n.appraiser, n.office from {_NAMED_FROM.format(office="$1")}
    union
    select n.appraiser, n.office
    from above cross join {_NAMED_FROM.format(office="above.office")}
)
select distinct appraiser from above"""


HELD = """
held as (
    select a.*, a.until is null or a.until >= $2 as in_force from view.assignment a
    where a.person = $1 and a.start <= $2
)"""
"""In SQL, as a clause: the assignments towards which somebody ($1) is on a date ($2) the employee; those that
are not `in_force`, as `EMPLOYEE_LATER`."""

APPRAISED = """
appraised as (
    select a.*, a.until is null or a.until >= $2 as in_force
    from view.appraiser named
    join view.assignment a on a.assignment = named.assignment
    join view.assignment office on office.assignment = named.office
    where named.appraiser = $1 and named.since <= $2
      and not exists (select from view.appraiser later where later.assignment = named.assignment
                      and later.since > named.since and later.since <= $2)
      and office.person = $1 and office.start <= $2 and (office.until is null or office.until >= $2)
      and a.person <> $1 and a.start <= $2
)"""
"""As `HELD`, towards which they are the appraiser."""

ADMINISTERED = f"""
administered (unit) as (
    select m.unit from view.mandate m
    where m.person = $1 and m.mandate = 'personnel'
      and m.since <= $2 and (m.until is null or m.until >= $2)
    union
    select u.unit from administered
    join view.unit_parent u on u.parent = administered.unit and {placed("u", "$2")}
    where not exists (
        select from view.mandate m where m.unit = u.unit and m.mandate = 'personnel' and m.person <> $1
        and m.since <= $2 and (m.until is null or m.until >= $2) offset 0)
)"""
"""The units whose nearest personnel officer they are: in which they have the mandate, and below them as far as
nobody else has it; recursive."""
