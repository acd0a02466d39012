"""The console and the issuer in processes of their own, as `make run` has them, and the console's
database; no service answers."""

import asyncio
import http.client
import re
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from pathlib import Path
from socket import socket
from urllib.parse import urlencode, urlsplit, urlunsplit

import pytest
from cryptography.fernet import Fernet

from console.keep.database import make_tables
from console.keep.sealing import Seal
from console.settings import ConsoleSettings, NotifierSettings
from contracts.catalogue import SERVICES
from deploy import assets
from deploy.local import ports
from deploy.local.children import Children
from deploy.local.postgres import Postgres
from eventlog.database import Pool, create_pool
from eventlog.prepare import prepare

PATIENCE = 60.0
"""Seconds; a deadline that no test waits for."""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Running:
    """`key` seals what the console's database, `dsn`, keeps; `folder` has the issuer's key."""

    port: int
    issuer: str
    dsn: str
    key: str
    folder: Path

    @property
    def authority(self) -> str:
        return f"{ports.HOST}:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.authority}"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def location(self) -> str:
        return str(self.headers["location"])


def settings(**told: str) -> ConsoleSettings:
    """Enough for a console, and those."""
    usual = {
        "oidc_issuer": "http://127.0.0.1:8019", "oidc_client_secret": "x", "cycle": "2026",
        "console_url": "http://127.0.0.1:8000", "database_url": "postgresql://x",
        "sealing_keys": Fernet.generate_key().decode(),
    }  # fmt: skip
    urls = {f"{service}_url": "http://127.0.0.1" for service in SERVICES}
    return ConsoleSettings.model_validate(usual | urls | told)


def notifier(**told: str | int) -> NotifierSettings:
    """Enough for a notifier, and those."""
    usual = {
        "oidc_issuer": "http://127.0.0.1:8019", "notifier_client_secret": "x", "smtp_tls": "none",
        "console_url": "http://127.0.0.1:8000", "database_url": "postgresql://x",
        "sealing_keys": Fernet.generate_key().decode(), "mail_from": "kinerja@agency.example",
    }  # fmt: skip
    urls = {f"{service}_url": f"http://{ports.HOST}:1" for service in SERVICES}
    return NotifierSettings.model_validate(usual | urls | told)


def fetch(
    url: str, method: str = "GET", headers: Mapping[str, str] | None = None, body: str = ""
) -> Answer:
    """Follows no redirect."""
    at = urlsplit(url)
    connection = http.client.HTTPConnection(at.netloc)
    try:
        target = urlunsplit(("", "", at.path or "/", at.query, ""))
        connection.request(method, target, body or None, dict(headers or {}))
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


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


@dataclass
class Visitor:
    """Somebody with a browser, whose cookies the console sets."""

    console: Running
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def headers(self) -> dict[str, str]:
        held = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": held} if held else {}

    def get(self, path: str, **headers: str) -> Answer:
        return self._keep(ask(self.console, "GET", path, self.headers | headers))

    def post(self, path: str, **form: str) -> Answer:
        """As from a page of the console."""
        sent = self.headers | FORM | {"Sec-Fetch-Site": "same-origin"}
        return self._keep(ask(self.console, "POST", path, sent, urlencode(form)))

    def csrf(self, path: str = "/") -> str:
        """The word of a form on the page."""
        found = re.search(r'name="csrf" value="([^"]*)"', self.get(path).text)
        assert found
        return unescape(found[1])

    def at_issuer(self, sub: str, roles: str = "", back: str = "/", email: str = "") -> str:
        """Chooses who to be; gives the address that the issuer sends the browser back to."""
        begun = self.get(f"/sign-in?{urlencode({'back': back})}")
        assert begun.status == 303
        who = {"sub": sub, "roles": roles, "email": email}
        chosen = fetch(begun.location, "POST", FORM, urlencode(who))
        assert chosen.status == 303
        return chosen.location.removeprefix(self.console.url)

    def sign_in(self, sub: str, roles: str = "", back: str = "/", email: str = "") -> Answer:
        return self.get(self.at_issuer(sub, roles, back, email))

    def _keep(self, answer: Answer) -> Answer:
        for line in answer.headers.get_all("set-cookie", []):
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        return answer


@pytest.fixture
def visitor(console: Running) -> Visitor:
    return Visitor(console)


@pytest.fixture(scope="package", autouse=True)
def built() -> None:
    """The browser's files, as set-up leaves them."""
    assets.prepare()


@pytest.fixture(scope="package")
def dsn(postgres: Postgres) -> str:
    """Of the console's database, prepared."""
    server = urlsplit(postgres.dsn)
    netloc = f"kinerja_console:word@{server.hostname}:{server.port}"
    made = urlunsplit(server._replace(netloc=netloc, path="kinerja_console"))
    asyncio.run(prepare(postgres.dsn, made, make_tables))
    return made


@pytest.fixture
async def pool(dsn: str) -> AsyncIterator[Pool]:
    async with create_pool(dsn) as made:
        yield made


@pytest.fixture
def seal(console: Running) -> Seal:
    return Seal([console.key])


@contextmanager
def running(
    listening: Mapping[str, socket], modules: Mapping[str, str], folder: Path, **settings: str
) -> Iterator[Running]:
    """The console, and what else the modules are, each where it listens; `settings` as they are told."""
    console = f"http://{ports.HOST}:{listening['console'].getsockname()[1]}"
    key = Fernet.generate_key().decode()
    environment = {
        "OIDC_CLIENT_SECRET": "the console's own",
        "CONSOLE_URL": console,
        "SEALING_KEYS": key,
        "CYCLE": "2026",
        **{f"{service.upper()}_URL": f"http://{ports.HOST}:1" for service in SERVICES},
        **settings,
    }
    issuer, dsn = environment["OIDC_ISSUER"], environment["DATABASE_URL"]
    children = Children()
    try:
        for name, module in modules.items():
            inherited = listening[name].fileno()
            children.spawn(
                name, [sys.executable, "-m", module],
                environment | {"LISTEN_FD": str(inherited)}, folder, [inherited],
            )  # fmt: skip
        for url in (f"{issuer}/.well-known/openid-configuration", f"{console}/livez"):
            _reach(url, children)
        yield Running(listening["console"].getsockname()[1], issuer, dsn, key, folder)
        assert children.poll() is None
    finally:
        children.stop()
        for listener in listening.values():
            listener.close()


@pytest.fixture(scope="package")
def console(built: None, dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """At the local issuer."""
    folder = tmp_path_factory.mktemp("console")
    listening = {name: ports.listen() for name in ("issuer", "console")}
    modules = {"issuer": "deploy.local.issuer", "console": "console"}
    settings = {
        "OIDC_ISSUER": f"http://{ports.HOST}:{listening['issuer'].getsockname()[1]}",
        "ISSUER_SECRET": "known to the tests",
        "ISSUER_KEY": str(folder / "issuer.pem"),
        "DATABASE_URL": dsn,
    }
    with running(listening, modules, folder, **settings) as made:
        yield made


def _reach(url: str, children: Children) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(url):
                return
        except OSError:
            assert children.poll() is None
            assert time.monotonic() < deadline, url
            time.sleep(0.1)
