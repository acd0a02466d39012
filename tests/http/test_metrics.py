"""What each process tells Prometheus, at a port of its own.

(By its name this runs before `test_standing_still`, which leaves partitions stopped.)
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path
from typing import get_args

import pytest
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families

from chassis.settings import Role
from deploy.local import ports
from tests.http.api import Api
from tests.http.test_one_role import SERVICE, Member, followed_up, in_its_place, member
from tests.http.test_outages import until, well
from tests.prometheus import PATIENCE, needs_prometheus, scraping

pytestmark = pytest.mark.integration

ASKED_FOR = Path("deploy/helm/kinerja/observability")
"""Where rules and dashboard are."""

AT_REST = {
    "Answered with an error of ours", "Lag in positions", "Tried again, a minute",
    "Reactions that fail, a minute", "Troubles",
}  # fmt: skip
"""Panels that show nothing while nothing is wrong."""
Samples = Mapping[tuple[str, frozenset[tuple[str, str]]], float]


async def told_by(api: Api, port: int) -> Iterable[Metric]:
    async with api.http.get(f"http://{ports.HOST}:{port}/metrics") as answer:
        assert answer.status == 200
        return list(text_string_to_metric_families(await answer.text()))


async def scraped(api: Api, port: int) -> Samples:
    samples = {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in await told_by(api, port)
        for sample in family.samples
    }
    assert all(("service", SERVICE) in labels for _, labels in samples)
    return samples


def total(samples: Samples, name: str, **labels: str) -> float:
    """Of all samples of a name that have these labels."""
    found = [v for (n, of), v in samples.items() if n == name and of >= labels.items()]
    assert found, (name, labels)
    return sum(found)


@pytest.fixture
async def measured(api: Api) -> AsyncIterator[Mapping[str, tuple[Member, int]]]:
    """A process of each role, and the port of its metrics."""
    async with in_its_place(api) as stack:
        found = {}
        for role in get_args(Role):
            port = ports.choose()
            started = await stack.enter_async_context(member(api, role, METRICS_PORT=str(port)))
            found[role] = started, port
        for each, _ in found.values():
            await until(each.api, (SERVICE,), well)
        yield found


async def test_each_role_tells_what_it_does_and_how_the_service_is(
    api: Api, measured: Mapping[str, tuple[Member, int]]
) -> None:
    (answering, _) = measured["api"]
    await followed_up(api, "measured", [answering])
    await answering.api.until(
        SERVICE, "/status", lambda told: not any(s["lag"] for s in told["subscriptions"].values())
    )
    await asyncio.sleep(1)  # for what a status says that was asked for before
    told = await answering.api.see(SERVICE, "/status")
    found = {role: await scraped(api, port) for role, (_, port) in measured.items()}
    for samples in found.values():
        assert total(samples, "kinerja_status_up") == 1
        assert total(samples, "kinerja_log_position") == told["position"]
        assert total(samples, "kinerja_relay_position") == told["position"]
        assert total(samples, "kinerja_relay_lag_events") == 0
        assert total(samples, "kinerja_relay_lag_seconds") == 0
        assert total(samples, "kinerja_relay_led") == 1
        assert total(samples, "kinerja_log_refused") == 0
        assert total(samples, "kinerja_subscription_lag_positions") == 0
        assert total(samples, "kinerja_stopped_partitions") == 0
        assert total(samples, "kinerja_troubles") == 0
        assert total(samples, "process_cpu_seconds_total") > 0
    # The reaction has appended two events, in a group of its own each or one of both.
    assert total(found["reactions"], "kinerja_appended_events_total") == 2
    assert 1 <= total(found["reactions"], "kinerja_append_group_commands_count") <= 2
    assert total(found["reactions"], "kinerja_append_duration_seconds_count") >= 1
    assert total(
        found["reactions"], "kinerja_applied_events_total", subscription="rewards_followup"
    )
    assert total(found["relay"], "kinerja_relayed_events_total") == 2
    assert total(found["api"], "kinerja_appended_events_total") == 0
    applied = {"subscription": "rewards_counts"}
    assert total(found["views"], "kinerja_applied_events_total", **applied) == 2
    assert total(found["views"], "kinerja_applied_delay_seconds_count", **applied) >= 1
    asked = {"route": "/people/{person}/rewards", "method": "GET", "status": "200"}
    assert total(found["api"], "kinerja_http_request_duration_seconds_count", **asked) >= 1


async def test_rules_and_dashboard_ask_for_what_every_process_tells(
    api: Api, measured: Mapping[str, tuple[Member, int]]
) -> None:
    text = " ".join((ASKED_FOR / file).read_text() for file in ("rules.yaml", "dashboard.json"))
    asked = set(re.findall(r"\b(?:kinerja|process)_\w+", text))
    for _, port in measured.values():
        families = await told_by(api, port)
        suffixes = {"counter": ["_total"], "histogram": ["_bucket", "_count", "_sum"]}
        told = {f.name + suffix for f in families for suffix in suffixes.get(f.type, [""])}
        assert asked <= told


@needs_prometheus
async def test_prometheus_itself_answers_the_dashboard_and_sees_a_relay_without_leader(
    api: Api, measured: Mapping[str, tuple[Member, int]], tmp_path: Path
) -> None:
    """How long an alert waits before it fires, tests/observability tries."""
    ports_of = [port for _, port in measured.values()]
    async with scraping(api.http, ports_of, ASKED_FOR / "rules.yaml", tmp_path) as prometheus:
        (answering, _) = measured["api"]
        for _ in range(3):
            await answering.api.see(SERVICE, "/people/worker/rewards", actor="worker")
            await asyncio.sleep(1)
        empty = set[str]()
        for panel in json.loads((ASKED_FOR / "dashboard.json").read_text())["panels"]:
            for target in panel.get("targets", ()):
                asked = target["expr"].replace("$__rate_interval", "10s").replace("$service", ".+")
                if not await prometheus.ask(asked):
                    empty.add(panel["title"])
        assert empty <= AT_REST
        alone = {("KinerjaRelayWithoutLeader", SERVICE), ("KinerjaRoleUnseen", SERVICE)}
        assert not alone & await prometheus.alerts()
        (relay, _) = measured["relay"]
        await relay.kill()
        async with asyncio.timeout(PATIENCE):
            while not alone <= await prometheus.alerts():
                await asyncio.sleep(0.2)


async def test_metrics_are_at_no_other_port_and_nothing_else_is_at_theirs(
    api: Api, measured: Mapping[str, tuple[Member, int]]
) -> None:
    answering, port = measured["api"]
    assert (await answering.api.ask(SERVICE, "GET", "/metrics")).status == 401
    assert (await answering.api.ask(SERVICE, "GET", "/metrics", actor="rival")).status == 404
    for path in ("/status", "/people/colleague/rewards", "/"):
        async with api.http.get(f"http://{ports.HOST}:{port}{path}") as answer:
            assert answer.status == 404
