"""A matrix as planning tells it."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from console.ask.client import Asker, Refused
from console.ask.units import Units, units

PAGE = 25
"""People on a page: as many as one types in at a time."""
GUESTS = 200
"""Who were added, as many as planning tells at once."""


class Cell(BaseModel):
    model_config = ConfigDict(frozen=True)

    place: str
    indicator: str
    under: str | None
    role: Literal["responsible", "member", "additional"]
    direct: bool
    text: str


class Top(BaseModel):
    model_config = ConfigDict(frozen=True)

    indicator: str
    objective: str
    text: str
    unit: str | None
    target: str | None
    cells: int


class Row(BaseModel):
    """Somebody at the left; `name` is None of who is added just now."""

    model_config = ConfigDict(frozen=True)

    assignment: str
    person: str = ""
    name: str | None = None
    position: str = ""
    unit: str = ""
    leads: bool = False
    cells: tuple[Cell, ...] = ()
    elsewhere: int = 0

    @property
    def called(self) -> str:
        return self.name or self.assignment

    def of(self, indicator: str) -> list[Cell]:
        return [cell for cell in self.cells if cell.indicator == indicator]

    def leads_team(self, indicator: str) -> bool:
        return any(cell.role == "responsible" and not cell.under for cell in self.of(indicator))


class Grid(BaseModel):
    """`may`: what planning would accept from the reader now."""

    model_config = ConfigDict(frozen=True)

    matrix: str
    version: int
    unit: str
    year: int
    head: str
    indicators: tuple[Top, ...]
    rows: tuple[Row, ...]
    next: str | None
    may: tuple[str, ...] = ()

    @property
    def unserved(self) -> list[Top]:
        return [each for each in self.indicators if not each.cells]


class Guest(BaseModel):
    """Somebody who could be at the left; `listed`: is there already, on this page or another, or is the head."""

    model_config = ConfigDict(frozen=True)

    assignment: str
    person: str
    name: str
    position: str
    unit: str
    unit_name: str | None
    listed: bool

    @property
    def row(self) -> Row:
        return Row.model_validate(self.model_dump(include={*Row.model_fields}))


class Guests(BaseModel):
    """There are `more` of the name."""

    model_config = ConfigDict(frozen=True)

    items: tuple[Guest, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of a matrix, and the units of the agency."""

    grid: Grid
    units: Units

    def called(self, assignment: str) -> str:
        return next((r.called for r in self.grid.rows if r.assignment == assignment), assignment)


async def matrix(ask: Asker, unit: str, year: int, *, after: str = "", idle: bool = False) -> Shown:
    """Raises Refused."""
    chosen = ({"after": after} if after else {}) | ({"idle": "true"} if idle else {})
    told, found = await asyncio.gather(
        ask.get("planning", "matrix", unit=unit, year=str(year), limit=str(PAGE), **chosen),
        units(ask),
    )
    return Shown(Grid.model_validate(told), found)


async def guests(ask: Asker, unit: str, year: int, name: str) -> Guests:
    """Those in whose names `name` stands. Raises Refused."""
    told = await ask.get("planning", "matrix", "guests", unit=unit, year=str(year), name=name)
    return Guests.model_validate(told)


async def rows(ask: Asker, unit: str, year: int, assignments: Collection[str]) -> dict[str, Row]:
    """Of those who were added and have no cell yet; who is not found is called by the assignment."""
    if not assignments:
        return {}
    chosen = [*assignments][:GUESTS]
    try:
        told = await ask.get(
            "planning", "matrix", "guests", unit=unit, year=str(year), assignment=chosen
        )
    except Refused:
        return {}
    return {each.assignment: each.row for each in Guests.model_validate(told).items}
