"""What is due from the reader, and what the year's page shows."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from console.ask.client import Asker, Refused
from console.ask.people import names
from console.ask.status import Status, statuses
from console.home.duties import Duty
from contracts.catalogue import SERVICES

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


@dataclass(frozen=True, slots=True)
class Due:
    """What is due from the reader, the next first: the first ones of `count`; `away` are the services that
    cannot say. `names` are people's, by id."""

    duties: list[Duty]
    count: int
    away: list[str]
    names: Mapping[str, str]


async def due(ask: Asker) -> Due:
    """One round to all services, and one more for names. Raises Refused."""
    answers = await asyncio.gather(*(_duties(ask, service) for service in SERVICES))
    found = [duty for answer in answers if answer for duty in answer[0]]
    found.sort(key=lambda duty: (duty.due or date.max, duty.since, duty.id))
    count = sum(answer[1] for answer in answers if answer)
    away = [name for name, answer in zip(SERVICES, answers, strict=True) if answer is None]
    nameless = {d.about.person for d in found if d.about.person and not d.about.name}
    return Due(found, count, away, await names(ask, nameless))


async def _duties(ask: Asker, service: str) -> tuple[list[Duty], int] | None:
    """Raises Refused if what the reader has just done is not in it yet."""
    try:
        told = await ask.get(service, "duties")
    except Refused as refused:
        if refused.is_behind:
            raise
        return None
    return [Duty.model_validate(each) for each in told["items"]], sum(told["counts"].values())


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
