"""Gives commands to the services as any program of an agency would: HTTP, bearer tokens, keys."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp

TOKENS = 50_000
ATTEMPTS = 8
OUTAGE = (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, TimeoutError)
"""No connection, one that is lost also in the middle of an answer, and no answer in time."""


class Refusal(Exception):
    """The service answered with a problem (RFC 9457)."""

    def __init__(self, status: int, problem: Mapping[str, Any], url: str) -> None:
        super().__init__(f"{status} {problem.get('type')} {problem.get('detail', '')} at {url}")
        self.status, self.problem = status, problem


@dataclass(frozen=True)
class Addresses:
    """Base URL of each service, of the issuer, and the issuer's secret."""

    services: Mapping[str, str]
    issuer: str
    secret: str


class Client:
    """One pool of connections. Tokens are kept, the least used go first.

    A command that meets an outage (503, a lost connection, no answer in time) is given again with
    the same key, which does it no second time; one whose token is no longer taken, with a new one.
    """

    def __init__(self, addresses: Addresses, http: aiohttp.ClientSession) -> None:
        self.addresses = addresses
        self.http = http
        self.commands = 0
        self._tokens: OrderedDict[tuple[str, str], str] = OrderedDict()

    async def token(self, sub: str, roles: str = "") -> str:
        if (sub, roles) in self._tokens:
            self._tokens.move_to_end((sub, roles))
            return self._tokens[sub, roles]
        form = {"secret": self.addresses.secret, "sub": sub, "roles": roles}
        async with self.http.post(f"{self.addresses.issuer}/anybody", data=form) as answer:
            answer.raise_for_status()
            token = str((await answer.json())["access_token"])
        self._tokens[sub, roles] = token
        if len(self._tokens) > TOKENS:
            self._tokens.popitem(last=False)
        return token

    async def command(
        self,
        service: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        key: str,
        actor: str,
        roles: str = "",
        at: datetime,
        at_least: str = "",
    ) -> Any:
        """POST one command. Raises Refusal."""
        headers = {"Idempotency-Key": key, "Simulated-Time": at.isoformat()}
        if at_least:
            headers["At-Least"] = at_least
        answer = await self._request("POST", service, path, actor, roles, headers, body)
        self.commands += 1
        return answer

    def to(self, service: str, id: str, collection: str = "/skps") -> Callable[..., Awaitable[Any]]:
        """Commands to one resource, with keys that follow from verb and resource; an empty path makes it."""

        async def command(
            path: str, body: Any, verb: str, at: datetime, actor: dict[str, Any], at_least: str = ""
        ) -> Any:
            whole = f"{collection}/{id}{path}" if path else collection
            key = f"{verb}-{id}"
            return await self.command(
                service, whole, body, key=key, at=at, at_least=at_least, **actor
            )

        return command

    async def status(self, service: str) -> Any:
        return await self._request("GET", service, "/status", "demonstration", "", {}, None)

    async def query(
        self, service: str, path: str, *, actor: str, roles: str = "", at_least: str = ""
    ) -> Any:
        headers = {"At-Least": at_least} if at_least else {}
        return await self._request("GET", service, path, actor, roles, headers, None)

    async def _request(
        self,
        method: str,
        service: str,
        path: str,
        actor: str,
        roles: str,
        headers: Mapping[str, str],
        body: Any,
    ) -> Any:
        url = self.addresses.services[service] + path
        renewed = False
        pause, attempt = 0.2, 1
        while True:
            try:
                authorization = {"Authorization": f"Bearer {await self.token(actor, roles)}"}
                async with self.http.request(
                    method, url, json=body, headers={**headers, **authorization}
                ) as answer:
                    content = await answer.json(content_type=None)
                    if answer.status < 400:
                        return content
                    if answer.status == 401 and not renewed:
                        renewed = True
                        self._tokens.pop((actor, roles), None)
                        continue
                    if answer.status != 503 or attempt == ATTEMPTS:
                        raise Refusal(answer.status, content or {}, url)
            except OUTAGE:
                if attempt == ATTEMPTS:
                    raise
            await asyncio.sleep(pause)
            pause, attempt = min(pause * 2, 3.0), attempt + 1
