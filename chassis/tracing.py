"""Traces of a process: where they go, what of HTTP is in them, and their ids in the lines of the log.

Requests carry the context of a trace by W3C's `traceparent`, https://www.w3.org/TR/trace-context; what is
behind the log finds it in the records (`eventlog.tracing`).
"""

import re
import secrets
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import SpanContext, SpanKind, StatusCode
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.door import OPEN
from chassis.metrics import method_of, route_of
from chassis.settings import Listening
from eventlog import tracing
from eventlog.tracing import Ids

_PARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}")


def begin(settings: Listening, service: str) -> None:
    """Send spans to the collector that the settings name, if they name one, from a thread of their own. What
    of a trace is kept, each process decides by its id, and so alike."""
    if not settings.otel_exporter_otlp_endpoint:
        return
    # Not for those that send none: it takes a tenth of a second, and megabytes.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
    from opentelemetry.sdk.trace.sampling import TraceIdRatioBased

    class Generator(RandomIdGenerator):
        def generate_trace_id(self) -> int:
            return tracing.next_ids.get().trace or super().generate_trace_id()

        def generate_span_id(self) -> int:
            return tracing.next_ids.get().span or super().generate_span_id()

    provider = TracerProvider(
        sampler=TraceIdRatioBased(settings.otel_traces_sampler_arg),
        resource=Resource.create({"service.namespace": "kinerja", "service.name": service}),
        id_generator=Generator(),
    )
    at = f"{settings.otel_exporter_otlp_endpoint.rstrip('/')}/v1/traces"
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(at, timeout=3)))
    tracing.begin(provider.get_tracer("kinerja"))


class Traced:
    """ASGI middleware, outside of all that answers: says of each request which correlation it has, and makes
    its span.

    The caller's word goes (`X-Correlation-Id`), then the trace that the request is of. A trace that is not
    the correlation's is not gone on with: what follows could not be found in it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in OPEN:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        parent = _PARENT.fullmatch(headers.get("traceparent", ""))
        correlation = headers.get("X-Correlation-Id") or (
            parent[1] if parent else secrets.token_hex(16)
        )
        scope.setdefault("state", {})["correlation"] = correlation
        if (tracer := tracing.tracer()) is None:
            await self.app(scope, receive, send)
            return
        of = tracing.trace_of(correlation)
        context = Context()
        if parent and int(parent[1], 16) == of:
            context = tracing.behind(of, int(parent[2], 16))
        method = method_of(scope)
        tracing.next_ids.set(Ids(of))  # of this request's task
        with tracer.start_as_current_span(method, context, SpanKind.SERVER) as span:
            tracing.next_ids.set(tracing.ANY)

            async def noting(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                    if message["status"] >= 500:
                        span.set_status(StatusCode.ERROR)
                await send(message)

            try:
                await self.app(scope, receive, noting)
            finally:
                if route := route_of(scope):
                    span.update_name(f"{method} {route}")
                    span.set_attribute("http.route", route)
                span.set_attribute("http.request.method", method)


@contextmanager
def asking(service: str, method: str) -> Iterator[Mapping[str, str]]:
    """Meanwhile a service is asked; the headers by which it goes on with the trace."""
    if (tracer := tracing.tracer()) is None:
        yield {}
        return
    with tracer.start_as_current_span(f"{method} {service}", kind=SpanKind.CLIENT) as span:
        yield {"traceparent": _carried(span.get_span_context())}


def _carried(span: SpanContext) -> str:
    return f"00-{span.trace_id:032x}-{span.span_id:016x}-{span.trace_flags & 1:02x}"


def add_trace_id(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Of structlog: the trace that a line belongs to, where traces are made."""
    if tracing.tracer() is not None:
        current = trace.get_current_span().get_span_context()
        if current.is_valid:
            line["trace_id"] = f"{current.trace_id:032x}"
        elif correlation := line.get("correlation"):
            line["trace_id"] = f"{tracing.trace_of(correlation):032x}"
    return line
