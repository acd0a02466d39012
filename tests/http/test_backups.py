"""An older backup is restored under a service at work: it says so, and is taken out of rotation until the
whole log is there again."""

import asyncio
import json
import os
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from audit.runs import find
from audit.verify import verify_service
from services.catalogue import SERVICES
from tests.http.api import Api
from tests.http.test_outages import must_be_ready, until, well
from tests.http.world import PERSONNEL, person

pytestmark = pytest.mark.integration

RESTORED = """
create table whole as table event; create table top as table head;
delete from event where position > (select position / 2 from head);
update head set (position, hash) = (
    select position, hash from event order by position desc limit 1);
update relay set position = (select position from head);
"""
FOUND = """
truncate event, head; insert into event table whole; insert into head table top;
drop table whole, top;
"""


def take_back(api: Api, *more: str) -> subprocess.CompletedProcess[str]:
    settings = api.stack.environment("planning") | {"OWNER_DATABASE_URL": api.stack.dsn}
    command = [sys.executable, "-m", "operate", "take-back", "planning", "--by", "op-1", *more]
    return subprocess.run(
        command, env={**os.environ, **settings}, capture_output=True, text=True, timeout=60
    )


async def test_an_operator_takes_back_from_the_topic_what_the_backup_lacks(api: Api) -> None:
    """The whole log is there again, and the service goes on; the audit lists it."""
    await until(api, ("planning",), well)
    owner = urlsplit(api.stack.dsn)._replace(path="/kinerja_planning")
    connection = await asyncpg.connect(urlunsplit(owner))
    try:
        whole = await connection.fetch("select position, record, hash from event order by position")
        await connection.execute(f"{RESTORED}; drop table whole, top")
        await api.until_not_ready("planning")
        done = await asyncio.to_thread(take_back, api, "--why", "disk lost")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["events"] == len(whole) - len(whole) // 2
        again = await connection.fetch("select position, record, hash from event order by position")
        assert again == whole
    finally:
        await connection.close()
    await api.until_ready("planning")
    await api.until("planning", "/status", lambda told: not told["trouble"])
    await must_be_ready(api, "planning")
    (receipt,) = await api.do("planning", "/directory", {"people": [person("again")]}, **PERSONNEL)
    behind = {"At-Least": receipt["at_least"]}
    await api.see("rewards", "/people/again/history", headers=behind, **PERSONNEL)
    findings = await verify_service(SERVICES["planning"], find(api.stack.folder)["planning"])
    assert findings.faults == ()
    assert [each["why"] for each in findings.taken_back] == ["disk lost"]


async def test_a_service_on_an_older_backup_is_not_ready_and_says_why(api: Api) -> None:
    await until(api, ("planning",), well)
    owner = urlsplit(api.stack.dsn)._replace(path="/kinerja_planning")
    connection = await asyncpg.connect(urlunsplit(owner))
    try:
        await connection.execute(RESTORED)
        answer = await api.until_not_ready("planning")
        (why,) = answer.body["trouble"]["log"]
        assert "the log does not" in why
        await must_be_ready(api, "monitoring", "rewards")
    finally:
        await connection.execute(FOUND)
        await connection.close()
    await api.until_ready("planning")
    await api.until("planning", "/status", lambda told: not told["trouble"])
    await must_be_ready(api, "planning")
