"""The console and the issuer in processes of their own, as `make run` has them; no service answers."""

import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from contracts.catalogue import SERVICES
from deploy.local import ports
from deploy.local.children import Children


@dataclass(frozen=True)
class Running:
    port: int

    @property
    def authority(self) -> str:
        return f"{ports.HOST}:{self.port}"


@pytest.fixture(scope="package")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("console")
    chosen = {name: ports.choose() for name in ("issuer", "console", *SERVICES)}
    shared = {
        "OIDC_ISSUER": f"http://{ports.HOST}:{chosen['issuer']}",
        "ISSUER_SECRET": "known to the tests",
        "ISSUER_KEY": str(folder / "issuer.pem"),
        "CYCLE": "2026",
        "ALLOWED_HOSTS": "127.0.0.1 localhost ::1",
    }
    urls = {
        f"{service.upper()}_URL": f"http://{ports.HOST}:{chosen[service]}" for service in SERVICES
    }
    children = Children()
    try:
        for name, module in (("issuer", "deploy.local.issuer"), ("console", "console")):
            children.spawn(
                name, [sys.executable, "-m", module],
                shared | urls | {"HOST": ports.HOST, "PORT": str(chosen[name])}, folder,
            )  # fmt: skip
        for url in (
            f"{shared['OIDC_ISSUER']}/keys",
            f"http://{ports.HOST}:{chosen['console']}/livez",
        ):
            _reach(url, children)
        yield Running(chosen["console"])
        assert children.poll() is None
    finally:
        children.stop()


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
