"""The cells of a page of a matrix as the fields of its form, and what is sent of them.

A cell is `INDICATOR/ASSIGNMENT`, its fields `CELL/role`, `CELL/direct` and `CELL/text`; all are below the team
leader that the page is of, or below nobody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from console.planning.matrix.reads import Grid, Row, Top
from console.planning.rows import Fields

OF_CELL = ("role", "direct", "text")
MOST = 200
"""Cells of one command."""


def to_fields(grid: Grid, under: str | None, only: str = "") -> dict[str, str]:
    """Of those that say something, in the columns that are shown."""
    shown = {top.indicator for top in columns(grid, under, only)}
    return {
        f"{cell.indicator}/{row.assignment}/{name}": text
        for row in grid.rows
        for cell in row.cells
        if cell.under == under and cell.indicator in shown
        for name, text in (
            ("role", cell.role),
            ("direct", "direct" if cell.direct else ""),
            ("text", cell.text),
        )
        if text
    }


def columns(grid: Grid, under: str | None, only: str = "") -> list[Top]:
    """The indicators on top: all, one, or those that the team leader is in charge of."""
    leader = next((row for row in grid.rows if row.assignment == under), None)
    return [
        top
        for top in grid.indicators
        if not only or top.indicator == only
        if not under or (leader and leader.leads_team(top.indicator))
    ]


def rows(
    grid: Grid, under: str | None, fields: Fields, guests: Mapping[str, Row] | None = None
) -> list[Row]:
    """Those at the left, and behind them who was added here: as they are in `guests`, if they are."""
    there = [row for row in grid.rows if row.assignment != under]
    known = guests or {}
    return there + [known.get(each) or Row(assignment=each) for each in added(grid, fields)]


def added(grid: Grid, fields: Fields) -> list[str]:
    """The assignments of those who have fields and no row of the matrix."""
    known = {row.assignment for row in grid.rows}
    named = dict.fromkeys(cell.partition("/")[2] for cell in cells(fields))
    return [each for each in named if each not in known]


def cells(fields: Fields) -> list[str]:
    """In order, each once."""
    names = (name.rpartition("/") for name in fields if name.count("/") == 2)
    return list(dict.fromkeys(cell for cell, _, last in names if last in OF_CELL))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed in, against what it was made from: cells to put, and places to empty."""

    put: tuple[str, ...]
    empty: tuple[str, ...]

    def bodies(self, fields: Fields, under: str | None) -> Iterator[list[dict[str, Any]]]:
        """As many cells at once as a command takes."""
        for at in range(0, len(self.put), MOST):
            yield [_body(fields, cell, under) for cell in self.put[at : at + MOST]]


def wanted(fields: Fields, base: Fields) -> Wanted:
    """A cell without text is empty; one that the form has not is left as it is."""
    put, empty = [], []
    for cell in cells({**base, **fields}):
        now, before = _said(fields, cell), _said(base, cell)
        if f"{cell}/text" not in fields:
            continue
        if before[2] and not now[2]:
            empty.append(cell)
        elif now != before and (now[0] or now[2]):
            put.append(cell)
    return Wanted(tuple(put), tuple(empty))


def place(matrix: str, cell: str, under: str | None) -> str:
    indicator, _, assignment = cell.partition("/")
    return "/".join(each for each in (matrix, indicator, under, assignment) if each)


def field_at(sent: tuple[str, ...], pointer: str) -> str:
    """The field that a JSON pointer is about, into a command with these cells; empty if none is."""
    match pointer.removeprefix("#").strip("/").split("/"):
        case ["cells", n, *rest] if n.isdecimal() and int(n) < len(sent):
            name = rest[0] if rest and rest[0] in OF_CELL else "text"
            return f"{sent[int(n)]}/{name}"
        case ["reason"]:
            return "reason"
        case _:
            return ""


def _said(fields: Fields, cell: str) -> tuple[str, ...]:
    return tuple(fields.get(f"{cell}/{name}", "").replace("\r\n", "\n").strip() for name in OF_CELL)


def _body(fields: Fields, cell: str, under: str | None) -> dict[str, Any]:
    indicator, _, assignment = cell.partition("/")
    role, direct, text = _said(fields, cell)
    body = {"indicator": indicator, "under": under, "assignment": assignment, "text": text}
    # Without one it is refused, at its field.
    return body | {"direct": direct == "direct"} | ({"role": role} if role else {})
