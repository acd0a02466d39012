"""Names of units and people."""

from collections.abc import Iterable
from datetime import date

from pydantic import BaseModel

from chassis import assignments
from contracts.event import Recorded
from contracts.planning import AssignmentKind, PersonRegistered, PersonStatus, UnitRegistered
from contracts.topics import topic
from eventlog.database import Pool
from eventlog.views import Change, Put, Row, Table, View


class UnitRow(Row):
    unit: str
    name: str
    level: str
    parent: str | None


class PersonRow(Row):
    person: str
    nip: str
    name: str
    status: PersonStatus


UNIT = Table("unit", UnitRow)
PERSON = Table("person", PersonRow)


def project(recorded: Recorded) -> Iterable[Change]:
    match recorded.event:
        case UnitRegistered() as e:
            yield Put(UNIT, (e.unit,), {"name": e.name, "level": e.level, "parent": e.parent})
        case PersonRegistered() as e:
            yield Put(PERSON, (e.person,), {"nip": e.nip, "name": e.name, "status": e.status})


VIEW = View("planning_directory", (topic("planning"),), (UNIT, PERSON), project)


class PersonFound(BaseModel):
    person: str
    name: str
    position: str | None


class AssignmentShown(BaseModel):
    assignment: str
    unit: str
    position: str
    level: str | None
    kind: AssignmentKind
    leads: bool
    start: date
    until: date | None
    appraiser: str | None


class PersonShown(PersonRow):
    assignments: list[AssignmentShown]


async def people(pool: Pool, name: str) -> list[PersonFound]:
    rows = await pool.fetch(
        "select p.person, p.name, (select min(a.position) from view.assignment a"
        " where a.person = p.person) as position"
        " from view.person p where strpos(lower(p.name), lower($1)) > 0 order by p.name limit 50",
        name.replace("\0", ""),
    )
    return [PersonFound(**row) for row in rows]


async def person(pool: Pool, person: str, on: date) -> PersonShown | None:
    """A person, and what they hold on the date."""
    row = await PERSON.find(pool, person)
    if row is None:
        return None
    held = [
        AssignmentShown(
            assignment=a.assignment,
            unit=a.unit,
            position=a.position,
            level=a.level,
            kind=a.kind,
            leads=a.leads,
            start=a.start,
            until=a.until,
            appraiser=a.appraiser_on(on),
        )
        for a in await assignments.of(pool, person, on)
    ]
    return PersonShown(**dict(row), assignments=held)
