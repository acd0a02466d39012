"""The table of a file: the rows below its headings, by the names of the columns."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sheets.columns import Column, plain
from sheets.files import Sheet, Value, open_sheets
from sheets.problems import Problem, Unreadable, Wrong, letter, shorten

TITLES = 30
"""Rows from the top among which the headings are looked for."""
KEPT = 10_000
"""Problems that are kept of one file: whoever has more has one mistake, many times."""
MEMORY = 50_000
"""Values of one column whose conversion is remembered: units, positions and dates repeat."""


@dataclass(frozen=True, slots=True)
class Row:
    """`number` as the spreadsheet counts it; `values` by the columns' names, None where a cell is empty.
    Of a column that the file does not have there is none."""

    number: int
    values: Mapping[str, Any]


@dataclass
class Table:
    """
    places    of the columns that the file has, counted from 0, by their names
    headings  what it calls them
    problems  at most KEPT; `wrong` counts all
    """

    rows: list[Row] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    wrong: int = 0

    def add(self, row: int, name: str, code: str, found: object = "", **facts: str | int) -> None:
        """A problem of a row, in the column of this name; in the row as a whole if the file has none."""
        place = self.places.get(name)
        column = "" if place is None else letter(place)
        heading = self.headings.get(name, "")
        self.tell(Problem(row, column, heading, code, shorten(found), facts))

    def tell(self, problem: Problem) -> None:
        self.wrong += 1
        if len(self.problems) < KEPT:
            self.problems.append(problem)


def read(content: bytes, columns: Sequence[Column]) -> Table:
    """All rows of the first visible sheet that has the columns, with all problems. The rows are complete
    only if there is no problem."""
    table = Table()
    try:
        _read(content, columns, table)
    except Unreadable as error:
        table.tell(error.problem)
    return table


def _read(content: bytes, columns: Sequence[Column], table: Table) -> None:
    for sheet in open_sheets(content):
        top = list(islice(sheet.rows, TITLES))
        found = _find_headings(top, columns)
        if found is not None:
            _match(top[found], found, columns, table)
            if not table.problems:
                rows = _from(top, sheet, found + 1)
                _convert(rows, sheet, columns, table)
            return
    wanted = ", ".join(column.heading for column in columns if column.required)
    raise Unreadable("no-headings", headings=wanted)


def _find_headings(top: Sequence[Sequence[Value]], columns: Sequence[Column]) -> int | None:
    """The row in which most columns are named; at least two, or the only one that is asked for."""
    known = frozenset().union(*(column.names for column in columns))
    counts = [len({plain(cell) for cell in row if cell != ""} & known) for row in top]
    most = max(counts, default=0)
    return counts.index(most) if most >= min(2, len(columns)) else None


def _match(row: Sequence[Value], at: int, columns: Sequence[Column], table: Table) -> None:
    said = [plain(cell) for cell in row]
    for column in columns:
        # The heading of our template before its synonyms, these in order.
        names = [plain(name) for name in (column.heading, *column.synonyms)]
        places = [n for name in dict.fromkeys(names) for n, each in enumerate(said) if each == name]
        if places:
            place = table.places[column.name] = places[0]
            table.headings[column.name] = shorten(row[place])
            if len(places) > 1 and said[places[0]] == said[places[1]]:
                table.add(
                    at + 1,
                    column.name,
                    "column-twice",
                    row[place],
                    heading=shorten(row[place]),
                    other=letter(places[1]),
                )
        elif column.required:
            table.add(at + 1, column.name, "missing-column", heading=column.heading)


def _from(
    top: Sequence[Sequence[Value]], sheet: Sheet, first: int
) -> Iterator[tuple[int, Sequence[Value]]]:
    yield from enumerate(top[first:], start=first)
    yield from enumerate(sheet.rows, start=len(top))


def _convert(
    rows: Iterator[tuple[int, Sequence[Value]]],
    sheet: Sheet,
    columns: Sequence[Column],
    table: Table,
) -> None:
    there = [(table.places[c.name], c, dict[str, Any]()) for c in columns if c.name in table.places]
    flawed = {row for row, _ in sheet.flaws}
    for number, cells in rows:
        if number not in flawed and all(cell == "" or cell is None for cell in cells):
            continue
        values: dict[str, Any] = {}
        for place, column, memory in there:
            cell = cells[place] if place < len(cells) else ""
            if flawed and (flaw := sheet.flaws.get((number, place))):
                table.add(number + 1, column.name, flaw)
            elif cell.__class__ is str and cell in memory:
                values[column.name] = memory[cell]
            elif cell == "" or (isinstance(cell, str) and not cell.strip()):
                values[column.name] = None
                if column.required:
                    table.add(number + 1, column.name, "missing")
            else:
                try:
                    value = values[column.name] = column.convert(cell)
                except Wrong as wrong:
                    table.add(number + 1, column.name, wrong.code, cell, **wrong.facts)
                else:
                    if isinstance(cell, str) and len(memory) < MEMORY:
                        memory[cell] = value
        table.rows.append(Row(number + 1, values))
    if not table.rows and not table.problems:
        table.tell(Problem(0, "", "", "no-rows", "", {}))
