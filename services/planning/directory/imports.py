"""The files that the directory is loaded from. Facts are read for a group at a time; what they come to is
decided without I/O (`units`, `people`)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from chassis import assignments
from chassis.imports.kind import Desk, Item, Kind, Step
from eventlog.aggregate import Aggregate
from law.standing import Who
from services.planning.directory import columns
from services.planning.directory.people import Found, People, State
from services.planning.directory.posts import Above
from services.planning.directory.units import Units
from services.planning.nip.decisions import AGGREGATE as NIP
from services.planning.nip.decisions import nip_id
from services.planning.person.decisions import AGGREGATE as PERSON
from services.planning.unit.decisions import AGGREGATE as UNIT
from services.planning.unit.views import units
from sheets.columns import plain
from sheets.table import Row, Table


class UnitsCourse:
    def __init__(self, desk: Desk, units: Units) -> None:
        self._desk, self._units = desk, units
        self.groups: Sequence[Sequence[Item]] = units.groups

    async def decide(self, items: Sequence[Item]) -> list[Sequence[Step]]:
        histories = await self._desk.log.read_streams([self._units.stream(item) for item in items])
        return [self._units.decide(*each) for each in zip(items, histories, strict=True)]


async def _begin_units(desk: Desk, table: Table) -> UnitsCourse:
    every = await units(desk.pool, desk.by.on)
    parents = {unit.unit: unit.parent for unit in every}
    spans = {unit.unit: unit.span for unit in every}
    return UnitsCourse(desk, Units(desk, table, parents, spans))


class PeopleCourse:
    """`_mandates` tells of each unit whether it is in the officer's mandate."""

    def __init__(self, desk: Desk, table: Table, above: Above) -> None:
        self._desk = desk
        self._mandates: dict[str, bool] = {}
        self._people = People(desk, table, above, self._may)
        self.groups: Sequence[Sequence[Item]] = self._people.groups

    def _may(self, unit: str) -> bool:
        return self._desk.personnel or self._mandates[unit]

    async def decide(self, items: Sequence[Item]) -> list[Sequence[Step]]:
        rows = [row for item in items for row in item.rows]
        people, facts = self._people, self._people.facts
        own = [nip for row in rows if (nip := row.values.get("nip"))]
        named = [nip for row in rows if (nip := row.values.get("superior"))]
        new = [nip for nip in named if nip not in facts.owners]
        facts.owners |= await self._read(NIP, {nip: nip_id(nip) for nip in (*own, *new)})
        own = [id for row in rows if (id := people.person_of(row))]
        named = [id for row in rows if (id := people.superior_of(row))]
        new = [id for id in named if id not in facts.people]
        facts.people |= await self._read(PERSON, {id: id for id in (*own, *new)})
        numbers = {n for id in own if (of := facts.people[id].state) for n in of.nips}
        old = [nip for nip in numbers if nip not in facts.owners]
        facts.owners |= await self._read(NIP, {nip: nip_id(nip) for nip in old})
        units = {unit for row in rows if (unit := row.values.get("unit"))}
        units -= facts.units.keys()
        facts.units |= await self._read(UNIT, {unit: unit for unit in units})
        await self._learn_mandates(own, units)
        return [people.decide(item) for item in items]

    async def _read(
        self, aggregate: Aggregate[State], ids: Mapping[str, str]
    ) -> dict[str, Found[State]]:
        """The streams of these ids, by what they are known by."""
        streams = [aggregate.stream(id) for id in ids.values()]
        histories = await self._desk.log.read_streams(streams)
        return {
            key: Found(*aggregate.fold(history), history)
            for key, history in zip(ids, histories, strict=True)
        }

    async def _learn_mandates(self, people: Iterable[str], units: Iterable[str]) -> None:
        if self._desk.personnel:
            return
        facts, by = self._people.facts, self._desk.by
        states = (facts.people[id].state for id in people)
        held = {post.unit for state in states if state for post in state.posts.values()}
        for unit in {*units, *held} - self._mandates.keys():
            found = await assignments.by_unit(self._desk.pool, by.id, [unit], by.on, [Who.OFFICER])
            self._mandates[unit] = Who.OFFICER in found


async def _begin_people(desk: Desk, table: Table) -> PeopleCourse:
    above = Above()
    for named in await assignments.APPRAISER.where(desk.pool):
        above.note(named.assignment, named.since, named.appraiser, named.office)
    await _name_units(desk, table)
    return PeopleCourse(desk, table, above)


async def _name_units(desk: Desk, table: Table) -> None:
    """Find the units that rows name without a code."""
    if "unit_name" not in table.places:
        return
    codes: dict[str, list[str]] = {}
    for unit in await units(desk.pool, desk.by.on):
        if unit.there:
            codes.setdefault(plain(unit.name), []).append(unit.unit)
    rows: list[Row] = []
    for row in table.rows:
        name = row.values["unit_name"]
        if row.values.get("unit") is None and name is not None:
            found = codes.get(plain(name), [])
            if len(found) != 1:
                code = "which-unit" if found else "unknown-unit"
                table.add(row.number, "unit_name", code, name)
                continue
            row = replace(row, values={**row.values, "unit": found[0]})
        rows.append(row)
    table.rows = rows


IMPORTS = (
    Kind("units", columns.UNITS, columns.WORDS, _begin_units),
    Kind("people", columns.PEOPLE, columns.WORDS, _begin_people),
)
