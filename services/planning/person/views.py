"""People by name, and what each holds."""

from collections.abc import Iterable, Sequence
from datetime import date

from pydantic import BaseModel

from chassis import assignments
from chassis.fields import searchable
from chassis.lists import Listing
from contracts.event import Recorded
from contracts.planning import (
    AssignmentKind,
    LeaveEnded,
    LeaveGranted,
    LeaveKind,
    PersonCorrected,
    PersonRegistered,
    PersonStatus,
)
from contracts.topics import topic
from eventlog.database import Pool, Record
from eventlog.views import Change, Put, Row, Table, View


class PersonRow(Row):
    person: str
    nip: str | None
    name: str
    status: PersonStatus


class FoundByRow(Row):
    """A name as it is searched for: without case and accents."""

    person: str
    found_by: str


class LeaveRow(Row):
    assignment: str
    start: date
    person: str
    kind: LeaveKind
    until: date
    ground: str


PERSON = Table("person", PersonRow, indexes=("name",))
FOUND_BY = Table("person_found_by", FoundByRow)
LEAVE = Table("leave", LeaveRow, key=2, indexes=("person",))


def project(recorded: Recorded) -> Iterable[Change]:
    match recorded.event:
        case PersonRegistered() | PersonCorrected() as e:
            yield Put(PERSON, (e.person,), {"nip": e.nip, "name": e.name, "status": e.status})
            yield Put(FOUND_BY, (e.person,), {"found_by": searchable(e.name)})
        case LeaveGranted() as e:
            row = {"person": e.person, "kind": e.kind, "until": e.until, "ground": e.ground}
            yield Put(LEAVE, (e.assignment, e.start), row)
        case LeaveEnded() as e:
            yield Put(LEAVE, (e.assignment, e.start), {"until": e.on})


VIEW = View(
    "planning_people",
    (topic("planning"),),
    (PersonRegistered, PersonCorrected, LeaveGranted, LeaveEnded),
    (PERSON, FOUND_BY, LEAVE),
    project,
)


class PersonNamed(BaseModel):
    person: str
    name: str


class PersonFound(BaseModel):
    person: str
    name: str
    position: str | None


class AssignmentShown(BaseModel):
    """`appraiser` and their `office` are those of today."""

    assignment: str
    unit: str
    position: str
    level: str | None
    kind: AssignmentKind
    leads: bool
    start: date
    until: date | None
    appraiser: str | None
    office: str | None


class PersonShown(PersonRow):
    assignments: list[AssignmentShown]
    leaves: list[LeaveRow]


def named(name: str, sort: str) -> Listing:
    """Of the people in whose names `name` stands."""
    wanted = searchable(name.replace("\0", ""))
    where = [
        "exists (select from view.person_found_by f"
        " where f.person = t.person and strpos(f.found_by, $1) > 0)"
    ]
    return Listing(PERSON, where if wanted else (), [wanted] if wanted else (), sort)


async def found(pool: Pool, rows: Sequence[Record]) -> list[PersonFound]:
    """Those, each with a position that they hold or held."""
    held = await pool.fetch(
        "select person, min(position) as position from view.assignment"
        " where person = any($1) group by person",
        [row["person"] for row in rows],
    )
    positions = {row["person"]: row["position"] for row in held}
    return [
        PersonFound(person=row["person"], name=row["name"], position=positions.get(row["person"]))
        for row in rows
    ]


async def names(pool: Pool, ids: Sequence[str]) -> list[PersonNamed]:
    rows = await pool.fetch(
        "select person, name from view.person where person = any($1::text[]) order by person", ids
    )
    return [PersonNamed(**row) for row in rows]


async def person(pool: Pool, person: str, on: date) -> PersonShown | None:
    """A person, what they hold on the date, and their leaves."""
    row = await PERSON.find(pool, person)
    if row is None:
        return None
    held = []
    for each in await assignments.of(pool, person, on):
        named = each.appraised_by(on)
        held.append(
            AssignmentShown(
                assignment=each.assignment,
                unit=each.unit,
                position=each.position,
                level=each.level,
                kind=each.kind,
                leads=each.leads,
                start=each.start,
                until=each.until,
                appraiser=named.appraiser if named else None,
                office=named.office if named else None,
            )
        )
    leaves = await LEAVE.where(pool, person=person)
    return PersonShown(**dict(row), assignments=held, leaves=leaves)
