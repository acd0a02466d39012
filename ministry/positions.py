"""The positions of the demonstration's staff, as the personnel unit describes them: with templates of an SKP."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ministry.abreast import side_by_side
from ministry.alignment import PERSONNEL
from ministry.bodies import plan_of
from ministry.client import Client
from ministry.people import Person
from ministry.rows import Agency

GROUND = "Peta jabatan, SK 1/2026"
OF_A_PERSON = ("serves", "serves_at", "decision")
"""What a result of a template does not say."""


async def describe(client: Client, agency: Agency, staff: Iterable[Person], at: datetime) -> None:
    """Each position once, as its first holder has it. Raises an ExceptionGroup of client.Refusal."""
    first = dict[str, Person]()
    for person in staff:
        first.setdefault(person.position, person)

    async def one(numbered: tuple[int, Person]) -> None:
        n, person = numbered
        described = {
            "name": person.position,
            "kind": "functional" if person.level else "executing",
            "level": person.level,
            "ground": GROUND,
        }
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
            key = f"{path.strip('/')}-{n}"
            await client.command("planning", path, body, key=key, at=at, **PERSONNEL)

    await side_by_side(enumerate(first.values()), one)
