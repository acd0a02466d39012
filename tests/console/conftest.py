"""The console and the issuer in processes of their own, as `make run` has them; no service answers."""

import http.client
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from contracts.catalogue import SERVICES
from deploy import assets
from deploy.local import ports
from deploy.local.children import Children


@dataclass(frozen=True)
class Running:
    port: int

    @property
    def authority(self) -> str:
        return f"{ports.HOST}:{self.port}"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(
    console: Running, method: str, path: str, headers: dict[str, str] | None = None, body: str = ""
) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", console.port)
    try:
        connection.request(method, path, body or None, headers or {})
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


@pytest.fixture(scope="package", autouse=True)
def built() -> None:
    """The browser's files, as set-up leaves them."""
    assets.prepare()


@pytest.fixture(scope="package")
def console(built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("console")
    listening = {name: ports.listen() for name in ("issuer", "console")}
    issuer, console = (f"http://{ports.HOST}:{s.getsockname()[1]}" for s in listening.values())
    environment = {
        "OIDC_ISSUER": issuer,
        "ISSUER_SECRET": "known to the tests",
        "ISSUER_KEY": str(folder / "issuer.pem"),
        "CYCLE": "2026",
        "ALLOWED_HOSTS": "127.0.0.1 localhost ::1",
    } | {f"{service.upper()}_URL": f"http://{ports.HOST}:1" for service in SERVICES}
    children = Children()
    try:
        for name, module in (("issuer", "deploy.local.issuer"), ("console", "console")):
            inherited = listening[name].fileno()
            children.spawn(
                name, [sys.executable, "-m", module],
                environment | {"LISTEN_FD": str(inherited)}, folder, [inherited],
            )  # fmt: skip
        for url in (f"{issuer}/keys", f"{console}/livez"):
            _reach(url, children)
        yield Running(listening["console"].getsockname()[1])
        assert children.poll() is None
    finally:
        children.stop()
        for listener in listening.values():
            listener.close()


def _reach(url: str, children: Children, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url):
                return
        except OSError:
            assert children.poll() is None
            assert time.monotonic() < deadline, url
            time.sleep(0.1)
