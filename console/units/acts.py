"""What can be done with a unit: each a form, and what is sent of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from console.ask.client import Problem
from console.show.words import N_
from console.web.forms import Typed

SUCCESSORS = 4
"""Units that a form lets carry on what another did."""
WHY: Mapping[str, str] = {
    "unit-exists": N_("Kode ini sudah dipakai unit lain."),
    "unknown-unit": N_("Unit itu tidak ada."),
    "unit-ended": N_("Unit itu berakhir: pilih unit lain, atau tanggal ketika unit itu masih ada."),
    "unit-begins-later": N_("Unit itu belum ada pada tanggal ini."),
    "circle": N_("Unit atasan yang dipilih berada di bawah unit ini sendiri."),
    "not-later": N_("Pilih tanggal sesudah perubahan terakhir unit ini."),
    "other-unit": N_("Penugasan ini tidak di unit ini."),
    "nothing-changed": N_("Tidak ada yang berubah."),
    "people-left": N_("Masih ada pegawai di unit ini sesudah tanggal itu; pindahkan dahulu."),
    "units-below": N_("Masih ada unit di bawahnya sesudah tanggal itu; pindahkan dahulu."),
    "into-itself": N_("Unit ini tidak dapat melanjutkan dirinya sendiri."),
    "dates-reversed": N_("Tanggal ini sebelum perubahan terakhir unit ini."),
    "not-ended": N_("Unit ini tidak berakhir."),
    "assignments-overlap": N_("Sudah ada penugasan lain pada tanggal itu."),
    "not-in-force": N_("Penugasan ini tidak berlaku pada tanggal itu."),
    "unknown-assignment": N_("Penugasan itu tidak ada."),
}


@dataclass(frozen=True)
class Act:
    """name     as the page's address has it; planning's act on the unit is called so too
    title     of the page
    done      what the unit's page says once it is done
    body      what is sent
    """

    name: str
    title: str
    done: str
    body: Callable[[Typed], dict[str, Any]]


def _shape(form: Typed) -> dict[str, Any]:
    return {"name": form["name"], "level": form["level"], "parent": form["parent"] or None}


def _change(form: Typed) -> dict[str, Any]:
    return _shape(form) | {"since": form["since"], "ground": form["ground"]}


def _end(form: Typed) -> dict[str, Any]:
    into = [unit for unit in form.all("into") if unit]
    return {"on": form["on"], "into": into, "ground": form["ground"]}


def _continue(form: Typed) -> dict[str, Any]:
    return {"reason": form["reason"]}


def _move(form: Typed) -> dict[str, Any]:
    chosen = form.all("assignment") if form["whom"] == "some" else None
    return {
        "into": form["into"],
        "since": form["since"],
        "assignments": chosen,
        "reason": form["reason"],
    }


ACTS: Mapping[str, Act] = {
    act.name: act
    for act in (
        Act("change", N_("Ubah nama, tingkat, atau tempat"), N_("Perubahan dicatat."), _change),
        Act("move", N_("Pindahkan pegawai"), "", _move),
        Act("end", N_("Bubarkan unit"), N_("Pembubaran dicatat."), _end),
        Act("continue", N_("Batalkan pembubaran"), N_("Pembubaran dibatalkan."), _continue),
    )
}


def new(form: Typed) -> dict[str, Any]:
    """A unit that is registered, from its first day on."""
    unit = _shape(form) | {"unit": form["unit"], "since": form["since"] or None}
    return {"units": [unit]}


def field_of(problem: Problem) -> str:
    """The form's field that a problem is about; empty if none is said."""
    return problem.place.removeprefix("units.0.").partition(".")[0]
