"""What a problem says to people, by code; the facts are filled in.

Each says what to write instead, not what is wrong with whoever wrote it.
"""

from collections.abc import Mapping

from sheets.problems import Problem

Words = Mapping[str, Mapping[str, str]]
LANGUAGES = ("id", "en")

OURS: Words = {
    "not-a-table": {
        "id": "Berkas ini bukan lembar kerja yang dapat dibaca. Simpan sebagai Excel (.xlsx) atau CSV UTF-8.",
        "en": "This file is no sheet that can be read. Save it as Excel (.xlsx) or CSV UTF-8.",
    },
    "old-or-locked": {
        "id": "Berkas ini berformat Excel lama (.xls) atau berkata sandi. Simpan sebagai .xlsx tanpa kata sandi.",
        "en": "This file is of an old Excel (.xls) or has a password. Save it as .xlsx without one.",
    },
    "too-large": {
        "id": "Isi berkas lebih dari {most} MB. Bagi menjadi beberapa berkas.",
        "en": "The file unpacks to more than {most} MB. Divide it into several files.",
    },
    "too-far": {
        "id": "Sel {place} terlalu jauh: paling banyak {rows} baris dan {columns} kolom. Hapus baris dan kolom kosong di luar tabel.",
        "en": "Cell {place} is too far out: at most {rows} rows and {columns} columns. Delete empty rows and columns beyond the table.",
    },
    "too-much": {
        "id": "Berkas ini memerlukan lebih banyak memori daripada yang tersedia. Bagi menjadi beberapa berkas.",
        "en": "Reading this file takes more memory than there is for it. Divide it into several files.",
    },
    "cut-short": {
        "id": "Pemuatan terhenti beberapa kali. Periksa lagi berkas ini, lalu muat; yang sudah dimuat tidak terulang.",
        "en": "Loading was cut short several times. Have the file checked again, then load it; what is loaded is not repeated.",
    },
    "changed-since": {
        "id": "Baris ini sudah dimuat dari berkas ini, lalu datanya diubah. Periksa datanya, dan kirim berkas baru bila perlu.",
        "en": "This row was loaded from this file, and what it says has been changed since. Look at it, and send a new file if need be.",
    },
    "csv-quote": {
        "id": "Tanda kutip sebelum baris {row} tidak ditutup. Tutup tanda kutipnya, atau simpan sebagai .xlsx.",
        "en": "A quotation mark before line {row} is never closed. Close it, or save the file as .xlsx.",
    },
    "no-headings": {
        "id": "Baris judul tidak ditemukan. Tulis judul kolom dalam satu baris: {headings}.",
        "en": "No row of headings was found. Write the columns' headings in one row: {headings}.",
    },
    "missing-column": {
        "id": "Kolom {heading} tidak ada. Tambahkan kolom ini.",
        "en": "There is no column {heading}. Add it.",
    },
    "column-twice": {
        "id": "Kolom {heading} ada dua kali, juga di kolom {other}. Sisakan satu.",
        "en": "The column {heading} is there twice, also as column {other}. Keep one.",
    },
    "no-rows": {
        "id": "Tidak ada baris di bawah judul kolom.",
        "en": "There is no row below the headings.",
    },
    "missing": {"id": "Isi kolom ini.", "en": "Fill this in."},
    "cell-error": {
        "id": "Sel ini berisi galat rumus. Tulis nilainya.",
        "en": "This cell holds a formula's error. Write the value.",
    },
    "formula-without-value": {
        "id": "Rumus di sel ini belum dihitung. Buka berkas di Excel dan simpan, atau tulis nilainya.",
        "en": "The formula in this cell was never calculated. Open the file in Excel and save it, or write the value.",
    },
    "not-text": {"id": "Tulis teks.", "en": "Write text."},
    "too-long": {
        "id": "Paling banyak {most} karakter.",
        "en": "At most {most} characters.",
    },
    "malformed-text": {
        "id": "Tulis ulang tanpa karakter yang tidak terlihat.",
        "en": "Write it anew without invisible characters.",
    },
    "malformed-code": {
        "id": "Tulis kode dengan huruf, angka, titik, garis bawah atau tanda hubung, tanpa spasi.",
        "en": "Write a code of letters, digits, dots, underscores and hyphens, without blanks.",
    },
    "number-rounded": {
        "id": "Excel membulatkan nomor ini: digit di belakang hilang. Ubah format kolom menjadi Teks, lalu tulis ulang.",
        "en": "Excel has rounded this number: its last digits are lost. Format the column as Text, then write it anew.",
    },
    "malformed-nip": {
        "id": "NIP terdiri dari 18 angka. Periksa dan tulis ulang.",
        "en": "A NIP has 18 digits. Check it and write it anew.",
    },
    "not-a-day": {
        "id": "Tulis tanggal seperti 31-01-2026.",
        "en": "Write a date such as 31-01-2026.",
    },
    "not-a-choice": {
        "id": "Tulis salah satu dari: {choices}.",
        "en": "Write one of: {choices}.",
    },
    "twice": {
        "id": "Sudah ada di baris {other}. Hapus salah satu.",
        "en": "It is in row {other} already. Delete one.",
    },
}


def tell(problem: Problem, more: Words, language: str, otherwise: str = "") -> str:
    """The problem in a language; a code that has no words is told `otherwise`, or by its name."""
    words = more.get(problem.code) or OURS.get(problem.code)
    if words is None:
        return str(problem.facts.get("detail") or otherwise or problem.code)
    return words[language].format_map(problem.facts)
