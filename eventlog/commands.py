"""The one way a command runs: read, decide, append."""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple, TypeVar

import structlog

from contracts.event import Event, Origin
from eventlog.aggregate import Aggregate
from eventlog.log import EventLog, Receipt, StaleVersion

State = TypeVar("State")
logger = structlog.get_logger(__name__)
RETRIES = 5


class Decided(NamedTuple):
    """A decision's outcome.

    events   none if nothing is to be done
    subject  the employee or unit that the events are about
    basis    versions of facts outside the stream that they rest on, `service:stream@version`; empty ones
             are none
    """

    events: Event | Sequence[Event]
    subject: str
    basis: Sequence[str] = ()


async def execute(
    log: EventLog,
    aggregate: Aggregate[State],
    id: str,
    decide: Callable[[State | None, int], Awaitable[Decided]],
    origin: Origin,
) -> Receipt:
    """Run one command against one stream, which is read and folded once.

    `decide` gets the state and its version, fetches the facts that it needs, and decides. A repeated
    command gets its first answer without deciding anew. If the stream moves meanwhile, the decision is
    taken again on what it has become. Raises what `decide` raises, StaleVersion, CommandReused,
    RecordTooLarge, StreamFull, LogUnavailable.
    """
    stream = aggregate.stream(id)
    for attempt in range(RETRIES):
        history, first = await log.recall(stream, origin.command, origin.fingerprint)
        if first:
            return first
        state, version = aggregate.fold(history)
        decided, subject, basis = await decide(state, version)
        events = [decided] if isinstance(decided, Event) else list(decided)
        if not events:
            last = history[-1] if history else None
            return Receipt(
                stream, version, last.position if last else 0, subject=last.subject if last else ""
            )
        why = origin._replace(basis=tuple(fact for fact in (*origin.basis, *basis) if fact))
        try:
            receipt = await log.append(
                stream, version, events, why, subject=subject, history=history
            )
        except StaleVersion:
            if attempt == RETRIES - 1:
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
