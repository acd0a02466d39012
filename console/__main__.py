"""The console, wired."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

import aiohttp
from fastapi import FastAPI, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.templating import Jinja2Templates

from chassis import logs, server
from chassis.door import Door
from console.sentences import day, sentence
from console.services import ConsoleSettings, Services
from contracts.appraisal import Predicate
from contracts.catalogue import SERVICES

TEMPLATES = Path(__file__).parent / "templates"
PAGES = Jinja2Templates(TEMPLATES)
COOKIE = "token"
UNREACHED = (aiohttp.ClientError, TimeoutError)
"""A service, or the issuer, that is away or slow."""
STAGES = {
    "planning": ("Perencanaan", "Planning"),
    "monitoring": ("Pemantauan", "Monitoring"),
    "appraisal": ("Penilaian", "Appraisal"),
    "rewards": ("Tindak lanjut", "Rewards"),
    "evaluation": ("Evaluasi", "Evaluation"),
}
SAFE = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    # Behind whoever signs out, the next at the same computer finds nothing.
    "Cache-Control": "no-store",
}


def build(settings: ConsoleSettings) -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as http:
            app.state.services = Services(settings, http)
            yield

    app = FastAPI(title="Kinerja console", lifespan=lifespan, docs_url=None, openapi_url=None)

    @app.middleware("http")
    async def safe(request: Request, next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await next(request)
        response.headers.update(SAFE)
        return response

    @app.get("/livez")
    async def livez() -> dict[str, str]:
        return {"status": "live"}

    @app.get("/", response_class=HTMLResponse)
    async def home(request: Request) -> Response:
        """The year as it happens."""
        return await _page(request, "home.html", await _now(request))

    @app.get("/now", response_class=HTMLResponse)
    async def now(request: Request) -> Response:
        """The part of the home page that changes."""
        return await _page(request, "now.html", await _now(request))

    @app.get("/script.js")
    async def script() -> Response:
        return Response((TEMPLATES / "script.js").read_text(), media_type="text/javascript")

    @app.get("/people", response_class=HTMLResponse)
    async def people(request: Request, name: str = "") -> Response:
        """Find a person by name."""
        return await _answered(
            request, "people.html",
            lambda services, token: services.get("planning", f"/people?name={_quoted(name)}", token),
            name=name,
        )  # fmt: skip

    @app.get("/people/{person}", response_class=HTMLResponse)
    async def history(request: Request, person: str) -> Response:
        """A person's history in sentences, from all five services' logs."""

        async def read(services: Services, token: str) -> Any:
            who = await services.get("planning", f"/people/{_quoted(person)}", token)
            events: list[dict[str, Any]] = []
            for service in SERVICES:
                events += await services.get(service, f"/people/{_quoted(person)}/history", token)
            # By when it happened; by when it was recorded where that is the same.
            events.sort(key=lambda event: (event["at"], event["recorded"]))
            return {"who": who, "events": events}

        return await _answered(request, "history.html", read)

    @app.post("/sign-in")
    async def sign_in(
        request: Request, sub: Annotated[str, Form()], roles: Annotated[str, Form()] = ""
    ) -> Response:
        """The demonstration's sign-in: at the local issuer, as anybody."""
        if not settings.issuer_secret:
            return HTMLResponse("Sign in at your agency's identity provider.", 404)
        try:
            token = await request.app.state.services.sign_in(sub, roles)
        except UNREACHED:
            return await _page(request, "refused.html", {"refused": 503}, 503)
        response = RedirectResponse(_back(request), 303)
        response.set_cookie(COOKIE, token, httponly=True, samesite="strict")
        return response

    @app.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        response = RedirectResponse("/", 303)
        response.delete_cookie(COOKIE)
        return response

    async def _now(request: Request) -> dict[str, Any]:
        services: Services = request.app.state.services
        try:
            predicates = await services.figures(f"/cycles/{settings.cycle}/predicates", "appraisal")
            units = {
                unit["unit"]: unit["name"] for unit in await services.figures("/units", "planning")
            }
        except UNREACHED:
            predicates, units = {}, {}
        return {
            "status": await services.status(), "predicates": predicates, "units": units,
            "stages": STAGES, "order": [predicate.value for predicate in Predicate],
            "cycle": settings.cycle,
        }  # fmt: skip

    async def _answered(
        request: Request, page: str, read: Callable[[Services, str], Awaitable[Any]], **more: Any
    ) -> Response:
        token = request.cookies.get(COOKIE, "")
        try:
            found = await read(request.app.state.services, token)
        except aiohttp.ClientResponseError as error:
            return await _page(request, "refused.html", {"refused": error.status}, error.status)
        except UNREACHED:
            return await _page(request, "refused.html", {"refused": 503}, 503)
        return await _page(request, page, {"found": found, **more})

    async def _page(
        request: Request, page: str, values: dict[str, Any], status: int = 200
    ) -> Response:
        language = request.query_params.get("lang") or request.cookies.get("lang") or "id"
        language = "en" if language == "en" else "id"
        shared = {
            "language": language, "sentence": sentence, "day": day, "signed_in": COOKIE in request.cookies,
            "may_sign_in": bool(settings.issuer_secret),
        }  # fmt: skip
        response = PAGES.TemplateResponse(request, page, shared | values, status)
        response.set_cookie("lang", language, samesite="lax")
        return response

    return app


def _quoted(text: str) -> str:
    return quote(text, safe="")


def _back(request: Request) -> str:
    """The page that the form stood on, on this console and nowhere else."""
    try:
        path = urlsplit(request.headers.get("Referer", "/")).path
    except ValueError:
        return "/"
    return path if path.startswith("/") and not path.startswith("//") else "/"


if __name__ == "__main__":
    logs.configure("console")
    chosen = ConsoleSettings()
    server.run(Door(build(chosen)), chosen.host, chosen.port)
