"""Where what an SKP's results serve stands."""

from collections.abc import Collection

from eventlog.database import Pool

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
