"""Units from a file: registered below those that stand above, corrected where the file says otherwise."""

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.imports.kind import Desk, Item, Step
from contracts.event import Event, Recorded
from contracts.units import ALWAYS
from law.period import Span
from law.refusal import Refused
from services.planning.directory.columns import COLUMN_OF
from services.planning.directory.order import groups
from services.planning.unit import decisions
from services.planning.unit.decisions import AGGREGATE, Parent, Shape, Unit
from sheets.table import Table

NO_LEVEL = "-"


class Units:
    """`parents` of all units that there are, and their days; the file's rows are added as they are decided.

    A row that says since when the unit is what it says is a change from that day on; one that does not,
    a correction.
    """

    def __init__(
        self,
        desk: Desk,
        table: Table,
        parents: Mapping[str, str | None],
        spans: Mapping[str, Span],
    ) -> None:
        self._desk, self._table = desk, table
        self._parents, self._spans = dict(parents), dict(spans)
        items: dict[Any, Item] = {}
        for row in table.rows:
            unit = row.values["unit"]
            if unit in items:
                table.add(row.number, "unit", "twice", unit, other=items[unit].number)
            else:
                items[unit] = Item([row])
        above = {unit: [item.rows[0].values.get("parent")] for unit, item in items.items()}
        self.groups, circles = groups(items, above)
        for item in circles:
            table.add(item.number, "parent", "circle", item.rows[0].values["parent"])
        if not desk.personnel:
            table.add(table.rows[0].number, "", "not-yours-to-register")

    @staticmethod
    def stream(item: Item) -> str:
        return AGGREGATE.stream(item.rows[0].values["unit"])

    def decide(self, item: Item, history: Sequence[Recorded]) -> Sequence[Step]:
        """On the history of the unit's stream."""
        state, version = AGGREGATE.fold(history)
        values = item.rows[0].values
        try:
            event = self._event(state, values)
        except Refused as refused:
            name = COLUMN_OF.get(refused.field, "unit")
            found = values.get(name) or ""
            self._table.add(item.number, name, refused.code, found, detail=refused.detail)
            return ()
        if event is None:
            return ()
        return [Step(self.stream(item), version, [event], event.subject, (), history)]

    def _event(self, state: Unit | None, values: Mapping[str, Any]) -> Event | None:
        by, unit, since = self._desk.by, values["unit"], values.get("since")
        on = since or by.on
        old = state.shape(on) if state else None
        # Of what the file has no column for, a unit stays what it is.
        parent = values.get("parent", old.parent if old else None)
        level = values.get("level", old.level if old else None) or NO_LEVEL
        shape = Shape(values["name"], level, parent)
        above = self._above(parent)
        self._parents[unit] = parent
        if state is None:
            self._spans[unit] = (since or ALWAYS, None)
            return decisions.register(state, by, unit, shape, above, since)
        if old == shape:
            return None
        # What is so today is corrected. What another day says is decided for that day.
        first, _ = state.span
        today = state.since(by.on)
        if since and since != today and (since > first or today > first):
            return decisions.change(state, by, shape, above, since, self._desk.reason)
        return decisions.correct(state, by, shape, above, self._desk.reason)

    def _above(self, unit: str | None) -> Parent | None:
        """As all is by now; None if there is no such unit."""
        if unit is None or unit not in self._parents:
            return None
        above = set[str]()
        at: str | None = unit
        while at is not None and at not in above:
            above.add(at)
            at = self._parents.get(at)
        return Parent(unit, self._spans[unit], frozenset(above))
