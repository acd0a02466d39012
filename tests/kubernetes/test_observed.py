"""An installation as its platform sees it: by a Prometheus, told of the pods by what the chart writes on them, and by
OpenTelemetry's collector, through the network's policies."""

import json
from collections import defaultdict
from typing import Any
from urllib.parse import quote

import pytest

from contracts.catalogue import SERVICES
from tests.kubernetes.cluster import until
from tests.kubernetes.installation import Installation

pytestmark = [pytest.mark.timeout(900), pytest.mark.usefixtures("lived")]

GET = """
import sys, urllib.request
print(urllib.request.urlopen(sys.argv[1]).read().decode())
"""


def told(installation: Installation, path: str) -> Any:
    """What Prometheus answers (https://prometheus.io/docs/prometheus/latest/querying/api)."""
    url = f"http://prometheus:9090/api/v1/{path}"
    return json.loads(installation.cluster.python("deployment/client", "-c", GET, url))["data"]


def values(installation: Installation, query: str) -> dict[tuple[str, ...], float]:
    """By the values of the labels, but for the metric's name."""
    found = told(installation, f"query?query={quote(query)}")["result"]
    return {
        tuple(value for label, value in each["metric"].items() if label != "__name__"): float(
            each["value"][1]
        )
        for each in found
    }


def tell(installation: Installation) -> set[str]:
    """Prometheus of the pods that are to be scraped; and their names."""
    cluster, marked = installation.cluster, dict[str, Any]()
    for pod in cluster.items("pods", "--field-selector=status.phase=Running"):
        said = pod["metadata"].get("annotations", {})
        if said.get("prometheus.io/scrape") == "true":
            name = pod["metadata"]["name"]
            at = f"{pod['status']['podIP']}:{said['prometheus.io/port']}"
            labels = {"pod": name, "__metrics_path__": said["prometheus.io/path"]}
            marked[name] = {"targets": [at], "labels": labels}
    write = 'printf %s "$1" >/tmp/targets.json'
    cluster.execute(
        "deployment/prometheus", "sh", "-c", write, "sh", json.dumps([*marked.values()])
    )
    return {*marked}


def test_every_process_is_scraped(installation: Installation) -> None:
    ours = installation.cluster.items(
        "pods",
        "--selector=app.kubernetes.io/name=kinerja",
        "--field-selector=status.phase=Running",
    )
    pods = tell(installation)
    assert pods == {each["metadata"]["name"] for each in ours}

    def scraped() -> bool:
        return values(installation, "max by (pod) (up)") == {(pod,): 1.0 for pod in pods}

    until(scraped, "each pod is up", 120)
    appended = values(installation, "sum by (service) (kinerja_appended_events_total)")
    assert {service for (service,), count in appended.items() if count} == {*SERVICES}


def test_the_rules_are_taken_and_none_of_them_wakes_anybody(installation: Installation) -> None:
    groups = told(installation, "rules")["groups"]
    rules = [each for group in groups for each in group["rules"]]
    assert {each["health"] for each in rules} == {"ok"}
    firing = "ALERTS{alertstate='firing',severity='critical'}"
    until(lambda: not values(installation, firing), "what the start has set off is over", 120)


def test_one_trace_goes_through_several_services(installation: Installation) -> None:
    """From a command of planning's to the views of those who read it."""

    def whole() -> set[str]:
        return next((each for each in services_of_traces(installation) if len(each) > 2), set())

    assert until(whole, "a trace of three services", 120) <= {*SERVICES, "console"}


def services_of_traces(installation: Installation) -> list[set[str]]:
    """Of each trace that the collector has printed, the services that took part."""
    found = defaultdict[str, set[str]](set)
    service = ""
    printed = installation.cluster.kubectl("logs", "deployment/collector", "--tail=100000")
    for line in printed.splitlines():
        if "service.name: Str(" in line:
            service = line.rpartition("Str(")[2].rstrip(")")
        elif line.strip().startswith("Trace ID"):
            found[line.rpartition(":")[2].strip()].add(service)
    return [*found.values()]
