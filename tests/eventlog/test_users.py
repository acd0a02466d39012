"""A service's user writes its own topic, reads those it is fed from, and does nothing else in Kafka."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic, RecordsToDelete
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    KafkaError,
    TopicAuthorizationFailedError,
    for_code,
)
from aiokafka.protocol.admin import CreateAclsRequest

from contracts.topics import PARTITIONS
from eventlog.broker import TopicMissing, check_topics
from eventlog.users import ALLOW, ANY_HOST, LITERAL, TOPIC, WRITE, _Scram, make_user
from tests.eventlog.harness import length, make_topic, until_known
from tests.eventlog.ledger import name

pytestmark = pytest.mark.integration

PASSWORD = "secret"


class Topics:
    """own: it writes; others: it reads; strange: neither."""

    def __init__(self, own: str, others: str, strange: str) -> None:
        self.own, self.others, self.strange = own, others, strange


@pytest.fixture(scope="module")
async def topics(kafka: Any) -> Topics:
    return Topics(*[await make_topic(kafka.admin) for _ in range(3)])


@pytest.fixture(scope="module")
async def user(kafka: Any, topics: Topics) -> dict[str, Any]:
    """Arguments of a client of the service's."""
    called = name("user")
    for _ in range(2):
        await make_user(
            kafka.admin, called, PASSWORD, writes=[topics.own], reads=[topics.others], groups=called
        )
    return await until_known(kafka.admin, called, PASSWORD)


@pytest.fixture
async def admin(user: dict[str, Any]) -> AsyncIterator[AIOKafkaAdminClient]:
    """The user, trying to be more."""
    client = AIOKafkaAdminClient(**user)
    await client.start()
    yield client
    await client.close()


async def send(kafka: dict[str, Any], topic: str) -> None:
    producer = AIOKafkaProducer(**kafka, enable_idempotence=True, acks="all")
    try:
        await producer.start()
        await producer.send_and_wait(topic, b"x", partition=0)
    finally:
        await producer.stop()


async def read(kafka: dict[str, Any], topic: str, group: str | None = None) -> bytes:
    """The first record, by a member of a group or by nobody's."""
    consumer = AIOKafkaConsumer(topic, **kafka, group_id=group, auto_offset_reset="earliest")
    try:
        await consumer.start()
        value: bytes = (await consumer.getone()).value
        return value
    finally:
        await consumer.stop()


async def test_it_writes_its_own_and_reads_what_feeds_it(
    user: dict[str, Any], topics: Topics, kafka_arguments: dict[str, Any]
) -> None:
    await check_topics(user, [topics.own, topics.others])
    await send(user, topics.own)
    await send(kafka_arguments, topics.others)
    called = user["sasl_plain_username"]
    for topic in (topics.own, topics.others):
        for group in (None, called, f"{called}_reaction"):
            assert await read(user, topic, group) == b"x"


async def test_it_writes_no_other_topic(
    user: dict[str, Any], topics: Topics, kafka_arguments: dict[str, Any]
) -> None:
    for topic in (topics.others, topics.strange):
        before = await length(kafka_arguments, topic)
        with pytest.raises(TopicAuthorizationFailedError):
            await send(user, topic)
        assert await length(kafka_arguments, topic) == before


async def test_it_reads_no_topic_that_does_not_feed_it(
    user: dict[str, Any], topics: Topics, kafka_arguments: dict[str, Any]
) -> None:
    await send(kafka_arguments, topics.strange)
    with pytest.raises(TopicMissing, match=f"{topics.strange}: TopicAuthorizationFailedError"):
        await check_topics(user, [topics.strange])
    with pytest.raises(TopicAuthorizationFailedError):
        await read(user, topics.strange, user["sasl_plain_username"])


async def test_it_joins_no_group_of_another(user: dict[str, Any], topics: Topics) -> None:
    with pytest.raises(GroupAuthorizationFailedError):
        await read(user, topics.others, name("other"))


async def test_it_administers_nothing(
    admin: AIOKafkaAdminClient, user: dict[str, Any], topics: Topics
) -> None:
    called = user["sasl_plain_username"]
    (made,) = (await admin.create_topics([NewTopic(name("mine"), PARTITIONS, 1)])).topic_errors
    assert for_code(made[1]) is TopicAuthorizationFailedError
    (deleted,) = (await admin.delete_topics([topics.own])).topic_error_codes
    assert for_code(deleted[1]) is TopicAuthorizationFailedError
    with pytest.raises(TopicAuthorizationFailedError):
        await admin.delete_records({TopicPartition(topics.own, 0): RecordsToDelete(1)})
    rule = CreateAclsRequest(
        TOPIC, topics.strange, LITERAL, f"User:{called}", ANY_HOST, WRITE, ALLOW
    )
    (ruled,) = (await admin._send_request(rule)).creation_responses
    assert for_code(ruled[0]) is ClusterAuthorizationFailedError
    (password,) = (await admin._send_request(_Scram("admin", "mine"))).results
    assert for_code(password[1]) is ClusterAuthorizationFailedError


async def test_nobody_comes_in_unknown(user: dict[str, Any], topics: Topics) -> None:
    with pytest.raises(KafkaConnectionError):
        await send({"bootstrap_servers": user["bootstrap_servers"]}, topics.own)
    with pytest.raises(KafkaError):
        await send(user | {"sasl_plain_password": "guess"}, topics.own)


async def test_a_new_password_takes_the_place_of_the_old(
    kafka_arguments: dict[str, Any], topics: Topics
) -> None:
    called = name("user")
    await make_user(kafka_arguments, called, PASSWORD, writes=[topics.own], reads=[], groups=called)
    old = await until_known(kafka_arguments, called, PASSWORD)
    await make_user(kafka_arguments, called, "new", writes=[topics.own], reads=[], groups=called)
    await send(await until_known(kafka_arguments, called, "new"), topics.own)
    with pytest.raises(KafkaError):
        await send(old, topics.own)
