"""Who there is to sign in as when the year stays to be looked at, and what awaits each."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from contracts.catalogue import SERVICES
from ministry.client import Client
from ministry.people import Person
from ministry.year import Year

DUTIES = {
    "draft-skp": "an SKP to draft",
    "submit-skp": "a draft to submit",
    "mend-skp": "a returned SKP to mend",
    "approve-skp": "an SKP to review",
    "name-appraiser": "a unit in which somebody has no appraiser",
    "see-to-skps": "a unit in which somebody has no SKP",
}
"""Kinds of duty, as a guest would say them; the others by their names."""


@dataclass(frozen=True)
class Guest:
    """`awaits` counts what is due from them now, by its kind."""

    person: Person
    part: str
    awaits: Counter[str]

    def __str__(self) -> str:
        told = [
            f"{DUTIES.get(kind, kind)}{f' ({count})' if count > 1 else ''}"
            for kind, count in self.awaits.most_common()
        ]
        return f"{self.person.name}, {self.part}: {', '.join(told) or 'nothing due'}"


async def guests(client: Client, year: Year) -> list[Guest]:
    """An employee, a superior and a personnel officer, as far as the agency has such."""
    return [
        Guest(person, part, await _due(client, person))
        for person, part in _chosen(year)
        if person is not None
    ]


def _chosen(year: Year) -> Iterator[tuple[Person | None, str]]:
    """The employee's superior is the one whom they name as theirs."""
    employee = next(year.guests(), None)
    superior = next((h for h in year.heads if employee and h.id == employee.appraiser), None)
    yield employee, "an employee"
    yield superior, "their superior"
    yield year.officer, "a personnel officer"


async def _due(client: Client, person: Person) -> Counter[str]:
    """As the console's home page asks."""
    asked = (client.query(service, "/duties", actor=person.id) for service in SERVICES)
    counts = Counter[str]()
    for told in await asyncio.gather(*asked):
        counts.update(told["counts"])
    return counts
