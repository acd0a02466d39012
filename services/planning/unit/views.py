"""Units with their names, from day to day, and who has a mandate in them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Literal

from pydantic import BaseModel, Json
from pydantic_core import to_json

from chassis.units import placed
from contracts.event import Recorded
from contracts.topics import topic
from contracts.units import (
    ALWAYS,
    Mandate,
    MandateEnded,
    MandateGiven,
    UnitChanged,
    UnitContinued,
    UnitCorrected,
    UnitEnded,
    UnitRegistered,
)
from eventlog.database import Pool
from eventlog.views import Change, Put, Row, Table, View
from law.period import Span, holds
from services.planning.unit.decisions import Left


class ShapeRow(Row):
    """What the unit is from `since` on, until the next row; of the first row its first day."""

    unit: str
    since: date
    name: str
    level: str
    parent: str | None


class EndRow(Row):
    """The last day of a unit, None if it goes on after all; and who carries on."""

    unit: str
    until: date | None
    into: Json[list[str]]


class MandateRow(Row):
    unit: str
    person: str
    mandate: Mandate
    since: date
    until: date | None
    ground: str


UNIT = Table("unit", ShapeRow, key=2)
END = Table("unit_end", EndRow)
MANDATE = Table("unit_mandate", MandateRow, key=3)


def project(recorded: Recorded) -> Iterable[Change]:
    match recorded.event:
        case UnitRegistered() | UnitCorrected() | UnitChanged() as e:
            row = {"name": e.name, "level": e.level, "parent": e.parent}
            yield Put(UNIT, (e.unit, e.since or ALWAYS), row)
        case UnitEnded() as e:
            yield Put(END, (e.unit,), {"until": e.on, "into": to_json(e.into).decode()})
        case UnitContinued() as e:
            yield Put(END, (e.unit,), {"until": None, "into": "[]"})
        case MandateGiven() as e:
            given = {"since": e.since, "until": e.until, "ground": e.ground}
            yield Put(MANDATE, (e.unit, e.person, e.mandate), given)
        case MandateEnded() as e:
            yield Put(MANDATE, (e.unit, e.person, e.mandate), {"until": e.on})


VIEW = View(
    "planning_units",
    (topic("planning"),),
    (
        UnitRegistered,
        UnitCorrected,
        UnitChanged,
        UnitEnded,
        UnitContinued,
        MandateGiven,
        MandateEnded,
    ),
    (UNIT, END, MANDATE),
    project,
    version=2,
)


class UnitShown(BaseModel):
    """A unit as it is on a day; one that begins later, or has ended, as it is on its first or last day, and not
    `there` on the day. `since` is its first day, `until` its last; None if it has always been there, or
    goes on."""

    unit: str
    name: str
    level: str
    parent: str | None
    since: date | None
    until: date | None
    there: bool

    @property
    def span(self) -> Span:
        return self.since or ALWAYS, self.until


class ShapeTold(BaseModel):
    since: date | None
    name: str
    level: str
    parent: str | None


class UnitTold(BaseModel):
    """A unit from day to day. `since` of the first shape is its first day; of one that has always been there,
    None. `may` is what the caller may do with it, whatever they would say."""

    unit: str
    shapes: list[ShapeTold]
    until: date | None
    into: list[str]
    may: list[Literal["change", "end", "continue", "move"]] = []


def _nearest(row: str, on: str) -> str:
    """The order in which the shape of a day comes first: the latest begun, or else the first to begin."""
    begun = f"{row}.since <= {on}"
    return f"{begun} desc, case when {begun} then {row}.since end desc, {row}.since"


_ON = f"""
select distinct on (u.unit) u.unit, u.name, u.level, u.parent, e.until,
       (select min(f.since) from view.unit f where f.unit = u.unit) as since
from view.unit u left join view.unit_end e using (unit)
where $2::text[] is null or u.unit = any($2)
order by u.unit, {_nearest("u", "$1")}"""


async def units(pool: Pool, on: date, of: Collection[str] | None = None) -> list[UnitShown]:
    """All that there are, were or will be, or those of them; by their ids."""
    rows = await pool.fetch(_ON, on, None if of is None else [*of])
    return [
        UnitShown(
            **{**row, "since": _first(row["since"])},
            there=holds((row["since"], row["until"]), on),
        )
        for row in rows
    ]


async def names(pool: Pool, on: date, of: Collection[str]) -> Mapping[str, str]:
    """By id, what those of these units that there are were called on a day."""
    return {each.unit: each.name for each in await units(pool, on, of)}


def name_of(unit: str, on: str) -> str:
    """The name of a unit on a day, both given as expressions in SQL."""
    return (
        f"(select n.name from view.unit n where n.unit = {unit}"
        f" order by {_nearest('n', on)} limit 1)"
    )


async def unit(pool: Pool, id: str) -> UnitTold | None:
    """From day to day; None if there never was such a unit."""
    shapes = [
        ShapeTold(
            since=_first(row.since),
            name=row.name,
            level=row.level,
            parent=row.parent,
        )
        for row in await UNIT.where(pool, unit=id)
    ]
    end = await END.find(pool, id)
    if not shapes:
        return None
    return UnitTold(
        unit=id, shapes=shapes, until=end.until if end else None, into=end.into if end else []
    )


_LEFT = f"""
select (select count(*) from view.assignment a
        where a.unit = $1 and (a.until is null or a.until > $2)) as people,
       (select count(distinct u.unit) from view.unit_parent u
        left join view.unit_end e on e.unit = u.unit
        where u.parent = $1 and (e.until is null or e.until > $2)
          and (u.since > $2 or ({placed("u", "$2::date + 1")}))) as units"""


async def left(pool: Pool, unit: str, last: date) -> Left:
    """Who and what is in a unit behind a day."""
    row = await pool.fetchrow(_LEFT, unit, last)
    assert row
    return Left(**row)


def _first(since: date) -> date | None:
    return None if since == ALWAYS else since
