"""What happened, from the services' own logs."""

import asyncio
from typing import Any
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Response

from console.page import Page
from contracts.catalogue import SERVICES

router = APIRouter()


@router.get("/people/{person}")
async def history(page: Page, person: str) -> Response:
    """A person's history in sentences, from all five services' logs."""
    who, *histories = await asyncio.gather(
        page.get("planning", "people", person),
        *(_history(page, service, person) for service in SERVICES),
    )
    events = [event for history in histories for event in history]
    # By when it happened; by when it was recorded where that is the same.
    events.sort(key=lambda event: (event["at"], event["recorded"]))
    return page.render("audit/history.html", who=who, events=events)


async def _history(page: Page, service: str, person: str) -> list[dict[str, Any]]:
    """All that a service's log holds about a person; the service gives it in pages."""
    entries: list[dict[str, Any]] = []
    after = "0"
    while after:
        part = await page.get(service, "people", person, "history", after=after)
        entries += part["entries"]
        after = parse_qs(urlsplit(part["next"] or "").query).get("after", [""])[0]
    return entries
