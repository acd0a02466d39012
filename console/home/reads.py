"""What the year's page shows."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from console.ask.client import Asker, Refused
from console.ask.status import Status, statuses

Counts = Mapping[str, int]
"""How many, by predicate."""


@dataclass(frozen=True, slots=True)
class Year:
    """status      by service, as it tells of itself; None of one that does not answer
    predicates  by unit's name, ordered as planning names them; None if the reader may not see them
    away        the predicates: nobody can say
    """

    status: Mapping[str, Status | None]
    predicates: list[tuple[str, Counts]] | None
    away: bool = False


async def year(ask: Asker, cycle: str, *, predicates: bool) -> Year:
    """`predicates`: whether to ask for them. A service notes each refusal."""
    if not predicates:
        return Year(await statuses(ask), None)
    status, counts = await asyncio.gather(statuses(ask), _predicates(ask, cycle))
    if isinstance(counts, Refused):
        away = counts.status >= 500
        return Year(status, [] if away else None, away)
    return Year(status, counts)


async def _predicates(ask: Asker, cycle: str) -> list[tuple[str, Counts]] | Refused:
    try:
        counts, units = await asyncio.gather(
            ask.get("appraisal", "cycles", cycle, "predicates"), ask.get("planning", "units")
        )
    except Refused as refused:
        return refused
    names = {unit["unit"]: unit["name"] for unit in units}
    return [(names.get(unit, unit), found) for unit, found in counts.items()]
