"""What can be done about a person and what they hold: each a form, and what is sent of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from console.ask.client import Problem, Refused
from console.directory import offices
from console.directory.person.reads import Assignment, Person
from console.show.words import N_
from console.web import forms
from console.web.forms import Typed

WHY: Mapping[str, str] = offices.WHY | {
    "person-exists": N_("Nomor ini sudah dipakai pegawai lain."),
    "no-nip": N_("Tulis NIP-nya; hanya pejabat negara yang tidak memilikinya."),
    "official-with-nip": N_("Pejabat negara tidak memiliki NIP; kosongkan, atau ubah statusnya."),
    "malformed-nip": N_(
        "Ada angka yang tidak mungkin pada NIP ini. Urutannya: tanggal lahir (8 angka), tahun dan bulan"
        " pengangkatan (6), jenis kelamin (1 atau 2), lalu nomor urut sejak 001 (3)."
    ),
    "nip-taken": N_("NIP ini tercatat milik pegawai lain."),
    "unknown-unit": N_("Pilih unitnya."),
    "unit-begins-later": N_("Unit itu belum ada pada tanggal ini."),
    "unit-ended": N_("Unit itu sudah berakhir sebelum penugasan ini selesai."),
    "outside": N_(
        "Unit itu di luar kewenangan Anda; pilih yang lain, atau minta unit kepegawaian."
    ),
    "assignments-overlap": N_("Sudah ada penugasan definitif lain pada hari-hari itu."),
    "not-in-force": N_("Penugasan ini tidak berlaku pada hari itu; pilih hari lain."),
    "not-later": N_("Pilih hari sesudah hari terakhir yang tercatat."),
    "dates-reversed": N_("Hari terakhir mendahului hari pertama."),
    "leave-overlaps": N_("Sudah ada cuti lain pada hari-hari itu."),
    "no-leave": N_("Pilih hari sejak cuti itu mulai dan sebelum hari terakhirnya."),
}
UNREADABLE = {
    "nip": N_("NIP terdiri atas 18 angka."),
    "person": N_("Tulis dengan huruf, angka, titik, garis bawah atau tanda hubung, tanpa spasi."),
}
"""Of what planning has refused to read at a field."""
OUTSIDE = Refused(403, Problem(type="urn:problem:outside", field="unit"))
"""Whoever may do it has chosen a unit in which they may not."""
FIELDS = offices.FIELDS | {
    name: name
    for name in (
        "person",
        "name",
        "nip",
        "status",
        "unit",
        "position",
        "level",
        "kind",
        "start",
        "until",
        "on",
        "reason",
        "ground",
    )
}
"""The form's fields, by those of what is sent."""


@dataclass(frozen=True)
class Act:
    """
    name    as the page's address has it, and planning where it tells what one may do
    title   of the page
    button  that does it
    done    what the person's page says then
    asks    which parts the form has
    path    where planning takes it
    body    what is sent, of the form and by whom it is about
    """

    name: str
    title: str
    button: str
    done: str
    asks: tuple[str, ...]
    path: tuple[str, ...]
    body: Callable[[Typed, str], dict[str, Any]]

    @property
    def has_version(self) -> bool:
        """Whether it is refused once the person's record has moved on; what is new alters nothing there."""
        return self.path != DIRECTORY


DIRECTORY = ("directory",)


def _register(form: Typed, person: str) -> dict[str, Any]:
    return {"people": [_identity(form) | {"person": form["person"]}]}


def _start(form: Typed, person: str) -> dict[str, Any]:
    post = _post(form) | {"person": person, "superior": offices.chosen(form)}
    return {"assignments": [post]}


def _correct_person(form: Typed, person: str) -> dict[str, Any]:
    return _identity(form) | {"reason": form["reason"]}


def _transfer(form: Typed, person: str) -> dict[str, Any]:
    return _correct(form, person) | {"superior": offices.chosen(form)}


def _correct(form: Typed, person: str) -> dict[str, Any]:
    return _post(form) | {"reason": form["reason"]}


def _as_typed(*names: str) -> Callable[[Typed, str], dict[str, Any]]:
    return lambda form, person: {name: form[name] for name in names}


def _identity(form: Typed) -> dict[str, Any]:
    """A NIP may be typed in groups of figures."""
    nip = "".join(form["nip"].split())
    return {"name": form["name"], "nip": nip or None, "status": form["status"]}


def _post(form: Typed) -> dict[str, Any]:
    return {
        "unit": form["unit"],
        "position": form["position"],
        "level": form["level"] or None,
        "kind": form["kind"],
        "leads": form["leads"] == "yes",
        "start": form["start"],
        "until": form["until"] or None,
    }


REGISTER = Act(
    "new",
    N_("Pegawai baru"),
    N_("Catat pegawai"),
    N_("Pegawai dicatat; mulai penugasannya."),
    ("person", "identity"),
    DIRECTORY,
    _register,
)
OF_PERSON: Mapping[str, Act] = {
    act.name: act
    for act in (
        Act(
            "start",
            N_("Mulai penugasan"),
            N_("Mulai penugasan"),
            N_("Penugasan dicatat."),
            ("post", "superior"),
            DIRECTORY,
            _start,
        ),
        Act(
            "correct",
            N_("Perbaiki data pegawai"),
            N_("Catat perbaikan"),
            N_("Data pegawai diperbaiki."),
            ("identity", "reason"),
            ("people", "{person}", "correct"),
            _correct_person,
        ),
    )
}
OF_ASSIGNMENT: Mapping[str, Act] = {
    act.name: act
    for act in (
        Act(
            "transfer",
            N_("Mutasi"),
            N_("Catat mutasi"),
            N_("Mutasi dicatat."),
            ("post", "superior", "reason"),
            ("assignments", "{assignment}", "transfer"),
            _transfer,
        ),
        Act(
            "extend",
            N_("Perpanjang"),
            N_("Perpanjang"),
            N_("Perpanjangan dicatat."),
            ("until", "reason"),
            ("assignments", "{assignment}", "extend"),
            _as_typed("until", "reason"),
        ),
        Act(
            "end",
            N_("Akhiri"),
            N_("Akhiri penugasan"),
            N_("Akhir penugasan dicatat."),
            ("on", "reason"),
            ("assignments", "{assignment}", "end"),
            _as_typed("on", "reason"),
        ),
        Act(
            "grant-leave",
            N_("Catat cuti"),
            N_("Catat cuti"),
            N_("Cuti dicatat."),
            ("leave",),
            ("assignments", "{assignment}", "leaves"),
            _as_typed("kind", "start", "until", "ground"),
        ),
        Act(
            "end-leave",
            N_("Akhiri cuti"),
            N_("Akhiri cuti"),
            N_("Akhir cuti dicatat."),
            ("granted", "on", "reason"),
            ("assignments", "{assignment}", "leaves", "end"),
            _as_typed("start", "on", "reason"),
        ),
        Act(
            "correct",
            N_("Perbaiki data penugasan"),
            N_("Catat perbaikan"),
            N_("Data penugasan diperbaiki."),
            ("post", "reason"),
            ("assignments", "{assignment}", "correct"),
            _correct,
        ),
    )
}


def at_first(act: Act, who: Person | None, held: Assignment | None) -> dict[str, str]:
    """What the form has before anybody types: what is on record where that is corrected, and of a transfer what
    mostly stays."""
    if held and act.name in ("transfer", "correct"):
        stays = {"position": held.position, "level": held.level or "", "kind": held.kind}
        return stays if act.name == "transfer" else stays | _days_and_unit(held)
    if who and not held and act.name == "correct":
        return {"name": who.name, "nip": who.nip or "", "status": who.status}
    return {}


def _days_and_unit(held: Assignment) -> dict[str, str]:
    return {
        "unit": held.unit,
        "leads": "yes" if held.leads else "",
        "start": held.start.isoformat(),
        "until": held.until.isoformat() if held.until else "",
    }


def field_of(problem: Problem) -> str:
    """The form's field that a problem is about; empty if none is said."""
    row = problem.place.removeprefix("people.0.").removeprefix("assignments.0.")
    return FIELDS.get(row.partition(".")[0], "")


def why(problem: Problem) -> str:
    return WHY.get(problem.code) or UNREADABLE.get(field_of(problem), forms.UNREADABLE)
