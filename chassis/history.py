"""Everything that a service's log holds about a person."""

from datetime import date, datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query
from pydantic import BaseModel

from chassis import assignments
from chassis.access import READERS, asked_by
from chassis.fields import PathPersonId
from chassis.requests import Caller

router = APIRouter()


class HistoryEntry(BaseModel):
    """An event as its history shows it; `data` is the event's own. `day` is the calendar date of `at` in
    the unit where the person was, else in the agency."""

    service: str
    type: str
    at: datetime
    day: date
    recorded: datetime
    actor: str
    position: int
    stream: str
    version: int
    data: dict[str, Any]


class History(BaseModel):
    """A page of a history, oldest first; `next` is the path of the one that follows, if any does."""

    entries: list[HistoryEntry]
    next: str | None


@router.get("/people/{person}/history")
async def history(
    person: PathPersonId,
    by: Annotated[Caller, asked_by(*READERS)],
    after: Annotated[int, Query(ge=0, lt=2**63)] = 0,
) -> History:
    """Everything that this service's log holds about a person, oldest first, in pages.

    For the person, for whoever is their appraiser today, for personnel and auditors.
    """
    await by.must_read_about(person)
    page = await by.runtime.log.read_subject(person, after)
    day = await assignments.days_of(by.pool, person)
    entries = [
        HistoryEntry(
            service=event.service,
            type=event.model.__name__,
            at=event.at,
            day=day(event.at),
            recorded=event.recorded,
            actor=event.actor,
            position=event.position,
            stream=event.stream,
            version=event.version,
            data=event.event.model_dump(mode="json"),
        )
        for event in page.events
    ]
    link = f"/people/{quote(person, safe='')}/history?after={page.next}"
    return History(entries=entries, next=link if page.next is not None else None)
