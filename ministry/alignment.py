"""How the demonstration's units come to what they are to achieve, and its people to their part of it: the
strategic plan of each agency, the performance agreement of each unit's head, and their matrices."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from ministry.abreast import side_by_side
from ministry.bodies import ASPECT, assignment_of
from ministry.client import Client
from ministry.people import Person
from ministry.rows import Agency
from ministry.templates import Template

PERSONNEL: dict[str, Any] = {"actor": "personnel-unit", "roles": "personnel"}
YEARS = 5
"""Of a strategic plan; those at work in 2026 began in 2025."""
CELLS = 100
"""In one command."""


class Alignment:
    """`year` is that of the agreements, `first` the first of the strategic plans."""

    def __init__(self, client: Client, agency: Agency, year: int, first: int) -> None:
        self._client, self._agency = client, agency
        self._year, self._first = year, first
        self._unit_above = {u.unit_code: u.parent_code or "" for u in agency.units}

    async def set(self, heads: Sequence[Person], at: datetime, seen: Mapping[str, str]) -> None:
        """What the units of these heads are to achieve, those above first; each is in charge of something of
        the unit above. `seen` is what planning has written of each person. Raises an ExceptionGroup of
        client.Refusal."""
        below: dict[str, list[Person]] = {}
        for head in heads:
            above = self._unit_above[head.unit] if head.appraiser else ""
            below.setdefault(above, []).append(head)
        level = [""]
        while level:  # of one unit one after the other: its matrix names them all
            families = [below[unit] for unit in level]
            await side_by_side(families, partial(self._set_each, at, seen))
            level = [head.unit for family in families for head in family if head.unit in below]

    async def _set_each(
        self, at: datetime, seen: Mapping[str, str], heads: Sequence[Person]
    ) -> None:
        plan = f"{self._first}-{self._first + YEARS - 1}"
        for head in heads:
            if head.appraiser is None:
                body = self._body(head, self._first, None) | {"until": self._first + YEARS - 1}
                await self._set(f"plan-{head.unit}", body, at, seen[head.id])
                served = f"{head.unit}.{plan}/s1"
            else:
                above = self._unit_above[head.unit]
                cell = self._cell(head, "responsible", direct=True)
                await self._put(f"cell-{head.id}", above, head.appraiser, [cell], at)
                served = f"{above}.{self._year}/i1.1/{assignment_of(head)}"
            body = self._body(head, self._year, served)
            await self._set(f"agreement-{head.unit}", body, at, seen[head.id])

    async def fill(self, staff: Iterable[Person], at: datetime) -> None:
        """Everybody else has a cell in the matrix of their unit; so many at a time. Raises an
        ExceptionGroup of client.Refusal."""
        turn = defaultdict[str, asyncio.Lock](asyncio.Lock)

        async def fill(persons: list[Person]) -> None:
            async with turn[persons[0].unit]:
                await self._fill(persons, at)

        await side_by_side(_by_unit(staff), fill)

    async def _fill(self, persons: Sequence[Person], at: datetime) -> None:
        cells = [
            self._cell(p, "additional" if n % 5 == 4 else "member", direct=False)
            for n, p in enumerate(persons)
        ]
        first = persons[0]
        assert first.appraiser
        await self._put(f"cells-{first.id}", first.unit, first.appraiser, cells, at)

    def _cell(self, person: Person, role: str, *, direct: bool) -> dict[str, Any]:
        text = self._agency.templates[person.template].results[0].text
        return {
            "indicator": "i1.1",
            "assignment": assignment_of(person),
            "role": role,
            "direct": direct,
            "text": text,
        }

    async def _put(self, key: str, unit: str, head: str, cells: Any, at: datetime) -> None:
        body = {"unit": unit, "year": self._year, "cells": cells}
        await self._client.command("planning", "/matrix", body, key=key, at=at, actor=head)

    async def remove(self, person: Person, at: datetime) -> None:
        """Somebody's cell in the matrix of their unit is emptied. Raises client.Refusal."""
        assert person.appraiser
        place = f"{person.unit}.{self._year}/i1.1/{assignment_of(person)}"
        reason = "Penugasan berakhir"
        body = {"unit": person.unit, "year": self._year, "cells": [place], "reason": reason}
        await self._client.command(
            "planning", "/matrix/remove", body, key=f"remove-{place}", at=at, actor=person.appraiser
        )

    async def amend(self, head: Person, at: datetime) -> None:
        """The first target of a head's agreement is made higher. Raises client.Refusal."""
        agreement = f"{head.unit}.{self._year}"
        served = f"{head.unit}.{self._first}-{self._first + YEARS - 1}/s1"
        objectives = self._objectives(head, self._year, served)
        first = objectives[0]["indicators"][0]
        first["targets"][0]["target"] += " (disesuaikan)"
        body = {"objectives": objectives, "reason": "Refokus anggaran"}
        path = f"/agreements/{agreement}/amend"
        await self._client.command(
            "planning", path, body, key=f"amend-{agreement}", at=at, **PERSONNEL
        )

    async def _set(self, key: str, body: Any, at: datetime, seen: str) -> None:
        await self._client.command(
            "planning", "/agreements", body, key=key, at=at, at_least=seen, **PERSONNEL
        )

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


def _by_unit(staff: Iterable[Person]) -> Iterator[list[Person]]:
    """Persons of one unit, as many as one command names."""
    waiting: dict[str, list[Person]] = {}
    for person in staff:
        of = waiting.setdefault(person.unit, [])
        of.append(person)
        if len(of) == CELLS:
            yield waiting.pop(person.unit)
    yield from waiting.values()
