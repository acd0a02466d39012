"""Topics are made as the contract says, once; nothing of a subscription runs in a thread."""

import threading
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from contracts.topics import PARTITIONS
from deploy.local import ports
from eventlog.broker import create_topics
from tests.eventlog.effects import ONE, Effects, chain
from tests.eventlog.harness import Carrier, consuming, until
from tests.eventlog.ledger import name

pytestmark = pytest.mark.integration


async def test_topics_are_made_once_and_kept_for_good(kafka_arguments: dict[str, Any]) -> None:
    first, second = sorted(f"kinerja.{name('made')}.events" for _ in range(2))
    await create_topics(kafka_arguments, [first], replicas=1)
    await create_topics(kafka_arguments, [second, first], replicas=1)
    admin = AIOKafkaAdminClient(**kafka_arguments)
    await admin.start()
    try:

        async def partitions() -> bool:
            described = await admin.describe_topics([first, second])
            return [len(each["partitions"]) for each in described] == [PARTITIONS] * 2

        await until(partitions)
        wanted = [ConfigResource(ConfigResourceType.TOPIC, first)]
        [answer, *_] = await admin.describe_configs(wanted)
    finally:
        await admin.close()
    kept = {entry[0]: entry[1] for entry in answer.resources[0][4]}
    assert (kept["retention.ms"], kept["cleanup.policy"]) == ("-1", "delete")


async def test_a_batch_is_parsed_without_a_thread(
    effects: Effects, topic: str, kafka_arguments: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """FastStream runs plain functions in one, which costs more than what is done there."""
    begun: list[str] = []
    start = threading.Thread.start

    def note(self: threading.Thread) -> None:
        begun.append(type(self).__module__)
        start(self)

    monkeypatch.setattr(threading.Thread, "start", note)
    await Carrier(kafka_arguments, topic).send(*chain(ONE, 2))
    async with consuming(kafka_arguments, effects.subscription):
        await effects.reaches(1, 2)
    assert not [module for module in begun if module.startswith("anyio")]


async def test_of_several_servers_one_is_enough_to_begin_with(
    effects: Effects, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """As brokers are named that stand in for each other: `first:9092,second:9092`."""
    named = f"127.0.0.1:{ports.choose()},{kafka_arguments['bootstrap_servers']}"
    several = kafka_arguments | {"bootstrap_servers": named}
    await Carrier(several, topic).send(*chain(ONE, 2))
    async with consuming(several, effects.subscription):
        await effects.reaches(1, 2)
