"""People by name, and what each holds."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from chassis.fields import searchable
from chassis.lists import Listing
from contracts.event import Recorded
from contracts.planning import (
    AppraiserChanged,
    AssignmentCorrected,
    AssignmentEnded,
    AssignmentExtended,
    AssignmentKind,
    AssignmentStarted,
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
from law.standing import Assignment


class PersonRow(Row):
    """`version` is that of the person's whole record: of what they hold and their leaves, too."""

    person: str
    version: int
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


OF_ASSIGNMENTS = (
    AssignmentStarted,
    AssignmentCorrected,
    AssignmentExtended,
    AppraiserChanged,
    AssignmentEnded,
)
"""What changes a person's record besides: `chassis.assignments` shows it."""


def project(recorded: Recorded) -> Iterable[Change]:
    event, version = recorded.event, {"version": recorded.version}
    match event:
        case PersonRegistered() | PersonCorrected() as e:
            said = {"nip": e.nip, "name": e.name, "status": e.status}
            yield Put(PERSON, (e.person,), said | version)
            yield Put(FOUND_BY, (e.person,), {"found_by": searchable(e.name)})
        case LeaveGranted() as e:
            row = {"person": e.person, "kind": e.kind, "until": e.until, "ground": e.ground}
            yield Put(LEAVE, (e.assignment, e.start), row)
            yield Put(PERSON, (e.person,), version)
        case LeaveEnded() as e:
            yield Put(LEAVE, (e.assignment, e.start), {"until": e.on})
            yield Put(PERSON, (e.person,), version)
    if isinstance(event, OF_ASSIGNMENTS):
        yield Put(PERSON, (event.person,), version)


VIEW = View(
    "planning_people",
    (topic("planning"),),
    (PersonRegistered, PersonCorrected, *OF_ASSIGNMENTS, LeaveGranted, LeaveEnded),
    (PERSON, FOUND_BY, LEAVE),
    project,
    version=2,
)


class PersonNamed(BaseModel):
    person: str
    name: str


class PersonFound(BaseModel):
    person: str
    name: str
    position: str | None


Act = Literal[
    "read-appraiser",
    "name-appraiser",
    "correct",
    "extend",
    "end",
    "transfer",
    "grant-leave",
    "end-leave",
]


class AssignmentShown(BaseModel):
    """`in_force` is whether it is held today; `appraiser` and their `office` are those of today, or of its first
    day if that is to come; `may`, what planning would take about it from the reader now."""

    assignment: str
    unit: str
    position: str
    level: str | None
    kind: AssignmentKind
    leads: bool
    start: date
    until: date | None
    in_force: bool
    appraiser: str | None
    appraiser_name: str | None
    office: str | None
    may: list[Act] = Field(default=[])


class PersonShown(PersonRow):
    """What somebody holds, held or will hold, the latest first; as the record has it at `version`."""

    assignments: list[AssignmentShown]
    leaves: list[LeaveRow]
    may: list[Literal["start", "correct"]] = Field(default=[])


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


async def person(
    pool: Pool, person: str, held: Sequence[Assignment], on: date
) -> PersonShown | None:
    """A person with all of that, as it is on the date."""
    row = await PERSON.find(pool, person)
    if row is None:
        return None
    appraising = {each.assignment: each.appraised_by(max(on, each.start)) for each in held}
    who = {named.appraiser for named in appraising.values() if named}
    called = {each.person: each.name for each in await names(pool, [*who])}
    shown = []
    for each in held:
        named = appraising[each.assignment]
        shown.append(
            AssignmentShown(
                assignment=each.assignment,
                unit=each.unit,
                position=each.position,
                level=each.level,
                kind=each.kind,
                leads=each.leads,
                start=each.start,
                until=each.until,
                in_force=each.in_force(on),
                appraiser=named.appraiser if named else None,
                appraiser_name=called.get(named.appraiser) if named else None,
                office=named.office if named else None,
            )
        )
    leaves = await LEAVE.where(pool, person=person)
    return PersonShown(**dict(row), assignments=shown, leaves=leaves)
