"""A service's half of the way: appends at a rate and relays, in one process.

`python -m bench.source DSN KAFKA TOPIC PEOPLE EVENTS RATE`, where KAFKA are the arguments of a
client, as JSON, and a RATE (events/s) of 0 means as
fast as CALLERS concurrent callers can. Event n is about person n modulo PEOPLE, on that person's
stream. Ends when Kafka has acknowledged all.
"""

import asyncio
import json
import sys

import uvloop

from bench.pace import paced
from bench.samples import feedback, origin
from bench.signing import KEY, KEYS
from chassis.process import spare_the_collector
from contracts.catalogue import MODELS
from eventlog.database import create_pool
from eventlog.log import EventLog
from eventlog.relay import Relay

CALLERS = 256


async def main(
    dsn: str, kafka: dict[str, object], topic: str, people: int, events: int, rate: float
) -> None:
    async with create_pool(dsn) as pool:
        log = await EventLog.open(pool, MODELS)
        relay = Relay(pool, kafka, topic, KEY, KEYS)
        relaying = asyncio.create_task(relay.run())
        while not relay.leading:
            await asyncio.sleep(0.01)

        async def append(number: int) -> None:
            version, person = divmod(number, people)
            event = feedback(person)
            await log.append(event.skp, version, [event], origin(), subject=event.person)

        if rate:
            async with asyncio.TaskGroup() as appending:
                async for number in paced(events, rate):
                    appending.create_task(append(number))
        else:
            numbers = iter(range(events))

            async def caller() -> None:
                for number in numbers:
                    await append(number)

            await asyncio.gather(*(caller() for _ in range(CALLERS)))
        while relay.position < events:
            await asyncio.sleep(0.01)
        relaying.cancel()
        await asyncio.gather(relaying, return_exceptions=True)
        await log.close()


if __name__ == "__main__":
    dsn, kafka, topic, people, events, rate = sys.argv[1:]
    spare_the_collector()
    uvloop.run(main(dsn, json.loads(kafka), topic, int(people), int(events), float(rate)))
