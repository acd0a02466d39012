"""What a result of an SKP may serve: what its assignment is asked for, and the results of the leader's SKP."""

from collections.abc import Collection
from datetime import date
from typing import Literal

from pydantic import BaseModel

from eventlog.database import Pool
from services.planning.skp.views import THERE


class PlaceShown(BaseModel):
    """`place` as a result's `serves_at` names it, and what stands there, as its `serves` would say it. `of`: a cell
    of a matrix, the assignment's own agreement, or the leader's SKP. `served`: an SKP of theirs, or of one whom
    the leader appraises, says to serve it, also one that is yet to be agreed; or a matrix hands it on."""

    place: str
    text: str
    of: Literal["cell", "agreement", "leader"]
    served: bool = False


_OF_LEADER = """
select s.skp || '/' || (r ->> 'id') as place, r ->> 'text' as text, exists (
           select from (
               select r ->> 'serves_at' as place
               union all
               select p.place from view.agreement_place p join view.agreement g using (agreement, version)
               where p.parent = r ->> 'serves_at') above
           cross join lateral (
               select from view.matrix_cell c where c.parent = above.place and c.there limit 1) cell
       ) as handed_on
from view.skp s, jsonb_array_elements(s.plan::jsonb -> 'results') with ordinality as e (r, n)
where s.person = $1 and s.status = 'approved' and s.start <= $3 and s.until >= $2
  and r ->> 'kind' = 'main'
order by s.start, s.skp, n
"""
_TEAM = """
select distinct p.assignment from view.appraiser p join view.assignment a using (assignment)
where p.appraiser = $1 and (a.until is null or a.until >= $2)
"""
_SERVED = f"""
select distinct r ->> 'serves_at' as place
from view.skp s, jsonb_array_elements(coalesce(s.amended, s.plan)::jsonb -> 'results') r
where s.assignment = any($1) and {THERE} and r ->> 'serves_at' = any($2)
"""


async def of_leader(pool: Pool, person: str, start: date, until: date) -> list[PlaceShown]:
    """The main results that are agreed with a leader for some of these days; `served` are those that a matrix
    hands on, from a cell of the leader's or an indicator of their agreement."""
    return [
        PlaceShown(place=row["place"], text=row["text"], of="leader", served=row["handed_on"])
        for row in await pool.fetch(_OF_LEADER, person, start, until)
    ]


async def team(pool: Pool, leader: str, start: date) -> list[str]:
    """The assignments that a leader appraises or did, but for those that ended before the day."""
    return [row["assignment"] for row in await pool.fetch(_TEAM, leader, start)]


async def served(
    pool: Pool, assignments: Collection[str], places: Collection[str]
) -> frozenset[str]:
    """Of these places, those that an SKP of one of the assignments says to serve."""
    rows = await pool.fetch(_SERVED, [*assignments], [*places])
    return frozenset(row["place"] for row in rows)


async def unserved(pool: Pool, skp: str, person: str, start: date, until: date) -> list[str]:
    """Of an SKP that is agreed, the ids of those main results that none of the person's team serves; none if
    they have no team."""
    those = await team(pool, person, start)
    if not those:
        return []
    own = await of_leader(pool, person, start, until)
    asked = [each.place for each in own if each.place.startswith(f"{skp}/") and not each.served]
    there = await served(pool, those, asked)
    return [place.rpartition("/")[2] for place in asked if place not in there]
