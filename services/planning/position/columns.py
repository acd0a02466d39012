"""The columns of a file of positions: our template's, and what agencies and SIASN call them."""

from collections.abc import Mapping
from typing import Any

from chassis.fields import Name
from contracts.positions import CLASSES, PositionKind
from sheets.columns import Column, choice, of, text
from sheets.files import Value
from sheets.problems import Wrong
from sheets.words import Words

_NAME = of(Name)
_KIND: Mapping[str, PositionKind] = {
    **dict.fromkeys(("JPT utama", "jabatan pimpinan tinggi utama"), "jpt-utama"),
    **dict.fromkeys(("JPT madya", "jabatan pimpinan tinggi madya"), "jpt-madya"),
    **dict.fromkeys(("JPT pratama", "jabatan pimpinan tinggi pratama"), "jpt-pratama"),
    **dict.fromkeys(("administrator", "jabatan administrator"), "administrator"),
    **dict.fromkeys(("pengawas", "jabatan pengawas"), "supervisor"),
    **dict.fromkeys(("fungsional", "jabatan fungsional", "fungsional tertentu"), "functional"),
    **dict.fromkeys(("pelaksana", "jabatan pelaksana", "fungsional umum"), "executing"),
}
_FORM: Mapping[str, Any] = {
    **dict.fromkeys(("JPT", "JPT dan pimpinan unit kerja mandiri"), "jpt"),
    **dict.fromkeys(("JA/JF", "JA dan JF"), "ja-jf"),
}


def grade(value: Value) -> int:
    """From 1 to 17. Raises Wrong."""
    said = text(value).lstrip("'")
    if not (said.isascii() and said.isdigit() and int(said) in CLASSES):
        raise Wrong("not-a-class")
    return int(said)


POSITIONS = (
    Column("name", "Nama Jabatan", _NAME, ("Jabatan", "JABATAN NAMA"), required=True),
    Column(
        "kind",
        "Jenis Jabatan",
        choice(
            _KIND,
            "JPT utama, JPT madya, JPT pratama, administrator, pengawas, fungsional, pelaksana",
        ),
        ("JENIS JABATAN NAMA", "Jenis"),
        required=True,
    ),
    Column("level", "Jenjang", _NAME, ("Jenjang Jabatan",)),
    Column("grade", "Kelas Jabatan", grade, ("Kelas",)),
    Column("form", "Bentuk SKP", choice(_FORM, "JPT, JA/JF"), ("Format SKP",)),
)

WORDS: Words = {
    "not-a-class": {
        "id": f"Tulis kelas jabatan, {CLASSES[0]} sampai {CLASSES[-1]}.",
        "en": f"Write the position's class, {CLASSES[0]} to {CLASSES[-1]}.",
    },
    "level-of-functional": {
        "id": "Jenjang hanya untuk jabatan fungsional. Kosongkan, atau perbaiki jenisnya.",
        "en": "Only a functional position has a level. Leave it empty, or correct the kind.",
    },
    "not-yours-to-describe": {
        "id": "Jabatan dimuat oleh unit kepegawaian instansi.",
        "en": "Positions are loaded by the agency's personnel unit.",
    },
}
