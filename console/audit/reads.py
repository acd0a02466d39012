"""A person's history, from the services' own logs."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel, ConfigDict

from console.ask.client import Asker
from contracts.catalogue import SERVICES


class Entry(BaseModel):
    """An event as a service's history tells it. `day` is the date of `at` where the person was."""

    model_config = ConfigDict(frozen=True)

    service: str
    type: str
    at: datetime
    day: date
    recorded: datetime
    position: int
    stream: str
    version: int
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Month:
    """In which something happened: entries, oldest first; `readings` are those that tell who read."""

    first: date
    events: list[Entry]
    readings: list[Entry]


@dataclass(frozen=True, slots=True)
class History:
    """`months`: oldest first."""

    person: str
    name: str
    positions: tuple[str, ...]
    months: list[Month]


async def history(ask: Asker, person: str) -> History:
    """Of a person, from all five services' logs. Raises Refused."""
    who, *parts = await asyncio.gather(
        ask.get("planning", "people", person), *(_of(ask, service, person) for service in SERVICES)
    )
    entries = [entry for part in parts for entry in part]
    # By when it happened; by when it was recorded where that is the same.
    entries.sort(key=lambda entry: (entry.day, entry.at, entry.recorded))
    months = [
        _month(list(part)) for _, part in groupby(entries, lambda entry: entry.day.replace(day=1))
    ]
    held = (each["position"] for each in who["assignments"] if each["in_force"])
    positions = tuple(dict.fromkeys(held))
    return History(person, who["name"], positions, months)


def _month(entries: list[Entry]) -> Month:
    return Month(
        entries[0].day,
        [entry for entry in entries if entry.type != "RecordRead"],
        [entry for entry in entries if entry.type == "RecordRead"],
    )


async def _of(ask: Asker, service: str, person: str) -> list[Entry]:
    """All that a service's log holds about a person; the service gives it in pages."""
    entries: list[Entry] = []
    after = "0"
    while after:
        part = await ask.get(service, "people", person, "history", after=after)
        entries += [Entry(**entry) for entry in part["entries"]]
        after = parse_qs(urlsplit(part["next"] or "").query).get("after", [""])[0]
    return entries
