"""Garbage in a log stops that partition of each view it hurts, says so, and stops nothing else.

The last of this folder: the views that it stops stay stopped.
"""

import asyncio
import json
import time
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from contracts.catalogue import SERVICES
from contracts.topics import PARTITIONS, partition, topic
from deploy.local.verification import verify
from tests.http.api import PATIENCE, Api
from tests.http.test_outages import must_be_ready, until, well
from tests.http.world import PERSONNEL, person

pytestmark = pytest.mark.integration

TOPIC = topic("planning")
NIP = "198001012010011001"


def subject(in_partition: int, n: int = 0) -> str:
    """A person whose events go to a partition."""
    found = (name for k in range(10_000) if partition(name := f"s{n}.{k}") == in_partition)
    return next(found)


async def write(api: Api, service: str, about: str, body: bytes, type_: str = "x") -> None:
    """Append whatever it is to a service's log, as a defective program would: its relay signs it."""
    connection = await asyncpg.connect(api.stack.databases[service])
    name = f"poison/{uuid4().hex}"
    await connection.execute(
        "select from append($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        [name], [name], [0], [about], [b""], [1], [1], [type_], [body],
    )  # fmt: skip
    await connection.close()


async def stopped(api: Api, service: str, of: str, at: int) -> dict[str, str]:
    """Subscriptions of a service that stand still in a partition of another's topic, and at what."""
    found = (await api.see(service, "/status"))["stopped"]
    return {
        s["subscription"]: s["error"]
        for s in found
        if (s["topic"], s["partition"]) == (topic(of), at)
    }


async def when_stopped(
    api: Api, service: str, of: str, at: int, view: str = "counts"
) -> dict[str, str]:
    deadline = time.monotonic() + PATIENCE
    while f"{service}_{view}" not in (found := await stopped(api, service, of, at)):
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.1)
    return found


async def goes_on(api: Api, at: int, n: int) -> bool:
    """Whether an event of the partition arrives in planning's own views."""
    body = {"people": [person(subject(at, n))]}
    (receipt,) = await api.do("planning", "/directory", body, **PERSONNEL)
    answer = await api.ask(
        "planning", "GET", "/units", headers={"At-Least": receipt["at_least"]}, **PERSONNEL
    )
    assert answer.status in (200, 503)
    return answer.status == 200


async def test_what_no_program_can_read_stops_every_view_of_it(api: Api) -> None:
    await until(api, SERVICES, well)
    await write(api, "planning", subject(0), b"\xffgarbage")
    for service in SERVICES:
        await when_stopped(api, service, "planning", 0, "standing")
    for service in SERVICES:
        views = await stopped(api, service, "planning", 0)
        # Asked later: a subscription knows that it stands before its database does.
        trouble = (await api.see(service, "/status"))["trouble"]
        assert f"{service}_standing" in views
        for view, error in views.items():
            assert error == "MalformedRecord"
            assert trouble[view] == [f"{TOPIC}/0 stopped: MalformedRecord"]
    await must_be_ready(api, *SERVICES)
    assert not await goes_on(api, 0, 1)
    assert await goes_on(api, 1, 1)


async def test_a_service_whose_view_stands_still_is_ready_also_after_a_restart(api: Api) -> None:
    """What another service has sent does not keep this one from taking requests."""
    await write(api, "evaluation", subject(0), b"\xffgarbage")
    await when_stopped(api, "planning", "evaluation", 0, "improvement")
    await must_be_ready(api, "planning")
    children = api.stack.children._children
    (before,) = (child for child in children if child.name == "planning")
    before.process.terminate()
    await asyncio.to_thread(before.process.wait, PATIENCE)
    children.remove(before)
    api.stack.spawn_service("planning")
    await must_be_ready(api, "planning")  # the socket is ours: who asks waits for the new process
    await api.until("planning", "/status", lambda told: "planning_improvement" in told["trouble"])
    await must_be_ready(api, "planning")
    assert await goes_on(api, 1, 2)


def _body(data: Any, **other: Any) -> bytes:
    """A record as `append` takes it, before it is stamped and closed."""
    return json.dumps(
        {
            "specversion": "1.0", "id": "x/1", "source": "/x/planning", "subject": "x",
            "type": "kinerja.planning.PersonRegistered.v1", "time": "2026-01-01T00:00:00Z",
            "stream": "person/x", "version": 1, "command": "x", "actor": "x", "cause": "",
            "correlation": "x", "data": data,
        } | other
    ).encode()[:-1]  # fmt: skip


async def test_a_record_that_is_none_of_ours_tells_no_personal_data(api: Api) -> None:
    """Well placed, but its data are not what the type says: the view that reads them stops."""
    data = {"person": "x", "nip": NIP, "name": ["Siti Aminah"], "status": NIP}
    await write(api, "planning", subject(2), _body(data))
    await when_stopped(api, "planning", "planning", 2, "people")
    told = (await api.ask("planning", "GET", "/status")).content.decode()
    told += (api.stack.folder / "log" / "planning.log").read_text()
    assert f"{TOPIC}/2 stopped: MalformedRecord" in told
    assert "name" in told
    assert NIP not in told
    assert "Siti" not in told


async def test_the_status_names_the_place_and_the_kind_of_error_and_no_stream(api: Api) -> None:
    """It is open to anybody; the rest is for who reads the log."""
    unknown = "kinerja.rewards.CreditPointsAwarded.v99"
    await write(api, "rewards", subject(3), _body({}, stream="skp/rahasia.a", type=unknown))
    await when_stopped(api, "rewards", "rewards", 3)
    answer = await api.ask("rewards", "GET", "/status")
    (row,) = (s for s in answer.body["stopped"] if s["subscription"] == "rewards_counts")
    assert (row["topic"], row["partition"], row["error"]) == (topic("rewards"), 3, "UnknownType")
    assert row["offset"] >= 0
    told = [f"{topic('rewards')}/3 stopped: UnknownType"]
    assert answer.body["trouble"]["rewards_counts"] == told
    assert "rahasia" not in answer.content.decode()
    assert unknown not in answer.content.decode()
    (line,) = (
        each for each in api.logged("rewards") if each["event"] == "partition stopped"
        if (each["subscription"], each["partition"]) == ("rewards_counts", 3)
    )  # fmt: skip
    assert line["reason"].startswith(f"UnknownType: {unknown}")


@pytest.mark.parametrize(
    ("service", "at", "body", "why"),
    [
        ("planning", 3, b"null", "MalformedRecord"),
        ("planning", 4, b'{"x":1', "MalformedRecord"),
        ("planning", 5, _body({}, type="kinerja.planning.PersonRegistered.v2", stream="person/y"),
         "UnknownType"),
        ("planning", 1, b"[" * 100_000, "MalformedRecord"),
        ("monitoring", 2, _body({}, stream=7), "MalformedRecord"),
        ("monitoring", 3, _body({}, version="one"), "MalformedRecord"),
    ],
    ids=["null", "no event", "unknown version", "nested", "stream in figures", "version in words"],
)  # fmt: skip
async def test_each_kind_of_garbage_stops_its_partition(
    api: Api, service: str, at: int, body: bytes, why: str
) -> None:
    await write(api, service, subject(at), body)
    assert why in (await when_stopped(api, service, service, at))[f"{service}_counts"]


async def test_the_services_still_answer_and_take_commands(api: Api) -> None:
    assert {
        at for at in range(PARTITIONS) if await stopped(api, "planning", "planning", at)
    } == set(range(PARTITIONS))
    for service in SERVICES:
        assert (await api.ask(service, "GET", "/livez")).status == 200
        assert await api.see(service, "/people/worker/history", **PERSONNEL) is not None
    body = {"people": [person("after-all")]}
    assert await api.do("planning", "/directory", body, **PERSONNEL)


async def test_what_no_program_can_read_is_passed_over_by_each_that_it_stops(api: Api) -> None:
    """And what has come behind it is applied."""
    operator: dict[str, Any] = {"actor": "operator-1", "roles": "operator"}
    for each in await api.see("monitoring", "/stopped", **operator):
        if (each["topic"], each["partition"]) == (TOPIC, 0):
            path = f"/stopped/{each['subscription']}/{TOPIC}/0"
            shown = await api.see("monitoring", path, **operator)
            assert (shown["type"], shown["stream"], shown["subject"]) == (None, None, None)
            body = {"offset": each["offset"], "why": "Tidak terbaca"}
            await api.do("monitoring", f"{path}/pass-over", body, **operator)
    (receipt,) = await api.do(
        "planning", "/directory", {"people": [person(subject(0, 3))]}, **PERSONNEL
    )
    behind = {"At-Least": receipt["at_least"]}
    await api.see("monitoring", "/people/worker/history", headers=behind, **PERSONNEL)
    left = await api.see("monitoring", "/stopped", **operator)
    assert not [each for each in left if (each["topic"], each["partition"]) == (TOPIC, 0)]


async def test_the_audit_tells_what_stands_still(api: Api) -> None:
    services = ("planning", "monitoring")
    for service in services:
        await write(api, service, subject(5), b"\xffgarbage")
        await when_stopped(api, service, service, 5)
    told = (await verify(api.stack)).faults
    for service in services:
        assert any(
            fault.startswith(f"{service}_counts stands in {topic(service)}/5") for fault in told
        )
