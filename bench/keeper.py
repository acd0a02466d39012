"""Monitoring with everything but HTTP, which lets its log grow: `python -m bench.keeper EVENTS`.

Its database and Kafka are told by the environment, as a service's. Ends when the log has EVENTS, all of them
carried, in its views, and under a checkpoint. Streams grow in number with the log, not in length.
"""

import asyncio
import sys

import uvloop
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic_core import to_json

from bench.samples import feedback, origin
from bench.servers import FOLDER
from bench.signing import KEY, PRIVATE
from chassis.process import spare_the_collector
from chassis.runtime import Runtime
from chassis.settings import Settings
from contracts.topics import PARTITIONS, service_of, topic
from eventlog.keys import write_key_set
from services.monitoring.app import SERVICE

CALLERS = 256
PEOPLE, EACH = 1000, 10
"""So many people get so many events each, in turn; then as many others."""

PATIENCE = 600.0
"""Seconds in which all must have arrived in the views."""


async def main(events: int) -> None:
    keys = FOLDER / "keys.json"
    keys.write_bytes(to_json(write_key_set([KEY.public])))
    settings = Settings(
        oidc_issuer="http://127.0.0.1",  # nobody signs in
        signing_key=PRIVATE.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        ).decode(),
        key_sets={service_of(each): keys.as_uri() for each in SERVICE.topics},
    )
    runtime = Runtime(SERVICE, settings)
    async with runtime.running():
        await _append(runtime, events)
        await _arrived(runtime, events)
        await runtime.checkpoints.make()


async def _append(runtime: Runtime, events: int) -> None:
    numbers = iter(range(await runtime.pool.fetchval("select position from head"), events))

    async def caller() -> None:
        for number in numbers:
            block, within = divmod(number, PEOPLE * EACH)
            version, person = divmod(within, PEOPLE)
            event = feedback(block * PEOPLE + person)
            await runtime.log.append(event.skp, version, [event], origin(), subject=event.person)

    await asyncio.gather(*(caller() for _ in range(CALLERS)))


async def _arrived(runtime: Runtime, events: int) -> None:
    """Wait until all is carried and in every view that it feeds. Raises TimeoutError."""
    ours = topic(SERVICE.name)
    views = [view.name for view in SERVICE.views if ours in view.topics]
    async with asyncio.timeout(PATIENCE):
        while await runtime.pool.fetchval(_ARRIVED, views, events) < len(views) * PARTITIONS:
            await asyncio.sleep(0.1)


_ARRIVED = """
select count(*) from relay cross join unnest(last) with ordinality as sent (position, number)
join place on place.topic = relay.topic and place.partition = sent.number - 1
    and place.position = sent.position
where place.subscription = any($1) and relay.position = $2"""


if __name__ == "__main__":
    spare_the_collector()
    uvloop.run(main(int(sys.argv[1])))
