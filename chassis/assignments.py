"""Who stands where on a date: the view of planning's assignments that every service keeps.

Authority follows from it, so every service checks against the same rows, and its events name the
version of them that the decider saw.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import asyncpg

from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from contracts.event import Recorded
from contracts.planning import AppraiserChanged, AssignmentEnded, AssignmentStarted
from contracts.topics import topic
from eventlog.database import Pool
from eventlog.views import Change, Put, Table, View

ASSIGNMENT = Table(
    "assignment",
    {
        "assignment": "text", "version": "integer", "person": "text", "unit": "text",
        "position": "text", "level": "text", "kind": "text", "leads": "boolean",
        "start": "date", "until": "date",
    },
    indexes=("person",),
)  # fmt: skip
APPRAISER = Table("appraiser", {"assignment": "text", "since": "date", "appraiser": "text"}, key=2)


class Office(NamedTuple):
    """An assignment of an appraiser's own. Who holds none on a date appraises nobody on it."""

    assignment: str
    version: int
    person: str
    start: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Assignment:
    """One assignment as known here. `appraisers` by first day, oldest first; `offices` of them all."""

    assignment: str
    version: int
    person: str
    unit: str
    position: str
    level: str | None
    kind: str
    leads: bool
    start: date
    until: date | None
    appraisers: tuple[tuple[date, str], ...]
    offices: tuple[Office, ...]

    def basis(self, actor: str, on: date) -> list[str]:
        """What the actor's decisions about this assignment rest on: the version of it, and of what
        the actor holds on the date as an appraiser."""
        facts: list[Assignment | Office] = [self, *self._offices_of(actor, on)]
        return [f"planning:assignment/{each.assignment}@{each.version}" for each in facts]

    def in_force(self, on: date) -> bool:
        return _spans(self, on)

    def appraiser_on(self, on: date) -> str | None:
        return next((who for since, who in reversed(self.appraisers) if since <= on), None)

    def must_be_held_by(self, actor: str, on: date) -> None:
        """Raises Forbidden unless this is the actor's own assignment, in force on the date."""
        if self.person != actor or not self.in_force(on):
            raise Forbidden(f"{actor} does not hold {self.assignment} on {on}")

    def is_appraised_by(self, actor: str, on: date) -> bool:
        """Whether the actor is the appraiser on the date, and in office on it."""
        appraiser = self.appraiser_on(on) == actor != self.person
        return appraiser and bool(self._offices_of(actor, on))

    def _offices_of(self, actor: str, on: date) -> list[Office]:
        return [office for office in self.offices if office.person == actor and _spans(office, on)]

    def must_be_appraised_by(self, actor: str, on: date, *, ended: bool = False) -> None:
        """Raises Forbidden unless the actor is the appraiser of the assignment on the date, and it is
        in force then; with `ended` it may be over, for what looks back on it."""
        in_time = self.in_force(on) or (ended and self.start <= on)
        if not (in_time and self.is_appraised_by(actor, on)):
            raise Forbidden(f"{actor} is not the appraiser of {self.assignment} on {on}")


def _spans(held: Assignment | Office, on: date) -> bool:
    return held.start <= on and (held.until is None or on <= held.until)


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


def view(service: str) -> View:
    """The view, under a subscription of `service`'s own."""
    return View(f"{service}_assignments", (topic("planning"),), (ASSIGNMENT, APPRAISER), project)


_SELECT = """
select a.*, array(select since from view.appraiser p where p.assignment = a.assignment order by since) as since,
       array(select appraiser from view.appraiser p where p.assignment = a.assignment order by since) as who,
       array(select row(h.assignment, h.version, h.person, h.start, h.until) from view.assignment h
             where h.person in (select appraiser from view.appraiser p where p.assignment = a.assignment)
             order by h.assignment) as offices
from view.assignment a where """


def _assignment(row: asyncpg.Record) -> Assignment:
    values = dict(row)
    appraisers = tuple(zip(values.pop("since"), values.pop("who"), strict=True))
    offices = tuple(Office(*office) for office in values.pop("offices"))
    return Assignment(**values, appraisers=appraisers, offices=offices)


async def get(pool: Pool, assignment: str) -> Assignment:
    """Raises NotFound."""
    if row := await pool.fetchrow(_SELECT + "a.assignment = $1", assignment):
        return _assignment(row)
    raise NotFound(f"no assignment {assignment}")


async def of(pool: Pool, person: str, on: date) -> list[Assignment]:
    """The assignments that a person holds on a date, the latest first."""
    rows = await pool.fetch(
        _SELECT
        + "a.person = $1 and a.start <= $2 and (a.until is null or a.until >= $2) order by a.start desc",
        person,
        on,
    )
    return [_assignment(row) for row in rows]


async def must_read_about(
    pool: Pool, actor: Actor, person: str, on: date, held: Assignment | None = None
) -> None:
    """Who may read about a person: the person, whoever is their appraiser on the date, personnel
    and auditors; what is about one assignment, `held`, also its appraiser when it has ended, who
    still looks back on it. Raises Forbidden."""
    if actor.id == person or actor.roles & {"personnel", "auditor"}:
        return
    in_force = await of(pool, person, on)
    if not any(each.is_appraised_by(actor.id, on) for each in (held, *in_force) if each):
        raise Forbidden(f"{actor.id} may not read about {person}")
