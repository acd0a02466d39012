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
    """In which something happened: entries in their order; `readings` are those that tell who read."""

    first: date
    events: list[Entry]
    readings: list[Entry]


@dataclass(frozen=True, slots=True)
class History:
    """`entries` in the order that was asked for."""

    person: str
    name: str
    positions: tuple[str, ...]
    entries: list[Entry]

    @property
    def months(self) -> list[Month]:
        months = groupby(self.entries, lambda entry: entry.day.replace(day=1))
        return [_month(list(part)) for _, part in months]


async def history(ask: Asker, person: str, service: str = "", *, latest: bool = False) -> History:
    """Of a person, from the log of one service or of all; oldest first, or the latest. Raises Refused."""
    services = [each for each in SERVICES if service in ("", each)]
    who, *parts = await asyncio.gather(
        ask.get("planning", "people", person), *(_of(ask, each, person) for each in services)
    )
    entries = [entry for part in parts for entry in part]
    # By when it happened; by when it was recorded, and where, if that is the same.
    entries.sort(
        key=lambda entry: (entry.day, entry.at, entry.recorded, entry.position), reverse=latest
    )
    held = (each["position"] for each in who["assignments"] if each["in_force"])
    return History(person, who["name"], tuple(dict.fromkeys(held)), entries)


def _month(entries: list[Entry]) -> Month:
    return Month(
        entries[0].day.replace(day=1),
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
