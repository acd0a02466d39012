"""Whom the tests take from the run: heads of units with somebody above them, and whoever of their people has no
SKP of the next year yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from deploy.local.__main__ import SEED, YEAR
from ministry.alignment import PERSONNEL
from ministry.bodies import assignment_of
from ministry.client import Client
from ministry.course import course
from ministry.people import Person, people
from ministry.rows import DEMONSTRATION, load

NEXT = YEAR + 1


@dataclass(frozen=True)
class Team:
    head: Person
    staff: Sequence[Person]

    @property
    def unit(self) -> str:
        return self.head.unit


def everybody(count: int) -> list[Person]:
    """Of a run with so many people."""
    return [*people(load(DEMONSTRATION), count, SEED)]


async def find_teams(client: Client, count: int) -> list[Team]:
    """Of so many people, in the order of their units."""
    persons = everybody(count)
    found = []
    for head in (each for each in persons if each.is_leader and each.appraiser):
        listed = await client.query("planning", f"/skps?unit={head.unit}&limit=200", **PERSONNEL)
        planned = {row["person"] for row in listed["items"] if row["start"] == f"{NEXT}-01-01"}
        staff = [p for p in persons if p.appraiser == head.id and p.id not in planned]
        found.append(Team(head, [p for p in staff if not course(p.id).moves]))
    return found


async def agree(client: Client, team: Team) -> Mapping[str, Any]:
    """The unit's agreement of the next year, with the first objective of this one's."""
    told = await client.query("planning", f"/agreements/{team.unit}.{YEAR}", **PERSONNEL)
    first = told["objectives"][0]
    indicators = [
        {**each, "targets": [{"year": NEXT, "target": "100"}]} for each in first["indicators"]
    ]
    objective = {"id": first["id"], "text": first["text"], "indicators": indicators}
    body = {
        "assignment": assignment_of(team.head),
        "year": NEXT,
        "objectives": [objective],
    }
    await client.command(
        "planning", "/agreements", body, key=f"agree-{team.unit}", at=now(), **PERSONNEL
    )
    return objective


async def submit(client: Client, person: Person) -> str:
    """What this year's SKP says, for the next one; the new one's name."""
    assignment = assignment_of(person)
    copied = f"/skps/{assignment}.{YEAR}0101/copy"
    draft = await client.query("planning", copied, actor=person.id)
    skp, mine = f"{assignment}.{NEXT}0101", {"actor": person.id}
    to = client.to("planning", skp)
    await to("", draft, "draft", now(), mine)
    await to("/submit", None, "submit", now(), mine)
    return skp


def now() -> datetime:
    return datetime.now(UTC)
