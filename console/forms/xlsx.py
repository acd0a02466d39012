"""The forms as workbooks: the same texts in the same places.

Every cell is a text as it was typed: none is a formula, a link or a number, whatever it looks like.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from math import ceil

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from console.forms.data import (
    HOW_MEASURED,
    SKP,
    Form,
    Layout,
    Party,
    PrintedResult,
    Signature,
    whole,
)

TEXTS_ONLY = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
WIDTHS: Mapping[Layout, tuple[int, ...]] = {
    "aspects": (5, 34, 34, 14, 38, 24),
    "perspectives": (5, 44, 44, 28, 28),
    "sentences": (5, 44, 50, 50),
}
"""Of the columns, in characters. Each form has at least four, for the two parties."""
LONGEST = 32_767
"""Characters that a cell can hold."""
LINE, HIGHEST = 13.5, 409.0
"""Points: of a line of text, and the most that a row may have."""


@dataclass(frozen=True, slots=True)
class Looks:
    title: Format
    bold: Format
    centred: Format
    cell: Format
    head: Format
    bar: Format


@dataclass(frozen=True, slots=True)
class Cell:
    """A text over the columns from `first` through `last`, and over `rows`."""

    text: str
    look: Format
    first: int
    last: int
    rows: int = 1


class Sheet:
    """A worksheet, filled from top to bottom. What stands across reaches to the column `reach`, else to the last
    one; `pages` are side by side, when it is printed."""

    def __init__(
        self, book: Workbook, name: str, widths: tuple[int, ...], reach: int = 0, pages: int = 1
    ) -> None:
        self.looks = _looks(book)
        self.widths, self.last, self.at = widths, len(widths) - 1, 0
        self.reach = reach or self.last
        self._sheet = book.add_worksheet(name)
        for column, width in enumerate(widths):
            self._sheet.set_column(column, column, width)
        self._sheet.set_paper(9)  # A4
        self._sheet.set_landscape()
        self._sheet.fit_to_pages(pages, 0)
        self._sheet.set_footer("&RHalaman &P dari &N")

    def row(self, *cells: Cell, lines: int = 1) -> None:
        """As high as its texts need, which a spreadsheet finds out for itself only of cells that are not
        merged; at least so many lines."""
        for cell in cells:
            last = self.at + cell.rows - 1
            if (cell.rows, cell.first) != (1, cell.last):
                self._sheet.merge_range(self.at, cell.first, last, cell.last, "", cell.look)
            self._sheet.write_string(self.at, cell.first, _fitting(cell.text), cell.look)
            lines = max(lines, self.lines(cell))
        self._sheet.set_row(self.at, min(HIGHEST, lines * LINE))
        self.at += 1

    def lines(self, cell: Cell) -> int:
        """That the text takes in each of the rows, about."""
        width = sum(self.widths[cell.first : cell.last + 1])
        taken = sum(ceil(max(1, len(part)) / width) for part in whole(cell.text).split("\n"))
        return ceil(taken / cell.rows)

    def across(self, text: str, look: Format) -> None:
        self.row(Cell(text, look, 0, self.reach))

    def beside(self, look: Format, *texts: str) -> None:
        """One text in each column."""
        self.row(*(Cell(text, look, at, at) for at, text in enumerate(texts)))

    def listed(self, number: str, text: str) -> None:
        self.row(Cell(number, self.looks.centred, 0, 0), Cell(text, self.looks.cell, 1, self.last))

    def skip(self) -> None:
        self.at += 1

    def keep(self, columns: int) -> None:
        """All rows so far, and so many columns, stay in sight; on paper, the last row and these columns."""
        self._sheet.freeze_panes(self.at, columns)
        self._sheet.repeat_rows(self.at - 1)
        self._sheet.repeat_columns(0, columns - 1)


def _fitting(text: str) -> str:
    """Without what a cell has no room for; the PDF has it all."""
    told = whole(text)
    return told if len(told) <= LONGEST else f"{told[: LONGEST - 1]}…"


def workbook(form: SKP) -> bytes:
    """The SKP, and its annexes on a sheet of their own."""

    def fill(book: Workbook) -> None:
        for name, part in (("SKP", _plan), ("Lampiran", _annexes)):
            part(Sheet(book, name, WIDTHS[form.layout]), form)

    return bound(form, fill)


def bound(form: Form, fill: Callable[[Workbook], None]) -> bytes:
    """A workbook: to the byte the same of the same form."""
    made = BytesIO()
    with Workbook(made, TEXTS_ONLY) as book:
        created = form.made.replace(tzinfo=None)
        book.set_properties({"title": form.name, "author": form.author, "created": created})
        fill(book)
    return made.getvalue()


def _looks(book: Workbook) -> Looks:
    def look(**properties: object) -> Format:
        return book.add_format({"font_size": 10, "valign": "top"} | properties)

    cell = {"border": 1, "text_wrap": True}
    return Looks(
        title=look(bold=True, font_size=12, align="center"),
        bold=look(bold=True, text_wrap=True),
        centred=look(**cell, align="center"),
        cell=look(**cell),
        head=look(**cell, bold=True, align="center", valign="vcenter", bg_color="#F0F0F0"),
        bar=look(**cell, bold=True, bg_color="#DCEBF3"),
    )


def _plan(sheet: Sheet, form: SKP) -> None:
    looks = sheet.looks
    _above(sheet, form, form.title)
    sheet.across("HASIL KERJA", looks.bar)
    if form.layout == "sentences":
        number, text = form.headings
        sheet.row(Cell(number, looks.head, 0, 0), Cell(text, looks.head, 1, sheet.last))
    else:
        sheet.beside(looks.head, *form.headings)
    for group in form.groups:
        sheet.across(group.title, looks.bar)
        for result in group.results:
            if form.layout == "sentences":
                sheet.listed(result.number, _in_sentences(result))
            else:
                _in_rows(sheet, result, form.layout)
    sheet.skip()
    sheet.across("PERILAKU KERJA", looks.bar)
    for each in form.behaviour:
        conduct = "\n".join([each.value, *(f"• {point}" for point in each.conduct)])
        expected = "\n".join(["Ekspektasi Khusus Pimpinan:", *each.expectations])
        sheet.row(
            Cell(each.number, looks.centred, 0, 0),
            Cell(conduct, looks.cell, 1, 2),
            Cell(expected, looks.cell, 3, sheet.last),
        )
    sign(sheet, form, form.signatures)


def _in_rows(sheet: Sheet, result: PrintedResult, layout: Layout) -> None:
    count = max(1, len(result.indicators))
    whose = [result.serves] if layout == "aspects" else []
    beside = [
        Cell(text, sheet.looks.cell if column else sheet.looks.centred, column, column, count)
        for column, text in enumerate([result.number, *whose, result.text])
    ]
    lines = max(sheet.lines(cell) for cell in beside)
    for each in result.indicators:
        told = (
            (each.aspect, each.text, each.target)
            if layout == "aspects"
            else (each.text, each.target, each.perspective)
        )
        first = sheet.last + 1 - len(told)
        cells = (Cell(text, sheet.looks.cell, at, at) for at, text in enumerate(told, first))
        sheet.row(*beside, *cells, lines=lines)
        beside = []


def _in_sentences(result: PrintedResult) -> str:
    told = [result.text, result.serves, HOW_MEASURED]
    told += [f"• {each.text}: {each.target}" for each in result.indicators]
    return "\n".join(filter(None, told))


def _annexes(sheet: Sheet, form: SKP) -> None:
    _above(sheet, form, ("LAMPIRAN SASARAN KINERJA PEGAWAI",))
    for annex in form.annexes:
        sheet.across(annex.title, sheet.looks.bar)
        for count, line in enumerate(annex.lines, 1):
            sheet.listed(str(count), line)
        sheet.skip()
    sign(sheet, form, form.signatures)


def _above(sheet: Sheet, form: SKP, title: Sequence[str]) -> None:
    entitle(sheet, form, title)
    for party in (form.employee, form.appraiser):
        _party(sheet, party)
        sheet.skip()


def entitle(sheet: Sheet, form: Form, title: Sequence[str]) -> None:
    """What every form begins with."""
    for line in title:
        sheet.across(line, sheet.looks.title)
    for line in filter(None, (form.agency, form.period, form.state)):
        sheet.across(line, sheet.looks.bold)


def _party(sheet: Sheet, party: Party) -> None:
    looks = sheet.looks
    sheet.row(Cell("NO", looks.head, 0, 0), Cell(party.title, looks.head, 1, sheet.last))
    for count, row in enumerate(party.rows, 1):
        sheet.row(
            Cell(str(count), looks.centred, 0, 0),
            Cell(row.label, looks.cell, 1, 1),
            Cell(row.value, looks.cell, 2, sheet.last),
        )


def sign(sheet: Sheet, form: Form, signatures: Sequence[Signature]) -> None:
    """What every form ends with: who signs, and what it rests on."""
    sheet.skip()
    for each in signatures:
        sheet.across(
            ", ".join(filter(None, (each.role, each.name, each.nip, each.on))), sheet.looks.bold
        )
    for line in (*form.proof.lines, form.proof.address):
        sheet.across(line, sheet.looks.bold)
