"""Whoever has the issuer's key is anybody: a client inside the cluster that signs its tokens itself."""

import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import jwt

from contracts.catalogue import SERVICES
from ministry.client import Addresses, Client
from ministry.people import Person, people
from ministry.rows import DEMONSTRATION, Agency, load

KEY = Path("/etc/issuer/key.pem")
LIFETIME = 8 * 3600
SEED = 2026


class Inside(Client):
    """Its commands happen when they are given: no service of an installation takes another time."""

    async def token(self, sub: str, roles: str = "") -> str:
        known = self._tokens.get((sub, roles))
        if known is None:
            claims = {
                "iss": self.addresses.issuer, "aud": "kinerja", "sub": sub,
                "exp": int(time.time()) + LIFETIME, "roles": roles.split(),
            }  # fmt: skip
            known = jwt.encode(claims, KEY.read_text(), algorithm="ES256", headers={"kid": "test"})
            self._tokens[sub, roles] = known
        return known

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
        now = {name: value for name, value in headers.items() if name != "Simulated-Time"}
        return await super()._request(method, service, path, actor, roles, now, body)


def addresses(release: str, issuer: str) -> Addresses:
    """As the chart names the services of a release, in this namespace."""
    return Addresses({each: f"http://{release}-{each}:8000" for each in SERVICES}, issuer, "")


def agency() -> Agency:
    return load(DEMONSTRATION)


def everybody(of: Agency, count: int) -> list[Person]:
    return list(people(of, count, SEED))


def last_year() -> int:
    """The newest that is over: its cycle can be closed today."""
    return date.today().year - 1
