"""The console's way to the services: it asks as whoever reads, and shows what they answer."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from console.settings import ConsoleSettings

UNREACHED = (aiohttp.ClientError, TimeoutError)
"""A service, or the issuer, is away or slow."""


class Refused(Exception):
    """The reader gets no page. `status` as in HTTP."""

    def __init__(self, status: int) -> None:
        self.status = status


class Services:
    def __init__(self, settings: ConsoleSettings, http: aiohttp.ClientSession) -> None:
        self.settings = settings
        self.http = http

    async def get(
        self, service: str, path: tuple[str, ...], token: str = "", /, **query: str
    ) -> Any:
        """Each part of the path stays one part, whatever it holds. Raises
        aiohttp.ClientResponseError with the service's own status, or another of UNREACHED."""
        whole = "/".join([self.settings.url(service), *(quote(part, safe="") for part in path)])
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = URL(whole, encoded=True).with_query(query or None)
        async with self.http.get(url, headers=headers, allow_redirects=False) as answer:
            answer.raise_for_status()
            return await answer.json()


@dataclass(frozen=True, slots=True)
class Asker:
    """One reader's way to the services."""

    services: Services
    token: str

    async def get(self, service: str, /, *path: str, **query: str) -> Any:
        """A service's answer to this reader. Who has not signed in is not asked for. Raises Refused."""
        if not self.token:
            raise Refused(401)
        try:
            return await self.services.get(service, path, self.token, **query)
        except aiohttp.ClientResponseError as error:
            # A success of another kind (a redirect, no JSON) comes from something that is no service.
            raise Refused(error.status if error.status >= 400 else 503) from error
        except UNREACHED as error:
            raise Refused(503) from error

    async def status(self, service: str) -> Any:
        """What a service tells of itself, open to all; None if it does not answer."""
        try:
            return await self.services.get(service, ("status",))
        except UNREACHED:
            return None
