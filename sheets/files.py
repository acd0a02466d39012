"""A file's bytes as sheets of rows: XLSX by calamine, everything else as CSV."""

import csv
import io
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import TypeAlias

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from sheets import package
from sheets.problems import Unreadable

Value: TypeAlias = str | int | float | bool | date | datetime | time | timedelta

DELIMITERS = ",;\t"
LOOKED_AT = 30
"""Lines from which a CSV file's delimiter is guessed."""


@dataclass(frozen=True)
class Sheet:
    """
    rows   each with its cells, from the file's first row and column on
    flaws  by row and column, counted from 0: the code of what a cell holds instead of a value
    """

    rows: Iterator[Sequence[Value]]
    flaws: Mapping[tuple[int, int], str] = field(default_factory=dict)


def open_sheets(content: bytes) -> Iterator[Sheet]:
    """The visible sheets that there are, each read when it is asked for. Raises Unreadable."""
    if content.startswith(b"PK\x03\x04"):
        yield from _workbook(content)
    elif content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        # What Excel wrote before 2007, or wraps what has a password in.
        raise Unreadable("old-or-locked")
    else:
        yield Sheet(_lines(content))


# --- XLSX ---------------------------------------------------------------------------------------


def _workbook(content: bytes) -> Iterator[Sheet]:
    parts = package.check(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for number, sheet in enumerate(book.sheets_metadata):
            if (sheet.typ, sheet.visible) == (SheetTypeEnum.WorkSheet, SheetVisibleEnum.Visible):
                flaws = package.find_flaws(content, parts, number)
                found = book.get_sheet_by_index(number)
                yield Sheet(_rows(found.iter_rows()), flaws)
    except PasswordError:
        raise Unreadable("old-or-locked") from None
    except CalamineError:
        raise Unreadable("not-a-table") from None


def _rows(rows: Iterator[Sequence[Value]]) -> Iterator[Sequence[Value]]:
    try:
        yield from rows
    except CalamineError:
        raise Unreadable("not-a-table") from None


# --- CSV ----------------------------------------------------------------------------------------


def _lines(content: bytes) -> Iterator[Sequence[Value]]:
    text = _decoded(content)
    if "\0" in text:
        raise Unreadable("not-a-table")
    delimiter = _delimiter(text)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        try:
            yield next(lines)
        except StopIteration:
            return
        except csv.Error:  # a field longer than any that people write: a quote that nothing ends
            raise Unreadable("csv-quote", row=lines.line_num) from None


def _decoded(content: bytes) -> str:
    """By the mark at its beginning, else as UTF-8, else as Windows writes here, which can be anything."""
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    content = content.removeprefix(BOM_UTF8)
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("windows-1252", errors="replace")


def _delimiter(text: str) -> str:
    """Excel says it in a first line `sep=;`; else whichever parts the first lines into the most cells."""
    if said := re.match(r"sep=([,;\t])\r?\n", text):
        return said[1]

    def cells(delimiter: str) -> int:
        lines = csv.reader(io.StringIO(text[:100_000], newline=""), delimiter=delimiter)
        try:
            return sum(len(line) for line in islice(lines, LOOKED_AT))
        except csv.Error:
            return 0

    return max(DELIMITERS, key=cells)
