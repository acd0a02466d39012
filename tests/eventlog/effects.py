"""A subscription whose effect can be looked at."""

from collections.abc import Sequence
from typing import Any

from aiokafka import TopicPartition

from contracts.event import Event, Recorded
from contracts.topics import partition
from eventlog.database import Connection, Pool
from eventlog.feed import Feed
from eventlog.subscription import Subscription
from tests.eventlog.harness import (
    until,
)
from tests.eventlog.ledger import (
    MODELS,
    Credited,
    name,
    recorded,
)
from tests.eventlog.signing import TRUST

ONE, OTHER = "a", "b"
assert partition(ONE) != partition(OTHER)


class Effects:
    """A subscription whose effect is a row an event, in the order in which it applied them."""

    def __init__(
        self,
        pool: Pool,
        topic: str,
        *,
        called: str | None = None,
        models: dict[str, type[Event]] = MODELS,
    ) -> None:
        self.pool = pool
        self.tp = TopicPartition(topic, partition(ONE))
        self.name, self.topics = called or name("effects"), (topic,)
        self.version: int | None = None
        self.subscription = Subscription(self, pool, models)
        self.feed = Feed(self.name, [self.subscription], {}, TRUST)
        """Of this subscription alone."""
        self.applying = 0

    def shows(self, event: Recorded) -> bool:
        return True

    async def apply(self, connection: Connection, events: Sequence[Recorded]) -> None:
        self.applying += 1
        await connection.executemany(
            "insert into effect (subscription, position, stream, version, amount)"
            " values ($1, $2, $3, $4, $5)",
            [
                (self.subscription.name, event.position, event.stream, event.version,
                 getattr(event.event, "amount", 0))
                for event in events
            ],
        )  # fmt: skip

    async def positions(self, account: str | None = None) -> list[int]:
        rows = await self.pool.fetch(
            "select position from effect where subscription = $1"
            " and stream like $2 order by number",
            self.subscription.name,
            f"account/{account or '%'}",
        )
        return [row["position"] for row in rows]

    async def reaches(self, *positions: int, account: str | None = None) -> None:
        """Wait until so many are applied, and see that it is these, in this order."""

        async def enough() -> bool:
            return len(await self.positions(account)) >= len(positions)

        await until(enough)
        assert await self.positions(account) == list(positions)

    async def stop(self) -> dict[str, Any]:
        """Wait for the row that says where it stopped, and why."""
        row: dict[str, Any] = await until(self._stopped)
        return row

    async def _stopped(self) -> Any:
        return await self.pool.fetchrow(
            "select * from stopped where subscription = $1", self.subscription.name
        )


def chain(account: str, count: int, *, start: int = 1, step: int = 1) -> list[Recorded]:
    """The events of one account as a log would hold them, `step` positions apart."""
    return [
        recorded(start + step * nth, account, nth + 1, Credited(amount=nth)) for nth in range(count)
    ]
