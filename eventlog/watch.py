"""Looks, only while something is stopped, whether an operator has cured it (`eventlog.cures`)."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog
from aiokafka import TopicPartition

from eventlog.cures import cured
from eventlog.places import Key, Place
from eventlog.subscription import Subscription
from eventlog.tasks import end

LOOK = 1.0
"""Seconds between two looks."""

logger = structlog.get_logger(__name__)


class Watch:
    """go_on  called with a subscription, the partition that is cured, and its place"""

    def __init__(
        self,
        subscriptions: Sequence[Subscription],
        go_on: Callable[[Subscription, TopicPartition, Place], Awaitable[None]],
    ) -> None:
        self.subscriptions = subscriptions
        self.pool = subscriptions[0].pool
        self._go_on = go_on
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Something has been stopped."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look(), name="watch over what is stopped")

    async def close(self) -> None:
        if self._task:
            await end([self._task])

    async def _look(self) -> None:
        members = {each.name: each for each in self.subscriptions}
        while any(each.stopped_at for each in self.subscriptions):
            await asyncio.sleep(LOOK)
            stopped: dict[Key, int] = {
                (each.name, tp): offset
                for each in self.subscriptions
                for tp, offset in each.stopped_at.items()
            }
            try:
                for (name, tp), place in (await cured(self.pool, stopped)).items():
                    await self._go_on(members[name], tp, place)
            except Exception as error:  # whatever it is: it is looked for again
                logger.warning("cures cannot be looked for", error=repr(error))
