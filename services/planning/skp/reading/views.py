"""Where what an SKP's results serve stands, and what those that a list names are called."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from eventlog.database import Pool
from services.planning.unit.views import name_of

_PLACES = """
select c.place from view.matrix_cell c
where c.place = any($1) and c.assignment = $2 and c.there
union all
select p.place from view.agreement_place p join view.agreement g using (agreement, version)
where p.place = any($1) and g.assignment = $2
union all
select s.skp || '/' || (r ->> 'id')
from view.skp s, jsonb_array_elements(s.plan::jsonb -> 'results') r
where s.skp = any($3) and s.status = 'approved' and s.assignment <> $2
"""


async def places(pool: Pool, assignment: str, said: Collection[str]) -> frozenset[str]:
    """Of these places, those that a result of the assignment may serve: its cells, the objectives of an
    agreement of its own, and results of others' approved SKPs."""
    if not said:
        return frozenset()
    skps = [place.partition("/")[0] for place in said]
    rows = await pool.fetch(_PLACES, [*said], assignment, skps)
    return frozenset(row["place"] for row in rows) & frozenset(said)


@dataclass(frozen=True, slots=True)
class Called:
    """Names by id."""

    people: Mapping[str, str]
    units: Mapping[str, str]


_NAMES = f"""
select true as human, person as id, name from view.person where person = any($1)
union all
select false, u.id, {name_of("u.id", "$3::date")} from unnest($2::text[]) u (id)
"""


async def names(pool: Pool, people: Collection[str], units: Collection[str], on: date) -> Called:
    """Of these people and units, those that have one; units as they are called on a day."""
    rows = await pool.fetch(_NAMES, [*people], [*units], on)
    return Called(
        {row["id"]: row["name"] for row in rows if row["human"]},
        {row["id"]: row["name"] for row in rows if row["name"] and not row["human"]},
    )
