"""The console's way to the services: it shows what they answer to whoever is signed in."""

import asyncio
from typing import Any, Self

import aiohttp
from pydantic import model_validator

from chassis.settings import Listening, for_this_machine_alone
from contracts.catalogue import SERVICES

AUDITOR = "console"


class ConsoleSettings(Listening):
    """Where the services and the issuer are. With the local issuer's secret, anybody may sign in
    as anybody: for the demonstration only; without it nobody signs in here.

    published_host  where the console is reached, if not at `host`: a container's listens to all of
                    its own network, and its port is published on the machine's loopback
    """

    planning_url: str
    monitoring_url: str
    appraisal_url: str
    rewards_url: str
    evaluation_url: str
    oidc_issuer: str
    issuer_secret: str = ""
    cycle: str
    published_host: str = ""

    @model_validator(mode="after")
    def _only_here(self) -> Self:
        if self.issuer_secret:
            for_this_machine_alone(
                "issuer_secret", self.oidc_issuer, self.published_host or self.host
            )
        return self

    def url(self, service: str) -> str:
        return str(getattr(self, f"{service}_url"))


class Services:
    def __init__(self, settings: ConsoleSettings, http: aiohttp.ClientSession) -> None:
        self.settings = settings
        self.http = http
        self._own = ""

    async def sign_in(self, sub: str, roles: str) -> str:
        """A token from the local issuer. Raises aiohttp.ClientResponseError."""
        form = {"secret": self.settings.issuer_secret, "sub": sub, "roles": roles}
        async with self.http.post(f"{self.settings.oidc_issuer}/token", data=form) as answer:
            answer.raise_for_status()
            return str((await answer.json())["access_token"])

    async def get(self, service: str, path: str, token: str) -> Any:
        """Raises aiohttp.ClientResponseError with the service's own status."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = self.settings.url(service) + path
        async with self.http.get(url, headers=headers) as answer:
            answer.raise_for_status()
            return await answer.json()

    async def figures(self, path: str, service: str) -> Any:
        """A figure that names nobody, read with the console's own token."""
        if not self._own:
            self._own = await self.sign_in(AUDITOR, "auditor")
        try:
            return await self.get(service, path, self._own)
        except aiohttp.ClientResponseError as error:
            if error.status == 401:
                self._own = ""
            raise

    async def status(self) -> dict[str, Any]:
        """Every service's status; None for one that does not answer."""
        found = await asyncio.gather(
            *(self.get(service, "/status", "") for service in SERVICES), return_exceptions=True
        )
        return {
            service: None if isinstance(status, BaseException) else status
            for service, status in zip(SERVICES, found, strict=True)
        }
