"""Rebuilds the view of `bench.sink`: `python -m bench.rebuild DSN KAFKA TOPIC`; KAFKA are the arguments of a
client, as JSON.

Prints events/s and events per second of this process's processor time.
"""

import json
import sys
import time

import uvloop

from bench.samples import PEOPLE, view
from bench.signing import trust
from chassis.process import spare_the_collector
from contracts.catalogue import MODELS
from eventlog.database import create_pool
from eventlog.replay import Replay
from eventlog.views import LIVE


async def main(dsn: str, kafka: dict[str, object], topic: str) -> None:
    async with create_pool(dsn) as pool:
        replay = Replay(view(topic), pool, kafka, MODELS, trust(topic))
        start, processor = time.perf_counter(), time.process_time()
        events = await replay.rebuild()
        spent = time.perf_counter() - start, time.process_time() - processor
        counted = await pool.fetchval(f"select sum(count) from {LIVE}.{PEOPLE.name}")
        if counted != events:
            raise SystemExit(f"{events} events replayed, but the view counts {counted}")
    print(json.dumps([events / seconds for seconds in spent]), flush=True)


if __name__ == "__main__":
    spare_the_collector()
    dsn, kafka, topic = sys.argv[1:]
    uvloop.run(main(dsn, json.loads(kafka), topic))
