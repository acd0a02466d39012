"""The console, wired."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis import metrics
from console.account import routes as account
from console.agency import routes as agency
from console.ask.calendar import Calendar
from console.ask.client import Refused, Services
from console.audit import routes as audit
from console.directory import appraiser, completion, imports, superior
from console.directory import routes as directory
from console.directory.person import routes as person
from console.forms.renderer import Busy, Renderer
from console.home import routes as home
from console.keep.database import OUTAGE, connected
from console.keep.drafts import Drafts
from console.keep.mailboxes import Mailboxes
from console.keep.notices import Notices
from console.keep.reminders import Reminders
from console.keep.sessions import Sessions
from console.notices import routes as notices
from console.operation import routes as operation
from console.operation import stopped
from console.planning import filling, papers
from console.planning import routes as planning
from console.planning.agreement import routes as agreement
from console.planning.cascade import routes as cascade
from console.planning.matrix import routes as matrix
from console.planning.positions import routes as positions
from console.settings import ConsoleSettings
from console.units import routes as units
from console.web import assets
from console.web.forms import Kept, unsent
from console.web.guard import Guard
from console.web.oidc import Issuer
from console.web.page import refused

SECTIONS = (
    home,
    notices,
    account,
    agency,
    directory,
    person,
    appraiser,
    superior,
    completion,
    imports,
    units,
    filling,
    positions,
    planning,
    papers,
    agreement,
    matrix,
    cascade,
    audit,
    operation,
    stopped,
)


def too_large(settings: ConsoleSettings) -> ASGIApp:
    """The answer to a form that is larger than its page takes, with the headers of every page."""

    async def tell(scope: Scope, receive: Receive, send: Send) -> None:
        page = await refused(Request(scope), 413)
        await page(scope, receive, send)

    return Guard(tell, hosts=settings.hosts, issuer=settings.oidc_issuer)


def build(settings: ConsoleSettings) -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with (
            metrics.served(settings, "console", ["console"]),
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as http,
            connected(settings.database_url) as pool,
        ):
            app.state.services = Services(settings, http)
            app.state.sessions = Sessions(pool, settings.seal, settings.limits)
            app.state.drafts = Drafts(pool, settings.seal)
            app.state.notices = Notices(pool, settings.seal)
            app.state.reminders = Reminders(pool, app.state.notices)
            app.state.mailboxes = Mailboxes(pool, settings.seal)
            async with Renderer() as app.state.renderer:
                yield

    app = FastAPI(
        title="Kinerja console", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None,
        redirect_slashes=False,  # a redirect would go to the host that the request names
    )  # fmt: skip
    app.state.settings = settings
    app.state.calendar = Calendar()
    app.state.issuer = Issuer(settings)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=6)
    app.add_middleware(Guard, hosts=settings.hosts, issuer=settings.oidc_issuer)
    for section in SECTIONS:
        app.include_router(section.router)
    app.include_router(assets.router())

    @app.exception_handler(Refused)
    async def refuse(request: Request, error: Refused) -> Response:
        if error.status >= 500 and (again := await unsent(request)):
            return again
        kept = isinstance(error, Kept)
        return await refused(request, error.status, saved=kept, behind=error.is_behind)

    @app.exception_handler(Busy)
    async def refuse_for_now(request: Request, error: Busy) -> Response:
        return await refused(request, 503)

    async def be_away(request: Request, error: Exception) -> Response:
        return await refused(request, 503)

    for outage in OUTAGE:  # of what the console keeps
        app.add_exception_handler(outage, be_away)

    @app.exception_handler(RequestValidationError)
    async def refuse_invalid(request: Request, error: RequestValidationError) -> Response:
        return await refused(request, 422)

    @app.exception_handler(HTTPException)
    async def refuse_http(request: Request, error: HTTPException) -> Response:
        return await refused(request, error.status_code)

    @app.get("/livez")
    async def livez() -> dict[str, str]:
        """The process answers."""
        return {"status": "live"}

    return app
