"""The columns of a file of performance agreements: one row for each indicator, as agencies publish them, or for
each later target if it has several; of a strategic plan, whose rows say its years, one for each year that has
a target.

A unit is named by its code, its name, or the position of its head, as the one who signs.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from chassis.fields import Name, Text
from sheets.columns import Column, choice, of, text
from sheets.files import Value
from sheets.problems import Wrong
from sheets.words import Words

_TEXT, _NAME = of(Text), of(Name)
_ASPECTS: Mapping[str, Any] = {
    **dict.fromkeys(("kuantitas", "quantity"), "quantity"),
    **dict.fromkeys(("kualitas", "quality"), "quality"),
    **dict.fromkeys(("waktu", "time"), "time"),
    **dict.fromkeys(("biaya", "cost"), "cost"),
}


def year(value: Value) -> int:
    """Of four digits. Raises Wrong."""
    said = text(value).lstrip("'")
    if not (said.isascii() and said.isdigit() and 1950 <= int(said) < 2200):
        raise Wrong("not-a-year")
    return int(said)


class Period(NamedTuple):
    """The years of a strategic plan."""

    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


_PERIOD = re.compile(
    r"'?([0-9]{4})\s*(?:-|–|s\.?\s*/?\s*d\.?|sampai|to)\s*([0-9]{4})", re.IGNORECASE
)


def period(value: Value) -> Period:
    """Two years, the later one behind. Raises Wrong."""
    said = _PERIOD.fullmatch(text(value))
    found = Period(int(said[1]), int(said[2])) if said else Period(0, 0)
    if not 1950 <= found.first < found.last < 2200:
        raise Wrong("not-a-period")
    return found


AGREEMENTS = (
    Column(
        "unit",
        "Unit",
        _NAME,
        ("Kode Unit", "Unit Code", "Nama Unit", "Unit Kerja", "UNOR ID"),
        required=True,
    ),
    Column("year", "Tahun", year, ("Tahun Target", "Year", "Target Year"), required=True),
    Column(
        "period",
        "Periode Renstra",
        period,
        ("Periode", "Tahun Renstra", "Period", "Years of the Plan"),
    ),
    Column(
        "objective",
        "Sasaran",
        _TEXT,
        ("Sasaran Kinerja", "Sasaran Strategis", "Objective"),
        required=True,
    ),
    Column(
        "indicator",
        "Indikator",
        _TEXT,
        ("Indikator Kinerja", "Indikator Kinerja Utama", "IKU", "Indicator"),
        required=True,
    ),
    Column("target", "Target", _TEXT, required=True),
    Column("measure", "Satuan", _TEXT, ("Satuan Target", "Unit of Measure")),
    Column(
        "later",
        "Target Berikutnya",
        _TEXT,
        ("target_next", "Target Tahun Berikutnya", "Later Target"),
    ),
    Column("later_year", "Tahun Berikutnya", year, ("year_next", "Later Year")),
    Column("baseline", "Kondisi Awal", _TEXT, ("Baseline",)),
    Column("aspect", "Aspek", choice(_ASPECTS, "kuantitas, kualitas, waktu, biaya"), ("Aspect",)),
    Column("perspective", "Perspektif", _TEXT, ("Perspective",)),
)

COLUMN_OF = {
    "unit": "unit",
    "year": "year",
    "assignment": "unit",
    "until": "period",
    "objectives": "objective",
}
"""Where in a file it stands what a decision refuses of the whole."""

WORDS: Words = {
    "not-a-year": {
        "id": "Tulis satu tahun, seperti 2026.",
        "en": "Write one year, such as 2026.",
    },
    "not-a-period": {
        "id": "Tulis tahun pertama dan terakhir rencana strategis, seperti 2025-2029.",
        "en": "Write the first and the last year of the strategic plan, such as 2025-2029.",
    },
    "year-outside-period": {
        "id": "Tahun {year} di luar periode {period}. Betulkan salah satunya.",
        "en": "The year {year} is not among {period}. Correct one of them.",
    },
    "two-targets": {
        "id": "Indikator ini sudah memiliki target lain untuk tahun {year} di baris {other}.",
        "en": "The indicator has another target of {year} in row {other} already.",
    },
    "not-the-agency": {
        "id": "Rencana strategis adalah milik unit tertinggi instansi. Kosongkan Periode Renstra, atau perbaiki unitnya.",
        "en": "A strategic plan is that of the agency's topmost unit. Leave its years empty, or correct the unit.",
    },
    "unknown-unit": {
        "id": "Tidak ada unit, atau kepala unit, dengan kode atau nama ini. Periksa, atau tulis Kode Unit.",
        "en": "No unit, and no head of one, has this code or name. Check it, or write the unit's code.",
    },
    "which-unit": {
        "id": "Beberapa unit bernama sama. Tulis Kode Unit.",
        "en": "Several units have this name. Write the unit's code.",
    },
    "no-head": {
        "id": "Unit ini tidak memiliki kepala pada tahun itu. Catat penugasannya lebih dahulu.",
        "en": "The unit has no head in that year. Register the assignment first.",
    },
    "not-your-unit": {
        "id": "Unit {unit} di luar kewenangan Anda. Hapus baris ini, atau minta unit kepegawaian.",
        "en": "Unit {unit} is beyond your mandate. Delete the row, or ask the personnel unit.",
    },
    "yourself": {
        "id": "Perjanjian kinerja sendiri dimuat oleh orang lain.",
        "en": "One's own agreement is loaded by somebody else.",
    },
    "twice-in-objective": {
        "id": "Indikator ini sudah ada pada sasaran yang sama di baris {other}. Hapus salah satu.",
        "en": "The objective has this indicator in row {other} already. Delete one.",
    },
    "later-without-year": {
        "id": "Isi Tahun Berikutnya untuk target ini, sesudah tahun perjanjian.",
        "en": "Fill in the year of this later target, which is after the agreement's.",
    },
    "carried": {
        "id": "Indikator yang tidak ada dalam berkas masih diisi dalam matriks peran hasil. Kosongkan matriksnya lebih dahulu.",
        "en": "The role–result matrix has cells of an indicator that is not in the file. Empty these first.",
    },
}
