"""The one way a command runs: read, decide, append."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

from contracts.event import Event, Origin, Recorded
from eventlog.log import EventLog, Recalled, Receipt, StaleVersion

State = TypeVar("State")
logger = structlog.get_logger(__name__)
RETRIES = 5


@dataclass(frozen=True)
class Aggregate(Generic[State]):
    """A consistency boundary: streams named `kind/id`, folded by `evolve` from nothing."""

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

    async def load(self, log: EventLog, id: str) -> tuple[State | None, int]:
        return self.fold(await log.read_stream(self.stream(id)))


async def execute(
    log: EventLog,
    aggregate: Aggregate[State],
    id: str,
    decide: Callable[[State | None], Event | Sequence[Event]],
    origin: Origin,
    *,
    subject: str,
    expected: int | None = None,
    recalled: Recalled | None = None,
) -> Receipt:
    """Run one decision against one stream; `recalled` is what the caller has read of it already.

    A repeated command gets its first answer without deciding anew. With `expected` (If-Match) a
    moved stream is refused; without it the decision is taken again on what the stream has become.
    Raises what `decide` raises, StaleVersion, CommandReused, RecordTooLarge, LogUnavailable.
    """
    stream = aggregate.stream(id)
    for attempt in range(RETRIES):
        history, first = recalled or await log.recall(stream, origin.command)
        if first:
            return first
        recalled = None  # another attempt reads anew
        state, version = aggregate.fold(history)
        if expected is not None and expected != version:
            raise StaleVersion(stream, expected, version)
        decided = decide(state)
        events = [decided] if isinstance(decided, Event) else list(decided)
        if not events:
            return Receipt(stream, version, 0)
        try:
            receipt = await log.append(stream, version, events, origin, subject=subject)
        except StaleVersion:
            if expected is not None or attempt == RETRIES - 1:
                raise
        else:
            logger.info(
                "appended",
                events=[type(event).__name__ for event in events],
                stream=stream,
                version=receipt.version,
                command=origin.command,
                cause=origin.cause,
                correlation=origin.correlation,
            )
            return receipt
    raise AssertionError("unreachable")
