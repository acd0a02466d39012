"""Appends to Kinerja's log: `python -m bench.appender DSN`.

The protocol of all appenders that `bench.measure.appends` compares: a line `CALLERS SECONDS` in, a line
with the appends/s out; each append is one event on a new stream, and each caller gives the next
when the last is answered.
"""

import asyncio
import sys
import time
from itertools import count

import uvloop

from bench.samples import feedback, origin
from chassis.process import spare_the_collector
from contracts.catalogue import MODELS
from eventlog.database import create_pool
from eventlog.log import EventLog

WARM_UP = 0.5


async def main(dsn: str) -> None:
    people = count()
    async with create_pool(dsn) as pool:
        log = await EventLog.open(pool, MODELS)
        while line := await asyncio.to_thread(sys.stdin.readline):
            callers, seconds = line.split()
            print(await measure(log, people, int(callers), float(seconds)), flush=True)
        await log.close()


async def measure(log: EventLog, people: "count[int]", callers: int, seconds: float) -> float:
    """Appends/s."""
    start = time.perf_counter() + WARM_UP
    end = start + seconds
    event = feedback(1)  # the others write one event over and over too
    appended = 0

    async def caller() -> None:
        nonlocal appended
        while time.perf_counter() < end:
            person = next(people)
            subject = f"person-{person:07}"
            await log.append(f"skp/{person}", 0, [event], origin(), subject=subject)
            appended += start <= time.perf_counter() < end

    await asyncio.gather(*(caller() for _ in range(callers)))
    return appended / seconds


if __name__ == "__main__":
    spare_the_collector()
    uvloop.run(main(*sys.argv[1:]))
