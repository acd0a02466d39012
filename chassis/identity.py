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
MAX_TOKEN = 16 * 1024
"""Characters: more than any provider's with a person's groups in it."""
SUBJECT = re.compile(r"(?!service:)[\x21-\x7e]{1,255}")
"""OpenID Connect Core 2: at most 255 ASCII characters. It stands on every event and in command ids,
where what begins with `service:` is a reaction's."""

logger = structlog.get_logger(__name__)


class IssuerKeys:
    """The key set of an issuer, found by OIDC discovery."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer.rstrip("/")
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched = float("-inf")
        self._fetching = asyncio.Lock()

    async def of(self, token: str) -> jwt.PyJWK:
        """The key that the token says it is signed with. Raises Unauthenticated, and what PyJWT raises
        for what is no token."""
        kid = jwt.get_unverified_header(token).get("kid")
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


class Verifier:
    """Checks tokens; remembers those it has checked until they expire or their key may have gone."""

    def __init__(self, issuer: str, audience: str, claim: str = "sub") -> None:
        self.keys = IssuerKeys(issuer)
        self.audience = audience
        self.claim = claim
        self._checked: dict[str, tuple[Actor, float]] = {}

    async def actor(self, token: str) -> Actor:
        """The token's actor. Raises Unauthenticated."""
        if (known := self._checked.get(token)) and known[1] > time.time():
            return known[0]
        if len(token) > MAX_TOKEN:
            raise Unauthenticated("a token too long")
        try:
            claims = jwt.decode(
                token,
                await self.keys.of(token),
                algorithms=ALGORITHMS,
                audience=self.audience,
                issuer=self.keys.issuer,
                # Not `iat`: it limits nothing (RFC 7519), and the issuer's clock may be ahead of ours.
                options={"require": ["exp", self.claim, "iss", "aud"], "verify_iat": False},
            )
        # Beside its own, what it lets through about headers and claims of another type than they have.
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise Unauthenticated(f"{type(error).__name__}: {error}") from None
        actor, until = Actor(self._subject(claims), _roles(claims)), _number(claims, "exp")
        _number(claims, "nbf")
        if len(self._checked) >= CACHE:
            self._checked.clear()
        self._checked[token] = actor, min(until, time.time() + REFETCH_KNOWN)
        return actor

    def _subject(self, claims: dict[str, Any]) -> str:
        subject = claims[self.claim]
        if not isinstance(subject, str) or not SUBJECT.fullmatch(subject):
            raise Unauthenticated(f"{self.claim} is not a subject")
        return subject


def _roles(claims: dict[str, Any]) -> frozenset[str]:
    """None is none; what is no list of words is a provider set up wrongly, which shows at once so."""
    roles = claims.get("roles")
    if roles is None:
        return frozenset()
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise Unauthenticated("roles are not a list of words")
    return frozenset(roles)


def _number(claims: dict[str, Any], claim: str, default: float = 0) -> float:
    # PyJWT reads a text of digits as a number.
    value = claims.get(claim, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unauthenticated(f"{claim} is not a number")
    return value
