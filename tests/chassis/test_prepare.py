"""A service's database is prepared by a command, with a credential that the service never has."""

import os
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import pytest

from deploy.local.postgres import Postgres
from eventlog.database import create_pool
from eventlog.log import EventLog

pytestmark = pytest.mark.integration


def ran(owner: str, service: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "chassis.prepare"],
        env={**os.environ, "OWNER_DATABASE_URL": owner, "DATABASE_URL": service},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip


async def test_it_prepares_what_a_service_then_opens(postgres: Postgres) -> None:
    server = urlsplit(postgres.dsn)
    netloc = f"prepared:secret@{server.hostname}:{server.port}"
    service = urlunsplit(server._replace(netloc=netloc, path="/prepared"))
    for _ in range(2):
        done = ran(postgres.dsn, service)
        assert (done.returncode, done.stderr) == (0, "")
    async with create_pool(service, size=1) as pool:
        await EventLog.open(pool, {})


def test_what_it_cannot_do_is_one_line(postgres: Postgres) -> None:
    done = ran(postgres.dsn, postgres.dsn)
    assert done.returncode == 1
    assert done.stderr.startswith("The database was not prepared: kinerja may do more")
    assert done.stderr.count("\n") == 1
    assert "was not prepared" in ran("postgresql://127.0.0.1:1/x", postgres.dsn).stderr
