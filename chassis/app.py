"""The HTTP application of a service: its own routers, and what every service answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from chassis import assignments, cures, logs, problems, proofs, server
from chassis.access import READERS, asked_by
from chassis.door import Door
from chassis.fields import PathPersonId
from chassis.heads import Head
from chassis.process import spare_the_collector
from chassis.requests import Caller
from chassis.runtime import Runtime, Service
from chassis.settings import Settings
from chassis.status import Shared, told

router = APIRouter()
ROUTERS = (router, proofs.router, cures.router)
"""What every service answers."""


def build(service: Service, settings: Settings) -> FastAPI:
    runtime = Runtime(service, settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with runtime.running():
            yield

    # A path is one path: no redirect to a host that the request chooses.
    app = FastAPI(
        title=f"Kinerja {service.name}",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.runtime = runtime
    app.state.status = Shared(lambda: told(runtime))
    problems.install(app)
    app.add_middleware(Door, verify=runtime.verifier.actor)
    for each in (*service.routers, *ROUTERS):
        app.include_router(each)
    return app


def serve(service: Service) -> None:
    """Run the service in this process until SIGTERM."""
    spare_the_collector()
    settings = Settings()
    logs.configure(service.name)
    server.run(
        build(service, settings),
        settings,
        # Answers are about people, and of this moment: nothing on the way keeps them.
        headers=[("Cache-Control", "no-store")],
    )


@router.get("/livez")
async def livez() -> dict[str, str]:
    """The process answers."""
    return {"status": "live"}


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    """503 while the database is away, without which no request is served, or while the log is not the one
    that was carried. A view that stands still is no reason: `/status` tells of it."""
    runtime: Runtime = request.app.state.runtime
    trouble = {}
    if runtime.relay.refuses:
        trouble["log"] = [runtime.relay.refuses]
    try:
        await runtime.pool.fetchval("select 1", timeout=2)
    except Exception as error:
        trouble["database"] = [type(error).__name__]
    return JSONResponse({"ready": not trouble, "trouble": trouble}, 503 if trouble else 200)


@router.get("/status")
async def status(request: Request) -> dict[str, Any]:
    """Figures and troubles, for an operator's page: no personal data, a second old at most."""
    shared: Shared[dict[str, Any]] = request.app.state.status
    return await shared.answer()


@router.get("/head")
async def head(request: Request) -> Head:
    """How far this service's log goes, for those who follow it: no personal data."""
    runtime: Runtime = request.app.state.runtime
    return await runtime.heads.own()


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
