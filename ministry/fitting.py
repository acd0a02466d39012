"""Which templates an agency's people can draw their SKP from: by position, or by unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ministry.templates import agreement_key

if TYPE_CHECKING:
    from ministry.rows import Agency, Unit

EXPERT = ("Ahli Pertama", "Ahli Muda", "Ahli Madya", "Ahli Utama")
SKILLED = ("Pemula", "Terampil", "Mahir", "Penyelia")
# Executing positions that any agency has. A functional position without rows of its own borrows
# the results of one of the first three: administration, service and reporting are everyone's work.
EXECUTING = (
    "Pengadministrasi Perkantoran",
    "Pengelola Layanan Operasional",
    "Penelaah Teknis Kebijakan (pelaporan)",
    "Bendahara Pengeluaran / Pengelola Keuangan",
    "Pengurus Barang / Pengelola BMD",
    "Analis Sistem Informasi",
)


def bare(position: str) -> str:
    """Without level and without what stands in parentheses."""
    level = rf" ({'|'.join(EXPERT + SKILLED)})$"
    return re.sub(level, "", re.sub(r" \(.*\)$", "", position), flags=re.IGNORECASE)


def functional_positions(unit: Unit) -> list[str]:
    named = (unit.typical_functional_positions or "").split(";")
    return [position.strip() for position in named if position.strip()]


def for_executing(agency: Agency) -> list[str]:
    return [p for p in EXECUTING if p in agency.templates] or _for_staff(agency)


def for_functional(agency: Agency, bare_position: str) -> list[str]:
    """The position's own, or what it borrows."""
    staff = _for_staff(agency)
    own = [key for key in staff if bare(key) == bare_position]
    stand_ins = [key for key in EXECUTING[:3] if key in agency.templates]
    return own or stand_ins or staff


def for_leader(agency: Agency, unit: Unit) -> list[str]:
    """The unit's own performance agreement, or else the results of heads like this one."""
    for signed in agency.agreements:
        key = agreement_key(signed.agency, signed.unit)
        signs = unit.agency.startswith(signed.agency) and key in agency.templates
        if signs and signed.unit in (unit.unit_name, unit.leader_position):
            return [key]
    heads = [t for t in agency.templates.values() if t.head and t.level]
    technical = bool(unit.level and unit.level.startswith("UPT"))
    alike = [t.key for t in heads if technical != ("JPT" in (t.level or ""))]
    return alike or [t.key for t in heads] or _for_staff(agency)


def for_anybody(agency: Agency) -> Iterator[str]:
    """Every template that somebody of the agency can draw from."""
    yield from for_executing(agency)
    for unit in agency.units:
        yield from for_leader(agency, unit)
        for position in functional_positions(unit):
            yield from for_functional(agency, bare(position))


def _for_staff(agency: Agency) -> list[str]:
    return [key for key, template in agency.templates.items() if not template.head]
