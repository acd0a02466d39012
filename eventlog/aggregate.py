"""A consistency boundary: what a stream's events make of its state."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from contracts.event import Event, Recorded

State = TypeVar("State")


@dataclass(frozen=True)
class Aggregate(Generic[State]):
    """Streams named `kind/id`, folded by `evolve` from nothing."""

    kind: str
    evolve: Callable[[State | None, Event], State]

    def stream(self, id: str) -> str:
        return f"{self.kind}/{id}"

    def fold(self, history: Iterable[Recorded]) -> tuple[State | None, int]:
        """The state and the version after a history; (None, 0) if there is none."""
        state, version = None, 0
        for recorded in history:
            state, version = self.evolve(state, recorded.event), recorded.version
        return state, version


def unexpected(event: Event, state: object) -> TypeError:
    """For an `evolve` that has no case for an event. It names types only: an event holds people's
    words, and this is logged."""
    return TypeError(f"{type(event).__name__} does not follow {type(state).__name__}")
