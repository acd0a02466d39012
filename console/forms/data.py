"""What the forms print, made from what the services answer. Pure: the same answer gives the same form.

The templates and the spreadsheets show these texts and choose none: every word that depends on the
answer is chosen here. Official forms are in Indonesian.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Literal, TypeAlias
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict

from console.forms import answers
from console.forms.behaviour import CONDUCT
from console.show.format import long_day, number
from console.show.words import SOURCE
from contracts.planning import AssignmentKind, Indicator, Result

Layout: TypeAlias = Literal["aspects", "perspectives", "sentences"]
NONE = "-"
"""For what is not known, or not there."""
APPROACHES = {
    "quantitative": "PENDEKATAN HASIL KERJA KUANTITATIF",
    "qualitative": "PENDEKATAN HASIL KERJA KUALITATIF",
}
JPT = "BAGI PEJABAT PIMPINAN TINGGI DAN PIMPINAN UNIT KERJA MANDIRI"
JA_JF = "BAGI PEJABAT ADMINISTRASI DAN PEJABAT FUNGSIONAL"
GROUPS = {"main": "A. KINERJA UTAMA", "additional": "B. KINERJA TAMBAHAN"}
ASPECTS = {
    "quantity": "Kuantitas",
    "quality": "Kualitas",
    "time": "Waktu",
    "cost": "Biaya",
    None: "",
}
KINDS: Mapping[AssignmentKind | None, str] = {
    "plt": "Plt. ",
    "plh": "Plh. ",
    "pj": "Pj. ",
    "definitive": "",
    None: "",
}
HEADINGS: Mapping[Layout, tuple[str, ...]] = {
    "aspects": (
        "NO",
        "RENCANA HASIL KERJA PIMPINAN YANG DIINTERVENSI",
        "RENCANA HASIL KERJA",
        "ASPEK",
        "INDIKATOR KINERJA INDIVIDU",
        "TARGET",
    ),
    "perspectives": (
        "NO",
        "RENCANA HASIL KERJA",
        "INDIKATOR KINERJA INDIVIDU",
        "TARGET",
        "PERSPEKTIF",
    ),
    "sentences": ("NO", "RENCANA HASIL KERJA"),
}
HOW_MEASURED = "Ukuran keberhasilan / Indikator Kinerja Individu, dan Target:"
STAMPS = {
    "draft": "DRAF",
    "submitted": "DIAJUKAN",
    "returned": "DIKEMBALIKAN",
    "withdrawn": "DITARIK",
    "cancelled": "BATAL",
    "approved": None,
    "closed": None,
}
STATES = {
    "draft": "Draf: belum diajukan dan belum ditetapkan.",
    "submitted": "Diajukan: belum ditetapkan.",
    "returned": "Dikembalikan untuk diperbaiki: belum ditetapkan.",
    "withdrawn": "Ditarik kembali: tidak ditetapkan.",
    "cancelled": "Batal: pernah ditetapkan, dan tidak ada hari yang tersisa.",
    "approved": None,
    "closed": None,
}

COLUMN = 25.0
"""Letters of ordinary width that every column has room for."""
TOGETHER = 8, 900
"""Indicators and letters of a result that is kept on one page: it has room for them."""
LONG = re.compile(r"\S{12,}")
ZERO_WIDTH_SPACE = "\u200b"


class Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Row(Part):
    label: str
    value: str


class Party(Part):
    title: str
    rows: tuple[Row, ...]


class PrintedIndicator(Part):
    aspect: str
    perspective: str
    text: str
    target: str


class PrintedResult(Part):
    """`together`: on one page."""

    number: str
    text: str
    serves: str
    indicators: tuple[PrintedIndicator, ...]
    together: bool


class Group(Part):
    title: str
    results: tuple[PrintedResult, ...]


class Behaviour(Part):
    number: str
    value: str
    conduct: tuple[str, ...]
    expectations: tuple[str, ...]


class Annex(Part):
    title: str
    lines: tuple[str, ...]


class Signature(Part):
    on: str
    role: str
    name: str
    nip: str


class Proof(Part):
    """`address` is where the record is shown to whoever may read it; a code leads there."""

    address: str
    lines: tuple[str, ...]


class Form(Part):
    """What all of them have.

    name       of the document, and of its file without the ending
    made       the moment of the event that it rests on: the document's own date
    stamp      across each page, unless it is approved; `state` says the same in a sentence
    rests      on which event
    """

    name: str
    author: str
    made: datetime
    stamp: str | None
    state: str | None
    rests: str
    title: tuple[str, ...]
    agency: str
    period: str
    proof: Proof


class SKP(Form):
    """`layout` is how results are told: with aspects, those of a head of unit with perspectives, qualitative
    ones in sentences."""

    layout: Layout
    employee: Party
    appraiser: Party
    headings: tuple[str, ...]
    measured: str
    groups: tuple[Group, ...]
    behaviour: tuple[Behaviour, ...]
    annexes: tuple[Annex, ...]
    signatures: tuple[Signature, ...]


def skp(form: answers.SKPForm, console: str) -> SKP:
    """`console` is the address under which people reach the console."""
    told, approved = form.skp, form.skp.status == "approved"
    rests = resting(form.ground)
    return SKP(
        name=f"SKP {told.start.year} {form.employee.name}",
        author=form.agency,
        made=form.ground.at,
        stamp=STAMPS[told.status],
        state=STATES[told.status],
        rests=rests,
        layout=_layout(form),
        title=(
            "SASARAN KINERJA PEGAWAI",
            APPROACHES[told.approach],
            JPT if form.form == "jpt" else JA_JF,
        ),
        agency=form.agency.upper(),
        period=f"PERIODE PENILAIAN: {_period(told.start, told.until)}",
        employee=_party("PEGAWAI YANG DINILAI", form.employee),
        appraiser=_party("PEJABAT PENILAI KINERJA", form.appraiser),
        headings=HEADINGS[_layout(form)],
        measured=HOW_MEASURED,
        groups=tuple(_groups(form)),
        behaviour=tuple(_behaviour(told.plan)),
        annexes=(
            _annex("DUKUNGAN SUMBER DAYA", told.plan.annexes.resources),
            _annex("SKEMA PERTANGGUNGJAWABAN", told.plan.annexes.accountability),
            _annex("KONSEKUENSI", told.plan.annexes.consequences),
        ),
        signatures=(
            signature("", "Pegawai yang Dinilai", form.employee),
            signature(
                long_day(form.ground.day, SOURCE) if approved else "",
                "Pejabat Penilai Kinerja",
                form.appraiser,
            ),
        ),
        proof=_proof(form, console, rests),
    )


def resting(ground: answers.Ground) -> str:
    return f"planning {number(ground.position, SOURCE)}, versi {ground.version}"


def _layout(form: answers.SKPForm) -> Layout:
    if form.skp.approach == "qualitative":
        return "sentences"
    return "perspectives" if form.form == "jpt" else "aspects"


def _period(start: date, until: date) -> str:
    first, last = (long_day(day, SOURCE).upper() for day in (start, until))
    if start.year != until.year:
        return f"{first} SD {last}"
    return f"{first.rpartition(' ')[0]} SD {last.rpartition(' ')[0]} TAHUN {start.year}"


def _party(title: str, party: answers.Party | None) -> Party:
    told = (
        ("NAMA", party and party.name),
        ("NIP", party and party.nip),
        ("PANGKAT/GOL RUANG", None),  # no service knows it
        ("JABATAN", party and position_of(party)),
        ("UNIT KERJA", party and party.unit),
    )
    rows = tuple(Row(label=label, value=breakable(value or NONE)) for label, value in told)
    return Party(title=title, rows=rows)


def position_of(party: answers.Party) -> str | None:
    if party.position is None:
        return None
    return " ".join(filter(None, (KINDS[party.kind] + party.position, party.level)))


def _groups(form: answers.SKPForm) -> Iterator[Group]:
    """Both, of which additional results may be none."""
    for kind, title in GROUPS.items():
        results = [each for each in form.skp.plan.results if each.kind == kind]
        yield Group(
            title=title,
            results=tuple(
                _result(each, count, _layout(form)) for count, each in enumerate(results, 1)
            ),
        )


def _result(result: Result, count: int, layout: Layout) -> PrintedResult:
    serves = breakable(result.serves or "")
    if serves and layout == "sentences":
        serves = f"(Penugasan dari {serves})"
    indicators = tuple(map(_indicator, result.indicators))
    texts = [
        result.text,
        serves,
        *(words for each in indicators for words in (each.text, each.target)),
    ]
    most, letters = TOGETHER
    return PrintedResult(
        number=str(count),
        text=breakable(result.text),
        serves=serves,
        indicators=indicators,
        together=len(indicators) <= most and sum(map(len, texts)) <= letters,
    )


def _indicator(indicator: Indicator) -> PrintedIndicator:
    unit = indicator.unit or ""
    if unit.lower() in indicator.target.lower():  # many write it there too
        unit = ""
    return PrintedIndicator(
        aspect=ASPECTS[indicator.aspect],
        perspective=breakable(indicator.perspective or ""),
        text=breakable(indicator.text),
        target=breakable(f"{indicator.target} {unit}".rstrip()),
    )


def _behaviour(plan: answers.Plan) -> Iterator[Behaviour]:
    for count, (value, (name, conduct)) in enumerate(CONDUCT.items(), 1):
        expected = [each.text for each in plan.expectations if each.value == value]
        yield Behaviour(
            number=str(count),
            value=name,
            conduct=conduct,
            expectations=tuple(map(breakable, expected)),
        )


def _annex(title: str, lines: tuple[str, ...]) -> Annex:
    return Annex(title=title, lines=tuple(map(breakable, lines)))


def signature(on: str, role: str, party: answers.Party | None) -> Signature:
    name, nip = (party.name, party.nip) if party else (None, None)
    return Signature(on=on, role=role, name=breakable(name or NONE), nip=f"NIP {nip or NONE}")


def _proof(form: answers.SKPForm, console: str, rests: str) -> Proof:
    person, position = quote(form.skp.person, safe=""), form.ground.position
    address = f"{console}/history/{person}#planning-{position}"
    day = long_day(form.ground.day, SOURCE)
    said = "Ditetapkan" if form.skp.status == "approved" else "Belum ditetapkan, per"
    return Proof(
        address=address,
        lines=(
            f"{said} {day}: {rests}",
            f"SKP {breakable(form.skp.skp)}",
            "SHA-256 catatan itu (RFC 9162):",
            form.ground.leaf,
            "Pindai untuk membuka riwayatnya; hanya bagi yang berwenang.",
        ),
    )


def breakable(text: str) -> str:
    """With places to break in what is too long for a column, such as a link."""
    return LONG.sub(lambda found: ZERO_WIDTH_SPACE.join(_pieces(found[0])), text)


def _pieces(word: str) -> Iterator[str]:
    """Of half a column's width, if it is wider than one; no mark is parted from its letter."""
    if sum(map(_width, word)) <= COLUMN:
        yield word
        return
    piece, width = "", 0.0
    for letter in word:
        if width + _width(letter) > COLUMN / 2 and not unicodedata.combining(letter):
            yield piece
            piece, width = "", 0.0
        piece, width = piece + letter, width + _width(letter)
    yield piece


def _width(letter: str) -> float:
    """In ordinary letters."""
    if unicodedata.combining(letter):
        return 0
    if letter in "MWmw@%" or ord(letter) > 0x2000:
        return 1.6
    return 1.35 if letter.isupper() else 1


def whole(text: str) -> str:
    """As it was typed, for what wraps by itself."""
    return text.replace(ZERO_WIDTH_SPACE, "")
