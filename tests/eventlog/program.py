"""The whole way in one process: append, relay, view and reaction of another service.

    python -m tests.eventlog.program SOURCE SINK KAFKA TOPIC NAME

Appends to SOURCE (a DSN; KAFKA are the arguments of a client, as JSON), says where each command stands (`a3-1 2 17`: command, version, position),
and ends when the view and the reaction in SINK have answered all of it. It may be run again after
any end: every command is given anew with the same id.
"""

import asyncio
import json
import sys

import structlog

from eventlog.database import create_pool
from eventlog.log import EventLog
from eventlog.relay import Relay
from eventlog.subscription import Subscription
from tests.eventlog.harness import consuming, until
from tests.eventlog.ledger import MODELS, Credited, Opened, append, reaction, view
from tests.eventlog.signing import KEY, KEYS

ACCOUNTS = tuple(f"a{n}" for n in range(8))
CREDITS = 5
EVENTS = len(ACCOUNTS) * (1 + CREDITS)
ANSWERS = len(ACCOUNTS) * CREDITS


async def main(source: str, sink: str, arguments: str, topic: str, name: str) -> None:
    kafka: dict[str, object] = json.loads(arguments)
    async with create_pool(source) as ours, create_pool(sink) as theirs:
        log, other = await EventLog.open(ours, MODELS), await EventLog.open(theirs, MODELS)
        accounts = view(topic, called=f"{name}_view")
        courtesy = reaction(topic, other, called=f"{name}_reaction")
        async with theirs.acquire() as connection:
            await accounts.create(connection)
        subscriptions = [Subscription(each, theirs, MODELS) for each in (accounts, courtesy)]
        # Half of it is there at the start, so that whoever is killed has had something in hand.
        half = len(ACCOUNTS) // 2
        await asyncio.gather(*(give(log, account) for account in ACCOUNTS[:half]))
        relaying = asyncio.create_task(Relay(ours, kafka, topic, KEY, KEYS).run())
        async with consuming(kafka, *subscriptions):
            await asyncio.gather(*(give(log, account) for account in ACCOUNTS[half:]))
            await until(lambda: theirs.fetchval("select count(*) >= $1 from event", ANSWERS))
            await until(
                lambda: theirs.fetchval(
                    "select sum(credits) >= $1 and count(owner) = $2 from view.account",
                    ANSWERS, len(ACCOUNTS),
                )
            )  # fmt: skip
        relaying.cancel()


async def give(log: EventLog, account: str) -> None:
    for nth in range(1 + CREDITS):
        event = Credited(amount=nth) if nth else Opened(owner=f"owner of {account}")
        command = f"{account}-{nth}"
        receipt = await append(log, account, nth, event, command=command)
        print(command, receipt.version, receipt.position, flush=True)


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.WriteLoggerFactory(sys.stderr))
    asyncio.run(main(*sys.argv[1:]))
