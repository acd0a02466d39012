"""What is missing before a year can be lived is one clear line that says what to do."""

import argparse
import asyncio
import shutil
from collections import namedtuple
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from deploy.local import CannotStart, ports
from deploy.local.__main__ import _check_disk, _people
from deploy.local.kafka import Kafka
from deploy.local.postgres import Postgres
from deploy.local.stack import Stack, _still_starting

NOBODY = f"{ports.HOST}:1"
Usage = namedtuple("Usage", "total used free")


def cannot_start(folder: Path) -> str:
    with pytest.raises(CannotStart) as refusal:
        Stack(folder, cycle="c").start()
    told = str(refusal.value)
    assert "\n" not in told
    return told


@pytest.mark.parametrize(
    "dsn", [f"postgresql://{NOBODY}/x", "postgresql://x:no-port/y", "mysql://x/y", "nonsense"]
)
@pytest.mark.integration
def test_no_postgresql_there(
    tmp_path: Path, kafka: Kafka, monkeypatch: pytest.MonkeyPatch, dsn: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", dsn)
    for name, value in kafka.environment.items():
        monkeypatch.setenv(name, value)
    told = cannot_start(tmp_path)
    assert told.startswith("DATABASE_URL: no PostgreSQL to be used there")


@pytest.mark.integration
def test_a_role_that_may_make_no_database(
    tmp_path: Path, postgres: Postgres, kafka: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def role(statement: str) -> None:
        connection = await asyncpg.connect(postgres.dsn)
        await connection.execute(statement)
        await connection.close()

    asyncio.run(role("create role humble login password 'humble'"))
    try:
        whole = urlsplit(postgres.dsn)
        there = whole._replace(netloc=f"humble:humble@{whole.hostname}:{whole.port}")
        monkeypatch.setenv("DATABASE_URL", urlunsplit(there))
        for name, value in kafka.environment.items():
            monkeypatch.setenv(name, value)
        told = cannot_start(tmp_path)
    finally:
        asyncio.run(role("drop role humble"))
    # What it is denied depends on PostgreSQL's version, and on the roles that others have made there.
    assert told.startswith("DATABASE_URL: no database can be made there (permission denied")


@pytest.mark.parametrize("servers", [NOBODY, "no-such-host:9092"])
def test_no_kafka_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, servers: str) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://{NOBODY}/x")
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", servers)
    told = cannot_start(tmp_path)
    assert told.startswith("KAFKA_BOOTSTRAP_SERVERS: no Kafka to be used there")


def test_a_console_that_others_would_reach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSOLE_HOST", "0.0.0.0")
    told = cannot_start(tmp_path)
    assert told.startswith("CONSOLE_HOST: the sign-in is for the demonstration on one machine")


def test_a_slow_start_does_not_read_like_a_failure() -> None:
    why = {"planning": "<urlopen error timed out>"}
    told = _still_starting(30.4, why, ["planning", "console"])
    assert told == "Still starting, after 30 s: planning, console."
    late = _still_starting(300.2, why, ["planning", "console"])
    assert late.splitlines() == [
        "Still starting, after 300 s: planning, console.",
        "  planning: <urlopen error timed out>",
    ]


@pytest.mark.parametrize("given", ["0", "-1", "6209001", "many", "1.5", ""])
def test_so_many_people_there_are_not(given: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="between 1 and 6,209,000"):
        _people(given)


def test_a_year_that_would_not_fit_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**12, 0, 10**10))
    _check_disk(tmp_path, 10_000)
    with pytest.raises(CannotStart, match=r"needs 19\.8 GB more of free disk in .*: free some"):
        _check_disk(tmp_path, 240_000)
