"""What a result of an SKP may serve: what its assignment is asked for, and the results of the leader's SKP."""

from collections.abc import Collection
from datetime import date
from typing import Literal

from pydantic import BaseModel

from eventlog.database import Pool


class PlaceShown(BaseModel):
    """`place` as a result's `serves_at` names it, and what stands there, as its `serves` would say it. `of`: a cell
    of a matrix, the assignment's own agreement, or the leader's SKP. `served`: an SKP of theirs, or of one whom
    the leader appraises, says to serve it; also one that is yet to be agreed."""

    place: str
    text: str
    of: Literal["cell", "agreement", "leader"]
    served: bool = False


_OF_LEADER = """
select s.skp || '/' || (r ->> 'id') as place, r ->> 'text' as text
from view.skp s, jsonb_array_elements(s.plan::jsonb -> 'results') with ordinality as e (r, n)
where s.person = $1 and s.status = 'approved' and s.start <= $3 and s.until >= $2
  and r ->> 'kind' = 'main'
order by s.start, s.skp, n
"""
_TEAM = "select distinct assignment from view.appraiser where appraiser = $1"
_SERVED = """
select distinct r ->> 'serves_at' as place
from view.skp s, jsonb_array_elements(coalesce(s.amended, s.plan)::jsonb -> 'results') r
where s.assignment = any($1) and s.status <> 'withdrawn' and r ->> 'serves_at' = any($2)
"""


async def of_leader(pool: Pool, person: str, start: date, until: date) -> list[PlaceShown]:
    """The main results that are agreed with a leader for some of these days."""
    rows = await pool.fetch(_OF_LEADER, person, start, until)
    return [PlaceShown(place=row["place"], text=row["text"], of="leader") for row in rows]


async def served(
    pool: Pool, assignment: str, leader: str | None, places: Collection[str]
) -> frozenset[str]:
    """Of these places, those that an SKP of the assignment, or of one whom the leader appraises or did, says to
    serve."""
    team = await pool.fetch(_TEAM, leader) if leader else ()
    asked = {assignment, *(row["assignment"] for row in team)}
    rows = await pool.fetch(_SERVED, [*asked], [*places])
    return frozenset(row["place"] for row in rows)
