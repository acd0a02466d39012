"""The matriks peran hasil as a workbook: all indicators side by side, on one sheet."""

from itertools import chain

from xlsxwriter import Workbook

from console.forms.matrix import NOBODY, Matrix, PrintedCell, Top
from console.forms.xlsx import Cell, Sheet, bound, entitle, sign

WIDTHS = (5, 34)
"""Of number and name, in characters."""
WIDTH = 34
"""Of an indicator."""


def workbook(form: Matrix) -> bytes:
    """What the PDF has on sheets of their own follows to the right."""

    def fill(book: Workbook) -> None:
        tops = [top for part in form.sheets for top in part.indicators]
        widths = (*WIDTHS, *(WIDTH for _ in tops))
        reach, pages = len(form.sheets[0].indicators) + 1, len(form.sheets)
        _fill(Sheet(book, "Matriks Peran Hasil", widths, reach, pages), form, tops)

    return bound(form, fill)


def _fill(sheet: Sheet, form: Matrix, tops: list[Top]) -> None:
    looks = sheet.looks
    entitle(sheet, form, form.title)
    sheet.across(f"Indikator kinerja: {form.head}", looks.bold)
    sheet.beside(looks.head, "NO", "PEGAWAI / JABATAN", *map(_indicator, tops))
    sheet.keep(len(WIDTHS))
    # Everybody is at the left of each of its sheets, in the same order.
    for each in zip(*(part.carriers for part in form.sheets), strict=True):
        carries = chain.from_iterable(carrier.cells for carrier in each)
        texts = [f"{each[0].name}\n{each[0].position}", *map(_carried, carries)]
        cells = (Cell(text, looks.cell, at, at) for at, text in enumerate(texts, 1))
        sheet.row(Cell(each[0].number, looks.centred, 0, 0), *cells)
    sign(sheet, form, [each for each in form.signatures if each != NOBODY])


def _indicator(top: Top) -> str:
    return f"{top.text}\nTarget: {top.target}" if top.target else top.text


def _carried(cells: tuple[PrintedCell, ...]) -> str:
    """Blank where that is nothing."""
    return "\n\n".join("\n".join(filter(None, (c.role, c.text, c.below))) for c in cells)
