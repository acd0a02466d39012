"""What stands before every request: who asks, then how much may come, then whether JSON is JSON.

No byte of a body is read for somebody who is not known. Bodies are bounded each, by what the route
says (`max_body_size`, FastAPI's own) or the default, and all together.
"""

import json
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.problems import Malformed, Unauthenticated, answer, pointer, problem
from chassis.server import Limits
from law.standing import Actor

OPEN = frozenset(
    {"/livez", "/readyz", "/status", "/head", "/openapi.json"}
    | {"/keys", "/checkpoint", "/proofs/inclusion", "/proofs/consistency"}
)
"""Answered to anybody, always: probes, figures without persons, what there is to ask, and hashes of the
log with what they are signed with, which tell nothing of anybody."""

Verify = Callable[[str], Awaitable[Actor]]


class Door:
    """ASGI middleware. `verify` gives a token's actor, kept in `request.state.actor`; without it
    whoever comes is let in, and only bounds and deadlines hold. `too_large` answers a body that is."""

    def __init__(
        self,
        app: ASGIApp,
        limits: Limits | None = None,
        verify: Verify | None = None,
        too_large: ASGIApp | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.verify = verify
        self.too_large = too_large or problem(413, "too-large", "Content Too Large")
        self.app = RequestBodyLimitMiddleware(app, self.limits.body)
        self.requests = 0
        self.requests_of: Counter[str] = Counter()
        """Those at work, by actor."""
        self.bodies = 0
        """Bytes of theirs."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"] in OPEN:
            await self.app(scope, receive, send)
            return
        try:
            actor = await self._actor(scope)
            self._enter(actor)
        except (Unauthenticated, HTTPException) as error:
            await _answer(error, scope, receive, send)
            return
        body = _Body(self, scope, receive)
        try:
            answer = _Answer(self.too_large, scope, receive, send)
            await self.app(scope, body.receive, answer.send)
        finally:
            self.bodies -= body.taken
            self._leave(actor)

    async def _actor(self, scope: Scope) -> str:
        """Raises Unauthenticated."""
        if self.verify is None:
            return ""
        scheme, _, token = _header(scope, b"authorization").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("no bearer token")
        actor = await self.verify(token)
        scope.setdefault("state", {})["actor"] = actor
        return actor.id

    def _enter(self, actor: str) -> None:
        most = self.limits.requests
        if self.requests >= most or (actor and self.requests_of[actor] >= max(1, most // 2)):
            raise HTTPException(503, "Try again shortly", {"Retry-After": "1"})
        self.requests += 1
        self.requests_of[actor] += 1

    def _leave(self, actor: str) -> None:
        self.requests -= 1
        self.requests_of[actor] -= 1
        if not self.requests_of[actor]:
            del self.requests_of[actor]


class _Body:
    """The body of one request, as it comes in."""

    def __init__(self, door: Door, scope: Scope, receive: Receive) -> None:
        self._door, self._scope, self._receive = door, scope, receive
        self._complete = False
        self._chunks: list[bytes] = []
        self.taken = 0

    async def receive(self) -> Message:
        if self._complete:  # what comes now is that the client goes
            return await self._receive()
        message = await self._receive()
        chunk: bytes = message.get("body", b"")
        self.taken += len(chunk)
        self._door.bodies += len(chunk)
        if self._door.bodies > self._door.limits.bodies:
            raise HTTPException(503, "Try again shortly", {"Retry-After": "1"})
        self._complete = not message.get("more_body", False)
        self._chunks.append(chunk)
        if self._complete:
            if "json" in _header(self._scope, b"content-type").lower():
                check(b"".join(self._chunks))
            self._chunks.clear()
        return message


class _Answer:
    """The answer, in which Starlette's own to a body that is too large, plain text, becomes ours."""

    def __init__(self, too_large: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        self._too_large = too_large
        self._scope, self._receive, self._send = scope, receive, send
        self._replaced = False

    async def send(self, message: Message) -> None:
        if self._replaced:
            return
        if message.get("status") == 413 and _is_plain(message):
            self._replaced = True
            await self._too_large(self._scope, self._receive, self._send)  # has been logged
        else:
            await self._send(message)


def _is_plain(message: Message) -> bool:
    return Headers(raw=message["headers"]).get("Content-Type", "").startswith("text/plain")


def _header(scope: Scope, wanted: bytes) -> str:
    """The first of that name, or nothing. (Starlette's `Headers` takes longer than all else here.)"""
    for name, value in scope["headers"]:
        if name == wanted:
            return str(value, "latin-1")
    return ""


async def _answer(error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
    told = await answer(Request(scope), error)
    await told(scope, receive, send)


# --- JSON ---------------------------------------------------------------------------------------


class _Twice(Exception):
    pass


class _Object(dict[str, Any]):
    """A JSON object that knows the first of its fields to come a second time."""

    def __init__(self, fields: list[tuple[str, Any]]) -> None:
        super().__init__(fields)
        seen: set[str] = set()
        self.twice = next((n for n, _ in fields if n in seen or seen.add(n)), None)  # type: ignore[func-returns-value]


def check(body: bytes) -> None:
    """Raises Malformed for JSON that says a field twice, or a number that is none. What is no JSON
    at all is left to whoever reads it."""
    try:
        json.loads(body, object_pairs_hook=_once, parse_constant=_no_number)
    except _Twice:
        path = _path_to_twice(json.loads(body, object_pairs_hook=_Object))
        raise Malformed("duplicate", "The field is there twice", pointer(path)) from None
    except (ValueError, RecursionError):
        return


def _once(fields: list[tuple[str, Any]]) -> None:
    if len(dict(fields)) < len(fields):
        raise _Twice


def _no_number(word: str) -> None:
    raise Malformed("json_invalid", f"JSON has no {word}")


def _path_to_twice(document: Any) -> list[str | int]:
    left: list[tuple[Any, Any]] = [((), document)]
    while left:
        way, value = left.pop()
        if isinstance(value, _Object):
            if value.twice is not None:
                return _path((way, value.twice))
            left += [((way, name), inner) for name, inner in value.items()]
        elif isinstance(value, list):
            left += [((way, n), inner) for n, inner in enumerate(value)]
    raise AssertionError("a field is there twice")


def _path(way: Any) -> list[str | int]:
    """From pairs of what comes before and the last part."""
    found: list[str | int] = []
    while way:
        way, part = way
        found.append(part)
    return found[::-1]
