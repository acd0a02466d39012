"""Lists as files: all rows that the reader may see, as they come from the service.

A CSV file goes on to the browser row by row; if the service stops in the middle, the connection is cut, which
every browser tells. A workbook is sent once it is whole, with its length; else a page says so.
"""

import asyncio
import csv
import re
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from tempfile import TemporaryDirectory, TemporaryFile
from typing import BinaryIO, Generic, Literal, TypeAlias, TypeVar

from babel.numbers import get_decimal_symbol
from fastapi import Response
from fastapi.responses import StreamingResponse
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from console.web.download import TABLES, kept_as

Row = TypeVar("Row")
Cell: TypeAlias = str | int | float | date | None
Cells: TypeAlias = Sequence[Cell]
Ending: TypeAlias = Literal["csv", "xlsx"]
BATCH = 500
"""Rows that are written at once."""
PIECE = 64 * 1024
"""Bytes of a file that are sent at once."""
HIGHEST = 1_048_576
"""Rows of a worksheet."""
FORMULA = re.compile(r"[=+\-@\t\r]")
"""What a spreadsheet would take for the beginning of a formula (OWASP: CSV injection)."""
ROUNDED = re.compile(r"\d{16,}")
"""It would keep fifteen digits of it."""
AT_ONCE = asyncio.Semaphore(2)
"""Workbooks made at once in this process: each costs a thread and some hundred megabytes of disk."""


@dataclass(frozen=True)
class Column(Generic[Row]):
    """`heading` in the reader's language, `width` in characters, `cell` of a row."""

    heading: str
    width: int
    cell: Callable[[Row], Cell]


async def as_file(
    ending: Ending, name: str, columns: Sequence[Column[Row]], rows: AsyncIterator[Row]
) -> Response:
    """All rows under the columns' headings. Raises what `rows` does before its first one; of a workbook,
    at any."""
    batches = _batches(columns, rows)
    first: list[Cells] = await anext(batches, [])
    whole = _chained(first, batches)
    headers = dict(kept_as(name, ending))
    if ending == "csv":
        return StreamingResponse(_csv(columns, whole), headers=headers, media_type=TABLES[ending])
    async with AT_ONCE:
        file = await _xlsx(columns, whole)
    headers |= {"Content-Length": str(file.seek(0, 2)), "Content-Encoding": "identity"}
    return StreamingResponse(_pieces(file), headers=headers, media_type=TABLES[ending])


async def each_of(rows: Iterable[Row]) -> AsyncIterator[Row]:
    """A list that is there already."""
    for row in rows:
        yield row


async def _batches(
    columns: Sequence[Column[Row]], rows: AsyncIterator[Row]
) -> AsyncIterator[list[Cells]]:
    batch: list[Cells] = []
    async for row in rows:
        batch.append([column.cell(row) for column in columns])
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


async def _chained(
    first: list[Cells], others: AsyncIterator[list[Cells]]
) -> AsyncIterator[list[Cells]]:
    yield first
    async for batch in others:
        yield batch


# --- CSV, as a spreadsheet set to Indonesian opens it -------------------------------------------


async def _csv(
    columns: Sequence[Column[Row]], batches: AsyncIterator[list[Cells]]
) -> AsyncIterator[bytes]:
    yield "\ufeff".encode() + _lines([[column.heading for column in columns]])
    async for batch in batches:
        yield _lines(batch)


def _lines(rows: Iterable[Cells]) -> bytes:
    written = StringIO()
    csv.writer(written, delimiter=";").writerows([_plain(cell) for cell in row] for row in rows)
    return written.getvalue().encode()


def _plain(cell: Cell) -> str:
    """As text; what would be a formula, or lose digits, begins with an apostrophe."""
    match cell:
        case None:
            return ""
        case str():
            is_changed = FORMULA.match(cell) or ROUNDED.fullmatch(cell)
            return f"'{cell}" if is_changed else cell
        case float():
            return str(cell).replace(".", get_decimal_symbol("id"))
        case date():
            return cell.isoformat()[:10]
    return str(cell)


# --- XLSX ---------------------------------------------------------------------------------------


async def _xlsx(columns: Sequence[Column[Row]], batches: AsyncIterator[list[Cells]]) -> BinaryIO:
    """A file that nothing is left of once it is closed."""
    with TemporaryDirectory() as folder, ExitStack() as undo:
        file = undo.enter_context(TemporaryFile())
        book = _Book(file, folder, columns)
        async for batch in batches:
            await asyncio.to_thread(book.write, batch)
        await asyncio.to_thread(book.close)
        undo.pop_all()  # it stays open
    return file


class _Book(Generic[Row]):
    """A workbook that keeps one row in memory. What does not fit on a sheet stands on another one."""

    def __init__(self, file: BinaryIO, folder: str, columns: Sequence[Column[Row]]) -> None:
        self._columns = columns
        self._book = Workbook(
            file, {"constant_memory": True, "tmpdir": folder, "strings_to_formulas": False}
        )
        self._heading = self._book.add_format({"bold": True, "bottom": 1, "bg_color": "#DCEBF3"})
        self._day = self._book.add_format({"num_format": "d mmm yyyy", "align": "left"})
        self._begin()

    def write(self, rows: Iterable[Cells]) -> None:
        for row in rows:
            if self._at == HIGHEST:
                self._end()
                self._begin()
            for column, cell in enumerate(row):
                _write(self._sheet, self._at, column, cell, self._day)
            self._at += 1

    def close(self) -> None:
        self._end()
        self._book.close()

    def _begin(self) -> None:
        self._sheet: Worksheet = self._book.add_worksheet()
        self._sheet.freeze_panes(1, 0)
        for at, column in enumerate(self._columns):
            self._sheet.set_column(at, at, column.width)
            self._sheet.write_string(0, at, column.heading, self._heading)
        self._at = 1

    def _end(self) -> None:
        self._sheet.autofilter(0, 0, self._at - 1, len(self._columns) - 1)


def _write(sheet: Worksheet, row: int, column: int, cell: Cell, day: Format) -> None:
    match cell:
        case None | "":
            return
        case str():
            sheet.write_string(row, column, cell)
        case datetime():
            sheet.write_datetime(row, column, cell.replace(tzinfo=None), day)
        case date():
            sheet.write_datetime(row, column, cell, day)
        case int() | float():
            sheet.write_number(row, column, cell)


async def _pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    with file:
        file.seek(0)
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece
