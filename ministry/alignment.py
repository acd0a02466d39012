"""How the demonstration's units come to what they are to achieve: the strategic plan of each agency, and the
performance agreement of each unit's head."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ministry.bodies import ASPECT, assignment_of
from ministry.client import Client
from ministry.people import Person
from ministry.rows import Agency
from ministry.templates import Template

PERSONNEL: dict[str, Any] = {"actor": "personnel-unit", "roles": "personnel"}
YEARS = 5
"""Of a strategic plan; those at work in 2026 began in 2025."""


class Alignment:
    """`year` is that of the agreements, `first` the first of the strategic plans."""

    def __init__(self, client: Client, agency: Agency, year: int, first: int) -> None:
        self._client, self._agency = client, agency
        self._year, self._first = year, first

    async def set(self, heads: Sequence[Person], at: datetime, seen: Mapping[str, str]) -> None:
        """What the units of these heads are to achieve, those above first. `seen` is what planning has
        written of each person. Raises client.Refusal."""
        plan = f".{self._first}-{self._first + YEARS - 1}"
        for head in heads:
            above = self._above(head)
            if above is None:
                body = self._body(head, self._first, None) | {"until": self._first + YEARS - 1}
                await self._give(f"plan-{head.unit}", "", body, at, seen[head.id])
            served = f"{above}.{self._year}/s1" if above else f"{head.unit}{plan}/s1"
            body = self._body(head, self._year, served)
            await self._give(f"agreement-{head.unit}", "", body, at, seen[head.id])

    async def amend(self, head: Person, at: datetime) -> None:
        """The first target of a head's agreement is made higher. Raises client.Refusal."""
        agreement = f"{head.unit}.{self._year}"
        served = f"{head.unit}.{self._first}-{self._first + YEARS - 1}/s1"
        objectives = self._objectives(head, self._year, served)
        first = objectives[0]["indicators"][0]
        first["targets"][0]["target"] += " (disesuaikan)"
        body = {"objectives": objectives, "reason": "Refokus anggaran"}
        await self._give(f"amend-{agreement}", f"/{agreement}/amend", body, at, "")

    async def _give(self, key: str, path: str, body: Any, at: datetime, seen: str) -> None:
        await self._client.command(
            "planning", f"/agreements{path}", body, key=key, at=at, at_least=seen, **PERSONNEL
        )

    def _above(self, head: Person) -> str | None:
        return next(u.parent_code for u in self._agency.units if u.unit_code == head.unit)

    def _body(self, head: Person, year: int, served: str | None) -> dict[str, Any]:
        return {
            "assignment": assignment_of(head),
            "year": year,
            "objectives": self._objectives(head, year, served),
        }

    def _objectives(self, head: Person, year: int, served: str | None) -> list[dict[str, Any]]:
        return objectives_of(self._agency.templates[head.template], year, served)


def objectives_of(template: Template, year: int, served: str | None) -> list[dict[str, Any]]:
    """The results that a template's real rows have, as objectives with targets of a year."""
    return [
        {
            "id": f"s{n}",
            "text": result.text,
            "serves": served,
            "indicators": [
                {
                    "id": f"i{n}.{m}",
                    "aspect": ASPECT[i.aspect] if i.aspect else None,
                    "perspective": i.perspective,
                    "text": i.text,
                    "unit": i.unit,
                    "targets": [{"year": year, "target": i.target or i.text}],
                }
                for m, i in enumerate(result.indicators, start=1)
            ],
        }
        for n, result in enumerate(template.results, start=1)
    ]
