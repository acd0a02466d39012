"""An agency's own sign-in over what the run has lived: a Keycloak, and processes of the services and the console
that take its word. They stand on the run's databases, beside the run's own processes."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from contracts.catalogue import SERVICES
from deploy.local import ports, process
from ministry.people import Person
from tests.console.conftest import PATIENCE, running
from tests.keycloak import Keycloak

SECRET = "of Keycloak's"
CLAIM = "preferred_username"


@dataclass
class Door:
    """A process of a service that answers requests, and does nothing else of the service."""

    service: str
    environment: Mapping[str, str]
    log: Path
    listener: socket.socket = field(default_factory=ports.listen)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://{ports.HOST}:{self.listener.getsockname()[1]}"

    def open(self) -> None:
        listening = self.listener.fileno()
        self._process = process.start(
            [sys.executable, "-m", f"services.{self.service}"],
            log=self.log,
            on_parent_death=signal.SIGTERM,
            env={**os.environ, **self.environment, "LISTEN_FD": str(listening)},
            inherited=[listening],
        )
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            assert self._process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2):
                return True
        except OSError:
            return False

    def close(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(PATIENCE)
        self.listener.close()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Nobody answers at its address meanwhile."""
        port = self.listener.getsockname()[1]
        self.close()
        try:
            yield
        finally:
            self.listener = ports.listen(port)
            assert self.listener.getsockname()[1] == port
            self.open()


@dataclass(frozen=True)
class Agency:
    """`url` is its console's, `settings` are what that is told."""

    url: str
    keycloak: Keycloak
    doors: Mapping[str, Door]
    settings: Mapping[str, str]

    @contextmanager
    def at_another_console(self, folder: Path, **settings: str) -> Iterator["Agency"]:
        """The same, with a console beside its own that is told these besides; its log in `folder`."""
        listening = {"console": ports.listen()}
        url = f"http://{ports.HOST}:{listening['console'].getsockname()[1]}"
        self.keycloak.let_back(url)
        with running(listening, {"console": "console"}, folder, **self.settings, **settings):
            yield replace(self, url=url)


@contextmanager
def at_keycloak(run: Path, folder: Path, people: Sequence[Person]) -> Iterator[Agency]:
    """Over the `run` in that folder; its own data and logs in `folder`. Whose password is their id: these people, and
    a personnel officer."""
    told = json.loads((run / "addresses.json").read_text())["environment"]
    keycloak = Keycloak(folder / "keycloak")
    listening = {"console": ports.listen()}
    console = f"http://{ports.HOST}:{listening['console'].getsockname()[1]}"
    keycloak.start()
    doors = {
        name: Door(name, told[name] | _of_a_door(keycloak), folder / f"{name}.log")
        for name in SERVICES
    }
    try:
        roles: dict[str, list[str]] = {person.id: [] for person in people}
        keycloak.make_realm(
            console,
            SECRET,
            roles | {"personnel-unit": ["personnel"]},
            {person.id: person.name for person in people} | {"personnel-unit": "Sari Kepegawaian"},
        )
        for door in doors.values():
            door.open()
        settings = {
            "OIDC_ISSUER": keycloak.issuer,
            "OIDC_CLIENT_SECRET": SECRET,
            "OIDC_CLAIM": CLAIM,
            "DATABASE_URL": _of_the_console(run, told["planning"]["DATABASE_URL"]),
            "SEALING_KEYS": (run / "console.key").read_text(),
            **{f"{name.upper()}_URL": door.url for name, door in doors.items()},
        }
        with running(listening, {"console": "console"}, folder, **settings):
            yield Agency(console, keycloak, doors, settings)
    finally:
        for door in doors.values():
            door.close()
        keycloak.stop()


def _of_a_door(keycloak: Keycloak) -> dict[str, str]:
    """It carries nothing, so it needs no Kafka."""
    return {
        "ROLES": json.dumps(["api"]),
        "OIDC_ISSUER": keycloak.issuer,
        "OIDC_CLAIM": CLAIM,
        "KAFKA_BOOTSTRAP_SERVERS": f"{ports.HOST}:1",
        "HOST": ports.HOST,
    }


def _of_the_console(run: Path, planning: str) -> str:
    """Its database is on the same server as planning's."""
    server = urlsplit(planning)
    word = (run / "console.password").read_text()
    netloc = f"kinerja_console:{word}@{server.netloc.rpartition('@')[2]}"
    return urlunsplit(server._replace(netloc=netloc, path="/kinerja_console"))
