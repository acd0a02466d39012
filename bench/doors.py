"""The services' HTTP alone: five processes in the role `api`, and an issuer. They need no Kafka."""

import json
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from bench.children import Failed
from bench.servers import FOLDER
from bench.signing import KEY
from contracts.catalogue import SERVICES
from deploy.local import ports
from deploy.local.children import Children
from eventlog.keys import write_key_set

SECRET = "bench"
PATIENCE = 120.0
"""Seconds in which all must answer."""


@dataclass(frozen=True)
class Doors:
    """Base URLs by service, and the issuer's."""

    services: Mapping[str, str]
    issuer: str


@contextmanager
def answering(databases: Mapping[str, str]) -> Iterator[Doors]:
    """The services over these databases, by name, whose views are prepared. Raises Failed."""
    sockets = {name: ports.listen() for name in ("issuer", *SERVICES)}
    urls = {name: f"http://{ports.HOST}:{s.getsockname()[1]}" for name, s in sockets.items()}
    keys = FOLDER / "keys.json"
    keys.write_text(json.dumps(write_key_set([KEY.public])))
    environment = {
        "issuer": {
            "ISSUER_SECRET": SECRET,
            "ISSUER_KEY": str(FOLDER / "issuer.pem"),
            "OIDC_CLIENT_SECRET": SECRET,
            "CONSOLE_URL": urls["issuer"],  # no browser is sent anywhere
            "PLANNING_URL": urls["planning"],
        }
    } | {
        service: {
            "DATABASE_URL": databases[service],
            "ROLES": '["api"]',
            "SIMULATED_TIME": "true",
            "KAFKA_BOOTSTRAP_SERVERS": f"{ports.HOST}:1",
            "KEY_SETS": json.dumps(dict.fromkeys(SERVICES, keys.as_uri())),
        }
        for service in SERVICES
    }
    children = Children()
    try:
        for name, listener in sockets.items():
            module = "deploy.local.issuer" if name == "issuer" else f"services.{name}"
            shared = {"OIDC_ISSUER": urls["issuer"], "LISTEN_FD": str(listener.fileno())}
            command = [sys.executable, "-m", module]
            children.spawn(name, command, environment[name] | shared, FOLDER, [listener.fileno()])
        wait(children, [f"{urls[s]}/readyz" for s in SERVICES] + [f"{urls['issuer']}/keys"])
        yield Doors({service: urls[service] for service in SERVICES}, urls["issuer"])
    finally:
        children.stop()
        for listener in sockets.values():
            listener.close()


def wait(children: Children, urls: list[str]) -> None:
    """Until all of these answer. Raises Failed."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + PATIENCE
    while urls:
        if death := children.poll():
            raise Failed(f"{death.name} ended with {death.code} (log: {death.log})")
        if time.monotonic() > end:
            raise Failed(f"no answer in {PATIENCE:g} s: {urls[0]}")
        try:
            direct.open(urls[0], timeout=2).close()
            urls = urls[1:]
        except OSError:
            time.sleep(0.1)
