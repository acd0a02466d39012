"""A small OpenID provider for the local run: whoever comes chooses who they are.

It stands in for the agency's identity provider and knows no passwords; never run it elsewhere. Browsers
sign in by authorization code with PKCE (OpenID Connect Core 1.0, RFC 7636), as at any other provider;
programs of the demonstration get a token of anybody for the secret, and the notifier its own as a client.
"""

import asyncio
import hashlib
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import APIRouter, Depends, FastAPI, Form, HTTPException, Query, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from jwt.algorithms import ECAlgorithm
from pydantic import BaseModel, model_validator

from chassis import logs, server
from chassis.door import Door
from chassis.settings import Listening, for_this_machine_alone
from deploy.local.authorize import page, people, waiting
from deploy.local.kept import kept

LIFETIME = 8 * 3600
"""Seconds that a program's token is good for."""
SHORT, LONG = 300, 12 * 3600
"""Seconds that a browser's token is good for, and what gives the next one."""
CODE = 60
"""Seconds to come with a code."""


class IssuerSettings(Listening):
    """
    oidc_issuer         its own address
    issuer_secret       who knows it gets anybody's token
    issuer_key          PEM file
    oidc_client_id      the console's name, and
    oidc_client_secret  its password
    console_url         where a browser is sent back to
    planning_url        who there is to sign in as
    published_host      where browsers reach it, if not at `host`: a container's listens to all of its own
                        network, and its port is published on the machine's loopback
    """

    oidc_issuer: str
    oidc_audience: str = "kinerja"
    oidc_client_id: str = "kinerja-console"
    oidc_client_secret: str
    notifier_client_id: str = "kinerja-notifier"
    notifier_client_secret: str = ""
    issuer_secret: str
    issuer_key: Path
    console_url: str
    planning_url: str
    published_host: str = ""

    @model_validator(mode="after")
    def _only_here(self) -> Self:
        reached = self.published_host or self.host
        for_this_machine_alone("the local issuer", self.oidc_issuer, reached)
        return self


class Asked(BaseModel):
    """An authentication request (OpenID Connect Core 1.0, 3.1.2.1)."""

    response_type: str
    client_id: str
    redirect_uri: str
    state: str = ""
    nonce: str = ""
    code_challenge: str
    code_challenge_method: str
    ui_locales: str = "id"


@dataclass(frozen=True, slots=True)
class Code:
    """Whom a code is for, and who may bring it."""

    asked: Asked
    sub: str
    roles: str
    name: str
    email: str
    until: float


def signing_key(file: Path) -> ec.EllipticCurvePrivateKey:
    """The key in the file, made on first use, so that tokens outlive a restart."""
    key = serialization.load_pem_private_key(kept(file, _make_key), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def _make_key() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


class Signer:
    """Makes tokens."""

    def __init__(self, settings: IssuerSettings) -> None:
        self.settings = settings
        self._key = signing_key(settings.issuer_key)
        public = ECAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        self.kid = public["x"][:16]
        self.public = public | {"kid": self.kid, "use": "sig", "alg": "ES256"}

    def sign(self, audience: str, lifetime: int, **claims: Any) -> str:
        now = int(time.time())
        whole = {
            "iss": self.settings.oidc_issuer,
            "aud": audience,
            "iat": now,
            "exp": now + lifetime,
            **claims,
        }
        return jwt.encode(whole, self._key, algorithm="ES256", headers={"kid": self.kid})

    def read(self, token: str, audience: str) -> dict[str, Any]:
        """Raises jwt.InvalidTokenError."""
        key = self._key.public_key()
        return jwt.decode(token, key, algorithms=["ES256"], audience=audience)

    def access(self, lifetime: int, sub: str, roles: str, name: str = "") -> str:
        """Whoever has no role is an employee."""
        named = {"name": name} if name else {}
        audience = self.settings.oidc_audience
        return self.sign(audience, lifetime, sub=sub, roles=roles.split(), **named)

    def answer(self, sub: str, roles: str, name: str, **to_id: str) -> dict[str, Any]:
        """What a client gets for a code or a refresh token."""
        client = self.settings.oidc_client_id
        return {
            "access_token": self.access(SHORT, sub, roles, name),
            "id_token": self.sign(client, SHORT, sub=sub, name=name, **to_id),
            "refresh_token": self.sign("refresh", LONG, sub=sub, roles=roles, name=name),
            "token_type": "Bearer",
            "expires_in": SHORT,
        }


def build(settings: IssuerSettings) -> FastAPI:
    signer = Signer(settings)
    app = FastAPI(title="Local issuer")
    app.include_router(_told(settings, signer))
    app.include_router(_for_browsers(settings, signer))
    app.include_router(_for_programs(settings, signer))
    return app


def _told(settings: IssuerSettings, signer: Signer) -> APIRouter:
    router, at = APIRouter(), settings.oidc_issuer

    @router.get("/.well-known/openid-configuration")
    async def discovery() -> dict[str, Any]:
        return {
            "issuer": at,
            "jwks_uri": f"{at}/keys",
            "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token",
            "end_session_endpoint": f"{at}/sign-out",
            "id_token_signing_alg_values_supported": ["ES256"],
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "authorization_response_iss_parameter_supported": True,
            "subject_types_supported": ["public"],
        }

    @router.get("/keys")
    async def keys() -> dict[str, Any]:
        return {"keys": [signer.public]}

    return router


def _for_browsers(settings: IssuerSettings, signer: Signer) -> APIRouter:
    router = APIRouter()
    codes: dict[str, Code] = {}

    @router.get("/authorize")
    async def authorize(asked: Annotated[Asked, Query()], find: str = "") -> Response:
        """The page on which one chooses who to be."""
        _must_be_the_consoles(asked, settings)
        personnel = signer.access(SHORT, "personnel-unit", "personnel")
        notifier = signer.access(SHORT, "notifier", "notifier")
        found, awaited = await asyncio.gather(
            people(settings.planning_url, find, personnel),
            waiting(settings.planning_url, notifier),
        )
        return HTMLResponse(page(asked.model_dump(), find, found, awaited))

    @router.post("/authorize")
    async def chosen(
        asked: Annotated[Asked, Query()],
        sub: Annotated[str, Form()],
        roles: Annotated[str, Form()] = "",
        name: Annotated[str, Form()] = "",
        email: Annotated[str, Form()] = "",
    ) -> Response:
        _must_be_the_consoles(asked, settings)
        code = secrets.token_urlsafe(32)
        codes[code] = Code(asked, sub.strip(), roles, name, email, time.time() + CODE)
        back = urlencode({"code": code, "state": asked.state, "iss": settings.oidc_issuer})
        return RedirectResponse(f"{asked.redirect_uri}?{back}", 303)

    @router.post("/token")
    async def token(
        client: Annotated[HTTPBasicCredentials, Depends(HTTPBasic())],
        grant_type: Annotated[str, Form()],
        code: Annotated[str, Form()] = "",
        code_verifier: Annotated[str, Form()] = "",
        refresh_token: Annotated[str, Form()] = "",
    ) -> Any:
        """For a code, for what came with the last token, or to the notifier for itself."""
        own = settings.notifier_client_secret and client.username == settings.notifier_client_id
        word = settings.notifier_client_secret if own else settings.oidc_client_secret
        if not secrets.compare_digest(client.password.encode(), word.encode()):
            raise HTTPException(401)
        if own:
            return _to_itself(signer, client.username, grant_type)
        if grant_type == "refresh_token":
            return _again(signer, refresh_token)
        return _first(signer, codes.pop(code, None), code_verifier)

    @router.get("/sign-out")
    async def sign_out(post_logout_redirect_uri: str, state: str = "") -> Response:
        if not post_logout_redirect_uri.startswith(f"{settings.console_url}/"):
            raise HTTPException(400)
        return RedirectResponse(f"{post_logout_redirect_uri}?{urlencode({'state': state})}", 303)

    return router


def _for_programs(settings: IssuerSettings, signer: Signer) -> APIRouter:
    router = APIRouter()

    @router.post("/anybody")
    async def anybody(
        secret: Annotated[str, Form()],
        sub: Annotated[str, Form()],
        roles: Annotated[str, Form()] = "",
    ) -> dict[str, Any]:
        """A token for `sub` with space-separated `roles`, to whoever knows the secret."""
        if not secrets.compare_digest(secret.encode(), settings.issuer_secret.encode()):
            raise HTTPException(401)
        given = signer.access(LIFETIME, sub, roles)
        return {"access_token": given, "token_type": "Bearer", "expires_in": LIFETIME}

    return router


def _must_be_the_consoles(asked: Asked, settings: IssuerSettings) -> None:
    """Else a code could go to another."""
    known = (settings.oidc_client_id, f"{settings.console_url}/sign-in/done", "code", "S256")
    given = (asked.client_id, asked.redirect_uri, asked.response_type, asked.code_challenge_method)
    if given != known:
        raise HTTPException(400)


def _first(signer: Signer, code: Code | None, verifier: str) -> Any:
    digest = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    if not code or code.until < time.time() or digest != code.asked.code_challenge:
        return _invalid_grant()
    named = {"email": code.email} if code.email else {}
    return signer.answer(code.sub, code.roles, code.name, nonce=code.asked.nonce, **named)


def _to_itself(signer: Signer, client: str, grant_type: str) -> Any:
    """RFC 6749, 4.4."""
    if grant_type != "client_credentials":
        return _invalid_grant()
    token = signer.access(SHORT, client, "notifier")
    return {"access_token": token, "token_type": "Bearer", "expires_in": SHORT}


def _again(signer: Signer, refresh_token: str) -> Any:
    try:
        said: Mapping[str, Any] = signer.read(refresh_token, "refresh")
    except jwt.InvalidTokenError:
        return _invalid_grant()
    return signer.answer(said["sub"], said["roles"], said["name"])


def _invalid_grant() -> Response:
    return Response('{"error": "invalid_grant"}', 400, media_type="application/json")


if __name__ == "__main__":
    settings = IssuerSettings()
    logs.configure("issuer")
    server.run(Door(build(settings)), settings)
