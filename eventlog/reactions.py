"""Reactions: an event of one service leads to a command in another, exactly once in effect.

The command's id comes from the reaction's name and the event's id, so that a second delivery gets
the first one's answer. Nothing but a subscription calls a reaction: rebuilding or replaying a view
is silent.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from contracts.commands import of_reaction
from contracts.event import Event, Origin, Recorded
from eventlog import faults, metrics, tracing
from eventlog.database import Connection
from eventlog.effect import NotYet


@dataclass(frozen=True, slots=True)
class Reaction:
    """name    the subscription's name, part of every command id
    topics  where the causes come from
    on      what to do about which event; those of any other type are passed over
    """

    name: str
    topics: tuple[str, ...]
    on: Mapping[type[Event], Callable[[Recorded, Origin], Awaitable[object]]]
    version: ClassVar[None] = None  # it keeps no tables

    def origin(self, cause: Recorded, basis: tuple[str, ...] = ()) -> Origin:
        """The origin of the command that answers `cause`: same time, same correlation."""
        return Origin(
            command=of_reaction(self.name, cause.id),
            actor=f"service:{self.name}",
            at=cause.at,
            cause=cause.id,
            correlation=cause.correlation,
            basis=(f"{cause.service}:{cause.stream}@{cause.version}", *basis),
        )

    def shows(self, event: Recorded) -> bool:
        return False  # what follows from it is an event itself

    async def apply(self, _: Connection, events: Sequence[Recorded]) -> None:
        """React to a batch: in order for one subject, side by side for different ones."""
        by_subject: dict[str, list[Recorded]] = defaultdict(list)
        for event in events:
            if event.is_one_of(self.on):
                by_subject[event.subject].append(event)
        try:
            await asyncio.gather(*(self._in_order(causes) for causes in by_subject.values()))
        except NotYet:
            raise
        except Exception:
            metrics.REACTION_FAILURES.labels(self.name).inc()
            raise
        faults.reach("reaction.appended")

    async def _in_order(self, causes: Sequence[Recorded]) -> None:
        for cause in causes:
            with tracing.reacting(self.name, cause):
                await self.on[cause.model](cause, self.origin(cause))
