"""The heads of the logs that feed a service: its own from its database, the others' asked of their owners.

Nothing is kept: who asks learns what was there when they asked, or later.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

import aiohttp
import structlog
from pydantic import BaseModel, Field, NonNegativeInt

from chassis.owners import fetch
from contracts.topics import PARTITIONS, topic
from eventlog.grouping import shared

PATIENCE = 1.0
"""Seconds that an owner may take to answer: whoever asks for the status waits for it."""

AWAY = (OSError, aiohttp.ClientError, TimeoutError, ValueError)

logger = structlog.get_logger(__name__)


class Head(BaseModel):
    """The end of a log: its last position in each partition of its topic, 0 where it has none. What has not been
    sent there yet counts."""

    partitions: list[NonNegativeInt] = Field(min_length=PARTITIONS, max_length=PARTITIONS)


class Heads:
    """
    own   the service's name; `read` reads the ends of its log
    urls  where other services tell theirs
    """

    def __init__(
        self, own: str, read: Callable[[], Awaitable[list[int]]], urls: Mapping[str, str]
    ) -> None:
        self._name, self._read, self._urls = own, read, urls
        self.own = shared(self._read_own)
        """Asks for the service's own."""
        self._away: set[str] = set()
        """Those whose owners did not answer last."""

    async def _read_own(self) -> Head:
        return Head(partitions=await self._read())

    async def of(self, services: Sequence[str]) -> dict[str, Head | None]:
        """By service; None where its owner cannot be asked. Raises what the own database does."""
        found = await asyncio.gather(*(self._of(each) for each in services))
        return dict(zip(services, found, strict=True))

    async def _of(self, service: str) -> Head | None:
        if service == self._name:
            return await self.own()
        try:
            if service not in self._urls:
                raise ValueError(f"HEADS does not say where the head of {service} is told")
            head = Head.model_validate_json(await fetch(self._urls[service], PATIENCE))
        except AWAY as error:
            if service not in self._away:
                logger.warning("head cannot be asked for", topic=topic(service), error=_told(error))
            self._away.add(service)
            return None
        self._away.discard(service)
        return head


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".removesuffix(": ")
