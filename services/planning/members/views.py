"""Who is in a unit, and who leads it, on a day."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from chassis.assignments import ASSIGNMENT, AssignmentRow
from chassis.lists import Listing
from eventlog.database import Pool, Record
from services.planning.person.views import names


class Member(AssignmentRow):
    name: str | None


def listing(unit: str, on: date, sort: str) -> Listing:
    """The assignments that are in force in the unit itself on a day."""
    held = ["t.unit = $1", "t.start <= $2", "(t.until is null or t.until >= $2)"]
    return Listing(ASSIGNMENT, held, [unit, on], sort)


async def named(pool: Pool, rows: Sequence[Record]) -> list[Member]:
    called = {each.person: each.name for each in await names(pool, [row["person"] for row in rows])}
    return [Member(**row, name=called.get(row["person"])) for row in rows]


class Held(NamedTuple):
    """`office` is that by which the appraiser is one on the day."""

    assignment: str
    leads: bool
    office: str | None


_HELD = """
select a.assignment, a.leads, (
    select p.office from view.appraiser p where p.assignment = a.assignment and p.since <= $2
    order by p.since desc limit 1) as office
from view.assignment a
where a.unit = $1 and a.start < $2 and (a.until is null or a.until >= $2)"""


async def held(pool: Pool, unit: str, since: date) -> dict[str, Held]:
    """The assignments of a unit that have begun before a day and go on, by their names."""
    return {row["assignment"]: Held(*row) for row in await pool.fetch(_HELD, unit, since)}


_HEAD = """
select a.assignment from view.assignment a
where a.unit = $1 and a.leads and a.start <= $2 and (a.until is null or a.until >= $2)
order by a.kind = 'definitive' desc, a.start limit 1"""


async def head(pool: Pool, unit: str, on: date) -> str | None:
    """The assignment by which somebody leads the unit on a day."""
    found: str | None = await pool.fetchval(_HEAD, unit, on)
    return found
