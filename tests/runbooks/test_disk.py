"""docs/runbooks/disk.md, word for word, on a disk that is filled to its last byte."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from eventlog.database import OUTAGE
from tests.http.world import PERSONNEL, person
from tests.pages import page
from tests.runbooks.conftest import Installation

pytestmark = [pytest.mark.rehearsal, pytest.mark.whole, pytest.mark.timeout(600)]

SPARE, BALLAST = 48 << 20, 32 << 20


@pytest.fixture
def disk(installation: Installation, tmp_path: Path) -> Iterator[Path]:
    """A disk of its own for PostgreSQL's data, with little to spare."""
    if os.geteuid() != 0:
        pytest.skip("only root mounts a disk")
    data, server = installation.postgres._data, installation.postgres
    size = sum(f.stat().st_blocks * 512 for f in data.rglob("*") if f.is_file())
    mounted = tmp_path / "disk"
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


async def fill(it: Installation, disk: Path) -> None:
    """Somebody's file takes all that is free, and the WAL what it had in reserve."""
    connection = await asyncpg.connect(it.stack.dsn)
    with suppress(OSError), (disk / "somebody-elses").open("wb", buffering=0) as file:
        while True:
            file.write(bytes(1 << 16))
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
