"""A small service behind the door, and a client that calls it without a socket."""

import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request
from pydantic import Field
from starlette.types import ASGIApp

from chassis import problems
from chassis.door import Door
from chassis.fields import Body, Day, Name, Text
from chassis.problems import BadRequest, NotFound, Unauthenticated
from chassis.server import Limits
from contracts.event import UnknownType
from law.refusal import Forbidden, Refused
from law.standing import Actor

TOKEN = "good"
JSON = {"Content-Type": "application/json"}


class Line(Body):
    text: Text
    on: Day | None = None


class Sheet(Body):
    name: Name = "Lembar"
    lines: list[Line] = Field(default=[])


async def verify(token: str) -> Actor:
    if not token.startswith(TOKEN):
        raise Unauthenticated(f"not {TOKEN}")
    return Actor(f"actor-{token}")


def build(limits: Limits | None = None) -> FastAPI:
    app = FastAPI(redirect_slashes=False)
    problems.install(app)
    app.add_middleware(Door, limits=limits, verify=verify)

    @app.get("/livez")
    async def livez() -> str:
        return "live"

    @app.get("/whoami")
    async def whoami(request: Request, n: int = 0) -> str:
        return str(request.state.actor.id)

    @app.post("/sheets")
    async def small(body: Sheet) -> int:
        return len(body.lines)

    @app.post("/directory", max_body_size=1024 * 1024)
    async def large(body: Sheet) -> int:
        return len(body.lines)

    @app.get("/refusals/{kind}")
    async def refusal(kind: str) -> None:
        kinds: dict[str, Exception] = {
            "forbidden": Forbidden("sri is not the appraiser of a1"),
            "refused": Refused("final", "It is final: Sri said so", field="status"),
            "bad": BadRequest("a version in quotes", "If-Match"),
            "absent": NotFound("no skp s1"),
            "newer": UnknownType("kinerja.planning.SKPApproved.v2 is of a newer program"),
            "broken": ZeroDivisionError("x"),
        }
        raise kinds[kind]

    return app


@dataclass(frozen=True)
class Said:
    status: int
    headers: dict[str, str]
    content: bytes
    taken: int
    """Pieces of the body that were asked for."""

    @property
    def body(self) -> Any:
        return json.loads(self.content)

    @property
    def code(self) -> str:
        return str(self.body["type"]).rpartition(":")[2]


async def ask(
    app: ASGIApp,
    method: str,
    path: str,
    body: Any = None,
    *,
    token: str | None = TOKEN,
    chunks: Iterable[bytes] | AsyncIterator[bytes] | None = None,
    headers: dict[str, str] | None = None,
    query: str = "",
) -> Said:
    """`body` as JSON, or bytes as they are; or in `chunks`, whose length is not told."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"content-length": str(len(content))} if body is not None else {}
    if token is not None:
        sent["authorization"] = f"Bearer {token}"
    sent |= {name.lower(): value for name, value in (JSON | (headers or {})).items()}
    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "root_path": "",
        "query_string": query.encode(), "scheme": "http", "http_version": "1.1",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in sent.items()],
    }  # fmt: skip
    said: list[Any] = []
    taken = 0

    async def pieces() -> AsyncIterator[bytes]:
        if chunks is None:
            yield content if body is not None else b""
        elif isinstance(chunks, AsyncIterator):
            async for chunk in chunks:
                yield chunk
        else:
            for chunk in chunks:
                yield chunk
        if chunks is not None:
            yield b""

    left = pieces()

    async def receive() -> Any:
        nonlocal taken
        taken += 1
        chunk = await anext(left)
        return {"type": "http.request", "body": chunk, "more_body": chunks is not None and chunk != b""}  # fmt: skip

    async def send(message: Any) -> None:
        said.append(message)

    try:
        await app(scope, receive, send)
    except ZeroDivisionError:  # told, and given on to the server
        pass
    answered = {name.decode(): value.decode() for name, value in said[0]["headers"]}
    content = b"".join(message["body"] for message in said[1:])
    return Said(said[0]["status"], answered, content, taken)
