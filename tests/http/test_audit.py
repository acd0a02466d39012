"""An auditor beside a service at work."""

import json
import os
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from services.catalogue import SERVICES
from tests.eventlog.harness import until
from tests.eventlog.test_verify import REHASH
from tests.http.api import Api

pytestmark = pytest.mark.integration

PUBLISHED = """
select publisher from publication join checkpoint using (position) where position > 1 limit 1"""


def audit(api: Api, service: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "operate", "verify", service],
        env={**os.environ, **api.stack.environment(service)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def findings(auditor: subprocess.Popen[str]) -> tuple[int, dict[str, Any]]:
    """Its exit status, and what it says."""
    said, _ = auditor.communicate(timeout=60)
    return auditor.returncode, json.loads(said)


async def test_an_auditor_verifies_a_service_at_work(api: Api) -> None:
    status, found = findings(audit(api, "planning"))
    assert status == 0
    assert found["service"] == "planning"
    assert found["events"] > 0
    assert found["views"] == len(SERVICES["planning"].views)
    assert found["faults"] == []


def test_an_auditor_finds_the_services_by_the_runs_folder(api: Api) -> None:
    """All of them, where nothing names their servers."""
    named = ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS")
    auditor = subprocess.run(
        [sys.executable, "-m", "operate", "verify", "--folder", str(api.stack.folder)],
        env={k: v for k, v in os.environ.items() if k not in named},
        capture_output=True, text=True,
    )  # fmt: skip
    told = [json.loads(line) for line in auditor.stdout.splitlines()]
    assert [each["service"] for each in told] == list(SERVICES)
    assert all(each["faults"] == [] for each in told)
    assert auditor.returncode == 0


async def test_an_auditor_finds_what_was_changed_by_hand(api: Api) -> None:
    connection = await asyncpg.connect(api.stack.databases["planning"])
    try:
        await connection.execute(
            "insert into view.unit (unit, since) values ('by-hand', '2026-01-01')"
        )
        status, found = findings(audit(api, "planning"))
    finally:
        await connection.execute("delete from view.unit where unit = 'by-hand'")
        await connection.close()
    assert status == 1
    (fault,) = found["faults"]
    assert fault.endswith("1 rows of unit differ from the replay: by-hand/2026-01-01")


async def test_an_auditor_finds_a_log_that_was_rewritten_whole(api: Api) -> None:
    """By somebody who may write the whole database, and knows how the chain is made."""
    await api.until("planning", "/status", lambda told: told["position"] > 2)
    owner = urlsplit(api.stack.dsn)._replace(path="/kinerja_planning")
    connection = await asyncpg.connect(urlunsplit(owner))
    kept = ("event", "head", "checkpoint", "subtree")
    try:
        # So that the service signs nothing meanwhile: what it publishes stays.
        await connection.execute("select pg_advisory_lock(hashtext('kinerja checkpoint'))")
        for table in kept:
            await connection.execute(f"create temp table kept_{table} as table {table}")
        await connection.execute(
            "update event set record = convert_to(replace(convert_from(record, 'UTF8'),"
            f" '\"actor\":\"', '\"actor\":\"x'), 'UTF8') where position = 2; {REHASH};"
            " truncate checkpoint, subtree"
        )
        status, found = findings(audit(api, "planning"))
    finally:
        for table in kept:
            await connection.execute(
                f"truncate {table}; insert into {table} table pg_temp.kept_{table}"
            )
        await connection.close()
    assert status == 1
    told = [each for each in found["faults"] if "the root is not the log's" in each]
    assert told, found
    assert findings(audit(api, "planning"))[0] == 0


async def test_an_auditor_finds_a_checkpoint_that_was_put_in_or_taken_away(api: Api) -> None:
    """By somebody who may write the whole database, but no topic."""
    owner = urlsplit(api.stack.dsn)._replace(path="/kinerja_planning")
    connection = await asyncpg.connect(urlunsplit(owner))
    await until(lambda: connection.fetchval(PUBLISHED))
    try:
        # So that the service signs and publishes nothing meanwhile.
        await connection.execute(
            "select pg_advisory_lock(hashtext('kinerja checkpoint'));"
            "create temp table kept_checkpoint as table checkpoint"
        )
        size = await connection.fetchval(
            "delete from checkpoint where position = (select max(position) from checkpoint)"
            " returning position"
        )
        put_in = await connection.fetchval(
            "insert into checkpoint (position, note)"
            " select min(p), 'nothing' from generate_series(1, $1 - 1) p"
            " where p not in (select position from checkpoint) returning position",
            size,
        )
        status, found = findings(audit(api, "planning"))
    finally:
        await connection.execute(
            "truncate checkpoint; insert into checkpoint table pg_temp.kept_checkpoint"
        )
        await connection.close()
    assert status == 1
    assert f"planning, position {size}: published, but the log does not keep it" in found["faults"]
    lacks = f"planning: kinerja.checkpoints lacks the checkpoint of position {put_in}"
    assert [each for each in found["faults"] if each.startswith(lacks)]
    assert findings(audit(api, "planning"))[0] == 0


async def test_a_verification_that_is_cut_short_holds_nothing_up(api: Api) -> None:
    """What it was asking of the database is called off, and its locks and tables are gone."""
    view = SERVICES["planning"].views[0]
    connection = await asyncpg.connect(api.stack.databases["planning"])
    watcher = await asyncpg.connect(api.stack.databases["planning"])
    try:

        async def comparing() -> Any:
            return await watcher.fetchval(
                "select count(*) from pg_stat_activity where datname = current_database()"
                " and wait_event_type = 'Lock' and query like '%except all%'"
            )

        async with connection.transaction():
            await connection.execute(
                f"lock table view.{view.tables[0].name} in access exclusive mode"
            )
            auditor = audit(api, "planning")
            await until(comparing)
            auditor.terminate()
            assert auditor.wait(timeout=20) == 130
            assert not await comparing()
        schema = f"replay_{view.name}"
        free = "select pg_try_advisory_xact_lock(hashtext($1))"
        assert await connection.fetchval(free, schema)
        assert not await connection.fetchval(
            "select count(*) from pg_namespace where nspname = $1", schema
        )
    finally:
        await connection.close()
        await watcher.close()
