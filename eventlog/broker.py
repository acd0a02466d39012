"""The way in to Kafka that FastStream and aiokafka give: topics, the broker of a process, and
its consumers.

Nothing outside of `eventlog` knows these two libraries (ADR 6).
"""

import logging
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import (
    AIOKafkaConsumer,
    ConsumerRebalanceListener,
    ConsumerRecord,
    TopicPartition,
)
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError as KafkaError
from aiokafka.errors import TopicAlreadyExistsError, for_code
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from contracts.topics import PARTITIONS

_BY_MECHANISM = {
    "PLAIN": SASLPlaintext,
    "SCRAM-SHA-256": SASLScram256,
    "SCRAM-SHA-512": SASLScram512,
}


class TopicMissing(Exception):
    """A topic is not there, or not for this user."""


def make_broker(kafka: Mapping[str, Any]) -> KafkaBroker:
    """The broker that a process attaches its subscriptions to, and starts and stops; `kafka` has the
    arguments of every client."""
    return KafkaBroker(
        # FastStream takes a text for the name of one server.
        str(kafka["bootstrap_servers"]).split(","),
        security=_security(kafka),
        apply_types=False,
        graceful_timeout=5.0,
        # Else a topic that was made anew would be seen after five minutes.
        metadata_max_age_ms=5000,
        # Without a logger FastStream swallows what a handler raises.
        logger=logging.getLogger("kafka"),
        allow_auto_create_topics=False,
    )


def join(
    broker: KafkaBroker,
    group: str,
    topics: Sequence[str],
    receive: Callable[[Sequence[ConsumerRecord]], Awaitable[None]],
    listener: ConsumerRebalanceListener,
    *,
    most: int,
) -> Callable[[], AIOKafkaConsumer | None]:
    """Read topics as a member of a consumer group, `most` records in one poll; the consumer, once it is
    there. MANUAL and never acknowledged: Kafka's own offsets are not the place, and each of FastStream's
    other policies loses or spins on a failure."""

    # Coroutines: FastStream runs plain functions in a thread.
    async def parse(records: Sequence[ConsumerRecord]) -> KafkaMessage:
        # The record's own bytes are what is read: no decoding or header maps on the way.
        return KafkaMessage(body=b"", raw_message=records, consumer=subscriber.consumer)

    async def decode(message: KafkaMessage) -> object:
        return message.raw_message

    async def take(records: Sequence[ConsumerRecord]) -> None:
        await receive(records)

    subscriber: Any = broker.subscriber(
        *topics,
        batch=True,
        group_id=group,
        ack_policy=AckPolicy.MANUAL,
        auto_offset_reset="earliest",
        # For ever: a poll ends when records come, and after one that brought none FastStream sleeps
        # as long again, deaf to what arrives.
        batch_timeout_ms=2**31 - 1,
        max_records=most,
        # Each consumer asks again so often when nothing comes; longer, and a seek waits longer too.
        fetch_max_wait_ms=1000,
        session_timeout_ms=6000,
        heartbeat_interval_ms=1000,
        # Waiting out a database is no reason to leave the group, and aiokafka's consumer does not
        # always come back from it. A process that hangs sends no heartbeats.
        max_poll_interval_ms=2**31 - 1,
        listener=listener,
        parser=parse,
        decoder=decode,
    )
    subscriber(take)
    return lambda: subscriber.consumer


@asynccontextmanager
async def reading(kafka: Mapping[str, Any], **how: Any) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer of no group, while it is needed."""
    how = {"auto_offset_reset": "earliest"} | how
    consumer = AIOKafkaConsumer(**kafka, enable_auto_commit=False, **how)
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


async def until_end(
    consumer: AIOKafkaConsumer, most: int
) -> AsyncIterator[tuple[TopicPartition, list[ConsumerRecord]]]:
    """What stands now in the assigned partitions from where they are read on, `most` records at once, of one
    partition at a time."""
    ends = await consumer.end_offsets(consumer.assignment())
    left = {tp for tp, end in ends.items() if end > await consumer.position(tp)}
    while left:
        for tp, records in (await consumer.getmany(timeout_ms=1000, max_records=most)).items():
            yield tp, records
            if records[-1].offset + 1 >= ends[tp]:
                left.discard(tp)


def _security(kafka: Mapping[str, Any]) -> BaseSecurity:
    """FastStream's word for what aiokafka's clients are told by their arguments."""
    protocol = str(kafka.get("security_protocol", "PLAINTEXT"))
    ssl = kafka.get("ssl_context"), protocol.endswith("SSL")
    if not protocol.startswith("SASL"):
        return BaseSecurity(*ssl)
    return _BY_MECHANISM[kafka["sasl_mechanism"]](
        kafka["sasl_plain_username"], kafka["sasl_plain_password"], *ssl
    )


@asynccontextmanager
async def administering(kafka: Mapping[str, Any]) -> AsyncIterator[AIOKafkaAdminClient]:
    """A client that looks at topics, users and rules, or makes them."""
    admin = AIOKafkaAdminClient(**kafka)
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


async def check_topics(kafka: Mapping[str, Any], names: Iterable[str]) -> None:
    """See that these topics are there to be read. Raises TopicMissing."""
    async with administering(kafka) as admin:
        described = await admin.describe_topics(sorted(names))
    for each in described:
        if each["error_code"]:
            raise TopicMissing(
                f"{each['topic']}: {for_code(each['error_code']).__name__}: prepare the service"
                " first (./kinerja prepare)"
            )


async def create_topics(kafka: Mapping[str, Any], names: Iterable[str], replicas: int) -> None:
    """Create the topics that are not there: kept for good, never compacted."""
    wanted = [
        NewTopic(name, PARTITIONS, replicas, topic_configs={"retention.ms": "-1"})
        for name in sorted(names)
    ]
    async with administering(kafka) as admin:
        response = await admin.create_topics(wanted)
    for name, code, *_ in response.topic_errors:
        if code and for_code(code) is not TopicAlreadyExistsError:
            raise for_code(code)(name)
