"""A setting's value as the fields of a form, and back. A field is named as planning names it, `late_skp.above`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeAlias

from console.show.format import months
from console.show.words import N_, translate
from contracts.appraisal import Predicate

Shape: TypeAlias = Literal["choice", "month", "several", "number", "text", "numbers", "days"]
DAY_KINDS = {"national-holiday": N_("libur nasional"), "joint-leave": N_("cuti bersama")}
PREDICATES = {predicate.value: predicate.value for predicate in Predicate}
"""Names of the regulation, in every language."""
PART = re.compile(r"\s*;\s*")


@dataclass(frozen=True, slots=True)
class Field:
    """`options` of a choice or of several; an `optional` one may stay empty."""

    path: str
    label: str
    shape: Shape = "number"
    options: Mapping[str, str] | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A kind of setting: what it is called, from where what ships is, and its fields."""

    name: str
    source: str
    fields: tuple[Field, ...]


def _threshold(path: str, of: str) -> tuple[Field, Field]:
    return Field(f"{path}.above", of), Field(
        f"{path}.action", N_("Tindakan yang diusulkan"), "text"
    )


WORDS: Mapping[str, Words] = {
    "time-zone": Words(
        N_("Zona waktu"),
        N_("Keppres 41/1987; zona mana yang diikuti tenggat tidak ditemukan aturannya."),
        (
            Field(
                "zone",
                N_("Zona waktu"),
                "choice",
                {
                    "WIB": "WIB (UTC+7)",
                    "WITA": "WITA (UTC+8)",
                    "WIT": "WIT (UTC+9)",
                },
            ),
        ),
    ),
    "working-calendar": Words(
        N_("Hari libur nasional dan cuti bersama"),
        N_("SKB tiga menteri tahun 2025, 2026, dan 2027."),
        (
            Field("years", N_("Tahun"), "numbers"),
            Field("days_off", N_("Hari libur (satu baris: tanggal; jenis; nama)"), "days"),
        ),
    ),
    "reminders": Words(
        N_("Pengingat"),
        N_("Tidak ditemukan aturannya."),
        (
            Field("before", N_("Hari kerja sebelum tenggat"), "numbers", optional=True),
            Field("again", N_("Sesudah tenggat, setiap hari kerja ke"), optional=True),
            Field("superior", N_("Pejabat penilai diberi tahu sesudah, hari kerja"), optional=True),
            Field("hour", N_("Surel harian, pukul")),
        ),
    ),
    "skp-drafting": Words(
        N_("Waktu penyusunan SKP"),
        N_("PermenPANRB 8/2021; tanggalnya tidak ditemukan aturannya."),
        (
            Field("next_year.day", N_("Pegawai menyusun tahun depan sejak tanggal")),
            Field("next_year.month", N_("Pegawai menyusun tahun depan sejak bulan"), "month"),
            Field("team.day", N_("Pengelola kinerja boleh menyusun sejak tanggal")),
            Field("team.month", N_("Pengelola kinerja boleh menyusun sejak bulan"), "month"),
        ),
    ),
    "appraiser-change": Words(
        N_("SKP sesudah pejabat penilai berganti"),
        N_(
            "PermenPANRB 6/2022 konon menggantinya, praktik sebuah kementerian membiarkannya; naskahnya tidak ditemukan."
        ),
        (
            Field(
                "rule",
                N_("SKP yang sudah disetujui"),
                "choice",
                {
                    "keep": N_("tetap berlaku"),
                    "confirm": N_("dikukuhkan oleh penilai baru"),
                    "replace": N_("ditutup dan diganti SKP baru"),
                },
            ),
        ),
    ),
    "periods": Words(
        N_("Periode pelaporan kinerja"),
        N_("PP 30/2019 menyerahkan pilihannya; batas pengisian tidak ditemukan aturannya."),
        (
            Field(
                "length",
                N_("Panjang periode"),
                "choice",
                {
                    "monthly": N_("Bulanan"),
                    "quarterly": N_("Triwulanan"),
                    "half-yearly": N_("Semesteran"),
                    "yearly": N_("Tahunan"),
                },
            ),
            Field("filling_days", N_("Batas pengisian, hari sesudah periode"), optional=True),
        ),
    ),
    "least-service": Words(
        N_("Masa kerja paling singkat yang dinilai"),
        N_("Tidak ditemukan dalam PermenPANRB 6/2022."),
        (Field("months", N_("Bulan penuh")),),
    ),
    "skp-due": Words(
        N_("Batas waktu penetapan SKP"),
        N_("31 Januari: PermenPANRB 6/2022 Pasal 14–15; untuk mulai kemudian tidak ditemukan."),
        (
            Field("day", N_("Tanggal")),
            Field("month", N_("Bulan"), "month"),
            Field(
                "late_start_working_days",
                N_("Bila mulai kemudian: hari kerja sesudah mulai (kosong: akhir bulan pertama)"),
                optional=True,
            ),
        ),
    ),
    "finding-thresholds": Words(
        N_("Ambang temuan evaluasi"),
        N_("Tidak ada peraturan nasional yang menetapkannya."),
        (
            *_threshold("late_skp", N_("SKP terlambat, di atas persen")),
            *_threshold("no_feedback", N_("Tanpa umpan balik, di atas persen")),
            *_threshold(
                "need_unanswered", N_("Kebutuhan pengembangan tak terjawab, di atas persen")
            ),
            *_threshold("below_expectation", N_("Predikat di bawah Baik, di atas persen")),
        ),
    ),
    "allowance-deduction": Words(
        N_("Potongan tunjangan kinerja menurut predikat"),
        N_("Tidak ada aturan nasional; instansi menetapkannya, misalnya Bakamla 1/2023 Pasal 11."),
        tuple(Field(f"percent.{each}", each, optional=True) for each in PREDICATES),
    ),
    "recognition": Words(
        N_("Predikat yang diusulkan untuk penghargaan"),
        N_("Tidak ditemukan aturannya."),
        (Field("predicates", N_("Predikat"), "several", PREDICATES),),
    ),
    "improvement": Words(
        N_("Predikat yang memerlukan rencana perbaikan kinerja"),
        N_("PP 30/2019 Pasal 56–58; menurut predikat mana tidak ditemukan aturannya."),
        (Field("predicates", N_("Predikat"), "several", PREDICATES),),
    ),
    "superior-sanctions": Words(
        N_("Hukuman disiplin yang dijatuhkan atasan langsung"),
        N_("PP 94/2021 menurut jabatan; ringan oleh atasan langsung berlaku umum."),
        (
            Field(
                "levels",
                N_("Tingkat hukuman"),
                "several",
                {
                    "light": N_("ringan"),
                    "medium": N_("sedang"),
                    "heavy": N_("berat"),
                },
            ),
        ),
    ),
    "medium-sanctions": Words(
        N_("Jenis hukuman disiplin sedang"),
        N_("PP 94/2021 Pasal 42, PerBKN 6/2022 Pasal 62."),
        (
            Field(
                "are",
                N_("Yang berlaku"),
                "choice",
                {
                    "transition": N_("hukuman masa peralihan"),
                    "allowance-cut": N_("potongan tunjangan 25 persen"),
                },
            ),
        ),
    ),
    "summons-distance": Words(
        N_("Jarak panggilan tertulis ke pemeriksaan"),
        N_("PP 94/2021 Pasal 26(2) dan lampiran PerBKN 6/2022."),
        (
            Field("least", N_("Paling sedikit, hari kerja")),
            Field("most", N_("Paling banyak, hari kerja"), optional=True),
        ),
    ),
}


def to_fields(kind: str, value: Mapping[str, Any]) -> dict[str, list[str]]:
    """The texts of each field."""
    return {field.path: _texts(field, _at(value, field.path)) for field in WORDS[kind].fields}


def to_value(kind: str, fields: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """As planning takes it. What cannot be read stays as it was typed, for planning to refuse."""
    value: dict[str, Any] = {"percent": {}} if kind == "allowance-deduction" else {}
    for field in WORDS[kind].fields:
        read = _read(field, [each.strip() for each in fields.get(field.path, ())])
        if read is None and field.path.startswith("percent."):
            continue
        *above, last = field.path.split(".")
        inner = value
        for name in above:
            inner = inner.setdefault(name, {})
        inner[last] = read
    return value


def in_words(kind: str, value: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    """(label, text) of each field that says something."""
    told = []
    for field in WORDS[kind].fields:
        found = _at(value, field.path)
        if found is not None:
            label = translate(field.label, language).partition(" (")[0]
            told.append((label, _said(field, found, language)))
    return told


def _said(field: Field, found: Any, language: str) -> str:
    options = field.options or {}
    match field.shape:
        case "choice":
            return translate(options.get(found, str(found)), language)
        case "month":
            return months(language, "wide")[int(found) - 1]
        case "several":
            return ", ".join(translate(options.get(each, each), language) for each in found) or "–"
        case "numbers":
            return ", ".join(map(str, found))
        case "days":
            return str(len(found))
    return str(found)


def _at(value: Mapping[str, Any], path: str) -> Any:
    found: Any = value
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _texts(field: Field, found: Any) -> list[str]:
    match field.shape:
        case "several":
            return [str(each) for each in found]
        case "numbers":
            return [", ".join(map(str, found))]
        case "days":
            lines = (f"{day['on']}; {DAY_KINDS[day['kind']]}; {day['name']}" for day in found)
            return ["\n".join(lines)]
    return [] if found is None else [str(found)]


def _read(field: Field, typed: Sequence[str]) -> Any:
    first = typed[0] if typed else ""
    match field.shape:
        case "several":
            return [each for each in typed if each]
        case "numbers":
            return [_number(each) for each in re.split(r"[\s,;]+", first) if each]
        case "days":
            return [_day(line) for line in first.splitlines() if line.strip()]
        case "number" | "month":
            return None if field.optional and not first else _number(first)
    return first


def _number(text: str) -> int | str:
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else text


def _day(line: str) -> dict[str, str]:
    """A day off: its date in ISO 8601 or as day/month/year."""
    on, kind, name = [*PART.split(line.strip(), maxsplit=2), "", ""][:3]
    codes = {name: code for code, name in DAY_KINDS.items()}
    if written := re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", on):
        day, month, year = map(int, written.groups())
        try:
            on = date(year, month, day).isoformat()
        except ValueError:
            return {"on": on, "kind": kind, "name": name}
    return {"on": on, "kind": codes.get(kind.lower(), kind), "name": name}
