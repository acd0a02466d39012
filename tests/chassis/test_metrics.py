"""Requests are counted by the route as it is declared; a status becomes gauges."""

import re
from pathlib import Path

import aiohttp
from prometheus_client import REGISTRY

from chassis.metrics import Measured, gauges, served
from chassis.settings import Listening
from deploy.local import ports
from tests.chassis.asgi import ask, build


def counted(**labels: str) -> float:
    found = REGISTRY.get_sample_value("kinerja_http_request_duration_seconds_count", labels)
    return found or 0.0


async def test_a_request_counts_under_its_route_whatever_it_asks_for() -> None:
    app = Measured(build())
    of = {"method": "GET", "route": "/refusals/{kind}"}
    before = counted(**of, status="403"), counted(**of, status="404")
    await ask(app, "GET", "/refusals/forbidden")
    await ask(app, "GET", "/refusals/absent")
    assert counted(**of, status="403") == before[0] + 1
    assert counted(**of, status="404") == before[1] + 1


async def test_what_no_route_answers_counts_under_none() -> None:
    app = Measured(build())
    lost = {"method": "GET", "route": "", "status": "404"}
    odd = {"method": "OTHER", "route": "", "status": "404"}
    unknown = {"method": "GET", "route": "", "status": "401"}
    before = counted(**lost), counted(**odd), counted(**unknown)
    await ask(app, "GET", "/nowhere/1")
    await ask(app, "GET", "/nowhere/2")
    await ask(app, "BREW", "/nowhere/3")
    await ask(app, "GET", "/whoami", token=None)
    assert (counted(**lost), counted(**odd), counted(**unknown)) == (
        before[0] + 2,
        before[1] + 1,
        before[2] + 1,
    )


async def test_a_defect_counts_as_500() -> None:
    of = {"method": "GET", "route": "/refusals/{kind}", "status": "500"}
    before = counted(**of)
    await ask(Measured(build()), "GET", "/refusals/broken")
    assert counted(**of) == before + 1


async def test_a_probe_does_not_count() -> None:
    before = counted(method="GET", route="/livez", status="200")
    await ask(Measured(build()), "GET", "/livez", token=None)
    assert counted(method="GET", route="/livez", status="200") == before


TOLD = {
    "position": 12,
    "relayed": 10,
    "led": True,
    "refused": False,
    "unrelayed_seconds": 1.5,
    "unsigned_seconds": 60.0,
    "subscriptions": {"a_people": {"lag": 3}, "a_counts": {"lag": None}},
    "stopped": [{"subscription": "a_people"}, {"subscription": "a_people"}],
    "trouble": {"relay": ["KafkaError"]},
    "foreign": [{"feed": "a", "topic": "t", "partition": 1, "count": 5, "unproven": 2}],
}


def test_a_lag_that_is_not_known_is_not_told() -> None:
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in gauges(TOLD)
        for sample in family.samples
    }
    assert samples == {
        ("kinerja_log_position",): 12,
        ("kinerja_relay_position",): 10,
        ("kinerja_relay_lag_events",): 2,
        ("kinerja_relay_led",): 1,
        ("kinerja_log_refused",): 0,
        ("kinerja_relay_lag_seconds",): 1.5,
        ("kinerja_checkpoint_lag_seconds",): 60,
        ("kinerja_subscription_lag_positions", "a_people"): 3,
        ("kinerja_stopped_partitions", "a_people"): 2,
        ("kinerja_stopped_partitions", "a_counts"): 0,
        ("kinerja_troubles", "relay"): 1,
        ("kinerja_troubles", "a_people"): 0,
        ("kinerja_troubles", "a_counts"): 0,
        ("kinerja_foreign_records", "a", "t", "1"): 5,
        ("kinerja_unproven_records", "a", "t", "1"): 2,
    }


async def test_a_process_that_cannot_say_how_the_service_is_tells_what_it_has_counted() -> None:
    async def away() -> dict[str, object]:
        raise ConnectionError("no database")

    at = Listening(metrics_port=ports.choose())
    async with served(at, "planning", ["relay"], away), aiohttp.ClientSession() as http:
        async with http.get(f"http://{at.host}:{at.metrics_port}/metrics") as answer:
            text = await answer.text()
    assert answer.status == 200
    assert 'kinerja_status_up{service="planning"} 0.0' in text
    assert 'kinerja_appended_events_total{service="planning"}' in text
    assert 'kinerja_process{role="relay",service="planning"} 1.0' in text


def test_the_page_of_operations_has_every_metric_and_no_other() -> None:
    page = Path("docs/operations.md").read_text()
    part = page.partition("## Metrics\n")[2].partition("\n## ")[0]
    told = {name for line in part.splitlines() for name in re.findall(r"`(kinerja_\w+)`", line)}
    ours = {each.name for each in REGISTRY.collect() if each.name.startswith("kinerja_")}
    counters = {each.name for each in REGISTRY.collect() if each.type == "counter"}
    named = {f"{name}_total" if name in counters else name for name in ours}
    of_a_process = {"kinerja_status_up", "kinerja_process"}
    assert told == named | {each.name for each in gauges(TOLD)} | of_a_process
