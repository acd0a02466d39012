"""`python -m deploy.local.sample TYPE …`: keep records of the run at work as golden samples.

A TYPE is an event's name as its schema has it, `planning.LeaveGranted`; without any, every event that has
no sample yet. A sample that is there is not changed: that today's code still reads it is what it proves.
Only while nobody runs an event's version in earnest may its sample be made anew: delete it first.
"""

import asyncio
import sys

from audit.runs import NotFound, find
from contracts.catalogue import EVENTS
from contracts.event import Event
from contracts.generate import HERE, file_name
from eventlog.database import create_pool


async def take(model: type[Event], dsn: str) -> bool:
    """Write the longest record of the event's type, which says most; False if the run has none."""
    async with create_pool(dsn, size=1) as pool:
        record = await pool.fetchval(
            "select record from event where type = $1 order by octet_length(record) desc, position limit 1",
            model.wire_type(),
        )
    if record is not None:
        (HERE / "samples" / file_name(model)).write_bytes(record)
    return record is not None


def main(names: list[str]) -> int:
    try:
        servers = find(None)
    except NotFound as reason:
        print(reason, file=sys.stderr)
        return 2
    wanted = [
        model
        for model in EVENTS
        if not (HERE / "samples" / file_name(model)).exists()
        and (not names or f"{model.service}.{model.__name__}" in names)
    ]
    missing = 0
    for model in wanted:
        taken = asyncio.run(take(model, servers[model.service].database_url))
        missing += not taken
        print(f"{model.service}.{model.__name__}: {'taken' if taken else 'the run has none'}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
