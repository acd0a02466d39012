"""Performance agreements and the strategic plan from a file: set where a unit has none of the years, amended
where the file says otherwise. All rows of one unit and year are one agreement; all of one unit that say the same
period, a strategic plan."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date

from chassis import assignments
from chassis.imports.kind import Desk, Item, Kind, Step
from law.period import nearest
from law.refusal import Refused
from law.standing import Assignment, Standing
from services.planning.agreement import columns, decisions
from services.planning.agreement.columns import Period
from services.planning.agreement.decisions import AGGREGATE, Above, Agreement, agreement_id
from services.planning.agreement.rows import objectives_of, told_twice
from services.planning.matrix.decisions import AGGREGATE as MATRIX
from services.planning.unit.views import units as units_on
from sheets.columns import plain
from sheets.table import Row, Table

GROUP = 100
_HEADS = """
select a.unit, a.assignment, a.position, a.start, a.until
from view.assignment a where a.leads order by a.unit, a.assignment
"""
Head = tuple[str, date, date | None]
"""An assignment, its first day and its last."""


class Course:
    """
    units  codes by what a file may call them
    heads  those who lead each unit, or did, or will
    """

    def __init__(
        self,
        desk: Desk,
        table: Table,
        units: Mapping[str, set[str]],
        heads: Mapping[str, Sequence[Head]],
    ) -> None:
        self._desk, self._table, self._heads = desk, table, heads
        rows: dict[tuple[str, Period], list[Row]] = {}
        for row in table.rows:
            said = row.values["unit"]
            found = {said} if said in heads else units.get(plain(said), set())
            if len(found) == 1:
                [unit] = found
                year = row.values["year"]
                years = row.values.get("period") or Period(year, year)
                rows.setdefault((unit, years), []).append(row)
            else:
                table.add(row.number, "unit", "which-unit" if found else "unknown-unit", said)
        items = [(key, Item(of)) for key, of in rows.items() if not told_twice(of, table)]
        self._of = {item.number: key for key, item in items}
        every = [item for _, item in items]
        self.groups: Sequence[Sequence[Item]] = [
            every[n : n + GROUP] for n in range(0, len(every), GROUP)
        ]

    async def decide(self, items: Sequence[Item]) -> list[Sequence[Step]]:
        return await asyncio.gather(*map(self._decide, items))

    async def _decide(self, item: Item) -> Sequence[Step]:
        desk, log = self._desk, self._desk.log
        unit, (first, last) = self._of[item.number]
        id = agreement_id(unit, first, last)
        history = await log.read_stream(AGGREGATE.stream(id))
        state, version = AGGREGATE.fold(history)
        head = await self._head(unit, date(first, 1, 1), date(last, 12, 31), state)
        if head is None:
            return self._tell(item, "no-head")
        if head.person == desk.by.id:
            return self._tell(item, "yourself")
        by_unit = await assignments.by_unit(
            desk.pool, desk.by.id, [unit], desk.by.on, decisions.MAY
        )
        by = Standing(desk.by.actor, desk.by.on, head, by_unit)
        if not by.capacities.intersection(decisions.MAY):
            return self._tell(item, "not-your-unit", unit=unit)
        objectives = objectives_of(item.rows, state)
        if state and (state.objectives, state.assignment) == (objectives, head.assignment):
            return ()
        on = nearest(desk.by.on, first, last)
        units = await assignments.units_above(desk.pool, unit, on) - {unit}
        above = Above(units, await self._served(state))
        matrix, at = MATRIX.fold(await log.read_stream(MATRIX.stream(id)))
        try:
            event = (
                decisions.amend(
                    state,
                    by,
                    objectives,
                    desk.reason,
                    above,
                    {cell.indicator for cell in matrix.cells.values()} if matrix else (),
                )
                if state
                else decisions.set_(state, by, first, last, objectives, above)
            )
        except Refused as refused:
            return self._tell(item, refused.code, refused.field, detail=refused.detail)
        basis = [*by.basis, desk.fact(MATRIX.stream(id), at)]
        return [Step(AGGREGATE.stream(id), version, [event], unit, basis, history)]

    async def _head(
        self, unit: str, first: date, last: date, state: Agreement | None
    ) -> Assignment | None:
        """Who led the unit on the first day, or else first behind it; as long as they do, whose it is."""
        within = [
            head for head in self._heads[unit] if head[1] <= last and (head[2] or last) >= first
        ]
        mine = [head for head in within if state and head[0] == state.assignment]
        chosen = min(mine or within, key=lambda head: (max(head[1], first), head[0]), default=None)
        return await assignments.find(self._desk.pool, chosen[0]) if chosen else None

    async def _served(self, state: Agreement | None) -> dict[str, Agreement]:
        """What its objectives served when they were set, which a file says nothing of."""
        served = dict[str, Agreement]()
        for place in {each.serves for each in state.objectives if each.serves} if state else ():
            name = place.partition("/")[0]
            there, _ = AGGREGATE.fold(await self._desk.log.read_stream(AGGREGATE.stream(name)))
            if there:
                served[place] = there
        return served

    def _tell(self, item: Item, code: str, field: str = "unit", **facts: str) -> Sequence[Step]:
        """In the row that it is about, as far as it is about one."""
        row = item.rows[0]
        name = columns.COLUMN_OF.get(field, "objective")
        self._table.add(row.number, name, code, row.values.get(name) or "", **facts)
        return ()


async def _begin(desk: Desk, table: Table) -> Course:
    units: dict[str, set[str]] = {}
    heads: dict[str, list[Head]] = {}
    for unit in await units_on(desk.pool, desk.by.on):
        heads[unit.unit] = []
        units.setdefault(plain(unit.name), set()).add(unit.unit)
    for row in await desk.pool.fetch(_HEADS):
        if row["unit"] in heads:
            heads[row["unit"]].append((row["assignment"], row["start"], row["until"]))
            units.setdefault(plain(row["position"]), set()).add(row["unit"])
    return Course(desk, table, units, heads)


IMPORT = Kind("agreements", columns.AGREEMENTS, columns.WORDS, _begin)
