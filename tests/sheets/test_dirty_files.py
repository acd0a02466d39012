"""No file, however damaged or made to do harm, ends the reader or takes more than its bounds."""

import io
import re
import zipfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sheets import package, table
from tests.sheets.making import rows, workbook
from tests.sheets.test_table import COLUMNS, NIP, csv, read

BOOK = workbook(rows(["NIP", "Nama", "TMT"], [NIP, "Sri", "2026-01-02"], [NIP, "Budi", 45000]))
SHEET = "xl/worksheets/sheet1.xml"


def with_part(change: bytes, name: str = SHEET) -> bytes:
    """The book with other bytes for one of its parts."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(BOOK)) as old,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for each in old.namelist():
            new.writestr(each, change if each == name else old.read(each))
    return content.getvalue()


def part(name: str = SHEET) -> bytes:
    with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
        return archive.read(name)


def is_told(content: bytes) -> None:
    """It has rows, or a problem; and every problem its place in one line."""
    found = table.read(content, COLUMNS)
    assert found.rows or found.problems
    assert found.wrong >= len(found.problems)
    for each in found.problems:
        assert each.row >= 0
        assert re.fullmatch(r"[A-Z]{0,3}", each.column)


@given(st.binary(max_size=300))
@example(b"sep=;\r\n")
@example(b"\xff\xfe\x00")
@example(b"\xef\xbb\xbf")
def test_any_bytes(content: bytes) -> None:
    is_told(content)


@given(st.lists(st.lists(st.text(max_size=20), max_size=6), max_size=8), st.sampled_from(",;\t"))
def test_any_text_below_headings(lines: list[list[str]], delimiter: str) -> None:
    body = [delimiter.join(line) for line in lines]
    is_told("\n".join([delimiter.join(["NIP", "Nama", "TMT"]), *body]).encode(errors="replace"))


@given(st.data())
def test_any_damage_to_a_workbook(data: st.DataObject) -> None:
    content = bytearray(BOOK)
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    is_told(bytes(content[: data.draw(st.integers(10, len(content)))]))


@given(
    st.data(),
    st.sampled_from(
        [SHEET, "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"]
    ),
)
def test_any_damage_inside_a_workbook(data: st.DataObject, name: str) -> None:
    content = bytearray(part(name))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(
            st.sampled_from(b"<>/\"'=0A z&")
        )
    is_told(with_part(bytes(content), name))


@pytest.mark.parametrize("place", ["XFD2", "DA2", "AAA1"])
def test_a_cell_far_away_is_told_before_room_is_made_for_all_up_to_it(place: str) -> None:
    far = part().replace(b'r="C2"', f'r="{place}"'.encode())
    (problem,) = read(with_part(far)).problems
    assert (problem.code, problem.facts["place"]) == ("too-far", place)


def test_a_row_far_below_is_told_before_room_is_made_for_all_up_to_it() -> None:
    far = part().replace(b'<row r="3"', b'<row r="1048576"')
    assert [each.code for each in read(with_part(far)).problems] == ["too-far"]


def test_a_file_that_unpacks_to_too_much_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = with_part(b" " * 50_000_000)
    assert len(bomb) < 100_000
    monkeypatch.setattr(package, "MAX_UNPACKED", 40_000_000)
    assert [each.code for each in read(bomb).problems] == ["too-large"]


def test_a_cell_on_the_edge_of_a_piece_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sheet's XML is looked through in pieces."""
    flawed = part().replace(b'<c r="C2"', b'<c r="C2" t="e"')
    content = with_part(flawed)
    parts = package.check(content)
    for size in range(200, 260):
        monkeypatch.setattr(package, "PIECE", size)
        assert package.find_flaws(content, parts, 0) == {(1, 2): "cell-error"}


def test_a_delimiter_is_no_reason_to_lose_a_row() -> None:
    assert len(read(csv("NIP;Nama", f"{NIP};Sri, S.E.", f"{NIP};Budi")).rows) == 2
