"""What somebody holds on some days, found by their name: a superior to be named, or a colleague to work with.

It is for whoever has to choose one, and no list of people: so many of a name, and no page after it.
"""

from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel

from chassis.fields import searchable
from contracts.planning import AssignmentKind
from eventlog.database import Pool
from services.planning.unit.views import name_of

MOST = 20
"""Assignments that are told."""
NAMES = 500
"""People of such a name whose assignments are looked at."""


class Held(BaseModel):
    """An assignment, and whose it is; `unit_name` is null of a unit that is not known here yet."""

    assignment: str
    person: str
    name: str
    position: str
    kind: AssignmentKind
    unit: str
    unit_name: str | None
    start: date
    until: date | None


class Search(BaseModel):
    """By name. There are `more` than are told: the name has to be written out further."""

    items: list[Held]
    more: bool


_NAMED = """
select f.person from view.person_found_by f where strpos(f.found_by, $1) > 0
order by f.found_by, f.person limit $2"""

_TOLD = f"""
select a.assignment, a.person, p.name, a.position, a.kind, a.unit,
       {name_of("a.unit", "$2")} as unit_name, a.start, a.until"""
_WHOSE = "cross join lateral (select * from view.person t where t.person = a.person offset 0) p"

_HELD = f"""{_TOLD}
from unnest($1::text[]) with ordinality named (person, at)
cross join lateral (
    select * from view.assignment t where t.person = named.person
    and t.start <= $2 and (t.until is null or t.until >= $3) offset 0) a {_WHOSE}
order by named.at, a.start, a.assignment limit $4"""

_THESE = f"""{_TOLD}
from unnest($1::text[]) these (assignment)
cross join lateral (
    select * from view.assignment t where t.assignment = these.assignment offset 0) a {_WHOSE}
order by a.assignment"""


async def by_name(pool: Pool, name: str, first: date, last: date, but: str = "") -> Search:
    """What people of whose names this is part hold on some of these days, in the order of their names, with
    the unit as it is called on the last; nobody by no name, and nothing that `but` holds."""
    wanted = " ".join(searchable(name.replace("\0", "")).split())
    rows = await pool.fetch(_NAMED, wanted, NAMES + 1) if wanted else []
    people = [row["person"] for row in rows[:NAMES] if row["person"] != but]
    held = [Held(**row) for row in await pool.fetch(_HELD, people, last, first, MOST + 1)]
    return Search(items=held[:MOST], more=len(held) > MOST or len(rows) > NAMES)


async def these(pool: Pool, assignments: Sequence[str], on: date) -> list[Held]:
    """Assignments by their ids, those that there are; with the unit as it is called on a day."""
    return [Held(**row) for row in await pool.fetch(_THESE, assignments, on)]
