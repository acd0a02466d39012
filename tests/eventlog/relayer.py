"""A process that relays: python -m tests.eventlog.relayer DSN KAFKA TOPIC [POINT]

KAFKA are the arguments of a client, as JSON. Says `leads` when it does, and `follows` when it does no longer. At POINT (eventlog.faults), the
first time, it says `hangs` and suspends itself (SIGSTOP).
"""

import asyncio
import json
import os
import signal
import sys

import structlog

from eventlog import faults
from eventlog.database import create_pool
from eventlog.relay import Relay
from tests.eventlog.signing import KEY, KEYS


def hang_at(point: str) -> None:
    left = {point}

    def reach(point: str) -> None:
        if point in left:
            left.remove(point)
            print("hangs", flush=True)
            os.kill(os.getpid(), signal.SIGSTOP)

    faults.reach = reach


async def main(dsn: str, kafka: dict[str, object], topic: str) -> None:
    async with create_pool(dsn, size=4) as pool:
        relay = Relay(pool, kafka, topic, KEY, KEYS)
        running = asyncio.create_task(relay.run())
        for leading, said in ((True, "leads"), (False, "follows")):
            while relay.leading != leading:
                await asyncio.sleep(0.01)
            print(said, flush=True)
        await running


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.WriteLoggerFactory(sys.stderr))
    _, dsn, kafka, topic, *point = sys.argv
    if point:
        hang_at(point[0])
    asyncio.run(main(dsn, json.loads(kafka), topic))
