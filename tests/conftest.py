"""Servers of the suite's own, real ones: local processes, or containers with CONTAINERS=1."""

import asyncio
import functools
import inspect
import os
import shutil
from collections.abc import Awaitable, Callable, Generator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import pytest
from hypothesis import settings

from deploy.local.kafka import Kafka
from deploy.local.postgres import Postgres
from eventlog.prepare import prepare
from tests.sharing import Sharing, rank

CONTAINERS = bool(os.environ.get("CONTAINERS"))

# The suite judges the change, so it tries the same examples every time and no clock fails it.
# `pytest --hypothesis-profile=default` tries others.
settings.register_profile("suite", derandomize=True, deadline=None)
settings.load_profile("suite")


SECONDS = 150.0
"""That an asynchronous test may take. It is cancelled then, so that what it holds is let go: after
pytest-timeout's signal, which comes later, the pools of its fixtures would wait for it for ever."""


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Sharing:
    return Sharing(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
            item.obj = _in_time(item.obj)
    if hasattr(config, "workerinput"):  # one of several processes
        items.sort(key=lambda item: rank(item.path))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What was logged in a test that passed is told nobody: it need not go to the process that reports."""
    report = yield
    if report.passed:
        report.sections.clear()
    return report


def _in_time(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    @functools.wraps(test)
    async def bounded(*arguments: Any, **named: Any) -> None:
        async with asyncio.timeout(SECONDS):
            await test(*arguments, **named)

    return bounded


BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first one has no window and nothing around it: it takes a quarter of the processor time."""


def find_chromium() -> str | None:
    """Where it is on the PATH."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def chromium() -> str:
    if path := find_chromium():
        return path
    if os.environ.get("CI"):
        pytest.fail("no Chromium")
    pytest.skip("no Chromium on the PATH: install it (Debian: chromium-headless-shell)")


def make_servers(folder: Path) -> tuple[Postgres, Kafka]:
    """A PostgreSQL and a Kafka of one's own, not started."""
    if CONTAINERS:
        from tests.containers import KafkaContainer, PostgresContainer

        return PostgresContainer(folder / "postgres", 0), KafkaContainer(folder / "kafka", 0)
    return Postgres(folder / "postgres", 0), Kafka(folder / "kafka", 0)


@pytest.fixture(scope="session")
def not_started(tmp_path_factory: pytest.TempPathFactory) -> tuple[Postgres, Kafka]:
    folder = tmp_path_factory.mktemp("servers")
    folder.parent.chmod(0o755)  # PostgreSQL runs as another user when we are root
    return make_servers(folder)


@pytest.fixture(scope="session")
def postgres(not_started: tuple[Postgres, Kafka]) -> Iterator[Postgres]:
    """Started, like `kafka`. A test that stops one starts it again."""
    server = not_started[0]
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def kafka(not_started: tuple[Postgres, Kafka]) -> Iterator[Kafka]:
    server = not_started[1]
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def servers(postgres: Postgres, kafka: Kafka) -> tuple[Postgres, Kafka]:
    return postgres, kafka


@pytest.fixture
def kafka_arguments(kafka: Kafka) -> dict[str, object]:
    """Of a client that may do anything."""
    return kafka.admin


@pytest.fixture
def make_database(postgres: Postgres) -> Callable[[], Awaitable[str]]:
    """Makes fresh databases, prepared; gives the DSN of each, as its service."""

    async def make() -> str:
        name, server = f"t{uuid4().hex[:12]}", urlsplit(postgres.dsn)
        netloc = f"{name}:service@{server.hostname}:{server.port}"
        dsn = urlunsplit(server._replace(netloc=netloc, path=name))
        await prepare(postgres.dsn, dsn)
        return dsn

    return make
