"""What is above and below a place. Objectives are below what they serve, indicators below their objectives,
cells of matrices below indicators or team leaders' cells; so each is below one thing."""

from typing import Literal

from pydantic import BaseModel

from contracts.alignment import Role
from eventlog.database import Pool

MOST_ABOVE = 40
"""Steps up: three for each level of units, and no tree of units has so many."""


class NodeShown(BaseModel):
    """`depth` in steps from where it was asked for; `below` counts what is right below it. Only a cell has an
    assignment, a role and a person."""

    place: str
    parent: str | None
    depth: int
    kind: Literal["objective", "indicator", "cell"]
    unit: str
    text: str
    assignment: str | None
    person: str | None
    name: str | None
    role: Role | None
    below: int


_NODES = """
    select p.place, p.parent, p.kind, p.unit, p.text,
           null as assignment, null as person, null as role
    from view.agreement_place p join view.agreement g using (agreement, version)
    where {of_places}
    union all
    select c.place, c.parent, 'cell', c.unit, c.text, c.assignment, c.person, c.role
    from view.matrix_cell c where c.there and {of_cells}
"""
_BELOW = _NODES.format(of_places="p.parent = d.place", of_cells="c.parent = d.place")
_HERE = _NODES.format(of_places="p.place = $1", of_cells="c.place = $1")
_ABOVE = _NODES.format(of_places="p.place = d.parent", of_cells="c.place = d.parent")
_COUNTED = """
select w.*, (select n.name from view.person n where n.person = w.person) as name,
       (select count(*) from view.agreement_place p join view.agreement g using (agreement, version)
        where p.parent = w.place)
       + (select count(*) from view.matrix_cell c where c.parent = w.place and c.there) as below
from {way} w
"""
_DOWN = f"""
with recursive down as (
    select h.*, 0 as depth from ({_HERE}) h
    union all
    select b.*, d.depth + 1 from down d, lateral ({_BELOW}) b where d.depth < $2
), page as (
    select * from down
    where depth > 0 and ($3 = '' or (depth, place) > (select depth, place from down where place = $3))
    order by depth, place limit $4
)
{_COUNTED.format(way="page")} order by w.depth, w.place
"""
_UP = f"""
with recursive up as (
    select h.*, 0 as depth from ({_HERE}) h
    union all
    select a.*, d.depth + 1 from up d, lateral ({_ABOVE}) a where d.depth < $2
)
{_COUNTED.format(way="up")} order by w.depth
"""


async def up(pool: Pool, place: str) -> list[NodeShown]:
    """The place itself, and all above it; nothing if there is no such place."""
    rows = await pool.fetch(_UP, place, MOST_ABOVE)
    return [NodeShown(**row) for row in rows]


async def down(
    pool: Pool, place: str, depth: int, after: str, limit: int
) -> tuple[list[NodeShown], str | None]:
    """A page of what is below, the nearest first; and the place of the last one, if more follows."""
    rows = await pool.fetch(_DOWN, place, depth, after, limit + 1)
    shown = [NodeShown(**row) for row in rows[:limit]]
    return shown, shown[-1].place if len(rows) > limit else None
