"""Whom the tests take from the run, and for which year they plan: heads of units with somebody above them, and
whoever of their people has no SKP of that year yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from contracts.settings import SKP_DRAFTING
from deploy.local.__main__ import SEED, YEAR
from ministry.alignment import PERSONNEL
from ministry.bodies import assignment_of
from ministry.client import Client
from ministry.course import course
from ministry.people import Person, people
from ministry.rows import DEMONSTRATION, load

ZONE = ZoneInfo("Asia/Jakarta")
NEXT = max(YEAR + 1, datetime.now(ZONE).year)
"""A year that nobody of the run has planned yet, and that is planned today: this one, or the next one once
`open_drafting` has opened it."""


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


async def open_drafting(client: Client) -> None:
    """Have the agency let SKPs of NEXT be drafted from the first day of the year before, so that they are on any day;
    those of the years behind it, as it ships."""
    shipped = SKP_DRAFTING.shipped.model_dump()
    january = shipped | {"next_year": {"month": 1, "day": 1}}
    for since, value in ((f"{NEXT}-01-01", january), (f"{NEXT + 1}-01-01", shipped)):
        path = f"/settings/{SKP_DRAFTING.name}"
        body = {"value": value, "since": since, "ground": "Keputusan Menteri 3/2026"}
        receipt = await client.command(
            "planning", path, body, key=f"drafting-{since}", at=now(), **PERSONNEL
        )
        seen = receipt["at_least"]
        [there] = await client.query("planning", f"{path}?on={since}", **PERSONNEL, at_least=seen)
        assert there["value"] == value


async def agree(client: Client, head: Person, year: int = NEXT) -> Mapping[str, Any]:
    """The agreement of a year of the unit that they lead, with the first objective of the run's own."""
    told = await client.query("planning", f"/agreements/{head.unit}.{YEAR}", **PERSONNEL)
    first = told["objectives"][0]
    indicators = [
        {**each, "targets": [{"year": year, "target": "100"}]} for each in first["indicators"]
    ]
    objective = {"id": first["id"], "text": first["text"], "indicators": indicators}
    body = {"assignment": assignment_of(head), "year": year, "objectives": [objective]}
    key = f"agree-{head.unit}.{year}"
    await client.command("planning", "/agreements", body, key=key, at=now(), **PERSONNEL)
    return objective


async def submit(client: Client, person: Person) -> str:
    """What the run's SKP says, for that of NEXT; the new one's name."""
    assignment = assignment_of(person)
    copied = f"/skps/{assignment}.{YEAR}0101/copy"
    draft = await client.query("planning", copied, actor=person.id)
    draft |= {"start": f"{NEXT}-01-01", "until": f"{NEXT}-12-31"}
    skp, mine = f"{assignment}.{NEXT}0101", {"actor": person.id}
    to = client.to("planning", skp)
    await to("", draft, "draft", now(), mine)
    await to("/submit", None, "submit", now(), mine)
    return skp


def now() -> datetime:
    return datetime.now(UTC)
