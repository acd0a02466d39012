"""Makes files as people send them."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import xlsxwriter

Sheet = Any
"""XlsxWriter's worksheet."""


def workbook(*fill: Callable[[Sheet], None]) -> bytes:
    """An XLSX file; each function fills one sheet."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"default_date_format": "dd/mm/yyyy"}) as book:
        for each in fill:
            each(book.add_worksheet())
    return content.getvalue()


def rows(*lines: Sequence[Any]) -> Callable[[Sheet], None]:
    def fill(sheet: Sheet) -> None:
        for number, line in enumerate(lines):
            for place, value in enumerate(line):
                # Text stays text: else XlsxWriter would make numbers and formulas of some.
                write = sheet.write_string if isinstance(value, str) else sheet.write
                write(number, place, value)

    return fill
