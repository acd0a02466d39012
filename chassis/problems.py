"""Refusals, and how HTTP tells them: RFC 9457 problem details with a stable type."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from contracts.event import UnknownType
from eventlog.arrivals import TooManyWaiting
from eventlog.broker import KafkaError
from eventlog.checkpoints import NotCovered
from eventlog.cures import MovedOn, NotProven, NotStopped
from eventlog.database import OUTAGE
from eventlog.log import (
    CommandReused,
    LogUnavailable,
    RecordTooLarge,
    StaleVersion,
    StreamFull,
)
from law.refusal import Forbidden, Refused

MAX_ERRORS = 100
"""Field errors that one answer tells: a directory of thousands of rows can be wrong in each."""

logger = structlog.get_logger(__name__)


class Unauthenticated(Exception):
    """No valid token. Why stays here."""


class NotFound(Exception):
    """What the request names does not exist (or not yet here)."""


class NotCaughtUp(Exception):
    """The version the request asks for has not arrived here in time."""


class BadRequest(Exception):
    """The request itself is malformed, in `field`: a header, or what `place` says."""

    def __init__(self, detail: str, field: str, place: str = "header") -> None:
        super().__init__(detail)
        self.field, self.place = field, place


class Malformed(HTTPException):
    """The body is not what JSON should be, at `pointer`. (An HTTPException, since FastAPI passes no
    other on from where it reads a body.)"""

    def __init__(self, code: str, detail: str, pointer: str = "#") -> None:
        super().__init__(400, detail)
        self.code, self.pointer = code, pointer


class Problem(JSONResponse):
    """An answer as RFC 9457 has it."""

    media_type = "application/problem+json"

    def __init__(self, body: dict[str, Any], status: int, headers: dict[str, str] | None) -> None:
        super().__init__(body, status, headers)
        self.told = body
        self.code = body["type"].rpartition(":")[2]


def problem(
    status: int, code: str, title: str, headers: dict[str, str] | None = None, **more: Any
) -> Problem:
    body = {"type": f"urn:kinerja:problem:{code}", "title": title, "status": status}
    body |= {key: value for key, value in more.items() if value not in (None, "", [])}
    return Problem(body, status, headers)


def _refused(error: Refused) -> Problem:
    """Where a rule finds several things to mend, all of them are told, as those of a malformed body
    are."""
    every = (error, *error.others) if error.others else ()
    return problem(
        422,
        error.code,
        "The decision is refused",
        detail=error.detail,
        article=error.article,
        field=error.field,
        errors=[refusal(each) for each in every[:MAX_ERRORS]],
    )


def refusal(error: Refused) -> dict[str, str]:
    """One of several refusals, by where in the body it is."""
    told = {"pointer": pointer(error.field.split(".")), "code": error.code, "detail": error.detail}
    return told | ({"article": error.article} if error.article else {})


def _malformed(detail: str, field: str, errors: Sequence[dict[str, str]]) -> Problem:
    title = "The request is malformed"
    return problem(
        400, "malformed-request", title, detail=detail, field=field, errors=[*errors[:MAX_ERRORS]]
    )


def _bad_request(error: BadRequest) -> Problem:
    told = {"in": error.place, "name": error.field, "code": error.place, "detail": str(error)}
    return _malformed(str(error), error.field, [told])


def _bad_body(error: Malformed) -> Problem:
    told = {"pointer": error.pointer, "code": error.code, "detail": error.detail}
    return _malformed(error.detail, "body", [told])


def _invalid(error: RequestValidationError) -> Problem:
    found = error.errors()
    field = ".".join(str(part) for part in found[0]["loc"])[:200]
    told = [_field_error(each, error.body) for each in found[:MAX_ERRORS]]
    detail = told[0]["detail"]
    if len(found) > 1:
        detail = f"{len(found)} errors; the first: {detail}"
    return _malformed(detail, field, told)


def _field_error(error: dict[str, Any], body: Any) -> dict[str, str]:
    """What is wrong and where, without the value: pydantic's words hold it for one kind only."""
    place, *path = error["loc"]
    code, detail = error["type"], error["msg"]
    match code:
        case "union_tag_invalid":
            detail = f"Input should be one of {error['ctx']['expected_tags']}"
        case "json_invalid":
            detail, path = f"Not JSON, at character {path[0]}", []
    if place == "body":
        where = {"pointer": pointer(_within(body, path, code))}
    else:
        where = {"in": place, "name": ".".join(str(part) for part in path)[:200]}
    return {**where, "code": code, "detail": detail}


def _within(body: Any, path: Sequence[Any], code: str) -> list[str | int]:
    """Where in the body an error is: pydantic's path names alternatives of a union too."""
    found: list[str | int] = []
    for n, part in enumerate(path, start=1):
        match body, part:
            case (dict(), _) if part in body:
                body = body[part]
            case list(), int():
                body = body[part]
            case _ if code != "missing" or n < len(path):
                continue
        found.append(part)
    return found


def pointer(path: Sequence[str | int]) -> str:
    """A JSON Pointer as a URI's fragment (RFC 6901)."""
    parts = (str(part).replace("~", "~0").replace("/", "~1")[:200] for part in path)
    return "#" + "".join("/" + quote(part, safe="~", errors="surrogatepass") for part in parts)


def _unauthenticated(_: Unauthenticated) -> Problem:
    return problem(401, "unauthenticated", "Not signed in", {"WWW-Authenticate": "Bearer"})


def _forbidden(_: Forbidden) -> Problem:
    return problem(403, "forbidden", "Not allowed")


def _not_found(error: NotFound | NotCovered | NotStopped) -> Problem:
    return problem(404, "not-found", "Not found", detail=str(error))


def _stale(error: StaleVersion) -> Problem:
    return problem(
        409, "stale-version", "Changed since it was read", detail=str(error), actual=error.actual
    )


def _moved_on(error: MovedOn) -> Problem:
    return problem(409, "moved-on", "It no longer stands there", detail=str(error))


def _not_proven(error: NotProven) -> Problem:
    title = "The record is not proven to be the log's next"
    return problem(409, "not-proven", title, detail=str(error))


def _reused(_: CommandReused) -> Problem:
    title = "This Idempotency-Key was used for something else"
    return problem(422, "key-reused", title, field="Idempotency-Key")


def _too_large(error: RecordTooLarge) -> Problem:
    return problem(413, "too-large", "More than one event can hold", detail=str(error))


def _stream_full(error: StreamFull) -> Problem:
    return problem(422, "stream-full", "More than one stream can hold", detail=str(error))


def _too_many_waiting(_: TooManyWaiting) -> Problem:
    return problem(503, "too-many-waiting", "Too many requests wait", {"Retry-After": "1"})


def _not_caught_up(error: NotCaughtUp) -> Problem:
    return problem(503, "not-caught-up", "Not there yet", {"Retry-After": "1"}, detail=str(error))


def _newer_program(error: UnknownType) -> Problem:
    title = "A newer program has written here"
    return problem(503, "newer-program", title, {"Retry-After": "1"}, detail=str(error))


CODES = {413: "too-large", 503: "busy"}


def _http(error: HTTPException) -> Problem:
    code = CODES.get(error.status_code, "http")
    return problem(error.status_code, code, error.detail, dict(error.headers or {}))


def _unavailable(_: Exception) -> Problem:
    return problem(503, "unavailable", "Try again shortly", {"Retry-After": "1"})


def _internal(_: Exception) -> Problem:
    return problem(500, "internal", "Something went wrong here")


ANSWERS: dict[type[Exception], Callable[[Any], Problem]] = {
    Refused: _refused,
    BadRequest: _bad_request,
    Malformed: _bad_body,
    RequestValidationError: _invalid,
    Unauthenticated: _unauthenticated,
    Forbidden: _forbidden,
    NotFound: _not_found,
    NotCovered: _not_found,
    NotStopped: _not_found,
    MovedOn: _moved_on,
    NotProven: _not_proven,
    StaleVersion: _stale,
    CommandReused: _reused,
    RecordTooLarge: _too_large,
    StreamFull: _stream_full,
    NotCaughtUp: _not_caught_up,
    TooManyWaiting: _too_many_waiting,
    UnknownType: _newer_program,
    HTTPException: _http,
    LogUnavailable: _unavailable,
    **dict.fromkeys((*OUTAGE, KafkaError), _unavailable),
    Exception: _internal,
}
"""The one table from exceptions to answers: of the nearest class."""


OF_A_PART = (Refused, Forbidden, StaleVersion, CommandReused, RecordTooLarge, StreamFull)
"""What one part of a request can come to while its other parts are done."""


async def answer(request: Request, error: Exception) -> Problem:
    """Tell the client, and the log. Asynchronous, for Starlette would start a thread otherwise."""
    actor = request.scope.get("state", {}).get("actor")
    return tell(error, request.method, request.scope["path"], actor.id if actor else None)


def tell(error: Exception, method: str, path: str, actor: str | None) -> Problem:
    """What the client is told, and the log."""
    kind = next(each for each in type(error).__mro__ if each in ANSWERS)
    told, path = ANSWERS[kind](error), path[:200]
    if kind is Exception:
        logger.error("unhandled", path=path, exc_info=error)
    else:
        logger.info(
            "refused",
            status=told.status_code,
            code=told.code,
            method=method,
            path=path,
            actor=actor,
            # Of the others, what they say of people's words is for those people.
            reason=str(error) if kind in (Forbidden, Unauthenticated) else None,
        )
    return told


def install(app: FastAPI) -> None:
    for kind in ANSWERS:
        app.add_exception_handler(kind, answer)
