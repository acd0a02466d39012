"""The grid of a matrix: the head's indicators on top, those who carry them at the left, a page at a time."""

from collections.abc import Collection
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel

from contracts.alignment import Role
from eventlog.database import Pool
from services.planning.agreement.views import AgreementRow


class TopShown(BaseModel):
    """An indicator of the head's; one with no `cells` is served by nobody."""

    indicator: str
    objective: str
    text: str
    unit: str | None
    target: str | None
    cells: int


class CellShown(BaseModel):
    place: str
    indicator: str
    under: str | None
    role: Role
    direct: bool
    text: str


class RowShown(BaseModel):
    """Somebody at the left; `elsewhere` counts their cells in other matrices of the year. Who has none here or
    there serves nothing."""

    assignment: str
    person: str
    name: str | None
    position: str
    unit: str
    leads: bool
    cells: list[CellShown]
    elsewhere: int


class GridShown(BaseModel):
    """`version` is that of the matrix, 0 before any cell was filled; `head` the assignment whose agreement it
    is. `next` is the `after` of the page of rows that follows, if one does. `may` is what the caller may do:
    `put` cells and empty them, `draft` the SKPs of those at the left."""

    matrix: str
    version: int
    unit: str
    year: int
    head: str
    indicators: list[TopShown]
    rows: list[RowShown]
    next: str | None
    may: list[Literal["put", "draft"]]


_LISTED = """
    select a.assignment from (
        select $1 as unit, false as below
        union all
        select u.unit, true from view.unit_parent u
        where u.parent = $1 and u.since <= $4 and not exists (
            select from view.unit_parent later
            where later.unit = u.unit and later.since > u.since and later.since <= $3 offset 0)
    ) u cross join lateral (select * from view.assignment t where t.unit = u.unit offset 0) a
    where (a.leads or not u.below)
      and a.start <= $4 and (a.until is null or a.until >= $3) and a.assignment <> $5
    union
    select c.assignment from view.matrix_cell c where c.matrix = $2 and c.there"""

_ROWS = f"""
with listed as ({_LISTED}
), told as (
    select listed.assignment, a.person, p.name, a.position, a.unit, a.leads,
           array(select row(c.place, c.indicator, c.under, c.role, c.direct, c.text)
                 from view.matrix_cell c
                 where c.matrix = $2 and c.assignment = a.assignment and c.there
                 order by c.place) as cells,
           (select count(*) from view.matrix_cell c
            where c.assignment = a.assignment and c.year = $6 and c.matrix <> $2 and c.there
           ) as elsewhere
    from listed
    cross join lateral (
        select * from view.assignment t where t.assignment = listed.assignment offset 0) a
    left join lateral (
        select * from view.person t where t.person = a.person offset 0) p on true
)
select * from told
where assignment > $7 and (not $8 or (cells = '{{}}' and elsewhere = 0))
order by assignment limit $9
"""


async def rows(
    pool: Pool,
    *,
    matrix: str,
    unit: str,
    year: int,
    head: str,
    idle: bool,
    after: str,
    limit: int,
) -> tuple[list[RowShown], str | None]:
    """A page of those at the left, in order of their assignments: all of the unit and the heads of those right
    below it who serve in the year, and whoever has a cell; only those who serve nothing, if `idle`. And
    the last one's assignment, if more follow."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    found = await pool.fetch(_ROWS, unit, matrix, first, last, head, year, after, idle, limit + 1)
    shown = [_row(dict(each)) for each in found[:limit]]
    return shown, shown[-1].assignment if len(found) > limit else None


async def at_left(
    pool: Pool, *, matrix: str, unit: str, year: int, among: Collection[str]
) -> frozenset[str]:
    """Which of these assignments are at the left already, or the head's own."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    found = await pool.fetch(_AT_LEFT, unit, matrix, first, last, "", [*among])
    return frozenset(row["assignment"] for row in found)


_AT_LEFT = f"select assignment from ({_LISTED}) listed where assignment = any($6)"


def _row(row: dict[str, Any]) -> RowShown:
    cells = [
        CellShown(**dict(zip(CellShown.model_fields, each, strict=True)))
        for each in row.pop("cells")
    ]
    return RowShown(**row, cells=cells)


async def counts(pool: Pool, matrix: str) -> dict[str, int]:
    """How many cells each indicator has."""
    rows = await pool.fetch(
        "select indicator, count(*) as cells from view.matrix_cell"
        " where matrix = $1 and there group by indicator",
        matrix,
    )
    return {row["indicator"]: row["cells"] for row in rows}


def top(agreement: AgreementRow, cells: dict[str, int]) -> list[TopShown]:
    """The head's indicators, with how many cells each has."""
    return [
        TopShown(
            indicator=indicator.id,
            objective=objective.id,
            text=indicator.text,
            unit=indicator.unit,
            target=next((t.target for t in indicator.targets if t.year == agreement.first), None),
            cells=cells.get(indicator.id, 0),
        )
        for objective in agreement.objectives
        for indicator in objective.indicators
    ]
