"""Signing in at the agency's OpenID provider: authorization code with PKCE (OpenID Connect Core 1.0,
RFC 7636), and what it says later: new tokens, and that somebody has signed out there."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
import jwt
import structlog
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.starlette_client import OAuth
from joserfc.errors import JoseError

from chassis.identity import ALGORITHMS, IssuerKeys
from chassis.problems import Unauthenticated
from console.ask.client import Refused
from console.keep.sessions import Owner, Tokens
from console.settings import ConsoleSettings
from console.web.reader import reader

PATIENCE = 5.0
"""Seconds that the provider has for an answer."""
LIFETIME = 60
"""Seconds that an access token is taken to last whose provider does not say."""
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"

logger = structlog.get_logger(__name__)


class SignInRefused(Exception):
    """The provider, or what it sent, does not sign anybody in. The message says why, to the log."""


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser goes, and what is kept until it is back."""

    url: str
    kept: dict[str, Any]


class Issuer:
    def __init__(self, settings: ConsoleSettings) -> None:
        self._settings = settings
        self._keys = IssuerKeys(settings.oidc_issuer)
        self._back = f"{settings.console_url}/sign-in/done"
        self._app: Any = OAuth().register(
            "issuer",
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret,
            server_metadata_url=f"{self._keys.issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": settings.oidc_scope,
                "code_challenge_method": "S256",
                "timeout": PATIENCE,
            },
        )

    async def begin(self, language: str) -> Begun:
        """Raises Refused (503) if the provider is away."""
        try:
            made = await self._app.create_authorization_url(self._back, ui_locales=language)
        except httpx2.HTTPError as error:
            raise Refused(503) from error
        kept = {name: made[name] for name in ("state", "nonce", "code_verifier")}
        return Begun(made["url"], kept)

    async def finish(
        self, came: Mapping[str, str], kept: Mapping[str, Any]
    ) -> tuple[Owner, Tokens]:
        """Who came back with which answer (`came`, its query). Raises SignInRefused, Refused (503)."""
        if came.get("state") != kept["state"]:
            raise SignInRefused("another sign-in's answer")
        if came.get("iss", self._keys.issuer).rstrip("/") != self._keys.issuer:
            raise SignInRefused("another provider's answer")  # RFC 9207
        if "code" not in came:
            raise SignInRefused(came.get("error", "no code"))
        try:
            given = await self._app.fetch_access_token(
                self._back, code=came["code"], code_verifier=kept["code_verifier"]
            )
            said = await self._app.parse_id_token(
                given, kept["nonce"], {"iss": {"essential": True, "value": self._keys.issuer}}
            )
        except httpx2.HTTPError as error:
            raise Refused(503) from error
        except (OAuthError, JoseError, ValueError) as error:
            raise SignInRefused(f"{type(error).__name__}: {error}") from error
        if said is None:
            raise SignInRefused("no ID token")
        return self._owner(said, given, await self._email(said, given)), _tokens(given)

    async def refresh(self, tokens: Tokens) -> Tokens:
        """Raises SignInRefused, Refused (503)."""
        if not tokens.refresh:
            raise SignInRefused("no refresh token")
        try:
            given = await self._app.fetch_access_token(
                grant_type="refresh_token", refresh_token=tokens.refresh
            )
        except httpx2.HTTPError as error:
            raise Refused(503) from error
        except OAuthError as error:
            raise SignInRefused(str(error)) from error
        return _tokens({"id_token": tokens.id, "refresh_token": tokens.refresh} | given)

    async def sign_out_url(self, tokens: Tokens) -> str:
        """Where the browser goes to sign out there too (OpenID Connect RP-Initiated Logout 1.0); home, if
        the provider is away or offers nothing."""
        home = f"{self._settings.console_url}/"
        try:
            made = await self._app.create_logout_url(home, tokens.id)
        except (httpx2.HTTPError, RuntimeError):
            return home
        return str(made["url"])

    async def signed_out(self, token: str) -> tuple[str | None, str | None]:
        """The `sid` and the subject that a logout token names (OpenID Connect Back-Channel Logout 1.0,
        2.6). Raises SignInRefused."""
        try:
            said = jwt.decode(
                token,
                await self._keys.of(token),
                algorithms=ALGORITHMS,
                audience=self._settings.oidc_client_id,
                issuer=self._keys.issuer,
                options={"require": ["iss", "aud", "iat", "jti", "events"], "verify_iat": False},
            )
        except (Unauthenticated, jwt.PyJWTError, ValueError, TypeError) as error:
            raise SignInRefused(f"{type(error).__name__}: {error}") from error
        events = said["events"]
        if not isinstance(events, dict) or LOGOUT not in events or "nonce" in said:
            raise SignInRefused("no logout token")
        sid, subject = said.get("sid"), said.get("sub")
        if not isinstance(sid or subject, str):
            raise SignInRefused("a logout token of nobody")
        return sid, subject

    async def _email(self, said: Mapping[str, Any], given: Mapping[str, Any]) -> str | None:
        """The person's address, from the ID token or else the UserInfo endpoint (OpenID Connect Core 1.0,
        5.3, 5.4); None if the provider tells none, or says that nobody has proved it. Nobody's sign-in
        depends on it."""
        told = said
        try:
            metadata = await self._app.load_server_metadata()
            if "email" not in said and "userinfo_endpoint" in metadata:
                told = await self._app.userinfo(token=given)
        except (httpx2.HTTPError, OAuthError, JoseError, ValueError) as error:
            logger.warning("no user info", error=type(error).__name__)
        if told.get("sub") != said["sub"] or told.get("email_verified") is False:
            return None
        email = told.get("email")
        return email if isinstance(email, str) else None

    def _owner(self, said: Mapping[str, Any], given: Mapping[str, Any], email: str | None) -> Owner:
        """The services take the bearer for whom the access token names, which may be another word for the
        person than the provider's own."""
        who = reader(str(given["access_token"]), self._settings.oidc_claim)
        if not who.id:
            raise SignInRefused(f"an access token without {self._settings.oidc_claim}")
        sid = said.get("sid")
        sid = None if sid is None else str(sid)
        return Owner(who.id, str(said["sub"]), sid, email, who.roles)


def _tokens(given: Mapping[str, Any]) -> Tokens:
    until = given.get("expires_at") or time.time() + LIFETIME
    return Tokens(
        access=given["access_token"],
        id=given["id_token"],
        refresh=given.get("refresh_token"),
        until=float(until),
    )
