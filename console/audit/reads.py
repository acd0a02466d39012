"""A person's history, from the services' own logs."""

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from console.ask.client import Asker
from contracts.catalogue import SERVICES


@dataclass(frozen=True, slots=True)
class History:
    """events: entries as the services give them (`GET /people/{person}/history`), oldest first."""

    name: str
    positions: list[str]
    events: list[dict[str, Any]]


async def history(ask: Asker, person: str) -> History:
    """Of a person, from all five services' logs. Raises Refused."""
    who, *parts = await asyncio.gather(
        ask.get("planning", "people", person), *(_of(ask, service, person) for service in SERVICES)
    )
    events = [event for part in parts for event in part]
    # By when it happened; by when it was recorded where that is the same.
    events.sort(key=lambda event: (event["at"], event["recorded"]))
    return History(who["name"], [each["position"] for each in who["assignments"]], events)


async def _of(ask: Asker, service: str, person: str) -> list[dict[str, Any]]:
    """All that a service's log holds about a person; the service gives it in pages."""
    entries: list[dict[str, Any]] = []
    after = "0"
    while after:
        part = await ask.get(service, "people", person, "history", after=after)
        entries += part["entries"]
        after = parse_qs(urlsplit(part["next"] or "").query).get("after", [""])[0]
    return entries
