"""Whatever is written to a topic, nobody takes it for the log's: it is passed over, counted and shown, and
what the log has signed goes on."""

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from chassis.status import FRESH
from contracts.catalogue import SERVICES
from contracts.topics import PARTITIONS, partition, topic
from deploy.local.verification import verify
from eventlog import chain
from eventlog.keys import SigningKey
from eventlog.tips import Tip, looking
from eventlog.trust import KeysOfOne
from tests.http.api import Api
from tests.http.test_outages import must_be_ready, until, well
from tests.http.world import PERSONNEL, person

pytestmark = pytest.mark.integration

STRANGER = SigningKey.generate()
SAMPLES = Path(__file__).parents[2] / "contracts" / "samples"
FED_BY_PLANNING = ("planning", "monitoring", "appraisal", "rewards", "evaluation")


def subject(in_partition: int, n: int = 0) -> str:
    """A person whose events go to a partition."""
    found = (name for k in range(10_000) if partition(name := f"f{n}.{k}") == in_partition)
    return next(found)


def kafka(api: Api) -> dict[str, Any]:
    """How one who may do anything reaches Kafka."""
    return dict(api.stack.admin)


async def tip_of(api: Api, service: str, at: int) -> Tip:
    """The end of a partition of a service's topic."""
    pem = (api.stack.folder / "keys" / f"{service}.pem").read_bytes()
    keys = KeysOfOne([SigningKey.read(pem).public])
    async with looking(kafka(api), topic(service), keys) as tips:
        return (await tips.find())[at]


async def put(
    api: Api,
    service: str,
    to: int,
    value: bytes | None,
    headers: chain.Headers,
    key: str | None = "x",
) -> None:
    async with AIOKafkaProducer(**kafka(api)) as producer:
        await producer.send_and_wait(
            topic(service), value, key=key and key.encode(), partition=to, headers=headers
        )


async def last_of(api: Api, service: str) -> ConsumerRecord:
    """The last record of a service's topic in some partition that has one."""
    async with AIOKafkaConsumer(**kafka(api)) as consumer:
        partitions = [TopicPartition(topic(service), number) for number in range(PARTITIONS)]
        ends = await consumer.end_offsets(partitions)
        tp = max(partitions, key=lambda each: ends[each])
        consumer.assign([tp])
        consumer.seek(tp, ends[tp] - 1)
        return await consumer.getone()


async def foreign(api: Api, service: str, of: str, at: int) -> int:
    """How many foreign records of a partition a service has passed over."""
    told = (await api.see(service, "/status"))["foreign"]
    return sum(
        row["count"] for row in told if (row["topic"], row["partition"]) == (topic(of), at)
        if row["feed"] == service
    )  # fmt: skip


async def must_count(api: Api, service: str, of: str, at: int, count: int) -> None:
    deadline = time.monotonic() + 3 * FRESH
    while (found := await foreign(api, service, of, at)) != count:
        assert time.monotonic() < deadline, (found, count)
        await asyncio.sleep(0.1)


async def must_go_on(api: Api, at: int, n: int) -> None:
    """What planning writes of the partition arrives in every service, and nobody has any trouble."""
    body = {"people": [person(subject(at, n))]}
    (receipt,) = await api.do("planning", "/directory", body, **PERSONNEL)
    for service in SERVICES:
        answer = await api.ask(
            service, "GET", f"/people/{subject(at, n)}/history",
            headers={"At-Least": receipt["at_least"]}, **PERSONNEL,
        )  # fmt: skip
        assert answer.status == 200, answer
    await until(api, SERVICES, well)
    await must_be_ready(api, *SERVICES)


def record(kind: str, about: str, **changed: Any) -> bytes:
    """A record as a log would hold it, of a sample's type."""
    sample = json.loads((SAMPLES / f"{kind}.json").read_text())
    document = sample.get("record", sample)
    return json.dumps(document | {"subject": about, "data": document["data"] | changed}).encode()


# What the headers of a forged record say, that is put behind the tip of its partition.
FORGED: dict[str, Callable[[Tip, bytes, str, int], list[tuple[str, Any]]]] = {
    "no headers": lambda tip, value, key, at: [],
    "null headers": lambda tip, value, key, at: [("position", None), ("after", None)],
    "a null signature": lambda tip, value, key, at: [
        *chain.headers("", tip.position + 1, tip.link), ("key", None), ("signature", None)
    ],
    "headers of old": lambda tip, value, key, at: [
        ("position", b"%d" % (tip.position + 1)), ("previous", b"%d" % tip.position)
    ],
    "the next position": lambda tip, value, key, at: chain.headers("", tip.position + 1, tip.link),
    "a position far away": lambda tip, value, key, at: chain.headers("", 2**62, tip.link),
    "the furthest position that is one": lambda tip, value, key, at: chain.headers(
        "", 10**18 - 1, tip.link
    ),
    "signed by a stranger": lambda tip, value, key, at: [
        *chain.headers("", tip.position + 1, tip.link),
        *chain.signature(
            STRANGER, topic("planning"), at,
            chain.link(tip.link, tip.position + 1, key.encode(), value),
        ),
    ],
    "signed in another's name": lambda tip, value, key, at: [
        *chain.headers("", tip.position + 1, tip.link), ("key", b"planning"), ("signature", b"x" * 64)
    ],
}  # fmt: skip


@pytest.mark.parametrize("how", FORGED)
async def test_a_record_made_by_hand_is_passed_over_and_the_true_one_applies(
    api: Api, how: str
) -> None:
    n = list(FORGED).index(how)
    at = n % PARTITIONS
    await until(api, SERVICES, well)
    await asyncio.sleep(FRESH)  # what is told is as old as that
    before = {each: await foreign(api, each, "planning", at) for each in FED_BY_PLANNING}
    value = record("planning.PersonRegistered.v1", "mallory")
    tip = await tip_of(api, "planning", at)
    await put(api, "planning", at, value, FORGED[how](tip, value, "mallory", at), "mallory")
    await must_go_on(api, at, n)
    for service in FED_BY_PLANNING:
        await must_count(api, service, "planning", at, before[service] + 1)


async def test_no_points_follow_from_a_forged_appraisal(api: Api) -> None:
    at = partition("mallory")
    forged = record("appraisal.AppraisalFinalized.v1", "mallory", person="mallory", months=12_000)
    tip = await tip_of(api, "appraisal", at)
    its = chain.link(tip.link, tip.position + 1, b"mallory", forged)
    signed = chain.signature(STRANGER, topic("appraisal"), at, its)
    headers = [*chain.headers("", tip.position + 1, tip.link), *signed]
    await put(api, "appraisal", at, forged, headers, "mallory")
    # Nothing has followed it yet, which would say that it is none.
    await api.until(
        "rewards", "/status", lambda told: any(row["unproven"] for row in told["foreign"])
    )
    assert not (await api.see("rewards", "/people/mallory/history", **PERSONNEL))["entries"]
    await must_be_ready(api, *SERVICES)


async def test_what_another_log_has_signed_is_nothing_here(api: Api) -> None:
    """A true event of planning, with all that proves it, on monitoring's topic."""
    true = await last_of(api, "planning")
    await put(api, "monitoring", true.partition, true.value, list(true.headers), true.key.decode())
    await api.until(
        "evaluation", "/status",
        lambda told: any(row["topic"] == topic("monitoring") for row in told["foreign"]),
    )  # fmt: skip


@pytest.mark.parametrize("what", ["partition", "key", "value"])
async def test_a_true_record_is_one_where_it_belongs_alone(api: Api, what: str) -> None:
    await until(api, SERVICES, well)
    # So that it is the next one there: the tip of the partition goes on from nothing else.
    true = await last_of(api, "planning")
    to = (true.partition + 1) % PARTITIONS if what == "partition" else true.partition
    tip = await tip_of(api, "planning", to)
    after = [(n, tip.link if n == "after" else v) for n, v in true.headers if n != "position"]
    headers = [*after, ("position", b"%d" % (tip.position + 1))]
    value = None if what == "value" else true.value
    await asyncio.sleep(FRESH)
    before = await foreign(api, "rewards", "planning", to)
    key = "somebody" if what == "key" else true.key.decode()
    await put(api, "planning", to, value, headers, key)
    await must_go_on(api, to, 100 + ["partition", "key", "value"].index(what))
    await must_count(api, "rewards", "planning", to, before + 1)


async def test_the_audit_names_what_is_foreign(api: Api) -> None:
    findings = await verify(api.stack)
    told = [fault for fault in findings.faults if topic("planning") in fault]
    assert len(told) > len(FORGED)
