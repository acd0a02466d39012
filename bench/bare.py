"""aiokafka with nothing around it: what the way through Kafka costs in itself.

`python -m bench.bare consume KAFKA TOPIC EVENTS` prints `ready`, then the latencies (s) from send
to receipt; `produce KAFKA TOPIC EVENTS RATE` sends; `drain KAFKA TOPIC EVENTS` polls the topic
from its beginning and prints events/s and events per second of its processor time. KAFKA are the arguments of a client, as
JSON.
"""

import json
import sys
import time

import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from bench.pace import paced
from bench.samples import feedback, origin
from contracts.event import encode
from contracts.topics import PARTITIONS, partition


async def produce(kafka: dict[str, object], topic: str, events: int, rate: float) -> None:
    async with AIOKafkaProducer(
        **kafka, enable_idempotence=True, acks="all", linger_ms=0
    ) as producer:
        async for number in paced(events, rate):
            event = feedback(number)
            record = encode(
                event, origin(), agency="-", stream=event.skp, version=1, ordinal=1,
                subject=event.person,
            )  # fmt: skip
            await producer.send(
                topic,
                record,
                key=event.person.encode(),
                partition=partition(event.person),
                headers=[("sent", b"%d" % time.time_ns())],
            )


async def consume(kafka: dict[str, object], topic: str, events: int) -> None:
    latencies: list[float] = []
    async with AIOKafkaConsumer(**kafka, enable_auto_commit=False) as consumer:
        await _assign_all(consumer, topic)
        print("ready", flush=True)
        async for record in consumer:
            latencies.append((time.time_ns() - int(record.headers[0][1])) / 1e9)
            if len(latencies) == events:
                break
    print(json.dumps(latencies), flush=True)


async def drain(kafka: dict[str, object], topic: str, events: int) -> None:
    async with AIOKafkaConsumer(**kafka, enable_auto_commit=False) as consumer:
        start, processor, received = time.perf_counter(), time.process_time(), 0
        await _assign_all(consumer, topic)
        while received < events:
            polled = await consumer.getmany(timeout_ms=1000, max_records=5000)
            received += sum(map(len, polled.values()))
        spent = time.perf_counter() - start, time.process_time() - processor
    print(json.dumps([events / seconds for seconds in spent]), flush=True)


async def _assign_all(consumer: AIOKafkaConsumer, topic: str) -> None:
    partitions = [TopicPartition(topic, number) for number in range(PARTITIONS)]
    consumer.assign(partitions)
    await consumer.seek_to_beginning(*partitions)


if __name__ == "__main__":
    match sys.argv[1:]:
        case "consume", kafka, topic, events:
            uvloop.run(consume(json.loads(kafka), topic, int(events)))
        case "produce", kafka, topic, events, rate:
            uvloop.run(produce(json.loads(kafka), topic, int(events), float(rate)))
        case "drain", kafka, topic, events:
            uvloop.run(drain(json.loads(kafka), topic, int(events)))
        case _:
            sys.exit(__doc__)
