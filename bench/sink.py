"""The other service's half: a view in its own database, fed from the topic.

`python -m bench.sink DSN KAFKA TOPIC EVENTS`; KAFKA are the arguments of a client, as JSON. Prints `ready` once it has its partitions; when all
EVENTS are in the view, a JSON array with each one's latency (s), from recorded to committed.
"""

import asyncio
import json
import sys
import time
from collections import deque

import uvloop

from bench.samples import view
from bench.signing import trust
from chassis.process import spare_the_collector
from contracts.catalogue import MODELS
from eventlog.broker import make_broker
from eventlog.database import create_pool
from eventlog.feed import Feed
from eventlog.subscription import Subscription

PATIENCE = 30.0
"""Seconds without an event after which it gives up."""


async def main(dsn: str, kafka: dict[str, object], topic: str, events: int) -> None:
    async with create_pool(dsn) as pool:
        feedback = view(topic)
        async with pool.acquire() as connection:
            await feedback.create(connection)
        broker = make_broker(kafka)
        subscription = Subscription(feedback, pool, MODELS)
        subscription.health.latencies = deque()  # all of them, not only the latest
        Feed("sink", [subscription], kafka, trust(topic)).attach(broker)
        await broker.start()
        while not subscription.assigned:
            await asyncio.sleep(0.01)
        print("ready", flush=True)
        applied, since = 0, time.monotonic()
        while len(subscription.health.latencies) < events:
            await asyncio.sleep(0.05)
            if len(subscription.health.latencies) > applied:
                applied, since = len(subscription.health.latencies), time.monotonic()
            elif time.monotonic() - since > PATIENCE:
                raise SystemExit(f"stands at {applied} of {events}: {subscription.trouble()}")
        print(json.dumps(list(subscription.health.latencies)), flush=True)
        await broker.stop()


if __name__ == "__main__":
    dsn, kafka, topic, events = sys.argv[1:]
    spare_the_collector()
    uvloop.run(main(dsn, json.loads(kafka), topic, int(events)))
