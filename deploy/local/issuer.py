"""A small OIDC issuer for the local run: discovery, key set, and a token for whoever has the secret.

It stands in for the agency's identity provider and knows no passwords; never run it elsewhere.
"""

import secrets
import time
from pathlib import Path
from typing import Annotated, Any, Self

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import FastAPI, Form, HTTPException
from jwt.algorithms import ECAlgorithm
from pydantic import model_validator

from chassis import logs, server
from chassis.door import Door
from chassis.settings import Listening, for_this_machine_alone
from deploy.local.kept import kept

LIFETIME = 8 * 3600
"""Seconds that a token is good for."""


class IssuerSettings(Listening):
    """oidc_issuer: its own address; issuer_secret: who knows it gets tokens; issuer_key: PEM file."""

    oidc_issuer: str
    oidc_audience: str = "kinerja"
    issuer_secret: str
    issuer_key: Path

    @model_validator(mode="after")
    def _only_here(self) -> Self:
        for_this_machine_alone("the local issuer", self.oidc_issuer, self.host)
        return self


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


def build(settings: IssuerSettings) -> FastAPI:
    key = signing_key(settings.issuer_key)
    public = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    kid = public["x"][:16]
    app = FastAPI(title="Local issuer")

    @app.get("/.well-known/openid-configuration")
    async def discovery() -> dict[str, Any]:
        return {
            "issuer": settings.oidc_issuer,
            "jwks_uri": f"{settings.oidc_issuer}/keys",
            "token_endpoint": f"{settings.oidc_issuer}/token",
            "id_token_signing_alg_values_supported": ["ES256"],
            "response_types_supported": ["token"],
            "subject_types_supported": ["public"],
        }

    @app.get("/keys")
    async def keys() -> dict[str, Any]:
        return {"keys": [public | {"kid": kid, "use": "sig", "alg": "ES256"}]}

    @app.post("/token")
    async def token(
        secret: Annotated[str, Form()],
        sub: Annotated[str, Form()],
        roles: Annotated[str, Form()] = "",
    ) -> dict[str, Any]:
        """A token for `sub` with space-separated `roles`."""
        if not secrets.compare_digest(secret.encode(), settings.issuer_secret.encode()):
            raise HTTPException(401)
        now = int(time.time())
        claims = {
            "iss": settings.oidc_issuer, "aud": settings.oidc_audience, "sub": sub,
            "iat": now, "exp": now + LIFETIME, "roles": roles.split(),
        }  # fmt: skip
        signed = jwt.encode(claims, key, algorithm="ES256", headers={"kid": kid})
        return {"access_token": signed, "token_type": "Bearer", "expires_in": LIFETIME}

    return app


if __name__ == "__main__":
    chosen = IssuerSettings()
    logs.configure("issuer")
    server.run(Door(build(chosen)), chosen)
