"""`python -m tests.tamper [COUNT [SEED]]`: tamper with a log, its topic, its checkpoints and its view, and see
it found.

Each of COUNT (300) times a log of its own is filled, signed, published and carried on real servers; one
thing is done to it, drawn with its place by SEED; and a verification must name that place. Every tenth time
nothing is done, and nothing may be found. Prints a line for each kind; exit status 1 if something was not
found, or something found where nothing is. Some minutes.
"""

import asyncio
import sys
import tempfile
from collections import Counter
from pathlib import Path
from random import Random

import structlog

from contracts.topics import CHECKPOINTS
from eventlog.broker import create_topics
from eventlog.database import create_pool
from tests.conftest import make_servers
from tests.eventlog.harness import make_database
from tests.tamper import checkpoints, log, topic, views
from tests.tamper.ledger import make

COUNT, SEED = 300, 2026
TAMPERINGS = (*log.TAMPERINGS, *checkpoints.TAMPERINGS, *topic.TAMPERINGS, *views.TAMPERINGS)


async def main(count: int, seed: int) -> int:
    structlog.configure(logger_factory=structlog.WriteLoggerFactory(sys.stderr))
    random, missed = Random(seed), list[str]()
    done = Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as another user when we are root
        servers = make_servers(Path(folder))
        try:
            postgres, kafka = servers
            postgres.start()
            kafka.start()
            database = await make_database(postgres)
            await create_topics(kafka.admin, [CHECKPOINTS], 1)
            for nth in range(count):
                async with create_pool(database.owner) as owner:
                    it = await make(database, dict(kafka.admin), owner, Path(folder), random)
                    tamper = (
                        TAMPERINGS[(nth - nth // 10 - 1) % len(TAMPERINGS)] if nth % 10 else None
                    )
                    # Elsewhere it would only take time.
                    if tamper in (None, *views.TAMPERINGS):
                        await it.show()
                    what = tamper.__name__ if tamper else "nothing"
                    expected = await tamper(it) if tamper else ""
                    found = await it.found()
                done[what] += 1
                if not (any(e.startswith(expected) for e in found) if tamper else not found):
                    missed.append(f"{nth}, {what}: expected {expected!r}, found {found}")
        finally:
            for server in servers:
                server.stop()
    for what, times in sorted(done.items()):
        print(f"{times:4} × {what.replace('_', ' ')}")
    print(f"{count} times, seed {seed}: {len(missed)} not told as they should be")
    print("\n".join(missed))
    return 1 if missed else 0


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    sys.exit(asyncio.run(main(*given, *(COUNT, SEED)[len(given) :])))
