"""The ministry's client meets outages as an agency's program should."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ministry.client import Addresses, Client, Refusal

AT = datetime(2026, 3, 2, tzinfo=UTC)


class Service:
    """A service and an issuer in one, that answers as it is told to, one answer after another."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.asked: list[tuple[str, str]] = []
        """Each command's key and token."""
        self.tokens = 0

    async def token(self, request: web.Request) -> web.Response:
        self.tokens += 1
        return web.json_response({"access_token": f"token{self.tokens}"})

    async def command(self, request: web.Request) -> web.StreamResponse:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        self.asked.append((request.headers["Idempotency-Key"], token))
        match self.answers.pop(0):
            case "cut":  # as when the service is killed between the head and the body
                response = web.StreamResponse(headers={"Content-Length": "100"})
                await response.prepare(request)
                await response.write(b'{"ver')
                assert request.transport
                request.transport.abort()
                return response
            case "lost":
                assert request.transport
                request.transport.abort()
                return web.Response()
            case status:
                return web.json_response({"type": "t"}, status=int(status))


@pytest.fixture
async def service() -> AsyncIterator[tuple[Service, Client]]:
    told = Service()
    app = web.Application()
    app.router.add_post("/anybody", told.token)
    app.router.add_post("/skps", told.command)
    async with TestServer(app) as server, aiohttp.ClientSession() as http:
        url = str(server.make_url("")).rstrip("/")
        yield told, Client(Addresses({"planning": url}, url, "secret"), http)


async def give(client: Client) -> Any:
    return await client.command("planning", "/skps", {}, key="k", actor="sri", at=AT)


@pytest.mark.parametrize("outage", ["503", "lost", "cut"])
async def test_a_command_is_given_again_with_its_key(
    service: tuple[Service, Client], outage: str
) -> None:
    told, client = service
    told.answers = [outage, outage, "200"]
    await give(client)
    assert told.asked == [("k", "token1")] * 3
    assert client.commands == 1


async def test_a_token_that_is_no_longer_taken_is_asked_for_anew_once(
    service: tuple[Service, Client],
) -> None:
    told, client = service
    told.answers = ["401", "200", "401", "401"]
    await give(client)
    assert told.asked == [("k", "token1"), ("k", "token2")]
    with pytest.raises(Refusal, match="401"):
        await give(client)
    assert told.asked[2:] == [("k", "token2"), ("k", "token3")]


async def test_a_refusal_is_told_at_once(service: tuple[Service, Client]) -> None:
    told, client = service
    told.answers = ["422", "200"]
    with pytest.raises(Refusal, match="422"):
        await give(client)
    assert len(told.asked) == 1
