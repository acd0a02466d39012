"""What the demonstration's rows become in a command's body."""

from datetime import date
from typing import Any

from ministry.people import Person
from ministry.templates import Template

CODE = "1"
"""Of everybody's one assignment."""
ANNEXES = {
    "resources": ["Anggaran, sarana, dan data sesuai kebutuhan kegiatan"],
    "accountability": ["Laporan triwulanan kepada pimpinan, disertai bukti dukung"],
    "consequences": ["Tindak lanjut hasil penilaian sesuai peraturan perundang-undangan"],
}
ASPECT = {"kuantitas": "quantity", "kualitas": "quality", "waktu": "time", "biaya": "cost"}


def assignment_of(person: Person) -> str:
    return f"{person.id}.{CODE}"


def identity(person: Person) -> dict[str, Any]:
    return {"person": person.id, "nip": person.nip, "name": person.name, "status": person.status}


def posting(person: Person, start: date) -> dict[str, Any]:
    """A person's assignment, below the superior who holds theirs since before."""
    superior = {"appraiser": person.appraiser, "office": f"{person.appraiser}.{CODE}"}
    return {
        "person": person.id, "code": CODE, "unit": person.unit, "position": person.position,
        "level": person.level, "leads": person.is_leader, "start": str(start),
        "superior": superior if person.appraiser else None,
    }  # fmt: skip


def unit(unit: Any) -> dict[str, Any]:
    return {
        "unit": unit.unit_code, "name": unit.unit_name, "level": unit.level or "-",
        "parent": unit.parent_code,
    }  # fmt: skip


def plan_of(template: Template, *, lead: bool) -> dict[str, Any]:
    """The plan that a template's real rows make."""
    return {
        "results": [
            {
                "id": f"r{n}", "kind": "main" if result.main else "additional",
                "text": result.text, "serves": result.leader_result,
                "indicators": [
                    {
                        "id": f"r{n}.{m}",
                        # A head's row names a perspective; where one borrows such a row, quantity.
                        "aspect": ASPECT[i.aspect] if i.aspect else None if lead else "quantity",
                        "perspective": i.perspective, "text": i.text,
                        "target": i.target or i.text, "unit": i.unit,
                    }
                    for m, i in enumerate(result.indicators, start=1)
                ],
            }
            for n, result in enumerate(template.results, start=1)
        ],
        "annexes": ANNEXES,
    }  # fmt: skip
