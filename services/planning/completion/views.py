"""How far each definitive assignment's SKP has come on a day, counted by unit and told one by one.

Nothing is kept of it: it is read from the views of people, SKPs and leaves, by one and the same expression.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Literal, TypeAlias, get_args

from pydantic import BaseModel

from chassis.assignments import ASSIGNMENT
from chassis.lists import Listing
from chassis.units import with_below
from contracts.planning import LeaveKind
from eventlog.database import Pool, Record
from law.leave import EXEMPT
from services.planning.unit.views import name_of

State: TypeAlias = Literal["none", "draft", "returned", "submitted", "set", "exempt"]
"""`set`: approved, or closed since; `exempt`: a leave frees from planning (PermenPANRB 6/2022)."""
STATES: tuple[State, ...] = get_args(State)
KINDS = ",".join(f"'{kind}'" for kind in sorted(EXEMPT["PermenPANRB 6/2022"]))
LEAVE = f"""(select l.kind from view.leave l where l.assignment = t.assignment
    and l.start <= $1 and l.until >= $1 and l.kind in ({KINDS}) limit 1)"""
STATE = f"""case when {LEAVE} is not null then 'exempt' else coalesce(
    (select case when s.status in ('approved', 'closed') then 'set' else s.status end from view.skp s
     where s.assignment = t.assignment and s.status <> 'withdrawn' and s.start <= $1 and s.until >= $1
     limit 1), 'none') end"""
PLANNED = """t.kind = 'definitive' and t.start <= $1 and (t.until is null or t.until >= $1)
    and not exists (
        select from view.holder h where h.person = t.person and h.status = 'official' offset 0)"""
"""What is done as an acting official is of months that another SKP covers; a state official has none."""


class PersonCompletion(BaseModel):
    """An assignment's SKP: `reason` is the leave that exempts from it, `skp` null if there is none."""

    assignment: str
    person: str
    name: str | None
    unit: str
    unit_name: str | None
    position: str
    state: State
    reason: LeaveKind | None
    skp: str | None


_COUNTS = f"""
{with_below("$2::text[]", "$1")}, counted (unit, root) as (
    select unit, root from below union all select $3::text, '' where $3::text is not null
)
select counted.root, {STATE} as state, count(*) as count
from counted join view.assignment t using (unit) where {PLANNED} group by 1, 2"""


async def counts(
    pool: Pool, on: date, whole: Collection[str], alone: str | None
) -> Mapping[str, Mapping[State, int]]:
    """By unit: each of `whole` with all below it; under an empty name that of `alone` itself."""
    found: dict[str, dict[State, int]] = {}
    for row in await pool.fetch(_COUNTS, on, [*whole], alone):
        found.setdefault(row["root"], {})[row["state"]] = row["count"]
    return found


_BELOW = with_below("array[$1::text]", "$2") + "select unit from below"


async def units_below(pool: Pool, unit: str, on: date) -> list[str]:
    """The unit and all below it on a day."""
    return [row["unit"] for row in await pool.fetch(_BELOW, unit, on)]


def listing(on: date, units: Sequence[str], states: Collection[State], sort: str) -> Listing:
    """The assignments of these units, of some states; of all, if none is named."""
    where, arguments = [PLANNED, "t.unit = any($2)"], [on, [*units]]
    if states:
        where.append(f"({STATE}) = any($3)")
        arguments.append([*states])
    return Listing(ASSIGNMENT, where, arguments, sort, ("assignment", "person", "unit", "position"))


_TOLD = f"""
select t.assignment, t.person, t.unit, t.position, {STATE} as state, {LEAVE} as reason,
    (select n.name from view.person n where n.person = t.person) as name,
    {name_of("t.unit", "$1")} as unit_name,
    (select s.skp from view.skp s where s.assignment = t.assignment and s.status <> 'withdrawn'
     and s.start <= $1 and s.until >= $1 limit 1) as skp
from view.assignment t where t.assignment = any($2)"""


async def told(pool: Pool, on: date, rows: Sequence[Record]) -> list[PersonCompletion]:
    """Those, in their order."""
    of = [row["assignment"] for row in rows]
    found = {row["assignment"]: row for row in await pool.fetch(_TOLD, on, of)}
    return [PersonCompletion(**found[each]) for each in of if each in found]


_OWN = """
select m.unit from view.mandate m where m.person = $1 and m.mandate = any($3)
    and m.since <= $2 and (m.until is null or m.until >= $2)
union
select a.unit from view.assignment a
    where a.person = $1 and a.leads and a.start <= $2 and (a.until is null or a.until >= $2)
order by 1"""


async def own_units(pool: Pool, actor: str, on: date, mandates: Collection[str]) -> list[str]:
    """The units in which the actor has one of these mandates, or which they lead."""
    return [row["unit"] for row in await pool.fetch(_OWN, actor, on, [*mandates])]
