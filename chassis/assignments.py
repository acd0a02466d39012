"""Who stands where on a date: the view of planning's assignments that every service keeps.

Authority follows from it, so every service checks against the same rows, and its events name the
version of them that the decider saw.
"""

from collections.abc import Iterable
from datetime import date

from chassis import policies
from contracts.event import Recorded
from contracts.planning import (
    AppraiserChanged,
    AssignmentEnded,
    AssignmentKind,
    AssignmentStarted,
)
from contracts.topics import topic
from eventlog.database import Pool, Record
from eventlog.views import Change, Put, Row, Table, View
from law.standing import AppraiserAssignment, Assignment


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


ASSIGNMENT = Table("assignment", AssignmentRow, indexes=("person",))
APPRAISER = Table("appraiser", AppraiserRow, key=2)


def project(recorded: Recorded) -> Iterable[Change]:
    match recorded.event:
        case AssignmentStarted() as e:
            row = e.model_dump(exclude={"assignment", "appraiser"})
            yield Put(ASSIGNMENT, (e.assignment,), row | {"version": recorded.version})
            if e.appraiser:
                yield Put(APPRAISER, (e.assignment, e.start), {"appraiser": e.appraiser})
        case AppraiserChanged() as e:
            yield Put(ASSIGNMENT, (e.assignment,), {"version": recorded.version})
            yield Put(APPRAISER, (e.assignment, e.since), {"appraiser": e.appraiser})
        case AssignmentEnded() as e:
            yield Put(ASSIGNMENT, (e.assignment,), {"version": recorded.version, "until": e.on})


def view_name(service: str) -> str:
    return f"{service}_assignments"


def view(service: str) -> View:
    """The view, under a subscription of `service`'s own."""
    return View(view_name(service), (topic("planning"),), (ASSIGNMENT, APPRAISER), project)


_SELECT = """
select a.*, array(select since from view.appraiser p where p.assignment = a.assignment order by since) as since,
       array(select appraiser from view.appraiser p where p.assignment = a.assignment order by since) as who,
       array(select row(h.assignment, h.version, h.person, h.start, h.until) from view.assignment h
             where h.person in (select appraiser from view.appraiser p where p.assignment = a.assignment)
             order by h.assignment) as offices,
       array(select row(z.*) from view.setting z
             where z.setting = 'time-zone' and z.unit in ('', a.unit) order by z.since) as zones
from view.assignment a where """


def _assignment(row: Record) -> Assignment:
    values = dict(row)
    appraisers = tuple(zip(values.pop("since"), values.pop("who"), strict=True))
    offices = tuple(AppraiserAssignment(*office) for office in values.pop("offices"))
    zones = policies.zones_of(values.pop("zones"))
    return Assignment(**values, appraisers=appraisers, offices=offices, zones=zones)


async def find(pool: Pool, assignment: str) -> Assignment | None:
    row = await pool.fetchrow(_SELECT + "a.assignment = $1", assignment)
    return _assignment(row) if row else None


async def ever(pool: Pool, person: str) -> list[Assignment]:
    """Every assignment that a person has had or will have; the latest first."""
    rows = await pool.fetch(_SELECT + "a.person = $1 order by a.start desc", person)
    return [_assignment(row) for row in rows]


async def of(pool: Pool, person: str, on: date) -> list[Assignment]:
    """The assignments that a person holds on a date; the latest first."""
    return [held for held in await ever(pool, person) if held.in_force(on)]
