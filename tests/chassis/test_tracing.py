"""Which trace a request is of, and how it goes on. A collector of the test's own takes the spans."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI, Request
from opentelemetry.sdk.trace import Tracer

from chassis import tracing
from chassis.settings import Listening
from chassis.tracing import Traced, asking
from eventlog import tracing as kernel
from tests.chassis.asgi import ask
from tests.collector import Collector, collecting

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
PARENT = {"traceparent": f"00-{TRACE}-{SPAN}-01"}


def build() -> Traced:
    app = FastAPI()

    @app.get("/things/{thing}")
    async def thing(request: Request, thing: str) -> dict[str, Any]:
        with asking("planning", "GET") as carried:
            return {"correlation": request.state.correlation, **carried}

    return Traced(app)


async def said(headers: dict[str, str] | None = None) -> dict[str, str]:
    answer = await ask(build(), "GET", "/things/1", headers=headers)
    return dict(answer.body)


async def end() -> None:
    """Traces are off again, and nothing is left that would send: its thread would try for ever."""
    tracer = kernel.tracer()
    assert isinstance(tracer, Tracer)
    await asyncio.to_thread(tracer.span_processor.shutdown)
    kernel.begin(None)


@pytest.fixture
async def collector(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Collector]:
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "50")
    async with collecting() as found:
        tracing.begin(Listening(otel_exporter_otlp_endpoint=found.url), "console")
        yield found
        await end()


async def test_a_request_without_a_trace_begins_one_and_each_its_own() -> None:
    first, second = await said(), await said()
    assert first.keys() == {"correlation"}  # traces are off: nothing is carried on
    assert first != second
    assert kernel.trace_of(first["correlation"]) == int(first["correlation"], 16)


async def test_a_request_of_a_trace_has_its_correlation_also_while_traces_are_off() -> None:
    assert await said(PARENT) == {"correlation": TRACE}


@pytest.mark.parametrize(
    "wrong",
    [f"00-{'0' * 32}-{SPAN}-01", f"00-{TRACE}-{'0' * 16}-01", f"00-{TRACE.upper()}-{SPAN}-01", "x"],
)
async def test_what_is_no_context_is_none(wrong: str) -> None:
    assert (await said({"traceparent": wrong}))["correlation"] not in (TRACE, "0" * 32)


async def test_the_callers_own_word_for_it_goes_before() -> None:
    assert await said(PARENT | {"X-Correlation-Id": "asked"}) == {"correlation": "asked"}


async def test_a_request_goes_on_with_its_trace(collector: Collector) -> None:
    told = await said(PARENT)
    assert told["correlation"] == TRACE
    version, trace, span, flags = told["traceparent"].split("-")
    assert (version, trace, flags) == ("00", TRACE, "01")
    async with asyncio.timeout(30):
        while len(collector.spans) < 2:
            await asyncio.sleep(0.05)
    asked, answered = collector.spans
    assert (answered.name, answered.trace, answered.parent) == ("GET /things/{thing}", TRACE, SPAN)
    assert (asked.name, asked.trace, asked.parent) == ("GET planning", TRACE, answered.id)
    assert asked.id == span
    assert {each.service for each in collector.spans} == {"console"}


async def test_a_correlation_that_is_no_trace_s_has_one_all_the_same(collector: Collector) -> None:
    told = await said(PARENT | {"X-Correlation-Id": "asked"})
    assert told["traceparent"].split("-")[1] == f"{kernel.trace_of('asked'):032x}"
    assert kernel.trace_of("asked") != kernel.trace_of("other")


async def test_of_a_part_of_the_traces_the_ids_say_which(monkeypatch: pytest.MonkeyPatch) -> None:
    """So every process decides alike."""
    async with collecting() as found:
        some = Listening(otel_exporter_otlp_endpoint=found.url, otel_traces_sampler_arg=0.5)
        tracing.begin(some, "console")
        try:
            kept = {}
            for last in ("0" * 16, "f" * 16):
                trace = "1" * 16 + last
                told = await said({"traceparent": f"00-{trace}-{SPAN}-01"})
                kept[last[0]] = told["traceparent"].split("-")[3]
        finally:
            await end()
    assert kept == {"0": "01", "f": "00"}
