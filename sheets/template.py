"""An empty file to be filled in."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

from sheets.columns import Column


def template(name: str, columns: Sequence[Column]) -> bytes:
    """A workbook with the columns' headings; all cells are text, so that no number is rounded."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet: Any = book.add_worksheet(name)
        as_text = book.add_format({"num_format": "@"})
        headed = book.add_format({"num_format": "@", "bold": True})
        for place, column in enumerate(columns):
            sheet.set_column(place, place, max(12, len(column.heading) + 2), as_text)
            sheet.write_string(0, place, column.heading, headed)
        sheet.freeze_panes(1, 0)
    return content.getvalue()
