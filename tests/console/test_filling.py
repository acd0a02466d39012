"""An SKP's rows from a file."""

import pytest

from console.planning.filling import COLUMNS, in_place_of_results, read
from console.planning.rows import rows
from sheets.template import template

HEAD = "RHK Pimpinan;Rencana Hasil Kerja;Jenis;Aspek;Indikator Kinerja Individu;Target;Satuan"


def file(*lines: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *lines]).encode()


def test_a_row_that_says_a_result_begins_it_and_those_below_belong_to_it() -> None:
    fields, problems = read(
        file(
            "Layanan naik;Laporan tersusun;utama;kuantitas;Jumlah laporan;12;laporan",
            ";;;Kualitas;Ketepatan;95;persen",
            ";Panitia;tambahan;Waktu;Selesai;2;bulan",
        )
    )
    assert problems == []
    assert list(rows(fields)) == [("r1", ["i1", "i2"]), ("r2", ["i3"])]
    assert fields["r1/text"] == "Laporan tersusun"
    assert (fields["r1/kind"], fields["r2/kind"]) == ("main", "additional")
    assert fields["r1/serves"] == "Layanan naik"
    assert "r2/serves" not in fields
    second = {name: fields[f"r1/i2/{name}"] for name in ("text", "aspect", "target", "unit")}
    assert second == {"text": "Ketepatan", "aspect": "quality", "target": "95", "unit": "persen"}


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([";;;;Jumlah;12;"], (2, "Rencana Hasil Kerja", "no-result")),
        ([";Laporan;;semangat;Jumlah;12;"], (2, "Aspek", "not-a-choice")),
        ([";Laporan;;;;12;"], (2, "Indikator Kinerja Individu", "missing")),
        ([";Laporan;;;Jumlah;#REF!;"], (2, "Target", "cell-error")),
        ([f";H{n};;;I;1;" for n in range(51)], (52, "Rencana Hasil Kerja", "too-many")),
        ([], (0, "", "no-rows")),
    ],
)
def test_what_is_wrong_is_told_by_row_and_column(
    lines: list[str], problem: tuple[int, str, str]
) -> None:
    _, problems = read(file(*lines))
    assert [(each.row, each.heading, each.code) for each in problems] == [problem]


def test_the_empty_workbook_has_the_headings_that_are_read() -> None:
    _, problems = read(template("SKP", COLUMNS))
    assert [each.code for each in problems] == ["no-rows"]


def test_what_was_typed_besides_the_results_stays() -> None:
    typed = {
        "order": "r1 r7", "r1/text": "Lama", "r1/order": "i1", "r1/i1/target": "3", "r7/text": "Juga lama",
        "resources/1": "Laptop", "approach": "qualitative",
    }  # fmt: skip
    fields = {"order": "r1", "r1/text": "Baru"}
    assert in_place_of_results(typed, fields) == {
        "order": "r1", "r1/text": "Baru", "resources/1": "Laptop", "approach": "qualitative",
    }  # fmt: skip
