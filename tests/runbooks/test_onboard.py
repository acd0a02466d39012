"""docs/runbooks/onboard.md, word for word, and what the agency then does with a client of its own."""

import asyncio
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError, TopicAuthorizationFailedError

from chassis import owners
from contracts.topics import CHECKPOINTS, PARTITIONS, topic
from eventlog.broker import until_end
from eventlog.follow import Following, Proven
from eventlog.trust import KeysOfOne
from tests.http.api import PATIENCE
from tests.pages import page
from tests.runbooks.conftest import Installation

pytestmark = [pytest.mark.rehearsal, pytest.mark.whole, pytest.mark.timeout(600)]

AGENCY = "bkn"


async def read(it: Installation, client: dict[str, Any], of: str) -> list[Proven]:
    """All of a topic that the log's own keys prove, as a member of the agency's group."""
    keys = KeysOfOne(list(await owners.ask(f"{it.stack.url(of)}/keys")))
    readings = {
        TopicPartition(topic(of), n): Following(topic(of), n, keys) for n in range(PARTITIONS)
    }
    found: list[Proven] = []
    consumer = AIOKafkaConsumer(
        topic(of), **client, group_id=AGENCY, auto_offset_reset="earliest", enable_auto_commit=False
    )
    try:
        await consumer.start()
        async with asyncio.timeout(PATIENCE):
            while not consumer.assignment():
                await asyncio.sleep(0.1)
        async for tp, records in until_end(consumer, 1000):
            found += readings[tp].take(records)
            assert not readings[tp].foreign
    finally:
        await consumer.stop()
    return found


async def is_let_in(client: dict[str, Any]) -> bool:
    producer = AIOKafkaProducer(**client)
    try:
        await producer.start()
    except KafkaError:
        return False
    finally:
        await producer.stop()
    return True


async def test_an_agency_is_let_in_reads_and_is_let_go(installation: Installation) -> None:
    it = installation
    await it.known_everywhere("read-by-others")
    settings = it.environment(AGENCY=AGENCY, TOPICS=topic("planning"))
    with page("docs/runbooks/onboard.md", settings) as book:
        await asyncio.to_thread(book.run)
        client: dict[str, Any] = {
            "bootstrap_servers": it.stack.bootstrap, "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "SCRAM-SHA-512", "sasl_plain_username": AGENCY,
            "sasl_plain_password": book.environment["password"],
        }  # fmt: skip
        await asyncio.to_thread(book.run)
        found = await read(it, client, "planning")
        status = await it.api.see("planning", "/status")
        assert sorted(each.position for each in found) == list(range(1, status["relayed"] + 1))
        with pytest.raises(TopicAuthorizationFailedError):
            await read(it, client, "rewards")
        async with AIOKafkaProducer(**client) as producer:
            for of in (topic("planning"), CHECKPOINTS):
                with pytest.raises(TopicAuthorizationFailedError):
                    await producer.send_and_wait(of, b"forged")

        listed = await asyncio.to_thread(book.run)
        assert topic("planning") in listed
        assert topic("rewards") not in listed
        await asyncio.to_thread(book.run)
    assert not await is_let_in(client)
