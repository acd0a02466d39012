"""A unit as planning tells it."""

import asyncio
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict

from console.ask.client import Asker, Refused
from console.ask.units import Units, units
from contracts.planning import AssignmentKind

MOST = 200
"""Members that a page lists."""


class Shape(BaseModel):
    """What a unit is from `since` on; None of what it has always been."""

    model_config = ConfigDict(frozen=True)

    since: date | None
    name: str
    level: str
    parent: str | None


class Told(BaseModel):
    """`may`: what planning would accept from the reader now."""

    model_config = ConfigDict(frozen=True)

    unit: str
    shapes: tuple[Shape, ...]
    until: date | None
    into: tuple[str, ...]
    may: tuple[str, ...]

    def on(self, day: date) -> Shape:
        """What it is on a day; of one before its first, that."""
        begun = [shape for shape in self.shapes if shape.since is None or shape.since <= day]
        return begun[-1] if begun else self.shapes[0]


class Member(BaseModel):
    model_config = ConfigDict(frozen=True)

    assignment: str
    person: str
    name: str | None
    position: str
    kind: AssignmentKind
    leads: bool
    start: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Members:
    """A page of those in a unit, where the next one begins, and how many there are in all."""

    items: tuple[Member, ...]
    next: str | None
    total: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A unit, all units, and who is in it; None for a reader who may not see that."""

    told: Told
    units: Units
    members: Members | None


async def shown(ask: Asker, unit: str, **chosen: str) -> Shown:
    """With those of its members that are `chosen`. Raises Refused."""
    (told, every), among = await asyncio.gather(told_of(ask, unit), members(ask, unit, **chosen))
    return Shown(told, every, among)


async def told_of(ask: Asker, unit: str) -> tuple[Told, Units]:
    """With all units. Raises Refused."""
    told, every = await asyncio.gather(ask.get("planning", "units", unit), units(ask))
    return Told.model_validate(told), every


async def members(ask: Asker, unit: str, **chosen: str) -> Members | None:
    """Who is in the unit today; None to a reader who may not see that. Raises Refused."""
    try:
        told = await ask.get("planning", "units", unit, "assignments", limit=str(MOST), **chosen)
    except Refused as refused:
        if refused.status != 403:
            raise
        return None
    items = tuple(Member.model_validate(each) for each in told["items"])
    return Members(items, told["next"], told["total"])
