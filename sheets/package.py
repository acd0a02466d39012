"""What calamine does not tell of an XLSX file: whether it unpacks to too much, and which cells hold an
error or a formula whose value was never calculated (both come as empty from calamine)."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from itertools import chain
from posixpath import join, normpath
from typing import IO

from sheets.problems import Unreadable

MAX_UNPACKED = 768 * 1024**2
"""Bytes of all parts together. A sheet of 240,000 rows and 20 columns has some 300 MB."""
MAX_ROWS, MAX_COLUMNS = 500_000, 104
"""That a sheet may reach to. calamine makes room for every cell up to the last."""
MAX_FLAWS = 10_000
PIECE = 4 * 1024**2

_FAR = re.compile(rb""" r=["'](?:[A-Z]{3}\d*|[D-Z][A-Z]\d*|[5-9]\d{5}|\d{7})""")
"""A cell from column DA on, a row from 500,000 on."""
_ERROR = re.compile(rb""" t=["']e["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
_CELL = re.compile(rb"c [^>]*>")
_PLACE = re.compile(rb""" r=["']([A-Z]{1,3})(\d{1,7})["']""")
_PLACE_BYTES = 32
"""More than a place is long."""
_VALUE = re.compile(rb"<(?:\w+:)?v[^>]*>[^<]")
_ENDS = (b"</c>", b":c>")

_BAD = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    ValueError,
    RuntimeError,
    OSError,
    EOFError,
)
"""What a damaged file makes zipfile raise."""

Parts = list[str]


def check(content: bytes) -> Parts:
    """The names of the parts that hold the sheets, in the workbook's order. Raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED:
                raise Unreadable("too-large", most=MAX_UNPACKED // 1024**2)
            return _parts(archive)
    except _BAD:
        raise Unreadable("not-a-table") from None


def _parts(archive: zipfile.ZipFile) -> Parts:
    book = archive.read("xl/workbook.xml")
    relations = archive.read("xl/_rels/workbook.xml.rels")
    targets = {}
    for relation in re.findall(rb"<(?:\w+:)?Relationship\s[^>]*>", relations):
        targets[_said(relation, b"Id")] = _said(relation, b"Target")
    sheets = re.findall(rb"<(?:\w+:)?sheet\s[^>]*>", book)
    return [_path(targets.get(_said(sheet, b"id"), "")) for sheet in sheets]


def _said(element: bytes, name: bytes) -> str:
    found = re.search(rb"""[\s:]%s=["']([^"']*)["']""" % name, element)
    return found[1].decode(errors="replace") if found else ""


def _path(target: str) -> str:
    return target[1:] if target.startswith("/") else normpath(join("xl", target))


def find_flaws(content: bytes, parts: Parts, sheet: int) -> Mapping[tuple[int, int], str]:
    """By row and column, counted from 0, at most MAX_FLAWS of them. Raises Unreadable."""
    flaws: dict[tuple[int, int], str] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(parts[sheet]) as part:
            for piece in _pieces(part):
                if far := _FAR.search(piece):
                    place = far[0][4:].decode()
                    raise Unreadable("too-far", place=place, rows=MAX_ROWS, columns=MAX_COLUMNS)
                # Apart, for each by itself is found by its first bytes.
                for suspect in chain(_ERROR.finditer(piece), _FORMULA.finditer(piece)):
                    if len(flaws) < MAX_FLAWS and (found := _flaw(piece, suspect.start())):
                        flaws[found[0]] = found[1]
    except (IndexError, *_BAD):
        raise Unreadable("not-a-table") from None
    return flaws


def _pieces(part: IO[bytes]) -> Iterator[bytes]:
    """Pieces that end where a cell begins, so that each cell is in one of them."""
    rest = b""
    while piece := part.read(PIECE):
        piece = rest + piece
        cut = max(piece.rfind(b"<c "), piece.rfind(b":c "), 0)
        if len(piece) - cut > PIECE:  # no cell is so long
            cut = len(piece) - _PLACE_BYTES
        yield piece[:cut]
        rest = piece[cut:]
    yield rest


def _flaw(piece: bytes, at: int) -> tuple[tuple[int, int], str] | None:
    """The place and the flaw of the cell that something suspect is in; None if it has a value."""
    begin = max(piece.rfind(b"<c ", 0, at + 1), piece.rfind(b":c ", 0, at + 1))
    cell = _CELL.match(piece, begin + 1) if begin >= 0 else None
    place = _PLACE.search(cell[0]) if cell else None
    if cell is None or place is None:
        return None
    where = int(place[2]) - 1, _number(place[1])
    if _ERROR.search(cell[0]):
        return where, "cell-error"
    end = min(e if (e := piece.find(tag, cell.end())) >= 0 else len(piece) for tag in _ENDS)
    return None if _VALUE.search(piece, cell.end(), end) else (where, "formula-without-value")


def _number(column: bytes) -> int:
    number = 0
    for each in column:
        number = number * 26 + each - 64
    return number - 1
