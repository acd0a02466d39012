"""What the pages of agreements show."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from console.ask import people
from console.ask.client import Asker, Refused
from console.ask.units import Units, units
from console.planning.agreement.fields import Agreement
from contracts.alignment import AgreedIndicator, Objective


class Head(BaseModel):
    """Who leads a unit in a year."""

    model_config = ConfigDict(frozen=True)

    assignment: str
    person: str
    name: str = ""
    position: str
    start: date
    until: date | None
    may: tuple[str, ...]

    @property
    def called(self) -> str:
        return f"{self.name or self.person}, {self.position}"


class Row(BaseModel):
    """Of what an amendment has changed: `before` is missing of what was added, `after` of what was removed."""

    model_config = ConfigDict(frozen=True)

    id: str
    before: Objective | AgreedIndicator | None
    after: Objective | AgreedIndicator | None


class Change(BaseModel):
    model_config = ConfigDict(frozen=True)

    version: int
    at: datetime
    by: str
    reason: str | None
    assignment: Mapping[str, str] | None
    objectives: tuple[Row, ...]
    indicators: tuple[Row, ...]

    @property
    def rows(self) -> list[tuple[str, str]]:
        """What was and what is now, in words; of an objective only if its own words have changed."""
        found = [
            (_words(row.before), _words(row.after)) for row in (*self.objectives, *self.indicators)
        ]
        return [(before, after) for before, after in found if before != after]


@dataclass(frozen=True, slots=True)
class Overview:
    """What a unit has agreed to in a year, the strategic plan behind, and who leads it then."""

    unit: str
    year: int
    units: Units
    agreements: list[Agreement]
    heads: list[Head]

    @property
    def has_agreement(self) -> bool:
        return any(not each.is_plan for each in self.agreements)

    @property
    def has_plan(self) -> bool:
        return any(each.is_plan for each in self.agreements)

    @property
    def shared(self) -> bool:
        """The reader may see who shares in it."""
        return any("share" in each.may and not each.is_plan for each in self.agreements)

    @property
    def followed(self) -> list[tuple[str, str]]:
        """What the reader may follow down, by place and in words: of the strategic plan, else of the year's."""
        wanted = [each for each in self.agreements if each.is_plan or not self.has_plan]
        return [
            (f"{each.agreement}/{objective.id}", objective.text)
            for each in wanted
            if "follow" in each.may
            for objective in each.objectives
        ]

    @property
    def may_set(self) -> list[Head]:
        return [head for head in self.heads if "set" in head.may]


@dataclass(frozen=True, slots=True)
class Shown:
    """An agreement, its amendments, the latest first, what its objectives serve in words, by place, and
    people's names by id."""

    agreement: Agreement
    changes: list[Change]
    heads: list[Head]
    units: Units
    served: Mapping[str, str]
    names: Mapping[str, str]

    @property
    def may_amend(self) -> bool:
        return "amend" in self.agreement.may or any("set" in head.may for head in self.heads)


async def overview(ask: Asker, unit: str, year: int) -> Overview:
    """Raises Refused."""
    found, agreements, heads = await asyncio.gather(
        units(ask), _agreements(ask, unit, year), _heads(ask, unit, year)
    )
    # With what the reader may do with each.
    told = await asyncio.gather(
        *(ask.get("planning", "agreements", each.agreement) for each in agreements)
    )
    return Overview(unit, year, found, [Agreement.model_validate(each) for each in told], heads)


async def top(ask: Asker, year: int) -> Overview:
    """Of the unit at the top that has most below it, for who is in none. Raises Refused."""
    every = await units(ask)
    found = max(every.below(None), key=lambda each: len(every.below(each.unit)), default=None)
    if not found:
        return Overview("", year, Units({}), [], [])
    return await overview(ask, found.unit, year)


async def agreement(ask: Asker, id: str) -> Shown:
    """Raises Refused."""
    told = Agreement.model_validate(await ask.get("planning", "agreements", id))
    changes, heads, found, served = await asyncio.gather(
        ask.get("planning", "agreements", id, "changes"),
        _heads(ask, told.unit, told.first),
        units(ask),
        _served(ask, [each.serves for each in told.objectives if each.serves]),
    )
    versions = [Change.model_validate(each) for each in reversed(changes)]
    names = await people.names(ask, {told.person, *(each.by for each in versions)})
    return Shown(told, versions, heads, found, served, names)


async def above(ask: Asker, unit: str, year: int, head: str) -> dict[str, str]:
    """What objectives of the unit may serve, by place: of the unit above, or the strategic plan."""
    found = await units(ask)
    parent = found.parent(unit)
    told = await _agreements(ask, parent or unit, year)
    options = dict[str, str]()
    for each in told:
        if parent or each.is_plan:
            options |= places(each)
    return options | (await _cells(ask, parent, year, head) if parent else {})


async def before(ask: Asker, unit: str, year: int) -> Agreement | None:
    """What the unit has agreed to for the year before."""
    return next((each for each in await _agreements(ask, unit, year - 1) if not each.is_plan), None)


def places(agreement: Agreement) -> dict[str, str]:
    """What it says, by place."""
    found = dict[str, str]()
    for objective in agreement.objectives:
        found[f"{agreement.agreement}/{objective.id}"] = objective.text
        for each in objective.indicators:
            found[f"{agreement.agreement}/{each.id}"] = f"– {each.text}"
    return found


async def _cells(ask: Asker, unit: str, year: int, head: str) -> dict[str, str]:
    """The head's part in the matrix of the unit above, as far as the reader may see it."""
    try:
        grid = await ask.get("planning", "matrix", unit=unit, year=str(year), limit="200")
    except Refused as refused:
        if refused.status >= 500:
            raise
        return {}
    rows: Iterable[Any] = (row for row in grid["rows"] if row["assignment"] == head)
    return {cell["place"]: cell["text"] for row in rows for cell in row["cells"]}


async def _served(ask: Asker, served: Sequence[str]) -> dict[str, str]:
    """Their words, where agreements have them."""
    names = sorted({place.partition("/")[0] for place in served})
    told = await asyncio.gather(*(_maybe(ask, name) for name in names))
    return {place: text for each in told if each for place, text in places(each).items()}


async def _maybe(ask: Asker, id: str) -> Agreement | None:
    try:
        return Agreement.model_validate(await ask.get("planning", "agreements", id))
    except Refused as refused:
        if refused.status >= 500:
            raise
        return None


async def _agreements(ask: Asker, unit: str, year: int) -> list[Agreement]:
    told = await ask.get("planning", "agreements", unit=unit, year=str(year))
    return [Agreement.model_validate(each) for each in told["items"]]


async def _heads(ask: Asker, unit: str, year: int) -> list[Head]:
    told = await ask.get("planning", "agreement-heads", unit=unit, year=str(year))
    names = await people.names(ask, {each["person"] for each in told})
    return [Head.model_validate(each | {"name": names.get(each["person"], "")}) for each in told]


def _words(row: Objective | AgreedIndicator | None) -> str:
    match row:
        case None:
            return ""
        case Objective():
            return row.text
        case AgreedIndicator():
            targets = ", ".join(f"{each.year}: {each.target}" for each in row.targets)
            return f"{row.text} ({targets}{f' {row.unit}' if row.unit else ''})"
