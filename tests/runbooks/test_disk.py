"""docs/runbooks/disk.md and kafka-disk.md, word for word, on disks that are filled to their last byte."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from deploy.local import CannotStart
from deploy.local.kafka import Kafka
from deploy.local.postgres import Postgres
from eventlog.database import OUTAGE
from tests.http.world import PERSONNEL, person
from tests.pages import page
from tests.runbooks.conftest import Installation

pytestmark = [pytest.mark.rehearsal, pytest.mark.whole, pytest.mark.timeout(600)]

SPARE, BALLAST = 48 << 20, 32 << 20


@contextmanager
def small(server: Postgres | Kafka, mounted: Path) -> Iterator[Path]:
    """A disk of its own for the server's data, with little to spare."""
    if os.geteuid() != 0:
        pytest.skip("only root mounts a disk")
    data = server._data
    size = sum(f.stat().st_blocks * 512 for f in data.rglob("*") if f.is_file())
    mounted.mkdir()
    options = f"size={size + SPARE + BALLAST}"
    if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "kinerja", mounted]).returncode:
        pytest.skip("this machine lets nobody mount")
    server.stop()
    subprocess.run(["cp", "-a", data, mounted / "data"], check=True)
    kept = data.rename(data.with_name("data.before"))
    data.symlink_to(mounted / "data")
    server.start()
    yield mounted
    server.stop()
    data.unlink()
    shutil.rmtree(kept)
    subprocess.run(["cp", "-a", mounted / "data", data], check=True)
    subprocess.run(["umount", mounted], check=True)
    server.start()


@pytest.fixture
def disk(installation: Installation, tmp_path: Path) -> Iterator[Path]:
    with small(installation.postgres, tmp_path / "disk") as mounted:
        yield mounted


@pytest.fixture
def kafkas(installation: Installation, tmp_path: Path) -> Iterator[Path]:
    with small(installation.kafka, tmp_path / "disk") as mounted:
        yield mounted


def take(disk: Path) -> None:
    """Somebody's file takes all that is free."""
    with suppress(OSError), (disk / "somebody-elses").open("wb", buffering=0) as file:
        while True:
            file.write(bytes(1 << 16))


async def fill(it: Installation, disk: Path) -> None:
    """Somebody's file, and the WAL what it had in reserve."""
    connection = await asyncpg.connect(it.stack.dsn)
    take(disk)
    with suppress(*OUTAGE):
        while True:
            await connection.execute(
                "select pg_logical_emit_message(true, 'more', repeat(gen_random_uuid()::text, 20000))"
            )
    connection.terminate()


async def until_refused(it: Installation) -> dict[str, Any]:
    """Give commands until one is told to try again; that one, and who it is about."""
    for number in count():
        who = f"at-the-end-{number}"
        given: dict[str, Any] = {
            "json": {"people": [person(who)]}, "headers": {"Idempotency-Key": who},
        }  # fmt: skip
        answer = await it.api.ask("planning", "POST", "/directory", **given, **PERSONNEL)
        if answer.status == 503:
            return {"who": who, "given": given}
        assert answer.status == 200, answer
    raise AssertionError


async def test_a_full_disk_loses_nothing(installation: Installation, disk: Path) -> None:
    it = installation
    await it.well()
    settings = it.environment(DISK=str(disk), BALLAST=str(BALLAST))
    with page("docs/runbooks/disk.md", settings) as book:
        await asyncio.to_thread(book.run)
        await it.known_everywhere("before-the-end")
        await fill(it, disk)
        refused = await until_refused(it)
        assert "100%" in await asyncio.to_thread(book.run)
        (disk / "somebody-elses").unlink()
        await asyncio.to_thread(book.run)
        it.postgres.stop()
        it.postgres.start()
        await asyncio.to_thread(book.run)
        await it.well()
        # Who was refused gives it again, with the same key.
        await it.api.do("planning", "/directory", **refused["given"], **PERSONNEL)
        await asyncio.to_thread(book.run)
    await it.known_everywhere("after-the-end", "before-the-end", refused["who"])


async def register_until_it_ends(it: Installation) -> list[str]:
    """Register somebody as long as Kafka is there: each is accepted, and of the last it can take nothing."""
    registered: list[str] = []
    while not it.kafka.has_ended:
        name = f"at-kafkas-end-{len(registered)}"
        await it.api.do("planning", "/directory", {"people": [person(name)]}, **PERSONNEL)
        registered.append(name)
        await asyncio.sleep(0.1)
    return registered


async def test_a_full_disk_of_kafkas_loses_nothing(
    installation: Installation, kafkas: Path
) -> None:
    it = installation
    await it.well()
    settings = it.environment(KAFKA_DISK=str(kafkas), BALLAST=str(BALLAST))
    with page("docs/runbooks/kafka-disk.md", settings) as book:
        await asyncio.to_thread(book.run)
        await it.known_everywhere("before-kafkas-end")
        take(kafkas)
        registered = await register_until_it_ends(it)
        assert "No space left on device" in it.kafka._log.read_text()
        assert "100%" in await asyncio.to_thread(book.run)
        # It ends again, as long as there is no room.
        it.kafka.stop()
        with pytest.raises(CannotStart, match="Kafka did not start"):
            it.kafka.start()
        (kafkas / "somebody-elses").unlink()
        await asyncio.to_thread(book.run)
        it.kafka.start()
        await it.well()
        await asyncio.to_thread(book.run)
    await it.known_everywhere("after-kafkas-end", "before-kafkas-end", *registered)
