"""An operator cures what is stopped, over HTTP, while the services are at work.

A view is made to fail by its own table, so that the log stays whole for the tests that come later.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from chassis.status import FRESH
from contracts.catalogue import SERVICES
from contracts.topics import partition, topic
from tests.eventlog.harness import until
from tests.http.api import PATIENCE, Api
from tests.http.world import PERSONNEL

pytestmark = pytest.mark.integration

OPERATOR: dict[str, Any] = {"actor": "operator-1", "roles": "operator"}
AUDITOR: dict[str, Any] = {"actor": "inspector-3", "roles": "auditor"}
PERSON = "newboss"
WHY = "Tabelnya rusak, catatan bacaan ini tidak dihitung"


def path(service: str) -> str:
    return f"/stopped/{service}_counts/{topic(service)}/{partition(PERSON)}"


@asynccontextmanager
async def refusing(api: Api, service: str) -> AsyncIterator[None]:
    """While the counts of a service cannot be written about what auditors read."""
    connection = await asyncpg.connect(api.stack.databases[service])
    table = "alter table view.event_count"
    await connection.execute(f"{table} add constraint c check (type <> 'RecordRead') not valid")
    try:
        yield
    finally:
        await connection.execute(f"{table} drop constraint c")
        await connection.close()


async def stop(api: Api, service: str) -> dict[str, Any]:
    """Have an event come that the counts cannot take; the stop."""
    await api.see(service, f"/people/{PERSON}/history", **AUDITOR)
    (found,) = await api.until(service, "/stopped", bool, **OPERATOR)
    return dict(found)


async def well(api: Api, service: str) -> None:
    """Wait until nothing stands, as the database and the process have it."""
    await api.until(service, "/stopped", lambda told: told == [], **OPERATOR)
    now = datetime.now(UTC).isoformat()
    await api.until(service, "/status", lambda told: told["at"] > now and not told["trouble"])


async def passed_over(api: Api, service: str) -> list[dict[str, Any]]:
    """What the service's log says was passed over."""
    history = await api.see(service, f"/people/{service}_counts/history", **PERSONNEL)
    return [each for each in history["entries"] if each["type"] == "RecordPassedOver"]


@pytest.mark.parametrize("service", SERVICES)
async def test_an_operator_passes_over_what_stops_a_view(api: Api, service: str) -> None:
    async with refusing(api, service):
        found = await stop(api, service)
        assert found["reason"] == "CheckViolationError: SQLSTATE 23514"
        shown = await api.see(service, path(service), **OPERATOR)
        assert shown | found == shown
        assert (shown["type"], shown["subject"]) == (f"kinerja.{service}.RecordRead.v1", PERSON)
        assert set(shown) == {*found, "position", "size", "type", "stream", "version", "subject"}
        before = await passed_over(api, service)
        command: dict[str, Any] = {"json": {"offset": found["offset"], "why": WHY},
                   "headers": {"Idempotency-Key": f"pass-{found['offset']}"}}  # fmt: skip
        receipt = await api.do(service, path(service) + "/pass-over", **command, **OPERATOR)
        await well(api, service)
        # The same command again: the same answer, and nothing else.
        again = await api.do(service, path(service) + "/pass-over", **command, **OPERATOR)
        assert again == receipt
    (entry,) = (await passed_over(api, service))[len(before) :]
    assert entry["actor"] == "operator-1"
    assert entry["data"] == {
        "subscription": f"{service}_counts",
        "topic": topic(service),
        "partition": partition(PERSON),
        "position": shown["position"],
        "offset": found["offset"],
        "type": shown["type"],
        "error": "CheckViolationError",
        "why": WHY,
        "by": "operator-1",
    }
    # It goes on with what comes.
    await api.see(service, f"/people/{PERSON}/history", **AUDITOR)
    await well(api, service)
    assert await api.see(service, "/stopped", **OPERATOR) == []


async def test_an_operator_has_it_tried_again_once_the_cause_is_gone(api: Api) -> None:
    async with refusing(api, "planning"):
        found = await stop(api, "planning")
        assert await api.do("planning", path("planning") + "/retry", **OPERATOR) == found
        (later,) = await api.until(
            "planning", "/stopped", lambda told: told and told != [found], **OPERATOR
        )
        assert later == found | {"since": later["since"]}
    await api.do("planning", path("planning") + "/retry", **OPERATOR)
    await well(api, "planning")
    told = await api.ask("planning", "POST", path("planning") + "/retry", **OPERATOR)
    assert (told.status, told.code) == (404, "not-found")


async def test_what_has_moved_on_is_not_passed_over(api: Api) -> None:
    before = await passed_over(api, "planning")
    async with refusing(api, "planning"):
        found = await stop(api, "planning")
        wrong = {"offset": found["offset"] + 1, "why": WHY}
        told = await api.ask(
            "planning", "POST", path("planning") + "/pass-over", json=wrong, **OPERATOR
        )
        assert (told.status, told.code) == (409, "moved-on")
        assert f"before offset {found['offset']}" in told.problem["detail"]
    await api.do("planning", path("planning") + "/retry", **OPERATOR)
    await well(api, "planning")
    late = {"offset": found["offset"], "why": WHY}
    told = await api.ask("planning", "POST", path("planning") + "/pass-over", json=late, **OPERATOR)
    assert (told.status, told.code) == (404, "not-found")
    assert await passed_over(api, "planning") == before


async def test_of_two_who_pass_over_at_once_one_is_on_the_record(api: Api) -> None:
    before = await passed_over(api, "planning")
    async with refusing(api, "planning"):
        found = await stop(api, "planning")
        answers = await asyncio.gather(
            *(
                api.ask(
                    "planning", "POST", path("planning") + "/pass-over",
                    json={"offset": found["offset"], "why": f"{WHY} ({n})"},
                    actor=f"operator-{n}", roles="operator",
                )
                for n in range(4)
            )
        )  # fmt: skip
        assert {answer.status for answer in answers} <= {200, 409}
        await well(api, "planning")
    (entry,) = (await passed_over(api, "planning"))[len(before) :]
    connection = await asyncpg.connect(api.stack.databases["planning"])
    try:
        done = await connection.fetch(
            "select by, why from passed_over where position = $1", entry["data"]["position"]
        )
    finally:
        await connection.close()
    assert [(row["by"], row["why"]) for row in done] == [
        (entry["data"]["by"], entry["data"]["why"])
    ]


async def test_a_service_that_dies_with_it_on_the_record_does_it_when_told_again(api: Api) -> None:
    before = await passed_over(api, "planning")
    connection = await asyncpg.connect(api.stack.databases["planning"])
    async with refusing(api, "planning"):
        found = await stop(api, "planning")
        command: dict[str, Any] = {"json": {"offset": found["offset"], "why": WHY},
                   "headers": {"Idempotency-Key": "dies"}}  # fmt: skip
        url = path("planning") + "/pass-over"
        held = connection.transaction()
        await held.start()
        await connection.execute(
            "select from place where subscription = 'planning_counts' for update"
        )
        given = asyncio.create_task(api.ask("planning", "POST", url, **command, **OPERATOR))
        await until(lambda: _recorded(api, len(before) + 1))
        children = api.stack.children._children
        (child,) = (each for each in children if each.name == "planning")
        child.process.kill()
        await asyncio.to_thread(child.process.wait, PATIENCE)
        children.remove(child)
        await asyncio.wait([given])
        await held.rollback()
        await connection.close()
        api.stack.spawn_service("planning")
        await api.until("planning", "/stopped", bool, **OPERATOR)
        await api.do("planning", url, **command, **OPERATOR)
        await well(api, "planning")
    assert len(await passed_over(api, "planning")) == len(before) + 1


async def kinerja(
    api: Api, *arguments: str, **environment: str
) -> tuple[int, list[dict[str, Any]]]:
    """The command line's exit status, and what it prints."""
    command = [sys.executable, "-m", "operate", *arguments, "--folder", str(api.stack.folder)]
    done = await asyncio.to_thread(
        subprocess.run, command, env=os.environ | environment, capture_output=True, text=True
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


async def test_an_operator_cures_it_by_the_command_line(api: Api) -> None:
    """From the sign of it to the audit that lists it."""
    of = ("planning", "planning_counts", f"{topic('planning')}/{partition(PERSON)}")
    async with refusing(api, "planning"):
        found = await stop(api, "planning") | {"service": "planning"}
        await asyncio.sleep(FRESH)
        status, (told,) = await kinerja(api, "status", "planning")
        assert (status, [each["offset"] for each in told["stopped"]]) == (1, [found["offset"]])
        assert await kinerja(api, "stopped", "list") == (1, [found])
        status, (shown,) = await kinerja(api, "stopped", "show", *of)
        assert (status, shown | found) == (1, shown)
        status, (again,) = await kinerja(api, "stopped", "retry", *of)
        assert (status, again) == (1, found | {"since": again["since"]})
        assert again["since"] > found["since"]
        assert await kinerja(api, "stopped", "pass-over", *of, "--offset", "0", "--why", WHY) == (2, [])  # fmt: skip
        passing = ("pass-over", *of, "--offset", str(found["offset"]), "--why", WHY)
        done = await kinerja(api, "stopped", *passing)
        assert done[0] == 0
        assert await kinerja(api, "stopped", *passing) == done
        await well(api, "planning")
        await stop(api, "planning")
    status, (on,) = await kinerja(api, "stopped", "retry", *of)
    assert (status, on["goes_on"]) == (0, True)
    await well(api, "planning")
    await asyncio.sleep(FRESH)
    assert (await kinerja(api, "status", "planning"))[0] == 0
    assert await kinerja(api, "stopped", "list") == (0, [])
    assert await kinerja(api, "stopped", "show", *of) == (2, [])
    status, (audited,) = await kinerja(api, "verify", "planning")
    assert (status, audited["faults"]) == (0, [])
    last = next(e for e in audited["passed_over"] if e["position"] == shown["position"])
    assert (last["subscription"], last["by"], last["why"]) == (of[1], "operator-1", WHY)


async def test_who_is_no_operator_is_told_nothing_of_what_is_stopped(api: Api) -> None:
    personnel = await api.token("personnel-unit", "personnel")
    assert await kinerja(api, "stopped", "list", KINERJA_TOKEN=personnel) == (2, [])


async def test_keys_and_checkpoints_are_told_to_anybody(api: Api) -> None:
    status, keys = await kinerja(api, "keys", KINERJA_TOKEN="none")
    assert (status, [key["service"] for key in keys]) == (0, list(SERVICES))
    status, checkpoints = await kinerja(api, "checkpoint", KINERJA_TOKEN="none")
    assert status == 0
    assert [each["signed_by"] for each in checkpoints] == [[key["kid"]] for key in keys]


async def _recorded(api: Api, count: int) -> bool:
    return len(await passed_over(api, "planning")) == count
