"""What a process tells Prometheus, on a port of its own (`METRICS_PORT`), which nothing else answers on.

The kernel's counters (`eventlog.metrics`), HTTP's, and what `/status` tells anybody, asked for when
somebody looks. The service's name is on every sample, so that rules need nothing of how it is scraped.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from itertools import chain
from typing import Any

import structlog
from aiohttp import web
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.door import OPEN
from chassis.settings import Listening

Told = Mapping[str, Any]
"""What `/status` tells (`chassis.status`)."""

REQUESTS = Histogram(
    "kinerja_http_request_duration_seconds",
    "From a request's head to its answer's end, but for what is open to anybody",
    ("method", "route", "status"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

logger = structlog.get_logger(__name__)


class Measured:
    """ASGI middleware, outside of all that answers. A route is told as it is declared, and what matches
    none as "": so there are only so many, whatever is asked for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in OPEN:
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noting)
        finally:
            method = method_of(scope)
            took = time.perf_counter() - began
            REQUESTS.labels(method, route_of(scope), status).observe(took)


def method_of(scope: Scope) -> str:
    """So that there are only so many: a request may say anything."""
    return scope["method"] if scope["method"] in METHODS else "OTHER"


def route_of(scope: Scope) -> str:
    """The path of the route that has answered, as it is declared; empty if none has."""
    return getattr(scope.get("route"), "path", "")


@asynccontextmanager
async def served(
    at: Listening,
    service: str,
    roles: Iterable[str],
    ask: Callable[[], Awaitable[Told]] | None = None,
) -> AsyncIterator[None]:
    """Meanwhile answer `GET /metrics` at the port that the settings say, if they do. `ask` is asked for
    the service's status; what it raises is told as `kinerja_status_up 0`."""
    if at.metrics_port is None:
        yield
        return

    being = _by(
        "kinerja_process", "This process, by what it does", {(r,): 1 for r in roles}, "role"
    )

    async def metrics(_: web.Request) -> web.Response:
        told = [] if ask is None else await _gauges(ask)
        text = generate_latest(_Labelled(service, [being, *told]))
        return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.router.add_get("/metrics", metrics)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, at.host, at.metrics_port).start()
        yield
    finally:
        await runner.cleanup()


class _Labelled(CollectorRegistry):
    """All that this process counts, and what it has been told, with the service's name."""

    def __init__(self, service: str, told: Iterable[Metric]) -> None:
        super().__init__()
        self._service, self._told = service, told

    def collect(self) -> Iterable[Metric]:
        for family in chain(REGISTRY.collect(), self._told):
            family.samples = [
                each._replace(labels={"service": self._service, **each.labels})
                for each in family.samples
            ]
            yield family


async def _gauges(ask: Callable[[], Awaitable[Told]]) -> list[Metric]:
    try:
        told = await ask()
    except Exception as error:  # whatever it is: what the process has counted is told all the same
        logger.warning("status cannot be told", error=repr(error))
        return [GaugeMetricFamily("kinerja_status_up", _UP, 0)]
    return [GaugeMetricFamily("kinerja_status_up", _UP, 1), *gauges(told)]


_UP = "Whether the process can say how the service is: 0 while it starts, or its database is away"

_SINGLE = {
    "position": ("kinerja_log_position", "The log's last position"),
    "relayed": ("kinerja_relay_position", "The last position that has been carried to the topic"),
    "led": ("kinerja_relay_led", "Whether some process carries the log"),
    "refused": (
        "kinerja_log_refused",
        "Whether the topic holds what the log does not, so that nothing is carried",
    ),
    "unrelayed_seconds": (
        "kinerja_relay_lag_seconds",
        "Age of the oldest event that has not been carried; 0 if all have",
    ),
    "unsigned_seconds": (
        "kinerja_checkpoint_lag_seconds",
        "Age of the oldest event that no checkpoint covers; 0 if all are covered",
    ),
}


def gauges(told: Told) -> Iterable[Metric]:
    """Of the whole service, whichever process tells it, but for what lies in the topics that is not the
    logs' and the troubles: those are the process's."""
    for key, (name, about) in _SINGLE.items():
        yield GaugeMetricFamily(name, about, float(told[key]))
    yield GaugeMetricFamily(
        "kinerja_relay_lag_events",
        "Events that have not been carried to the topic",
        told["position"] - told["relayed"],
    )
    known = {name: each["lag"] for name, each in told["subscriptions"].items()}
    yield _by(
        "kinerja_subscription_lag_positions",
        "Positions of its logs that a view or reaction is behind; of none whose head is not known",
        {(name,): lag for name, lag in known.items() if lag is not None},
        "subscription",
    )
    stopped = dict.fromkeys(known, 0)
    for each in told["stopped"]:
        stopped[each["subscription"]] = stopped.get(each["subscription"], 0) + 1
    yield _by(
        "kinerja_stopped_partitions",
        "Partitions that a view or reaction does not get past",
        {(name,): count for name, count in stopped.items()},
        "subscription",
    )
    of = dict.fromkeys([*known, "relay"], 0) | {n: len(t) for n, t in told["trouble"].items()}
    yield _by(
        "kinerja_troubles",
        "Reasons why a view, a reaction or the relay does not keep up in this process",
        {(name,): count for name, count in of.items()},
        "subscription",
    )
    for name, key, about in (
        ("foreign", "count", "that have been passed over: their log has not signed them"),
        ("unproven", "unproven", "that nothing proves yet"),
    ):
        yield _by(
            f"kinerja_{name}_records",
            f"Records in a partition {about}",
            {(e["feed"], e["topic"], str(e["partition"])): e[key] for e in told["foreign"]},
            "feed",
            "topic",
            "partition",
        )


def _by(name: str, about: str, values: Mapping[tuple[str, ...], float], *labels: str) -> Metric:
    family = GaugeMetricFamily(name, about, labels=labels)
    for of, value in values.items():
        family.add_metric(of, value)
    return family
