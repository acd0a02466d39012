"""How far each definitive assignment's SKP has come on a day, counted by unit and told one by one.

Nothing is kept of it: it is read from the views of people, SKPs and leaves, by one and the same rule.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias, get_args

from pydantic import BaseModel

from chassis.assignments import ASSIGNMENT, units_below
from chassis.lists import Listing
from chassis.units import placed, with_below
from contracts.planning import LeaveKind
from eventlog.database import Pool, Record, reading_all
from law.leave import EXEMPT
from services.planning.skp.views import THERE
from services.planning.unit.views import UnitShown, name_of
from services.planning.unit.views import units as units_on

State: TypeAlias = Literal["none", "draft", "returned", "submitted", "set", "exempt"]
"""`set`: approved, or closed since; `exempt`: a leave frees from planning (PermenPANRB 6/2022)."""
STATES: tuple[State, ...] = get_args(State)
KINDS = ",".join(f"'{kind}'" for kind in sorted(EXEMPT["PermenPANRB 6/2022"]))
LEAVE = f"""(select l.kind from view.leave l where l.assignment = t.assignment
    and l.start <= $1 and l.until >= $1 and l.kind in ({KINDS}) limit 1)"""
CURRENT = f"{THERE} and s.start <= $1 and s.until >= $1"
REACHED = "case when s.status in ('approved', 'closed') then 'set' else s.status end"
STATE = f"""case when {LEAVE} is not null then 'exempt' else coalesce(
    (select {REACHED} from view.skp s where s.assignment = t.assignment and {CURRENT} limit 1), 'none') end"""
DEFINITIVE = "t.kind = 'definitive' and t.start <= $1 and (t.until is null or t.until >= $1)"
PLANNED = f"""{DEFINITIVE} and not exists (
    select from view.holder h where h.person = t.person and h.status = 'official' offset 0)"""
"""What is done as an acting official is of months that another SKP covers; a state official has none."""


class PersonCompletion(BaseModel):
    """An assignment's SKP: `reason` is the leave that exempts from it, `skp` null if there is none. `may`: whether the
    caller may read about the person."""

    assignment: str
    person: str
    name: str | None
    unit: str
    unit_name: str | None
    position: str
    state: State
    reason: LeaveKind | None
    skp: str | None
    may: list[Literal["read"]]


_TREES = with_below("$2::text[]", "$1")
_ARE_MANY = f"{_TREES} select count(*) > $3 from (select from below limit $3 + 1) few"
FEW = 2000
"""Units that are counted one by one in less time than all of the agency is at once: of 240,000 people in 8,000
units, both took a second for 4,000, on a busy machine with two cores."""
_SUMS = """
    select root, state, sum(count)::int as count
    from (select * from below union all select $3::text, '') of_root join counted using (unit) group by 1, 2"""
_OF_FEW = f"""{_TREES}, counted (unit, state, count) as (
    select those.unit, t.state, count(*)
    from (select unit from below union select $3::text) those cross join lateral (
        select {STATE} as state from view.assignment t
        where t.unit = those.unit and {PLANNED} offset 0) t
    group by 1, 2
){_SUMS}"""
_OF_MANY = f"""{_TREES}, counted (unit, state, count) as (
    select t.unit, case when t.assignment in (
            select l.assignment from view.leave l where l.start <= $1 and l.until >= $1 and l.kind in ({KINDS})
        ) then 'exempt' else coalesce({REACHED}, 'none') end, count(*)
    from view.assignment t left join view.skp s on s.assignment = t.assignment and {CURRENT}
    where {DEFINITIVE}
      and t.person not in (select h.person from view.holder h where h.status = 'official')
    group by 1, 2
){_SUMS}"""
"""Each table is read once, and not once for each assignment (`reading_all`); `in` is by a hash whatever
PostgreSQL takes the tables to hold. Nobody has two SKPs of one assignment on a day."""


async def counts(
    pool: Pool, on: date, whole: Collection[str], alone: str | None
) -> Mapping[str, Mapping[State, int]]:
    """By unit: each of `whole` with all below it; under an empty name that of `alone` itself."""
    if await pool.fetchval(_ARE_MANY, on, [*whole], FEW):
        async with reading_all(pool) as connection:
            rows = await connection.fetch(_OF_MANY, on, [*whole], alone)
    else:
        rows = await pool.fetch(_OF_FEW, on, [*whole], alone)
    found: dict[str, dict[State, int]] = {}
    for row in rows:
        found.setdefault(row["root"], {})[row["state"]] = row["count"]
    return found


async def units(pool: Pool, on: date, names: Collection[str]) -> dict[str, UnitShown]:
    """Those that there are on a day, in order of their ids."""
    return {each.unit: each for each in await units_on(pool, on, names) if each.there}


async def directly_below(pool: Pool, unit: str | None, on: date) -> list[str]:
    """The units whose parent it is on a day; None for those that have none."""
    above = "u.parent is null and $1::text is null" if unit is None else "u.parent = $1"
    rows = await pool.fetch(
        f"select u.unit from view.unit_parent u where {above} and {placed('u', '$2')}", unit, on
    )
    return [row["unit"] for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted(Listing):
    """The assignments of a unit, with those of all units below it if `whole`, of some states: of all, if none is
    named. They are as many as `counts` tells."""

    on: date
    unit: str
    whole: bool
    states: Collection[State]

    async def total(self, pool: Pool) -> int:
        of_one = ((self.unit,), None) if self.whole else ((), self.unit)
        found = await counts(pool, self.on, *of_one)
        [of] = found.values() or [{}]
        return sum(count for state, count in of.items() if not self.states or state in self.states)


async def listing(
    pool: Pool, on: date, unit: str, whole: bool, states: Collection[State], sort: str
) -> Counted:
    units = [*await units_below(pool, unit, on)] if whole else [unit]
    where, arguments = [PLANNED, "t.unit = any($2)"], [on, units]
    if states:
        where.append(f"({STATE}) = any($3)")
        arguments.append([*states])
    columns = ("assignment", "person", "unit", "position")
    return Counted(
        ASSIGNMENT, where, arguments, sort, columns, on=on, unit=unit, whole=whole, states=states
    )


@dataclass(frozen=True, slots=True)
class Readable:
    """About whom somebody may read: `all`, or these `people` and whoever holds something in these `units` `today` or
    will."""

    all: bool
    people: frozenset[str]
    units: frozenset[str]
    today: date


_TOLD = f"""
select t.assignment, t.person, t.unit, t.position, {STATE} as state, {LEAVE} as reason,
    (select n.name from view.person n where n.person = t.person) as name,
    {name_of("t.unit", "$1")} as unit_name,
    (select s.skp from view.skp s where s.assignment = t.assignment and {CURRENT} limit 1) as skp,
    $3 or t.person = any($4) or exists (
        select from view.assignment o where o.person = t.person and o.unit = any($5)
        and (o.until is null or o.until >= $6) offset 0) as readable
from view.assignment t where t.assignment = any($2)"""


async def told(
    pool: Pool, on: date, readable: Readable, rows: Sequence[Record]
) -> list[PersonCompletion]:
    """Those, in their order; of each person, whether the caller may read about them."""
    of = [row["assignment"] for row in rows]
    who = [readable.all, [*readable.people], [*readable.units], readable.today]
    found = {row["assignment"]: row for row in await pool.fetch(_TOLD, on, of, *who)}
    return [
        PersonCompletion(**row, may=["read"] if row["readable"] else [])
        for row in (found[each] for each in of if each in found)
    ]


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
