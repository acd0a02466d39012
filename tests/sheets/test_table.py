"""Files as people send them become rows and problems, each with its place."""

from datetime import date

import pytest

from sheets import table
from sheets.columns import Column, choice, day, nip, of, text, yes_or_no
from sheets.table import Table
from sheets.words import LANGUAGES, OURS, tell
from tests.sheets.making import Sheet, rows, workbook

NIP = "198503152010012001"
COLUMNS = (
    Column("nip", "NIP", nip, ("NIP BARU",), required=True),
    Column("name", "Nama", text, required=True),
    Column("start", "TMT", day, ("TMT JABATAN",)),
    Column("leads", "Memimpin", yes_or_no),
)


def read(content: bytes) -> Table:
    return table.read(content, COLUMNS)


def csv(*lines: str) -> bytes:
    return "\r\n".join(lines).encode()


def told(found: Table) -> list[tuple[int, str, str]]:
    return [(each.row, each.column, each.code) for each in found.problems]


def test_rows_are_found_below_titles_by_headings_in_any_order_and_spelling() -> None:
    found = read(
        workbook(
            rows(
                ["DAFTAR PEGAWAI"],
                [],
                ["t.m.t. jabatan", "Ḱeterangan", "NAMA ", "nip_baru", "memimpin"],
                [date(2026, 1, 2), "x", "Sri", NIP, "Ya"],
                [],
                ["02/01/2026", "", "Budi", f"'{NIP}", True],
            )
        )
    )
    assert not found.problems
    assert [row.number for row in found.rows] == [4, 6]
    assert [dict(row.values) for row in found.rows] == [
        {"nip": NIP, "name": name, "start": date(2026, 1, 2), "leads": True}
        for name in ("Sri", "Budi")
    ]


@pytest.mark.parametrize(
    ("delimiter", "encoding"),
    [
        (",", "utf-8"),
        (";", "utf-8-sig"),
        ("\t", "utf-16"),
        (";", "windows-1252"),
    ],
)
def test_csv_is_read_whatever_wrote_it(delimiter: str, encoding: str) -> None:
    lines = ["NIP|Nama|TMT", f'{NIP}|"José, S.E.|M.M."|2026-01-02', ""]
    content = "\n".join(lines).replace("|", delimiter).encode(encoding)
    (row,) = read(content).rows
    assert row.values["name"] == f"José, S.E.{delimiter}M.M."
    assert row.values["start"] == date(2026, 1, 2)


def test_excel_s_own_word_on_the_delimiter_is_taken() -> None:
    found = read(csv("sep=;", "NIP;Nama", f"{NIP};a,b,c,d,e"))
    assert [row.values["name"] for row in found.rows] == ["a,b,c,d,e"]


def test_the_first_visible_sheet_with_the_columns_is_the_table() -> None:
    def hidden(sheet: Sheet) -> None:
        rows(["NIP", "Nama"], [NIP, "tersembunyi"])(sheet)
        sheet.hide()

    def cover(sheet: Sheet) -> None:
        rows(["Petunjuk pengisian"])(sheet)
        sheet.activate()

    found = read(workbook(cover, hidden, rows(["NIP", "Nama"], [NIP, "Sri"])))
    assert [row.values["name"] for row in found.rows] == ["Sri"]


def test_every_problem_is_told_with_its_row_and_column() -> None:
    found = read(
        csv(
            "Nama,NIP,TMT,Memimpin",
            f",{NIP},31-02-2026,mungkin",
            "Sri,19850315,2026-01-02,ya",
            "Budi,,2 Januari 2026,tidak",
        )
    )
    assert told(found) == [
        (2, "A", "missing"),
        (2, "C", "not-a-day"),
        (2, "D", "not-a-choice"),
        (3, "B", "malformed-nip"),
        (4, "B", "missing"),
    ]  # by row; within one in the order of the columns that are asked for
    assert found.problems[1].found == "31-02-2026"


@pytest.mark.parametrize(
    "said", [198503152010012001, "1.98503E+17", "1,98503152010012E+17", "198503152010012000"]
)
def test_a_nip_that_a_spreadsheet_has_rounded_is_told_as_such(said: object) -> None:
    assert told(read(workbook(rows(["NIP", "Nama"], [said, "Sri"])))) == [
        (2, "A", "number-rounded")
    ]


def test_errors_and_formulas_without_a_value_are_problems_and_calculated_ones_are_not() -> None:
    def fill(sheet: Sheet) -> None:
        rows(["NIP", "Nama", "TMT"], [NIP], [NIP], [NIP], [NIP, "#N/A"])(sheet)
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
        sheet.write_formula(2, 1, '="Sri"', None, "")
        sheet.write_formula(3, 1, '="Sri"', None, "Sri")

    found = read(workbook(fill))
    assert told(found) == [
        (2, "B", "cell-error"),
        (3, "B", "formula-without-value"),
        (5, "B", "cell-error"),
    ]
    assert found.rows[2].values["name"] == "Sri"


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#DIV/0!", " #NAME? ", "Err:502", "########"])
def test_what_a_formulas_error_leaves_in_a_csv_file_is_a_problem(error: str) -> None:
    found = read(csv("NIP;Nama", f"{NIP};{error}", f"{NIP};Sri #1"))
    assert told(found) == [(2, "B", "cell-error")]


def test_a_missing_column_and_one_that_is_there_twice_are_told_before_any_row() -> None:
    found = read(csv("NIP,TMT,NIP", "x,y,z"))
    assert told(found) == [(1, "A", "column-twice"), (1, "", "missing-column")]
    assert not found.rows


def test_the_template_s_own_heading_goes_before_a_synonym() -> None:
    found = read(csv("NIP BARU,NIP,Nama", f"x,{NIP},Sri"))
    assert found.rows[0].values["nip"] == NIP


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "no-headings"),
        (b"Laporan;Bulan\n1;2\n", "no-headings"),
        (b"NIP,Nama\n,\n", "no-rows"),
        (b"\x00\x01\x02\x03", "not-a-table"),
        (b"PK\x03\x04 and no more", "not-a-table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and no more", "old-or-locked"),
        (b'NIP,Nama\n1,"' + b"x" * 200_000, "csv-quote"),
    ],
)
def test_what_is_no_table_is_told_in_one_problem(content: bytes, code: str) -> None:
    found = read(content)
    assert [each.code for each in found.problems] == [code]


def test_of_a_file_full_of_mistakes_some_are_kept_and_all_counted() -> None:
    found = read(csv("NIP,Nama", *["x,Sri"] * (table.KEPT + 5)))
    assert (len(found.problems), found.wrong) == (table.KEPT, table.KEPT + 5)


def test_what_is_shown_of_a_cell_is_short_and_harmless() -> None:
    (problem,) = read(csv("NIP,Nama", '"\x1b[31m\n\u202e' + "9" * 500 + '",Sri')).problems
    assert problem.found.isprintable()
    assert len(problem.found) == 60


def test_words_and_types_are_of_the_column() -> None:
    level = choice({"Ahli Muda": 2, "Muda": 2}, "Ahli Muda")
    assert level("ahli  muda") == 2
    assert of(int, "malformed-code")("7") == 7
    assert text(12.0) == "12"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", OURS)
def test_every_code_is_told_in_every_language(code: str, language: str) -> None:
    assert OURS[code].keys() == set(LANGUAGES)
    fields = {part.partition("}")[0] for part in OURS[code][language].split("{")[1:]}
    problem = read(b"").problems[0]._replace(code=code, facts=dict.fromkeys(fields, "…"))
    assert "{" not in tell(problem, {}, language)
    other = {part.partition("}")[0] for part in OURS[code]["en"].split("{")[1:]}
    assert fields == other
