"""The notifier's own token, by its client's credentials (RFC 6749, 4.4)."""

import time
from dataclasses import dataclass

import aiohttp

from console.ask.client import UNREACHED, Refused
from console.settings import NotifierSettings

EARLY = 60.0
"""Seconds before its end that a token is not used any more."""
LIFETIME = 60
"""Seconds that it is taken to last whose issuer does not say."""


@dataclass(slots=True)
class Token:
    settings: NotifierSettings
    http: aiohttp.ClientSession
    _held: str = ""
    _until: float = 0.0

    async def get(self) -> str:
        """Raises Refused: with 503 if the issuer is away, with 401 if it gives none."""
        if time.monotonic() < self._until:
            return self._held
        told = self.settings
        issuer = told.oidc_issuer.rstrip("/")
        client = aiohttp.encode_basic_auth(told.notifier_client_id, told.notifier_client_secret)
        form = {"grant_type": "client_credentials"}
        try:
            async with self.http.get(f"{issuer}/.well-known/openid-configuration") as found:
                where = (await found.json())["token_endpoint"]
            async with self.http.post(
                where, data=form, headers={"Authorization": client}
            ) as answer:
                if answer.status != 200:
                    raise Refused(503 if answer.status >= 500 else 401)
                given = await answer.json()
            self._held = given["access_token"]
            self._until = time.monotonic() + int(given.get("expires_in", LIFETIME)) - EARLY
        except (*UNREACHED, KeyError) as error:
            raise Refused(503) from error
        return self._held
