"""SKPs to print: of each variant, a short one and a long one."""

from collections.abc import Iterator
from typing import Any

from console.forms import data
from console.forms.answers import SKPForm

CONSOLE = "https://kinerja.example.go.id"
ASPECTS = ("quantity", "quality", "time", "cost")
PERSPECTIVES = ("Penerima layanan", "Proses bisnis", "Penguatan internal", "Anggaran")
RESULTS = (
    "Terselesaikannya usul kenaikan pangkat tepat waktu dan sesuai ketentuan",
    "Tersusunnya peta kompetensi pegawai sebagai dasar rencana pengembangan",
    "Terkelolanya data kepegawaian yang mutakhir, lengkap, dan dapat dipertanggungjawabkan",
)
SERVED = "Meningkatnya kualitas layanan kepegawaian di lingkungan Sekretariat Jenderal"
INDICATORS = (
    ("Jumlah usul yang diselesaikan", "480", "usul"),
    ("Persentase usul yang tidak dikembalikan", "95%", "%"),
    ("Waktu rata-rata penyelesaian satu usul", "paling lama 5 hari kerja", None),
    ("Biaya layanan per usul", "Rp25.000", None),
)
EXPECTED = "Menjawab setiap pertanyaan pegawai dalam satu hari kerja."
EMPLOYEE = {
    "nip": "199001012015012001", "name": "Ratna Wulandari, S.Sos.", "position": "Analis Kepegawaian",
    "level": "Ahli Pertama", "kind": "definitive", "unit": "Biro Kepegawaian",
}  # fmt: skip
HEAD = {
    "nip": "197001011995031001", "name": "Taufik Rachman", "position": "Kepala Biro Kepegawaian",
    "level": None, "kind": "plt", "unit": "Sekretariat Jenderal",
}  # fmt: skip
MINISTER = {
    "nip": None, "name": "Siti Aisyah", "position": "Menteri Kesehatan", "level": None,
    "kind": "definitive", "unit": "Kementerian Kesehatan",
}  # fmt: skip


def indicator(number: int, at: int, *, leads: bool) -> dict[str, Any]:
    text, target, unit = INDICATORS[at % 4]
    told = {"perspective": PERSPECTIVES[at % 4]} if leads else {"aspect": ASPECTS[at % 4]}
    return {"id": f"i{number}.{at}", "text": text, "target": target, "unit": unit} | told


def plan(results: int, indicators: int, *, leads: bool = False) -> dict[str, Any]:
    """Of several results the last is an additional one."""
    return {
        "results": [
            {
                "id": f"r{number}",
                "kind": "additional" if number and number == results - 1 else "main",
                "text": RESULTS[number % 3],
                "serves": None if leads else SERVED,
                "indicators": [indicator(number, at, leads=leads) for at in range(indicators)],
            }
            for number in range(results)
        ],
        "expectations": [{"value": "akuntabel", "text": EXPECTED}],
        "annexes": {
            "resources": ["Akses ke sistem informasi kepegawaian", "Dua orang staf"],
            "accountability": ["Laporan bulanan kepada atasan"],
            "consequences": [],
        },
    }


def answer(plan: dict[str, Any], **of_skp: Any) -> dict[str, Any]:
    """As planning gives it: an approved quantitative SKP in the form for JA and JF, unless told otherwise."""
    skp = {
        "skp": "p-1.a.20260101", "person": "p-1", "start": "2026-01-01", "until": "2026-12-31",
        "approach": "quantitative", "status": "approved", "plan": plan,
    }  # fmt: skip
    return {
        "skp": skp | of_skp,
        "agency": "Kementerian Kesehatan",
        "form": "ja-jf",
        "employee": EMPLOYEE,
        "appraiser": HEAD,
        "ground": {
            "at": "2026-01-20T02:03:04Z", "day": "2026-01-20", "position": 18233, "version": 3,
            "leaf": "0123456789abcdef" * 4,
        },
    }  # fmt: skip


def form(answer: dict[str, Any]) -> data.SKP:
    return data.skp(SKPForm.model_validate(answer), CONSOLE)


def _of_a_head(results: int, indicators: int, **of_skp: Any) -> dict[str, Any]:
    told = answer(plan(results, indicators, leads=True), **of_skp)
    return told | {"form": "jpt", "employee": HEAD, "appraiser": MINISTER}


def _all() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "aspects-short", answer(plan(1, 1))
    yield "aspects-long", answer(plan(9, 4))
    yield "perspectives-short", _of_a_head(2, 2, status="draft")
    yield "perspectives-long", _of_a_head(14, 4)
    yield "sentences-short", answer(plan(2, 2), approach="qualitative", status="submitted")
    yield "sentences-long", answer(plan(12, 4), approach="qualitative", status="returned")


SAMPLES = {name: form(told) for name, told in _all()}
