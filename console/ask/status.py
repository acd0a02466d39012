"""What each service tells of itself to anybody: figures and troubles, without persons."""

import asyncio
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from console.ask.client import Asker
from contracts.catalogue import SERVICES


class Latency(BaseModel):
    """Seconds from recorded to applied, median and 99th percentile; None of too few events."""

    model_config = ConfigDict(frozen=True)

    p50: float | None = None
    p99: float | None = None


class Subscription(BaseModel):
    """A view or reaction; `lag` is how many positions of the logs it is behind; None: not known."""

    model_config = ConfigDict(frozen=True)

    lag: int | None
    latency: Latency


class Status(BaseModel):
    """position   how many events the log has
    events     how many, by type
    stopped    partitions that a view or reaction does not get past
    trouble    why one does not keep up, by subscription
    """

    model_config = ConfigDict(frozen=True)

    position: int
    events: Mapping[str, int]
    stopped: tuple[Mapping[str, Any], ...]
    trouble: Mapping[str, tuple[str, ...]]
    subscriptions: Mapping[str, Subscription]

    @property
    def followers(self) -> list[tuple[str, Subscription | None, tuple[str, ...]]]:
        """(name, figures, troubles) of all that follow the topics, and of what else has trouble."""
        named = {**dict.fromkeys(self.subscriptions), **dict.fromkeys(self.trouble)}
        return [(name, self.subscriptions.get(name), self.trouble.get(name, ())) for name in named]


async def statuses(ask: Asker) -> dict[str, Status | None]:
    """Of every service; None of one that does not answer."""
    found = await asyncio.gather(*(ask.status(service) for service in SERVICES))
    return {
        service: Status.model_validate(status) if status else None
        for service, status in zip(SERVICES, found, strict=True)
    }
