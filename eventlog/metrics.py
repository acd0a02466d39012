"""What the kernel counts for Prometheus: once a group, poll or batch, never once an event.

Gauges are no part of it: what a service can be asked for at any time (`/status`) is asked for when
somebody looks (`chassis.metrics`).
"""

from prometheus_client import Counter, Histogram, disable_created_metrics

disable_created_metrics()  # type: ignore[no-untyped-call]  # else a third of all lines is when counting began

APPENDED = Counter("kinerja_appended_events", "Events that this process has appended to the log")
APPEND_GROUP = Histogram(
    "kinerja_append_group_commands",
    "Commands that shared one transaction",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000),
)
APPEND_SECONDS = Histogram(
    "kinerja_append_duration_seconds",
    "From a group's sending to its commit, outages that it waited out included",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
RELAYED = Counter("kinerja_relayed_events", "Events that this process has carried to the topic")
RELAY_FAILURES = Counter(
    "kinerja_relay_failures", "Tries to lead or to carry that have failed in this process"
)
APPLIED = Counter(
    "kinerja_applied_events", "Events that a view or reaction has taken", ("subscription",)
)
APPLIED_SECONDS = Histogram(
    "kinerja_applied_delay_seconds",
    "From recorded in the source's log to applied, of each batch's oldest event",
    ("subscription",),
    buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600),
)
WAITS = Counter(
    "kinerja_subscription_waits",
    "Batches that failed for a reason that passes, and are tried again",
    ("subscription",),
)
STOPS = Counter(
    "kinerja_partition_stops",
    "Events that a view or reaction could not apply, so that a partition stands",
    ("subscription",),
)
REACTION_FAILURES = Counter(
    "kinerja_reaction_failures",
    "Tries of a reaction to answer events that have failed",
    ("reaction",),
)
