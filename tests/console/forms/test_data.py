"""What a form prints is chosen from what planning answers."""

import pytest

from console.forms.behaviour import CONDUCT
from console.forms.data import SKP, breakable, whole
from contracts.planning import Value
from tests.console.forms.samples import HEAD, SAMPLES, answer, form, plan


def value(form: SKP, label: str) -> str:
    return next(row.value for row in form.employee.rows if row.label == label)


@pytest.mark.parametrize(
    ("approach", "of", "layout", "title"),
    [
        ("quantitative", "ja-jf", "aspects", "PEJABAT ADMINISTRASI"),
        ("quantitative", "jpt", "perspectives", "PEJABAT PIMPINAN TINGGI"),
        ("qualitative", "ja-jf", "sentences", "PEJABAT ADMINISTRASI"),
        ("qualitative", "jpt", "sentences", "PEJABAT PIMPINAN TINGGI"),
    ],
)
def test_the_layout_follows_the_approach_and_which_of_the_two_forms_it_has(
    approach: str, of: str, layout: str, title: str
) -> None:
    made = form(answer(plan(1, 1), approach=approach) | {"form": of})
    assert made.layout == layout
    assert title in made.title[2]
    assert made.title[1].endswith(
        {"quantitative": "KUANTITATIF", "qualitative": "KUALITATIF"}[approach]
    )


@pytest.mark.parametrize(
    ("start", "until", "period"),
    [
        ("2026-01-01", "2026-12-31", "1 JANUARI SD 31 DESEMBER TAHUN 2026"),
        ("2026-08-01", "2027-01-31", "1 AGUSTUS 2026 SD 31 JANUARI 2027"),
    ],
)
def test_the_period_is_written_in_indonesian(start: str, until: str, period: str) -> None:
    made = form(answer(plan(1, 1), start=start, until=until))
    assert made.period == f"PERIODE PENILAIAN: {period}"


@pytest.mark.parametrize(
    ("held", "position"),
    [
        ({}, "Kepala Biro Kepegawaian"),
        ({"kind": "plt"}, "Plt. Kepala Biro Kepegawaian"),
        ({"kind": "plh"}, "Plh. Kepala Biro Kepegawaian"),
        ({"kind": "pj"}, "Pj. Kepala Biro Kepegawaian"),
        ({"level": "Ahli Utama"}, "Kepala Biro Kepegawaian Ahli Utama"),
        ({"position": None, "kind": None, "unit": None}, "-"),
    ],
)
def test_a_position_is_told_with_its_kind_and_level(held: dict[str, str], position: str) -> None:
    made = form(answer(plan(1, 1)) | {"employee": HEAD | {"kind": "definitive"} | held})
    assert value(made, "JABATAN") == position


def test_who_has_no_appraiser_or_nip_yet_has_a_form() -> None:
    made = form(answer(plan(1, 1), status="draft") | {"appraiser": None})
    assert {row.value for row in made.appraiser.rows} == {"-"}
    assert made.signatures[1].name == "-"
    assert (
        form(answer(plan(1, 1)) | {"employee": HEAD | {"nip": None}}).signatures[0].nip == "NIP -"
    )


@pytest.mark.parametrize(
    ("target", "unit", "printed"),
    [("480", "usul", "480 usul"), ("95%", "%", "95%"), ("2 Laporan", "laporan", "2 Laporan"),
     ("tepat waktu", None, "tepat waktu")],
)  # fmt: skip
def test_a_target_is_told_with_its_unit_once(target: str, unit: str | None, printed: str) -> None:
    told = plan(1, 1)
    told["results"][0]["indicators"][0] |= {"target": target, "unit": unit}
    assert form(answer(told)).groups[0].results[0].indicators[0].target == printed


def test_every_value_is_printed_with_its_three_points_in_the_forms_order() -> None:
    assert list(CONDUCT) == list(Value)
    assert [len(points) for _, points in CONDUCT.values()] == [3] * 7
    behaviour = SAMPLES["aspects-short"].behaviour
    assert [each.number for each in behaviour] == list("1234567")
    assert [bool(each.expectations) for each in behaviour] == [False, True] + [False] * 5


def test_the_code_leads_to_the_record() -> None:
    made = form(answer(plan(1, 1), person="auth0|7 a/b"))
    assert made.proof.address == (
        "https://kinerja.example.go.id/history/auth0%7C7%20a%2Fb#planning-18233"
    )
    assert "0123456789abcdef" * 4 in made.proof.lines


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pendek",
        "pertanggungjawaban",
        "mempertanggungjawabkan",
        "PENYELENGGARAAN",
        "dua kata",
        "a\nb",
    ],
)
def test_ordinary_words_are_left_as_they_are(text: str) -> None:
    assert breakable(text) == text


def test_a_long_word_can_break_but_no_mark_is_parted_from_its_letter() -> None:
    link = "https://dokumen.example.go.id/arsip/2026/laporan.pdf"
    broken = breakable(f"Lihat {link} ini").split("\u200b")
    assert max(map(len, broken)) <= 18
    assert whole("".join(broken)) == f"Lihat {link} ini"
    marked = breakable("e\u0301" * 30)
    assert "\u200b\u0301" not in marked
