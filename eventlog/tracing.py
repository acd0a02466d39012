"""Traces by OpenTelemetry: one of all that follows from a request, through every log.

A record carries no context of a trace, and needs none. Its `correlation` is shared by all that follows from
a request, and says which trace it is of; its `command` says which span appended it. Whoever reads the
record, by whatever way it came, computes both.

Off unless `begin` was called: then each function here costs a look at a variable. No span names a person or
a stream.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import blake2b
from time import time_ns
from typing import NamedTuple

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, TraceFlags, Tracer
from pydantic_core import from_json

from contracts.event import Origin, Recorded

_TRACE_ID = re.compile(r"(?!0{32})[0-9a-f]{32}")
_SAMPLED = TraceFlags(TraceFlags.SAMPLED)


class Ids(NamedTuple):
    """Those of the next span: of its trace, if it is the first that is known of it, and its own; 0: any."""

    trace: int = 0
    span: int = 0


ANY = Ids()
next_ids: ContextVar[Ids] = ContextVar("next_ids", default=ANY)
"""For whoever makes the ids of spans."""

_tracer: Tracer | None = None


def begin(tracer: Tracer | None) -> None:
    global _tracer
    _tracer = tracer


def tracer() -> Tracer | None:
    """None while traces are off."""
    return _tracer


def now() -> int:
    """When a span may have begun; 0 while traces are off."""
    return time_ns() if _tracer else 0


def trace_of(correlation: str) -> int:
    """The trace of all that shares a correlation: the id itself where it is one of a trace (32 hex digits)."""
    if _TRACE_ID.fullmatch(correlation):
        return int(correlation, 16)
    return int.from_bytes(blake2b(correlation.encode(), digest_size=16).digest())


def span_of(command: str) -> int:
    """The span that appends the events of a command."""
    return int.from_bytes(blake2b(command.encode(), digest_size=8).digest())


def behind(trace_id: int, span_id: int) -> Context:
    """The context of what follows from a span of another process."""
    parent = SpanContext(trace_id, span_id, is_remote=True, trace_flags=_SAMPLED)
    return trace.set_span_in_context(NonRecordingSpan(parent), Context())


def appended(origin: Origin, began: int) -> None:
    """The events of a command are in the log."""
    if _tracer is None:
        return
    of = trace_of(origin.correlation or origin.command)
    current = trace.get_current_span().get_span_context()
    context = None if current.trace_id == of else Context()  # an import, say, whose request is over
    _tell("append", context, began, SpanKind.INTERNAL, {}, Ids(of, span_of(origin.command)))


def relayed(topic: str, records: Iterable[tuple[int, bytes]], began: int) -> None:
    """Kafka has these records, with their positions."""
    if _tracer is None:
        return
    for position, record in records:
        document = from_json(record)
        context = behind(trace_of(document["correlation"]), span_of(document["command"]))
        what = {"kinerja.type": document["type"], "kinerja.position": position}
        _tell(f"{topic} publish", context, began, SpanKind.PRODUCER, what)


def applied(subscription: str, events: Iterable[Recorded], began: int) -> None:
    """A view has taken these events, and they are committed."""
    if _tracer is None:
        return
    for event in events:
        _tell(f"{subscription} process", _after(event), began, SpanKind.CONSUMER, _told(event))


@contextmanager
def reacting(reaction: str, cause: Recorded) -> Iterator[None]:
    """Meanwhile all that is appended follows from the cause."""
    if _tracer is None:
        yield
        return
    with _tracer.start_as_current_span(
        f"{reaction} process", _after(cause), SpanKind.CONSUMER, _told(cause)
    ):
        yield


def _after(event: Recorded) -> Context:
    return behind(trace_of(event.correlation), span_of(str(event.document["command"])))


def _told(event: Recorded) -> Mapping[str, str | int]:
    return {"kinerja.type": event.type, "kinerja.position": event.position}


def _tell(
    name: str,
    context: Context | None,
    began: int,
    kind: SpanKind,
    what: Mapping[str, str | int],
    ids: Ids | None = None,
) -> None:
    """A span that is over."""
    assert _tracer
    token = next_ids.set(ids or ANY)
    try:
        span = _tracer.start_span(name, context, kind, what, start_time=began or None)
    finally:
        next_ids.reset(token)
    span.end()
