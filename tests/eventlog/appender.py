"""A process that appends: python -m tests.eventlog.appender DSN COMMANDS OF SHARE…

Gives those of so many numbered commands that fall into its shares, in an order of its own, and
says where each stands: `c17 42`.
"""

import asyncio
import os
import sys
from random import Random

import structlog

from eventlog.aggregate import Aggregate
from eventlog.commands import Decided, execute
from eventlog.database import create_pool
from eventlog.log import EventLog, StaleVersion
from tests.eventlog.ledger import MODELS, Credited, origin

COUNT: Aggregate[int] = Aggregate("account", lambda state, event: (state or 0) + 1)


async def main(dsn: str, commands: int, of: int, shares: set[int]) -> None:
    numbers = [n for n in range(commands) if n % of in shares]
    Random(os.getpid()).shuffle(numbers)
    callers = asyncio.Semaphore(8)
    async with create_pool(dsn, size=4) as pool:
        log = await EventLog.open(pool, MODELS)

        async def credit(number: int) -> None:
            account = "abc"[number // of % 3]

            async def decide(count: int | None, version: int) -> Decided:
                return Decided(Credited(amount=(count or 0) + 1), account)

            async with callers:
                while True:
                    try:
                        receipt = await execute(log, COUNT, account, decide, origin(f"c{number}"))
                    except StaleVersion:
                        continue
                    print(f"c{number}", receipt.position, flush=True)
                    return

        await asyncio.gather(*map(credit, numbers))
        await log.close()


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.WriteLoggerFactory(sys.stderr))
    _, dsn, commands, of, *shares = sys.argv
    asyncio.run(main(dsn, int(commands), int(of), set(map(int, shares))))
