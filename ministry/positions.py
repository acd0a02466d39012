"""The demonstration's positions, as the personnel unit describes them: those of the staff with templates of an SKP."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from contracts.positions import PositionKind
from ministry.abreast import side_by_side
from ministry.alignment import PERSONNEL
from ministry.bodies import plan_of
from ministry.client import Client
from ministry.people import Person
from ministry.rows import Agency

GROUND = "Peta jabatan, SK 1/2026"
OF_A_PERSON = ("serves", "serves_at", "decision")
"""What a result of a template does not say."""


async def describe(client: Client, agency: Agency, people: Iterable[Person], at: datetime) -> None:
    """Each position once, as its first holder has it. Raises an ExceptionGroup of client.Refusal."""
    levels = {unit.unit_code: unit.level or "" for unit in agency.units}
    first = dict[str, Person]()
    for person in people:
        if person.status != "official":
            first.setdefault(person.position, person)

    async def one(numbered: tuple[int, Person]) -> None:
        n, person = numbered
        described = {
            "name": person.position,
            "kind": _of_leader(levels[person.unit]) if person.is_leader else _of_staff(person),
            "level": person.level,
            # Its units are those of JPT and such as stand by themselves (UPT).
            "form": "jpt" if person.is_leader else None,
            "ground": GROUND,
        }
        if person.is_leader:
            await command("/positions", n, described)
            return
        results: list[dict[str, Any]] = plan_of(agency.templates[person.template], lead=False)[
            "results"
        ]
        template = [
            {key: value for key, value in each.items() if key not in OF_A_PERSON}
            for each in results
        ]
        for path, body in (
            ("/positions", described),
            ("/position-templates", {"name": person.position, "results": template}),
        ):
            await command(path, n, body)

    async def command(path: str, n: int, body: Mapping[str, Any]) -> None:
        key = f"{path.strip('/')}-{n}"
        await client.command("planning", path, body, key=key, at=at, **PERSONNEL)

    await side_by_side(enumerate(first.values()), one)


def _of_staff(person: Person) -> PositionKind:
    return "functional" if person.level else "executing"


def _of_leader(level: str) -> PositionKind:
    """By the level of the unit, as the agency's rows have it: `Eselon I (JPT Madya)`, `UPT (eselon II)`."""
    for word, kind in _KINDS:
        if word in level:
            return kind
    return "administrator"


_KINDS: tuple[tuple[str, PositionKind], ...] = (
    ("Utama", "jpt-utama"),
    ("lembaga", "jpt-utama"),
    ("Madya", "jpt-madya"),
    ("Pratama", "jpt-pratama"),
    ("eselon II)", "jpt-pratama"),
)
