"""A client that says anything to a service and keeps the whole answer."""

import asyncio
import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import aiohttp
from yarl import URL

from deploy.local.stack import Stack

AT = datetime.fromisoformat("2026-10-27T09:00:00+07:00")
"""When a request happens unless it says otherwise."""
PATIENCE = 60.0
"""Seconds for what has happened in one service to arrive in another."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.content)

    @property
    def problem(self) -> dict[str, Any]:
        """The body of a refusal, which must be a whole problem of RFC 9457."""
        assert self.status >= 400, (self.status, self.content)
        assert self.headers["Content-Type"] == "application/problem+json", self
        found = self.body
        assert found["type"].startswith("urn:kinerja:problem:"), found
        assert found["title"], found
        assert found["status"] == self.status, found
        assert set(found) <= {
            "type",
            "title",
            "status",
            "detail",
            "field",
            "article",
            "actual",
            "errors",
        }
        return dict(found)

    @property
    def code(self) -> str:
        """The stable last part of the problem's type."""
        return str(self.problem["type"]).rpartition(":")[2]


@dataclass(repr=False)
class Api:
    """The services' HTTP as seen from outside."""

    stack: Stack
    http: aiohttp.ClientSession
    urls: Mapping[str, str] = field(default_factory=dict)
    """Of services that are asked elsewhere than at the stack's own processes."""
    _tokens: dict[tuple[str, str], str] = field(default_factory=dict)

    async def token(self, sub: str, roles: str = "") -> str:
        if (sub, roles) not in self._tokens:
            form = {"secret": self.stack.secret, "sub": sub, "roles": roles}
            async with self.http.post(f"{self.stack.url('issuer')}/anybody", data=form) as answer:
                answer.raise_for_status()
                self._tokens[sub, roles] = (await answer.json())["access_token"]
        return self._tokens[sub, roles]

    async def ask(
        self,
        service: str,
        method: str,
        path: str,
        *,
        actor: str | None = None,
        roles: str = "",
        at: datetime | str | None = AT,
        headers: Mapping[str, str] = MappingProxyType({}),
        **body: Any,
    ) -> Answer:
        """One request: `actor` None is nobody; `json=` or `data=` its body."""
        sent = {"Idempotency-Key": uuid4().hex} if method == "POST" else {}
        if at is not None:
            sent["Simulated-Time"] = str(at)
        if actor is not None:
            sent["Authorization"] = f"Bearer {await self.token(actor, roles)}"
        sent |= headers
        url = URL(self.urls.get(service, self.stack.url(service)) + path, encoded=True)
        async with self.http.request(
            method, url, headers=sent, allow_redirects=False, **body
        ) as response:
            answer = Answer(response.status, response.headers, await response.read())
        assert answer.headers["Cache-Control"] == "no-store"
        return answer

    async def do(self, service: str, path: str, json: Any = None, **how: Any) -> Any:
        """A command that is accepted; its receipt."""
        return await self._accepted(service, "POST", path, json=json, **how)

    async def see(self, service: str, path: str, **how: Any) -> Any:
        """A query that is answered."""
        return await self._accepted(service, "GET", path, **how)

    async def lines(self, service: str, path: str, **how: Any) -> list[Any]:
        """All rows of a list, as it streams them."""
        accept = {"Accept": "application/x-ndjson", **how.pop("headers", {})}
        answer = await self.ask(service, "GET", path, headers=accept, **how)
        assert answer.status == 200, (path, answer)
        return [json.loads(line) for line in answer.content.splitlines()]

    async def _accepted(self, service: str, method: str, path: str, **how: Any) -> Any:
        """The answer's body, when what the request wants to have arrived has."""
        deadline = time.monotonic() + PATIENCE
        while (answer := await self.ask(service, method, path, **how)).status == 503:
            assert time.monotonic() < deadline, (path, answer)
        assert answer.status == 200, (path, answer)
        return answer.body

    async def until(
        self, service: str, path: str, holds: Callable[[Any], object], **how: Any
    ) -> Any:
        """A query's answer, asked for again until it `holds`: for what a reaction does, whose
        position nobody was told."""
        deadline = time.monotonic() + PATIENCE
        while not holds(answer := await self.see(service, path, **how)):
            assert time.monotonic() < deadline, (path, answer)
            await asyncio.sleep(0.05)
        return answer

    async def until_not_ready(self, service: str) -> Answer:
        async with asyncio.timeout(PATIENCE):
            while (answer := await self.ask(service, "GET", "/readyz")).status == 200:
                await asyncio.sleep(0.1)
        return answer

    async def until_ready(self, service: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while (await self.ask(service, "GET", "/readyz")).status != 200:
                await asyncio.sleep(0.1)

    async def raw(self, service: str, request: bytes) -> Answer:
        """Bytes as they are, for what no client library would send."""
        where = urlsplit(self.stack.url(service))
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        try:
            writer.write(request)
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
            first, *lines = head.decode("latin-1").strip().split("\r\n")
            headers = {k.title(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
            content = await reader.readexactly(int(headers.get("Content-Length", 0)))
        finally:
            writer.close()
        return Answer(int(first.split()[1]), headers, content)

    def logged(self, service: str) -> list[dict[str, Any]]:
        """The service's log; every line of it must be one JSON object."""
        text = (self.stack.folder / "log" / f"{service}.log").read_text()
        return [json.loads(line) for line in text.splitlines()]


def latest(tokens: Iterable[str]) -> dict[str, str]:
    """The header that waits for all of these: of each partition the last position is enough."""
    last: dict[str, int] = {}
    for token in ",".join(tokens).split(","):
        partition, _, position = token.partition("@")
        last[partition] = max(last.get(partition, 0), int(position))
    return {"At-Least": ",".join(f"{partition}@{position}" for partition, position in last.items())}
