"""Rows are read whole or not at all, and every problem gets its line."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from ministry.fitting import for_anybody
from ministry.reader import BadRows
from ministry.rows import DEMONSTRATION, KEEP, load
from ministry.templates import Indicator, Result

GOOD = {
    "org_units.csv": (
        "agency,unit_code,parent_code,unit_name,leader_position\n"
        "Dinas,D,,Dinas,Kepala Dinas\n"
        "Dinas,D1,D,Sekretariat,Sekretaris\n"
        "Dinas,D2,D1,Subbagian Umum,Kepala Subbagian Umum\n"
    ),
    "skp_examples.csv": (
        "position,result_rhk,jenis,approach,aspect_or_perspective,indicator_iki,target,unit\n"
        "Arsiparis,Arsip tertata,utama,kuantitatif,kuantitas,Jumlah berkas,12,Berkas\n"
        "Arsiparis,Arsip tertata,utama,kuantitatif,waktu,Tepat waktu,12,Bulan\n"
    ),
    "perjanjian_kinerja.csv": (
        "agency,unit,sasaran,indikator,target\nDinas,Kepala Dinas,Layanan baik,Indeks layanan,85\n"
    ),
}


def write(folder: Path, **changes: str | bytes | None) -> Path:
    """The good folder, with some files (by stem) written otherwise, or left out if None."""
    for name, good in GOOD.items():
        content = changes.get(name.partition(".")[0], good)
        if isinstance(content, str):
            content = content.encode()
        if content is not None:
            (folder / name).write_bytes(content)
    return folder


def problems(folder: Path) -> list[str]:
    with pytest.raises(BadRows) as refused:
        load(folder)
    assert str(refused.value) == "\n".join(refused.value.problems)
    return list(refused.value.problems)


def with_cell(name: str, row: int, column: str, value: str) -> str:
    """A good CSV with one cell replaced; `row` as a spreadsheet shows it."""
    rows = list(csv.reader(GOOD[name].splitlines()))
    rows[row - 1][rows[0].index(column)] = value
    return "\n".join(",".join(cells) for cells in rows) + "\n"


def test_the_real_rows_load_without_a_problem() -> None:
    agency = load(DEMONSTRATION)
    assert Counter(unit.agency for unit in agency.units) == {
        "Kementerian Kesehatan (struktur Permenkes 64/2015)": 107,
        "Badan Kepegawaian Negara": 28,
    }
    assert len(agency.agreements) == 151


def test_the_sources_say_how_many_rows_there_are() -> None:
    sources = (DEMONSTRATION / "SOURCES.md").read_text("utf-8")
    with (DEMONSTRATION / "skp_examples.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    positions = {row["position"] for row in rows}
    assert f"skp_examples.csv ({len(rows)} rows, {len(positions)} positions)" in sources
    for row in rows:
        assert row["source_id"] in sources


def test_templates_hold_what_a_quantitative_skp_needs() -> None:
    templates = load(DEMONSTRATION).templates
    nurse = templates["Perawat Ahli Pertama"]
    assert [len(result.indicators) for result in nurse.results] == [3, 3, 3]
    assert [result.main for result in nurse.results] == [True, True, False]
    for template in templates.values():
        assert any(result.main for result in template.results), template.key
        for result in template.results:
            for indicator in result.indicators:
                assert indicator.target or template.approach == "kualitatif"
                assert indicator.aspect or template.head or template.approach == "kualitatif"
                assert not indicator.text.startswith("(")


@pytest.mark.parametrize(
    ("position", "why"),
    [
        ("Dokter Ahli Pertama", "old form: duties without indicator"),
        ("Kepala (Sub)Bagian Tata Usaha", "old form of PP 46/2011"),
        ("Anggota Satpol PP", "sample data of an application"),
        ("Pranata Komputer (BPS)", "only an additional result"),
        ("Operator Layanan Operasional (Operator Sekolah)", "no targets"),
        ("PPPK Analis Hukum / layanan KI", "indicators not given"),
    ],
)
def test_rows_that_make_no_skp_are_read_but_not_used(position: str, why: str) -> None:
    with (DEMONSTRATION / "skp_examples.csv").open(encoding="utf-8", newline="") as file:
        assert any(row["position"] == position for row in csv.DictReader(file))
    assert position not in load(DEMONSTRATION).templates, why


def test_another_agency_in_the_same_layout(tmp_path: Path) -> None:
    agency = load(write(tmp_path))
    assert [unit.unit_code for unit in agency.units] == ["D", "D1", "D2"]
    assert agency.templates["Arsiparis"].results == (
        Result(
            "Arsip tertata",
            None,
            True,
            (
                Indicator("Jumlah berkas", "kuantitas", None, "12", "Berkas"),
                Indicator("Tepat waktu", "waktu", None, "12", "Bulan"),
            ),
        ),
    )
    head = agency.templates["Perjanjian Kinerja Kepala Dinas, Dinas"]
    assert head.head
    assert head.results[0].indicators[0].target == "85"


def test_what_spreadsheets_leave_behind_is_no_problem(tmp_path: Path) -> None:
    saved = "\ufeff" + GOOD["org_units.csv"].replace("\n", "\r\n") + ",,,,\r\n\r\n"
    assert len(load(write(tmp_path, org_units=saved)).units) == 3


CELLS = [
    (
        "org_units.csv", 4, "unit_code", "Sub Bag/Umum",
        "org_units.csv:4: unit_code: should be 1 to 64 letters, digits, '.', '_' or '-', from a letter"
        " or digit on (value 'Sub Bag/Umum')",
    ),
    (
        "org_units.csv", 4, "unit_name", "Sub\x07bagian",
        "org_units.csv:4: unit_name: holds a control character (value 'Sub\\x07bagian')",
    ),
    (
        "perjanjian_kinerja.csv", 2, "sasaran", "x" * 2001,
        "perjanjian_kinerja.csv:2: sasaran: string should have at most 2000 characters"
        f" (value {'x' * 2001!r})",
    ),
    (
        "org_units.csv", 3, "unit_name", "",
        "org_units.csv:3: unit_name: is empty (value '')",
    ),
    (
        "org_units.csv", 4, "parent_code", "D9",
        "org_units.csv:4: parent_code: no such unit_code (value 'D9')",
    ),
    (
        "org_units.csv", 4, "unit_code", "D1",
        "org_units.csv:4: unit_code: already used in row 3 (value 'D1')",
    ),
    (
        "org_units.csv", 4, "parent_code", "",
        "org_units.csv:4: parent_code: second root; the agency's root is in row 2 (value '')",
    ),
    (
        "org_units.csv", 3, "parent_code", "D2",
        "org_units.csv:3: parent_code: the unit is its own superior: D1 -> D2 -> D1 (value 'D2')",
    ),
    (
        "org_units.csv", 3, "parent_code", "D1",
        "org_units.csv:3: parent_code: the unit is its own superior: D1 -> D1 (value 'D1')",
    ),
    (
        "skp_examples.csv", 3, "jenis", "pokok",
        "skp_examples.csv:3: jenis: should be 'utama' or 'tambahan' (value 'pokok')",
    ),
    (
        "skp_examples.csv", 2, "result_rhk", " ",
        "skp_examples.csv:2: result_rhk: is empty (value '')",
    ),
    (
        "skp_examples.csv", 3, "indicator_iki", "",
        f"skp_examples.csv:3: indicator_iki: is empty; write it, {KEEP} (value '')",
    ),
    (
        "skp_examples.csv", 3, "aspect_or_perspective", "",
        "skp_examples.csv:3: aspect_or_perspective: is empty, though the row is quantitative;"
        f" write it, {KEEP} (value '')",
    ),
    (
        "skp_examples.csv", 2, "aspect_or_perspective", "mutu",
        "skp_examples.csv:2: aspect_or_perspective: should be one of kuantitas, kualitas, waktu,"
        " biaya, penerima layanan, proses bisnis, penguatan internal,"
        " penguatan internal/tata kelola, anggaran (value 'mutu')",
    ),
    (
        "skp_examples.csv", 2, "approach", "campuran",
        "skp_examples.csv:2: approach: should start with one of kuantitatif, kualitatif, JPT,"
        " format lama, rencana kinerja (value 'campuran')",
    ),
    (
        "perjanjian_kinerja.csv", 2, "indikator", "",
        "perjanjian_kinerja.csv:2: indikator: is empty (value '')",
    ),
    (
        "skp_examples.csv", 1, "jenis", "jenis_rhk",
        "skp_examples.csv:1: jenis: the column is missing",
    ),
    (
        "skp_examples.csv", 1, "unit", "satuan",
        "skp_examples.csv:1: satuan: unknown column",
    ),
    (
        "skp_examples.csv", 1, "unit", "target",
        "skp_examples.csv:1: target: the column stands twice",
    ),
    (
        "org_units.csv", 3, "unit_name", "Sekretariat,lama",
        "org_units.csv:3: -: 6 cells, but the header has 5",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "row", "column", "value", "line"), CELLS)
def test_a_bad_cell_gets_its_line(
    tmp_path: Path, name: str, row: int, column: str, value: str, line: str
) -> None:
    folder = write(tmp_path, **{name.partition(".")[0]: with_cell(name, row, column, value)})
    found = problems(folder)
    # A renamed column is both missing and unknown.
    assert line in found
    assert len(found) == (2 if value == "jenis_rhk" else 1)


FILES = [
    ("org_units", None, "org_units.csv:1: -: can't be read: No such file or directory"),
    ("org_units", "\n", "org_units.csv:1: -: the file is empty"),
    (
        "org_units",
        GOOD["org_units.csv"].splitlines()[0],
        "org_units.csv:2: -: no rows below the header",
    ),
    (
        "org_units",
        GOOD["org_units.csv"].replace("Umum", "Umúm").encode("latin-1"),
        "org_units.csv:4: -: not UTF-8; save the file as UTF-8 (value 0xfa)",
    ),
    (
        "org_units",
        GOOD["org_units.csv"].replace(",", ";"),
        "org_units.csv:1: -: columns are separated by ';'; save the file with commas",
    ),
    (
        "org_units",
        GOOD["org_units.csv"].replace("Sekretariat", '"Sekretariat'),
        "org_units.csv:3: -: not readable as CSV: unexpected end of data",
    ),
    (
        "org_units",
        GOOD["org_units.csv"].replace("D,,Dinas", "D,D1,Dinas"),
        "org_units.csv:2: agency: no unit without a parent_code, so it has no root (value 'Dinas')",
    ),
    (
        "org_units",
        GOOD["org_units.csv"] + "Badan,B,,Badan,Kepala Badan\nBadan,B1,D1,Biro,Kepala Biro\n",
        "org_units.csv:6: parent_code: the parent is a unit of another agency (value 'D1')",
    ),
    (
        "skp_examples",
        GOOD["skp_examples.csv"].replace("utama", "tambahan"),
        f"skp_examples.csv:2: position: has no main result (jenis utama): write one, {KEEP}"
        " (value 'Arsiparis')",
    ),
    (
        "skp_examples",
        GOOD["skp_examples.csv"].replace("kuantitatif", "JPT"),
        f"skp_examples.csv:2: jenjang: fits the leader of no unit: write another, {KEEP} (value '')",
    ),
    (
        "skp_examples",
        "position,result_rhk,jenis,approach,aspect_or_perspective,indicator_iki,target,unused\n"
        "Arsiparis,Arsip tertata,utama,kuantitatif,,,,an example\n",
        "skp_examples.csv:1: -: no row can be a main result of an employee's SKP",
    ),
    (
        "skp_examples",
        GOOD["skp_examples.csv"]
        + "".join(f"Arsiparis,Hasil {n},utama,kuantitatif,biaya,Ukuran,1,\n" for n in range(50)),
        "skp_examples.csv:1: position: 51 results for one SKP; at most 50 (value 'Arsiparis')",
    ),
    (
        "perjanjian_kinerja",
        GOOD["perjanjian_kinerja.csv"]
        + "".join(f"Dinas,Kepala Dinas,Layanan baik,Indeks {n},9\n" for n in range(50)),
        "perjanjian_kinerja.csv:1: unit: 51 indicators for 'Layanan baik'; at most 50"
        " (value 'Kepala Dinas')",
    ),
]


@pytest.mark.parametrize(("stem", "content", "line"), FILES)
def test_a_bad_file_gets_its_line(
    tmp_path: Path, stem: str, content: str | bytes | None, line: str
) -> None:
    found = problems(write(tmp_path, **{stem: content}))
    # Without a root the units are also in a circle.
    assert line in found
    assert len(found) == (2 if "no root" in line else 1)


def test_every_problem_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        org_units=with_cell("org_units.csv", 2, "leader_position", ""),
        skp_examples=with_cell("skp_examples.csv", 2, "jenis", "x").replace("waktu", "lama"),
        perjanjian_kinerja=None,
    )
    assert [line.split(":")[:2] for line in problems(folder)] == [
        ["org_units.csv", "2"],
        ["skp_examples.csv", "2"],
        ["skp_examples.csv", "3"],
        ["perjanjian_kinerja.csv", "1"],
    ]


NAMED = (
    "agency,unit_code,parent_code,unit_name,leader_position,typical_functional_positions\n"
    "Dinas,D,,Dinas,Kepala Dinas,Arsiparis; Perawat\n"
)
"""Units that name who works there, so that nobody else does."""
CLERK = "Pengadministrasi Perkantoran,Surat terkirim,utama,kuantitatif,kuantitas,Jumlah surat,9,\n"


@pytest.mark.parametrize(
    "error",
    ["#REF!", "#N/A", "#n/a", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "Err:502", "####"],
)
@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("org_units.csv", "unit_name"), ("skp_examples.csv", "target"),
        ("skp_examples.csv", "unit"), ("perjanjian_kinerja.csv", "target"),
    ],
)  # fmt: skip
def test_a_spreadsheets_error_is_no_value(
    tmp_path: Path, name: str, column: str, error: str
) -> None:
    changed = {name.partition(".")[0]: with_cell(name, 2, column, error)}
    assert problems(write(tmp_path, **changed)) == [
        f"{name}:2: {column}: is a spreadsheet's error, not a value; write what was meant, or nothing"
        f" (value {error!r})"
    ]


def test_a_row_that_stands_twice(tmp_path: Path) -> None:
    """With a row_id of its own, or other blanks and capitals, it is the same row."""
    head = "row_id," + GOOD["perjanjian_kinerja.csv"].splitlines()[0]
    agreements = (
        f"{head}\n1,Dinas,Kepala Dinas,Layanan baik,Indeks layanan,85\n"
        "2,Dinas,Kepala Dinas,Layanan  Baik,indeks layanan,85\n"
    )
    again = GOOD["skp_examples.csv"].splitlines()[1] + "\n"
    folder = write(
        tmp_path, perjanjian_kinerja=agreements, skp_examples=GOOD["skp_examples.csv"] + again
    )
    assert problems(folder) == [
        "skp_examples.csv:4: -: says the same as row 2; delete one of them",
        "perjanjian_kinerja.csv:3: -: says the same as row 2; delete one of them",
    ]


def test_a_name_is_written_in_one_way(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        org_units=with_cell("org_units.csv", 4, "agency", "DINAS").replace(
            "Kepala Subbagian Umum", "Kepala  Subbagian Umum"
        ),
        skp_examples=with_cell("skp_examples.csv", 3, "position", "arsiparis"),
        perjanjian_kinerja=with_cell("perjanjian_kinerja.csv", 2, "unit", "Kepala \u00a0Dinas"),
    )
    assert problems(folder) == [
        "org_units.csv:4: leader_position: holds more than one blank together; write"
        " 'Kepala Subbagian Umum' (value 'Kepala  Subbagian Umum')",
        "perjanjian_kinerja.csv:2: unit: holds more than one blank together; write 'Kepala Dinas'"
        " (value 'Kepala \\xa0Dinas')",
        "skp_examples.csv:3: position: row 2 writes 'Arsiparis'; write it in the same way"
        " (value 'arsiparis')",
    ]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"skp_examples": GOOD["skp_examples.csv"] + CLERK,
          "org_units": NAMED.replace("Arsiparis; ", "")},
         f"skp_examples.csv:2: position: no unit names it in typical_functional_positions: do so, {KEEP}"
         " (value 'Arsiparis')"),
        ({"skp_examples": GOOD["skp_examples.csv"] + CLERK,
          "org_units": NAMED.replace("Arsiparis", "ARSIPARIS")},
         "skp_examples.csv:2: position: row 2 of org_units.csv writes 'ARSIPARIS': write it in the"
         f" same way, {KEEP} (value 'Arsiparis')"),
        ({"perjanjian_kinerja": with_cell("perjanjian_kinerja.csv", 2, "unit", "Bupati")},
         "perjanjian_kinerja.csv:2: unit: no unit of this agency, nor its leader's position, is called"
         f" so in org_units.csv: write it in the same way, {KEEP} (value 'Bupati')"),
        ({"perjanjian_kinerja": with_cell("perjanjian_kinerja.csv", 2, "unit", "kepala dinas")},
         "perjanjian_kinerja.csv:2: unit: org_units.csv writes 'Kepala Dinas': write it in the same"
         f" way, {KEEP} (value 'kepala dinas')"),
        ({"perjanjian_kinerja": with_cell("perjanjian_kinerja.csv", 2, "agency", "Badan")},
         "perjanjian_kinerja.csv:2: agency: no unit of org_units.csv is of this agency: write it in"
         f" the same way, {KEEP} (value 'Badan')"),
        ({"perjanjian_kinerja": with_cell("perjanjian_kinerja.csv", 2, "agency", "dinas")},
         "perjanjian_kinerja.csv:2: agency: org_units.csv writes 'Dinas': write it in the same way,"
         f" {KEEP} (value 'dinas')"),
        ({"perjanjian_kinerja": with_cell("perjanjian_kinerja.csv", 2, "target", "")},
         f"perjanjian_kinerja.csv:2: target: is empty; write it, {KEEP} (value '')"),
        ({"perjanjian_kinerja": with_cell("perjanjian_kinerja.csv", 2, "sasaran", "(tidak ada)")},
         f"perjanjian_kinerja.csv:2: sasaran: is a note in parentheses; write the value, {KEEP}"
         " (value '(tidak ada)')"),
        ({"skp_examples": with_cell("skp_examples.csv", 2, "target", "")},
         "skp_examples.csv:2: target: is empty, though the row is not qualitative; write it,"
         f" {KEEP} (value '')"),
        ({"skp_examples": with_cell("skp_examples.csv", 2, "result_rhk", "(lihat lampiran)")},
         f"skp_examples.csv:2: result_rhk: is a note in parentheses; write the value, {KEEP}"
         " (value '(lihat lampiran)')"),
        ({"skp_examples": with_cell("skp_examples.csv", 2, "approach", "Format lama (PP 46/2011)")},
         "skp_examples.csv:2: approach: is superseded and makes no SKP; write one of kuantitatif,"
         f" kualitatif, JPT, {KEEP} (value 'Format lama (PP 46/2011)')"),
        ({"skp_examples": with_cell("skp_examples.csv", 3, "approach", "JPT")},
         "skp_examples.csv:3: approach: row 2 of this position is kuantitatif; an SKP has one form"
         " (value 'JPT')"),
    ],
)  # fmt: skip
def test_a_row_that_nothing_would_use_gets_its_line(
    tmp_path: Path, changes: dict[str, str], line: str
) -> None:
    assert problems(write(tmp_path, **changes)) == [line]


def test_a_row_may_say_why_it_is_kept_unused(tmp_path: Path) -> None:
    skps = (
        "position,result_rhk,jenis,approach,aspect_or_perspective,indicator_iki,target,unused\n"
        "Arsiparis,Arsip tertata,utama,kuantitatif,kuantitas,Jumlah berkas,12,\n"
        "Arsiparis,(tidak ada),utama,format lama,,,,of an older form\n"
    )
    agreements = (
        "agency,unit,sasaran,indikator,target,unused\n"
        "Badan,Bupati,Layanan baik,Indeks layanan,,of another agency\n"
    )
    agency = load(write(tmp_path, skp_examples=skps, perjanjian_kinerja=agreements))
    assert list(agency.templates) == ["Arsiparis"]
    assert [result.text for result in agency.templates["Arsiparis"].results] == ["Arsip tertata"]


def test_what_agencies_write_is_understood(tmp_path: Path) -> None:
    skps = (
        (
            "position,result_rhk,jenis,approach,aspect_or_perspective,indicator_iki,target\n"
            "Arsiparis,Arsip tertata,UTAMA,Kuantitatif,Kuantitas,Jumlah berkas,12\n"
            "Arsiparis,Rapat terlayani,Penunjang,KUANTITATIF (format  PPPK),WAKTU,Tepat waktu,12\n"
            "Kepala,Layanan baik,Kinerja Utama,jpt,Penerima Layanan,Indeks,85\n"
        )
        .replace("target\n", "target,jenjang\n")
        .replace("12\n", "12,\n")
        .replace("85\n", "85,JPT\n")
    )
    agency = load(write(tmp_path, skp_examples=skps))
    first, second = agency.templates["Arsiparis"].results
    assert (first.main, first.indicators[0].aspect) == (True, "kuantitas")
    assert (second.main, second.indicators[0].aspect) == (False, "waktu")
    head = agency.templates["Kepala"]
    assert (head.head, head.results[0].indicators[0].perspective) == (True, "penerima layanan")


def test_the_real_rows_are_used_whole() -> None:
    """Each is in a template that somebody draws from, or says why not."""
    agency = load()
    assert set(agency.templates) == set(for_anybody(agency))
