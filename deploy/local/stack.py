"""The whole system on one machine: servers (or yours), databases, issuer, services, console."""

import asyncio
import fcntl
import json
import os
import secrets
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit, urlunsplit

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from cryptography.fernet import Fernet

from chassis.prepare import prepare_kafka
from chassis.settings import KafkaClient, for_this_machine_alone
from console.keep import database as console
from contracts.catalogue import SERVICES
from deploy.local import CannotStart, ports, process
from deploy.local.children import Children
from deploy.local.kafka import Kafka
from deploy.local.kept import kept
from deploy.local.postgres import Postgres
from eventlog.database import DatabaseError, InterfaceError
from eventlog.keys import SigningKey, write_key_set
from eventlog.prepare import Unfit, close_to_others, databases, prepare
from eventlog.schema import SchemaIsNewer
from ministry.client import Addresses
from services.catalogue import SERVICES as DESCRIBED

USUAL_PORTS = {service: 8010 + n for n, service in enumerate(SERVICES)} | {
    "issuer": 8019,
    "console": 8000,
}
PEOPLES = ("console", "issuer")
"""What browsers go to."""
PATIENCE, TELLING, WHY = 3600.0, 30.0, 300.0
"""Seconds for the services to become ready, which takes long when one builds a large view anew;
between two words about who is not; and until the reason is told, which of an ordinary slow start
would read like a failure's."""


@dataclass
class Stack:
    """`start` and `stop` from the main thread. `folder` holds data, logs, the services' and the
    issuer's keys and its secret, and, while all is up, every address.

    The sockets of services, issuer and console are ours: a child inherits one that listens already.
    So nobody else can answer on a port that was told, not even once the child has died.
    """

    folder: Path
    cycle: str
    children: Children = field(default_factory=Children)
    servers: list[Postgres | Kafka] = field(default_factory=list)
    dsn: str = ""
    admin: Mapping[str, object] = field(default_factory=dict)
    """Arguments of a Kafka client that may make topics and users."""
    secret: str = ""
    _sockets: dict[str, socket.socket] = field(default_factory=dict)
    _held: IO[str] | None = None
    _published: IO[str] | None = None

    def hold(self) -> None:
        """Take the folder, which no other run may have. Raises CannotStart."""
        if not self._held:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.folder.chmod(0o700)  # of an earlier run it may be open to all
            self._held = process.hold(self.folder)

    def start(self) -> None:
        """Raises CannotStart."""
        open_host = os.environ.get("CONSOLE_HOST", ports.HOST)
        published_host = os.environ.get("CONSOLE_PUBLISHED_HOST", "")
        try:
            for_this_machine_alone("the sign-in", "http://localhost", published_host or open_host)
        except ValueError as error:
            raise CannotStart(f"CONSOLE_HOST: {error}.") from error
        self.hold()
        self.dsn = os.environ.get("DATABASE_URL") or self._server(
            Postgres(self.folder / "postgres")
        )
        self.admin = self._kafka()
        # What the issuer gives tokens for.
        self.secret = self._secret("issuer.secret")
        asyncio.run(self._reach_kafka())
        asyncio.run(self._prepare_databases())
        asyncio.run(self._prepare_kafka())
        for name, port in USUAL_PORTS.items():
            host = open_host if name in PEOPLES else ports.HOST
            try:
                self._sockets[name] = ports.listen(port, host)
            except OSError as error:
                raise CannotStart(f"{name} can't listen on {host} ({error}).") from error
        urls = {f"{service.upper()}_URL": self.url(service) for service in SERVICES}
        door = {
            "CONSOLE_URL": self.console_url,
            "OIDC_CLIENT_SECRET": self._secret("client.secret"),
        }
        # With the issuer's secret whoever has it is anybody: no service has it, nor the console.
        issuer = {
            "ISSUER_SECRET": self.secret, "ISSUER_KEY": str(self.folder / "issuer.pem"),
            "HOST": open_host, "PUBLISHED_HOST": published_host,
        }  # fmt: skip
        notifier = {"NOTIFIER_CLIENT_SECRET": self._secret("notifier.secret")}
        self._spawn("issuer", "deploy.local.issuer", self._shared | urls | door | issuer | notifier)
        for service in SERVICES:
            self.spawn_service(service)
        own = {
            "DATABASE_URL": self._database("console"),
            "SEALING_KEYS": kept(self.folder / "console.key", Fernet.generate_key).decode(),
        }  # fmt: skip
        shown = {"HOST": open_host, "CYCLE": self.cycle}
        self._spawn("console", "console", self._shared | urls | door | own | shown)
        self._wait_ready()
        self._spawn_notifier(self._shared | urls | own | notifier)
        self._publish()

    def stop(self) -> None:
        """The services first, then what they stand on."""
        if self._published:
            self.published.unlink(missing_ok=True)
            self._published.close()
            self._published = None
        self.children.stop()
        for listener in self._sockets.values():
            listener.close()
        self._sockets.clear()
        for server in reversed(self.servers):
            server.stop()
        self.servers.clear()
        if self._held:
            self._held.close()
            self._held = None

    def _publish(self) -> None:
        """Write every address to a file, locked for as long as it is true: what kill −9 leaves of it
        is known by its lock, which has gone."""
        addresses = {
            **{name: self.url(name) for name in USUAL_PORTS},
            "kafka": self.bootstrap,
            "environment": {service: self.environment(service) for service in SERVICES},
        }
        written = self.published.with_suffix(".new")
        written.unlink(missing_ok=True)
        self._published = os.fdopen(os.open(written, os.O_CREAT | os.O_WRONLY, 0o600), "w")
        fcntl.flock(self._published, fcntl.LOCK_EX)
        json.dump(addresses, self._published, indent=1)
        self._published.flush()
        written.replace(self.published)

    def _key_file(self, service: str) -> Path:
        return self.folder / "keys" / f"{service}.pem"

    @cached_property
    def _key_sets(self) -> str:
        """Where each service's key is told: in a file, because all start at once, and none serves its own yet
        when it needs the others'."""
        return json.dumps({service: self._write_key_set(service) for service in SERVICES})

    def _write_key_set(self, service: str) -> str:
        key = SigningKey.read(kept(self._key_file(service), lambda: SigningKey.generate().pem))
        file = self._key_file(service).with_suffix(".json")
        file.write_text(json.dumps(write_key_set([key.public])))
        return file.absolute().as_uri()

    def _kafka(self) -> Mapping[str, object]:
        if "KAFKA_BOOTSTRAP_SERVERS" in os.environ:
            return KafkaClient().kafka
        server = Kafka(self.folder / "kafka")
        self._server(server)
        return server.admin

    def _server(self, server: Postgres | Kafka) -> str:
        address = server.start()
        self.servers.append(server)
        return address

    @property
    def _shared(self) -> dict[str, str]:
        return {"OIDC_ISSUER": self.url("issuer"), "HOST": ports.HOST}

    def settings(self, service: str) -> dict[str, str]:
        """The environment of the service's processes, but for where they listen."""
        own = {
            "SIMULATED_TIME": "true", "SIGNING_KEY": str(self._key_file(service)),
            "HEADS": json.dumps({each: f"{self.url(each)}/head" for each in SERVICES}),
        }  # fmt: skip
        return self._shared | self.environment(service) | own

    def spawn_service(self, service: str) -> None:
        self._spawn(service, f"services.{service}", self.settings(service))

    def _spawn(self, name: str, module: str, environment: Mapping[str, str]) -> None:
        listener = self._sockets[name]
        self.children.spawn(
            name,
            [sys.executable, "-m", module],
            {**environment, "PORT": str(self.port(name)), "LISTEN_FD": str(listener.fileno())},
            self.folder / "log",
            [listener.fileno()],
        )

    def _spawn_notifier(self, told: Mapping[str, str]) -> None:
        """It sends mail if the environment names a server (SMTP_HOST), else it keeps notices alone."""
        command = [sys.executable, "-m", "console", "notify"]
        server = {k: v for k, v in os.environ.items() if k.startswith(("SMTP_", "MAIL_"))}
        environment = {**told, **server, "CONSOLE_URL": self.console_url}
        self.children.spawn("notifier", command, environment, self.folder / "log", [])

    def port(self, name: str) -> int:
        port: int = self._sockets[name].getsockname()[1]
        return port

    def url(self, name: str) -> str:
        return f"http://{ports.HOST}:{self.port(name)}"

    @property
    def console_url(self) -> str:
        """Where browsers reach it."""
        return os.environ.get("CONSOLE_URL") or self.url("console")

    @property
    def told(self) -> str:
        """Every address, in a line."""
        ours = [f"{name} {self.port(name)}" for name in ("console", *SERVICES, "issuer")]
        server = urlsplit(self.dsn).netloc.rpartition("@")[2]
        servers = {"PostgreSQL": server, "Kafka": self.bootstrap}
        theirs = [f"{n} {where.removeprefix(f'{ports.HOST}:')}" for n, where in servers.items()]
        return f"At {ports.HOST}: {', '.join(ours + theirs)}"

    @property
    def published(self) -> Path:
        return self.folder / "addresses.json"

    @property
    def bookmark(self) -> Path:
        return self.folder / "year.json"

    @property
    def addresses(self) -> Addresses:
        return Addresses({s: self.url(s) for s in SERVICES}, self.url("issuer"), self.secret)

    @property
    def databases(self) -> dict[str, str]:
        """Each service has its own database on the server, and a role that knows no other."""
        return {service: self._database(service) for service in SERVICES}

    def _database(self, service: str) -> str:
        name, whole = f"kinerja_{service}", urlsplit(self.dsn)
        server = whole.netloc.rpartition("@")[2]
        netloc = f"{name}:{self._secret(f'{service}.password')}@{server}"
        return urlunsplit(whole._replace(netloc=netloc, path=f"/{name}"))

    @property
    def bootstrap(self) -> str:
        return str(self.admin["bootstrap_servers"])

    def environment(self, service: str) -> dict[str, str]:
        """By which a service finds its database and Kafka, as nobody but itself."""
        return {
            "DATABASE_URL": self.databases[service],
            "KAFKA_BOOTSTRAP_SERVERS": self.bootstrap,
            "KAFKA_SECURITY_PROTOCOL": str(self.admin["security_protocol"]),
            "KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
            "KAFKA_USERNAME": service,
            "KAFKA_PASSWORD": self._secret(f"{service}.password"),
            "AGENCY": "demonstration",
            "KEY_SETS": self._key_sets,
        }

    def _secret(self, file: str) -> str:
        return kept(self.folder / file, lambda: secrets.token_urlsafe(16).encode()).decode()

    async def _reach_kafka(self) -> None:
        admin = AIOKafkaAdminClient(**self.admin)
        try:
            await admin.start()
        except (KafkaError, ValueError) as error:
            raise CannotStart(
                f"KAFKA_BOOTSTRAP_SERVERS: no Kafka to be used there ({error})."
            ) from error
        finally:
            await admin.close()

    async def _prepare_databases(self) -> None:
        try:
            there = await databases(self.dsn)
        except (OSError, ValueError, DatabaseError, InterfaceError) as error:
            raise CannotStart(f"DATABASE_URL: no PostgreSQL to be used there ({error}).") from error
        if not any(f"kinerja_{service}" in there for service in SERVICES):
            self.bookmark.unlink(missing_ok=True)  # it was of other servers
        try:
            if "DATABASE_URL" not in os.environ:
                await close_to_others(self.dsn, "postgres", "template1")
            for dsn in self.databases.values():
                await prepare(self.dsn, dsn)
            await prepare(self.dsn, self._database("console"), console.make_tables)
        except (DatabaseError, Unfit, SchemaIsNewer) as error:
            told = str(error).partition("\n")[0]
            raise CannotStart(f"DATABASE_URL: no database can be made there ({told}).") from error

    async def _prepare_kafka(self) -> None:
        try:
            for service in SERVICES:
                password = self._secret(f"{service}.password")
                await prepare_kafka(DESCRIBED[service], self.admin, service, password)
        except KafkaError as error:
            raise CannotStart(
                f"KAFKA_USERNAME: no topics and users can be made there ({error})."
            ) from error

    def _wait_ready(self) -> None:
        began = time.monotonic()
        told = began
        # Not /readyz: also that its views are fed.
        waiting = {service: f"{self.url(service)}/status" for service in SERVICES}
        waiting |= {
            "issuer": f"{self.url('issuer')}/keys",
            "console": f"{self.url('console')}/livez",
        }
        why: dict[str, str] = {}
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        while waiting:
            for name, url in list(waiting.items()):
                self.check()
                try:
                    with direct.open(url, timeout=2) as answer:
                        trouble = json.load(answer)["trouble"] if name in SERVICES else {}
                    if trouble:
                        why[name] = str(trouble)
                    else:
                        del waiting[name]
                except urllib.error.HTTPError as error:
                    why[name] = error.read().decode(errors="replace")
                except OSError as error:
                    why[name] = str(error)
            if time.monotonic() > began + PATIENCE:
                late = "; ".join(f"{name}: {why[name]}" for name in waiting)
                raise CannotStart(
                    f"not ready after {PATIENCE:g} s ({late}). See {self.folder / 'log'}."
                )
            if waiting and time.monotonic() > told + TELLING:
                told = time.monotonic()
                print(_still_starting(told - began, why, list(waiting)), file=sys.stderr)
            time.sleep(0.1)

    def check(self) -> None:
        """Raises CannotStart when a child or a server has ended by itself."""
        for server in self.servers:
            if server.has_ended:
                raise CannotStart(server.why_ended())
        if death := self.children.poll():
            last = death.last_lines[-1] if death.last_lines else "it said nothing"
            raise CannotStart(
                f"{death.name} ended with {death.code}: {last[:400]} (see {death.log})."
            )


def _still_starting(seconds: float, why: Mapping[str, str], waiting: Sequence[str]) -> str:
    told = f"Still starting, after {seconds:.0f} s: {', '.join(waiting)}."
    if seconds < WHY:
        return told
    return told + "".join(f"\n  {name}: {why[name]}" for name in waiting if name in why)
