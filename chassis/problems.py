"""Refusals, and how HTTP tells them: RFC 9457 problem details with a stable type."""

from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from eventlog.arrivals import TooManyWaiting
from eventlog.database import OUTAGE
from eventlog.log import (
    CommandReused,
    LogUnavailable,
    RecordTooLarge,
    StaleVersion,
    StreamFull,
)
from law.refusal import Forbidden, Refused

MAX_BODY = 8 * 1024 * 1024
"""Bytes of a request's body: a thousand rows of everything, several times over."""

logger = structlog.get_logger(__name__)


class Unauthenticated(Exception):
    """No valid token. Why stays here."""


class NotFound(Exception):
    """What the request names does not exist (or not yet here)."""


class NotCaughtUp(Exception):
    """The version the request asks for has not arrived here in time."""


class BadRequest(Exception):
    """The request itself is malformed, in `field`."""

    def __init__(self, detail: str, field: str) -> None:
        super().__init__(detail)
        self.field = field


def problem(
    status: int, code: str, title: str, headers: dict[str, str] | None = None, **more: Any
) -> JSONResponse:
    body = {"type": f"urn:kinerja:problem:{code}", "title": title, "status": status}
    body |= {key: value for key, value in more.items() if value not in (None, "")}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def answer(request: Request, error: Exception) -> JSONResponse:
    """The one table from exceptions to answers."""
    match error:
        case Refused():
            return problem(
                422,
                error.code,
                "The decision is refused",
                detail=error.detail,
                article=error.article,
                field=error.field,
            )
        case BadRequest():
            return problem(
                400,
                "malformed-request",
                "The request is malformed",
                detail=str(error),
                field=error.field,
            )
        case RequestValidationError():
            first = error.errors()[0]
            return problem(
                400,
                "malformed-request",
                "The request is malformed",
                detail=first["msg"],
                field=".".join(str(part) for part in first["loc"])[:200],
            )
        case Unauthenticated():
            return problem(401, "unauthenticated", "Not signed in", {"WWW-Authenticate": "Bearer"})
        case Forbidden():
            return problem(403, "forbidden", "Not allowed")
        case NotFound():
            return problem(404, "not-found", "Not found", detail=str(error))
        case StaleVersion():
            return problem(
                409,
                "stale-version",
                "Changed since it was read",
                detail=str(error),
                actual=error.actual,
            )
        case CommandReused():
            return problem(
                409, "command-reused", "This Idempotency-Key was used for something else",
                field="Idempotency-Key",
            )  # fmt: skip
        case StreamFull():
            return problem(422, "stream-full", "More than one stream can hold", detail=str(error))
        case RecordTooLarge():
            return problem(413, "too-large", "More than one event can hold", detail=str(error))
        case NotCaughtUp():
            return problem(
                503, "not-caught-up", "Not there yet", {"Retry-After": "1"}, detail=str(error)
            )
        case TooManyWaiting():
            return problem(503, "too-many-waiting", "Too many requests wait", {"Retry-After": "1"})
        case HTTPException():
            return problem(error.status_code, "http", error.detail, dict(error.headers or {}))
        case _ if isinstance(error, (LogUnavailable, *OUTAGE)):
            return problem(503, "unavailable", "Try again shortly", {"Retry-After": "1"})
        case _:
            logger.error("unhandled", path=request.url.path, exc_info=error)
            return problem(500, "internal", "Something went wrong here")


HANDLED: tuple[type[Exception], ...] = (
    Refused, BadRequest, RequestValidationError, Unauthenticated, Forbidden, NotFound, StaleVersion,
    CommandReused, RecordTooLarge, StreamFull, NotCaughtUp, TooManyWaiting, HTTPException, LogUnavailable, *OUTAGE, Exception,
)  # fmt: skip


class BodyLimit:
    """Stops reading a body that is too large. Starlette's own limit would answer in plain text."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        taken = 0

        async def limited() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > MAX_BODY:
                raise HTTPException(413, "Content Too Large")
            return message

        await self.app(scope, limited, send)


def install(app: FastAPI) -> None:
    app.add_middleware(BodyLimit)
    for kind in HANDLED:
        app.add_exception_handler(kind, answer)
