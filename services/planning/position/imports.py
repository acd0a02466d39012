"""Positions from a file: described where nobody has, and anew where the file says otherwise."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from chassis.imports.kind import Desk, Item, Kind, Step
from law.refusal import Refused
from services.planning.position import columns, decisions
from services.planning.position.decisions import AGGREGATE, Description, Position, position_id
from sheets.table import Table

GROUP = 1000


class Course:
    def __init__(self, desk: Desk, table: Table) -> None:
        self._desk, self._table = desk, table
        items = dict[str, Item]()
        for row in table.rows:
            id = position_id(row.values["name"])
            if id in items:
                table.add(row.number, "name", "twice", row.values["name"], other=items[id].number)
            else:
                items[id] = Item([row])
        if not desk.personnel:
            table.add(table.rows[0].number, "", "not-yours-to-describe")
        every = [*items.values()]
        self.groups: Sequence[Sequence[Item]] = [
            every[n : n + GROUP] for n in range(0, len(every), GROUP)
        ]

    async def decide(self, items: Sequence[Item]) -> list[Sequence[Step]]:
        return await asyncio.gather(*map(self._decide, items))

    async def _decide(self, item: Item) -> Sequence[Step]:
        values = item.rows[0].values
        stream = AGGREGATE.stream(position_id(values["name"]))
        history = await self._desk.log.read_stream(stream)
        state, version = AGGREGATE.fold(history)
        said = _said(values, state)
        if state and state.description == said:
            return ()
        try:
            event = decisions.describe(state, self._desk.by, said, self._desk.reason)
        except Refused as refused:
            found = values.get(refused.field) or ""
            self._table.add(item.number, refused.field, refused.code, found, detail=refused.detail)
            return ()
        return [Step(stream, version, [event], event.subject, (), history)]


def _said(values: Mapping[str, Any], state: Position | None) -> Description:
    """Of what the file has no column for, a position stays what it is."""
    old = state.description if state else None
    kind = values["kind"]
    form = values.get("form")
    if old and old.kind == kind and form is None:
        form = old.form
    return Description(
        values["name"],
        kind,
        values.get("level", old.level if old else None),
        values.get("grade", old.grade if old else None),
        form or decisions.usual_form(kind),
    )


async def _begin(desk: Desk, table: Table) -> Course:
    return Course(desk, table)


IMPORT = Kind("positions", columns.POSITIONS, columns.WORDS, _begin)
