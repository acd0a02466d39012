"""A collector of traces: OTLP over HTTP, as https://opentelemetry.io/docs/specs/otlp has it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from deploy.local import ports


@dataclass(frozen=True)
class Sent:
    """One span, and the service that sent it. Ids in hex; no parent: empty."""

    service: str
    name: str
    trace: str
    id: str
    parent: str
    attributes: Mapping[str, str | int]


@dataclass
class Collector:
    url: str
    spans: list[Sent] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        assert request.content_type == "application/x-protobuf"
        for of in ExportTraceServiceRequest.FromString(await request.read()).resource_spans:
            named = {each.key: each.value.string_value for each in of.resource.attributes}
            self.spans += [
                Sent(
                    named["service.name"],
                    span.name,
                    span.trace_id.hex(),
                    span.span_id.hex(),
                    span.parent_span_id.hex(),
                    {e.key: e.value.string_value or e.value.int_value for e in span.attributes},
                )
                for each in of.scope_spans
                for span in each.spans
            ]
        body = ExportTraceServiceResponse().SerializeToString()
        return web.Response(body=body, content_type="application/x-protobuf")

    def of(self, trace: str) -> list[Sent]:
        return [each for each in self.spans if each.trace == trace]


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    app, port = web.Application(), ports.choose()
    collector = Collector(f"http://{ports.HOST}:{port}")
    app.router.add_post("/v1/traces", collector.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, ports.HOST, port).start()
        yield collector
    finally:
        await runner.cleanup()
