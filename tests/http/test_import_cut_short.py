"""Whoever works on a file may end anywhere: whoever goes on in their place does nothing twice, and leaves
nothing out. In a database of its own, since a service would go on by itself."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from chassis import assignments
from chassis.imports import uploads
from chassis.imports.uploads import Upload
from contracts.catalogue import MODELS
from contracts.event import Origin
from contracts.units import UnitCorrected
from deploy.local.postgres import Postgres
from eventlog.database import Pool, create_pool
from eventlog.log import EventLog
from eventlog.prepare import prepare
from eventlog.verify import verify
from services.planning.unit import views
from tests.http.world import nip

pytestmark = pytest.mark.integration

NAME = "kinerja_cut_short"
UNITS = "Kode Unit;Nama Unit;Kode Unit Atasan\nu1;Biro;\n"
HEADINGS = "NIP;Nama;Kode Unit;Jabatan;Mulai;NIP Atasan"
LEVELS, ABREAST = 2, 4
PEOPLE = LEVELS * ABREAST


def people() -> str:
    """Two levels, one above the other, so that there are two groups."""
    lines = [
        f"{nip(f'p{n}')};Nama {n};u1;Analis;2026-01-01;"
        + (nip(f"p{n - ABREAST}") if n >= ABREAST else "")
        for n in range(PEOPLE)
    ]
    return "\n".join([HEADINGS, *lines])


@pytest.fixture
async def dsn(postgres: Postgres) -> AsyncIterator[str]:
    owner = urlsplit(postgres.dsn)
    place = f"{NAME}:secret@{owner.hostname}:{owner.port}"
    service = urlunsplit(owner._replace(netloc=place, path=f"/{NAME}"))
    await prepare(postgres.dsn, service)
    yield service
    connection = await asyncpg.connect(postgres.dsn)
    await connection.execute(f"drop database {NAME} with (force)")
    await connection.close()


@pytest.fixture
async def pool(dsn: str) -> AsyncIterator[Pool]:
    async with create_pool(dsn, size=2) as pool:
        await pool.execute("create schema if not exists view")
        for table in (*assignments.view("planning").tables, *views.VIEW.tables):
            await pool.execute(table.ddl("view"))
        yield pool


async def keep(pool: Pool, kind: str, content: str) -> Upload:
    return await uploads.keep(
        pool, kind=kind, name=f"{kind}.csv", content=content.encode(), command=f"p:clerk:{kind}",
        actor="clerk", personnel=True, at=datetime.now(UTC), correlation="c",
    )  # fmt: skip


async def work(dsn: str, upload: Upload, fault: str = "") -> int | None:
    """One process; how it ended."""
    settings = {
        "DATABASE_URL": dsn, "KAFKA_BOOTSTRAP_SERVERS": "localhost:1",
        "OIDC_ISSUER": "http://localhost", "KINERJA_FAULT": fault,
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.planning", "import", upload.id),
        env=os.environ | settings, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    return await process.wait()


async def found(pool: Pool, upload: Upload) -> Upload:
    now = await uploads.find(pool, upload.id)
    assert now
    return now


@pytest.mark.timeout(600)  # many processes, one after another
@pytest.mark.parametrize("fault", ["append.before", "append.committed"])
async def test_a_file_is_loaded_once_wherever_its_processes_end(
    dsn: str, pool: Pool, fault: str
) -> None:
    for kind, content in (("units", UNITS), ("people", people())):
        upload = await keep(pool, kind, content)
        assert await work(dsn, upload) == 0
        checked = await found(pool, upload)
        assert (checked.state, checked.wrong) == ("checked", 0), await uploads.problems(
            pool, upload.id, 0, 9
        )
        upload = await uploads.load(pool, upload.id, "clerk", True, datetime.now(UTC))
        cut, most = 0, 2 if fault == "append.before" else 2 * LEVELS + 1
        while (status := await work(dsn, upload, fault if cut < most else "")) != 0:
            assert status == -signal.SIGKILL
            assert (await found(pool, upload)).state == "loading"
            cut += 1
            # As if its time had run out, and it were not the third.
            await pool.execute("update upload set lease_until = 'epoch', tries = 1")
        assert (await found(pool, upload)).state == "loaded"
        # Each that comes to the end of an append has brought it further.
        assert 2 <= cut <= most
    types = await pool.fetch("select type, count(*) as n from event group by type order by type")
    counts = {row["type"].split(".")[2]: row["n"] for row in types}
    assert counts == {
        "AssignmentStarted": PEOPLE, "ImportLoaded": 2, "NIPTaken": PEOPLE,
        "PersonRegistered": PEOPLE, "UnitRegistered": 1,
    }  # fmt: skip
    assert not (await verify(pool, MODELS)).faults


async def test_what_is_cut_short_each_time_is_told_as_a_problem(dsn: str, pool: Pool) -> None:
    upload = await keep(pool, "units", UNITS)
    await pool.execute("update upload set tries = $1", uploads.MAX_TRIES)
    assert await work(dsn, upload) == 0
    ((_, problem),) = await uploads.problems(pool, upload.id, 0, 9)
    assert problem.code == "too-much"
    assert (await found(pool, upload)).state == "checked"


async def test_an_upload_is_one_worker_s(dsn: str, pool: Pool) -> None:
    upload = await keep(pool, "units", UNITS)
    assert await uploads.claim(pool, upload.id, "first")
    assert await uploads.claim(pool, upload.id, "second") is None
    assert await uploads.due(pool) is None
    await pool.execute("update upload set lease_until = 'epoch'")
    taken = await uploads.claim(pool, upload.id, "second")
    assert taken
    with pytest.raises(uploads.Lost):
        await uploads.renew(pool, upload, "first", 1, 0, 0)
    with pytest.raises(uploads.Lost):
        await uploads.settle(pool, upload, "first", "checked", None, 0, ())
    await uploads.settle(pool, taken, "second", "checked", 0, 0, ())


async def test_who_works_on_what_was_cancelled_ends_and_writes_nothing(
    dsn: str, pool: Pool
) -> None:
    upload = await keep(pool, "units", UNITS)
    taken = await uploads.claim(pool, upload.id, "first")
    assert taken
    assert (await uploads.cancel(pool, upload.id)).state == "cancelled"
    with pytest.raises(uploads.Lost):
        await uploads.settle(pool, taken, "first", "checked", 0, 0, ())


async def test_what_was_changed_since_an_earlier_load_is_told_and_not_passed_over(
    dsn: str, pool: Pool
) -> None:
    """As where a later row was wrong, and the file is loaded again once that is mended."""
    upload = await keep(pool, "units", UNITS)
    log = await EventLog.open(pool, MODELS)
    other = UnitCorrected(unit="u1", name="Biro Lain", level="-", parent=None, reason="Keliru")
    origin = Origin(command="p:clerk:mend", actor="clerk", at=datetime.now(UTC), correlation="c")
    for problems in (0, 1):
        assert await work(dsn, upload) == 0
        await uploads.load(pool, upload.id, "clerk", True, datetime.now(UTC))
        assert await work(dsn, upload) == 0
        assert (await found(pool, upload)).wrong == problems
        await pool.execute("update upload set state = 'received', head = null")
        if not problems:
            await log.append("unit/u1", 1, [other], origin, subject="u1")
    ((_, problem),) = await uploads.problems(pool, upload.id, 0, 9)
    assert (problem.row, problem.code) == (2, "changed-since")
    assert len(await log.read_stream("unit/u1")) == 2
