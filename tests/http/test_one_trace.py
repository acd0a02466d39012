"""One trace from a request to the last view in another service, as a collector gets it.

(By its name this runs before `test_standing_still`, which leaves partitions stopped.)
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from secrets import token_hex

import pytest

from tests.collector import Collector, Sent, collecting
from tests.http.api import PATIENCE, Api
from tests.http.test_commands import stream
from tests.http.test_outages import until, well
from tests.http.world import PERSONNEL, appraise, bring, skp

pytestmark = pytest.mark.integration

SERVICES = ("appraisal", "rewards", "evaluation")


async def anew(api: Api) -> None:
    """Start the services' processes anew, with the environment as it is now."""
    for service in SERVICES:
        (child,) = (c for c in api.stack.children._children if c.name == service)
        api.stack.children._children.remove(child)
        child.process.terminate()
        await asyncio.to_thread(child.process.wait, PATIENCE)
        api.stack.spawn_service(service)
    await until(api, SERVICES, well)


@pytest.fixture
async def collector(api: Api) -> AsyncIterator[Collector]:
    """What the three services send there."""
    async with collecting() as found:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", found.url)
            patch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
            await anew(api)
        yield found
        await anew(api)


async def none_left(missing: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while left := missing():
        assert time.monotonic() < deadline, left
        await asyncio.sleep(0.1)


async def test_one_trace_from_a_request_to_the_last_view_in_another_service(
    api: Api, collector: Collector
) -> None:
    of, trace, click = skp("traced", "colleague"), token_hex(16), token_hex(8)
    seen = await bring(api, "traced", "approved", "colleague")
    await appraise(api, of, "behaviour", actor="rival", headers={"At-Least": seen})
    await api.do(
        "appraisal", f"/appraisals/{of}/finalize", {"cycle": "c1"}, actor="rival",
        headers={"traceparent": f"00-{trace}-{click}-01"},
    )  # fmt: skip
    await api.until(
        "rewards", "/people/colleague/rewards",
        lambda rewards: of in {each["skp"] for each in rewards}, **PERSONNEL,
    )  # fmt: skip

    def names() -> set[tuple[str, str]]:
        return {(each.service, each.name) for each in collector.of(trace)}

    wanted = {
        ("appraisal", "POST /appraisals/{skp}/finalize"),
        ("appraisal", "append"),
        ("appraisal", "kinerja.appraisal.events publish"),
        ("appraisal", "appraisal_counts process"),
        ("rewards", "rewards_followup process"),
        ("rewards", "append"),
        ("rewards", "kinerja.rewards.events publish"),
        ("rewards", "rewards_counts process"),
        ("evaluation", "evaluation_cycle process"),
    }
    await none_left(lambda: wanted - names())

    # All of it hangs together, below the click.
    spans = {each.id: each for each in collector.of(trace)}
    (root,) = (each for each in spans.values() if each.parent not in spans)
    assert (root.name, root.parent) == ("POST /appraisals/{skp}/finalize", click)
    assert root.attributes["http.response.status_code"] == 200

    def path(span: Sent) -> list[str]:
        above = spans.get(span.parent)
        return [*(path(above) if above else []), f"{span.service} {span.name}"]

    last = next(each for each in spans.values() if each.name == "rewards_counts process")
    assert path(last) == [
        "appraisal POST /appraisals/{skp}/finalize",
        "appraisal append",
        "rewards rewards_followup process",
        "rewards append",
        "rewards rewards_counts process",
    ]
    # The events say it: their correlation is the trace. So do the lines of the log.
    for event in await stream(api, "rewards", f"followup/{of}"):
        assert event.correlation == trace
    for service in ("appraisal", "rewards"):
        (line,) = (e for e in api.logged(service) if e.get("correlation") == trace)
        assert line["trace_id"] == trace
    # Nothing names a person or a stream.
    assert "colleague" not in str(collector.spans)
