"""What happened, from the services' own logs."""

import asyncio

from fastapi import APIRouter, Response

from console.page import Page
from contracts.catalogue import SERVICES

router = APIRouter()


@router.get("/people/{person}")
async def history(page: Page, person: str) -> Response:
    """A person's history in sentences, from all five services' logs."""
    who, *histories = await asyncio.gather(
        page.get("planning", "people", person),
        *(page.get(service, "people", person, "history") for service in SERVICES),
    )
    events = [event for history in histories for event in history]
    # By when it happened; by when it was recorded where that is the same.
    events.sort(key=lambda event: (event["at"], event["recorded"]))
    return page.render("audit/history.html", who=who, events=events)
