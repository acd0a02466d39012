"""Waits until subscriptions have applied a position ("at least this"); one poller for all."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

from eventlog.database import Pool

MAX_WAITING = 500
"""Callers that wait at once. Each is a request held open, and costs a look at every round."""

LONGEST_ROUND = 2.0
"""Seconds after which a round is given up: a connection that hangs must not hold up those who come
when the database answers again."""

LEAST_PAUSE, MOST_PAUSE = 0.005, 0.1
"""Seconds between two rounds, growing while nobody comes or commits in this process: what another
process applies is seen only by asking."""

logger = structlog.get_logger(__name__)


class TooManyWaiting(Exception):
    """As many callers wait as may: try again shortly."""


Key = tuple[str, str, int]
"""Subscription, topic and partition."""


@dataclass(eq=False, slots=True)
class _Waiter:
    keys: Sequence[Key]
    position: int
    arrived: asyncio.Event


class Arrivals:
    """All who wait in this process for subscriptions on one database.

    The poller runs only while somebody waits. It asks for all of them in one query a round, and
    again at once when somebody comes or `notify` is called.
    """

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self._waiters: set[_Waiter] = set()
        self._reached: dict[Key, int] = {}
        """What was found last. Places only move on, so that what has been reached stays so."""
        self._wake = asyncio.Event()
        self._poller: asyncio.Task[None] | None = None

    async def wait(
        self,
        subscriptions: Sequence[str],
        topic: str,
        partition: int,
        position: int,
        timeout: float = 5.0,
    ) -> bool:
        """True when each of the subscriptions has applied the partition up to the position; False
        if that takes longer than the timeout (s), also because the database is away. Raises
        TooManyWaiting.
        """
        if not subscriptions:
            return True
        keys = [(each, topic, partition) for each in subscriptions]
        if self._all_reached(keys, position):
            return True
        if len(self._waiters) >= MAX_WAITING:
            raise TooManyWaiting(f"{MAX_WAITING} callers wait already")
        waiter = _Waiter(keys, position, asyncio.Event())
        self._waiters.add(waiter)
        self._wake.set()
        if self._poller is None or self._poller.done():
            self._poller = asyncio.create_task(self._poll(), name="arrivals")
        try:
            await asyncio.wait_for(waiter.arrived.wait(), timeout)
        except TimeoutError:
            return False
        finally:
            self._waiters.discard(waiter)
            if not self._waiters:
                self._wake.set()  # so that the poller ends
        return True

    def notify(self) -> None:
        """Look at once: a subscription of this process has committed."""
        self._wake.set()

    async def _poll(self) -> None:
        pause = LEAST_PAUSE
        while self._waiters:
            pause = LEAST_PAUSE if self._wake.is_set() else min(pause * 1.5, MOST_PAUSE)
            self._wake.clear()  # before the query: a commit during it needs another
            try:
                async with asyncio.timeout(LONGEST_ROUND):
                    self._reached |= await self._read()
            except Exception as error:  # whatever it is: those who wait are told False in time
                logger.warning("arrivals wait for the database", error=repr(error))
                await asyncio.sleep(MOST_PAUSE)
                continue
            for waiter in list(self._waiters):
                if self._all_reached(waiter.keys, waiter.position):
                    self._waiters.discard(waiter)
                    waiter.arrived.set()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), pause)

    def _all_reached(self, keys: Sequence[Key], position: int) -> bool:
        return all(self._reached.get(key, 0) >= position for key in keys)

    async def _read(self) -> dict[Key, int]:
        wanted = {subscription for waiter in self._waiters for subscription, *_ in waiter.keys}
        async with self.pool.acquire(timeout=LONGEST_ROUND) as connection:  # and to give it back
            rows = await connection.fetch(
                "select subscription, topic, partition, position from place"
                " where subscription = any($1)",
                list(wanted),
            )
        return {(row[0], row[1], row[2]): row[3] for row in rows}
