"""Who is asking: a bearer JWT of the configured OIDC issuer, verified by its published key set."""

import asyncio
import re
import time
from typing import Any

import aiohttp
import jwt
import structlog

from chassis.problems import Unauthenticated
from law.standing import Actor

ALGORITHMS = ["ES256", "RS256", "EdDSA"]
REFETCH_FAILED, REFETCH_UNKNOWN, REFETCH_KNOWN = 1.0, 10.0, 600.0
"""Seconds before the key set is fetched again: when that failed; for an unknown key id; so that a
withdrawn key goes."""
CACHE = 10_000
SUBJECT = re.compile(r"[\x21-\x7e]{1,255}")
"""OpenID Connect Core 2: at most 255 ASCII characters. It stands on every event and in command ids."""

logger = structlog.get_logger(__name__)


class Verifier:
    """Checks tokens; remembers those it has checked until they expire or their key may have gone."""

    def __init__(self, issuer: str, audience: str) -> None:
        self.issuer = issuer.rstrip("/")
        self.audience = audience
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched = float("-inf")
        self._fetching = asyncio.Lock()
        self._checked: dict[str, tuple[Actor, float]] = {}

    async def actor(self, token: str) -> Actor:
        """The token's actor. Raises Unauthenticated."""
        if (known := self._checked.get(token)) and known[1] > time.time():
            return known[0]
        try:
            key = await self._key(jwt.get_unverified_header(token).get("kid"))
            claims = jwt.decode(
                token, key, algorithms=ALGORITHMS, audience=self.audience, issuer=self.issuer,
                # Not `iat`: it limits nothing (RFC 7519), and the issuer's clock may be ahead of ours.
                options={"require": ["exp", "sub", "iss", "aud"], "verify_iat": False},
            )  # fmt: skip
        except jwt.PyJWTError as error:
            raise Unauthenticated(str(error)) from None
        if not SUBJECT.fullmatch(claims["sub"]):
            raise Unauthenticated("not a subject")
        actor = Actor(claims["sub"], frozenset(_strings(claims.get("roles"))))
        if len(self._checked) >= CACHE:
            self._checked.clear()
        self._checked[token] = actor, min(claims["exp"], time.time() + REFETCH_KNOWN)
        return actor

    async def _key(self, kid: Any) -> jwt.PyJWK:
        if not isinstance(kid, str):
            raise Unauthenticated("no key id")
        if self._is_stale(kid):
            async with self._fetching:  # once for all who wait; good keys don't wait
                if self._is_stale(kid):
                    await self._fetch()
        if kid not in self._keys:
            raise Unauthenticated("unknown key id")
        return self._keys[kid]

    def _is_stale(self, kid: str) -> bool:
        age = time.monotonic() - self._fetched
        return age > (REFETCH_KNOWN if kid in self._keys else REFETCH_UNKNOWN)

    async def _fetch(self) -> None:
        timeout = aiohttp.ClientTimeout(total=5)
        try:
            async with aiohttp.ClientSession(timeout=timeout, raise_for_status=True) as http:
                async with http.get(f"{self.issuer}/.well-known/openid-configuration") as found:
                    where = (await found.json())["jwks_uri"]
                async with http.get(where) as found:
                    keys = jwt.PyJWKSet.from_dict(await found.json()).keys
        except (aiohttp.ClientError, TimeoutError, KeyError, ValueError, jwt.PyJWTError) as error:
            # Known keys stay good; without any, nobody gets in until the issuer answers.
            logger.error("no key set", issuer=self.issuer, error=repr(error))
            self._fetched = time.monotonic() - REFETCH_UNKNOWN + REFETCH_FAILED
            return
        self._keys = {key.key_id: key for key in keys if key.key_id}
        self._fetched = time.monotonic()


def _strings(claim: Any) -> list[str]:
    return [item for item in claim if isinstance(item, str)] if isinstance(claim, list) else []
