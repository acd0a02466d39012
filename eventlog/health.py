"""The condition of a subscription, told in words."""

import math
import re
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from contracts.event import Recorded
from eventlog import metrics

logger = structlog.get_logger(__name__)


def kind(error: str) -> str:
    """The class of an error that was told in words: these may name a stream, and are for the log."""
    return re.split(r"\W", error, maxsplit=1)[0]


class Health:
    """The condition of one subscription in this process. Times are of the monotonic clock."""

    def __init__(self, subscription: str) -> None:
        self.subscription = subscription
        self.stopped: dict[TopicPartition, str] = {}
        """Why each partition is stopped. Kept during a retry; removed when the partition advances."""
        self.early: dict[TopicPartition, str] = {}
        """The record that each partition brought before its predecessor."""
        self.batches: dict[object, float] = {}
        """Since when each batch is in work: the feed's, and one of those that follow apart."""
        self.apart: str | None = None
        """Why it cannot read what it follows apart."""
        self.seeking_since: float | None = None
        self.assigned_at = math.inf
        """By the clock on the wall, as Kafka's client tells of its polls."""
        self.moved: dict[TopicPartition, float] = {}
        self.behind_since: dict[TopicPartition, float] = {}
        self.without_since: float | None = -math.inf
        """When this member lost its assignment; None once assigned, even if to no partition."""
        self.latencies: deque[float] = deque(maxlen=20_000)
        """Seconds from recorded in the source's log to committed here, of the latest events."""
        self._applied = metrics.APPLIED.labels(subscription)
        self._delay = metrics.APPLIED_SECONDS.labels(subscription)

    @contextmanager
    def busy(self) -> Iterator[None]:
        """While one batch is in work."""
        batch = object()
        self.batches[batch] = time.monotonic()
        try:
            yield
        finally:
            del self.batches[batch]

    def note_applied(
        self,
        moved: Iterable[TopicPartition],
        events: Sequence[Recorded],
    ) -> None:
        """Take note of a commit: what has moved on, how long the events took."""
        for tp in moved:
            self.stopped.pop(tp, None)
            self.moved[tp] = time.monotonic()
        if not events:
            return
        now = datetime.now(UTC)
        latencies = [(now - event.recorded).total_seconds() for event in events]
        self.latencies.extend(latencies)
        self._applied.inc(len(latencies))
        self._delay.observe(max(latencies))

    def note_early(self, tp: TopicPartition, early: str | None) -> None:
        """Take note of what a partition brought before its predecessor; None: all has come."""
        if early is None:
            self.early.pop(tp, None)
        elif self.early.get(tp) != early:
            self.early[tp] = early
            logger.error(
                "event too early", subscription=self.subscription, topic=tp.topic, why=early
            )

    def trouble(
        self,
        consumer: AIOKafkaConsumer | None,
        unread: Mapping[TopicPartition, int],
        patience: float,
    ) -> list[str]:
        """Reasons, in words for anybody, why the subscription is not keeping up; empty if it is.

        unread    records that it could read from Kafka, by each partition that should be polled
        patience  seconds that anything may take
        """
        found = [
            f"{tp.topic}/{tp.partition} stopped: {kind(why)}" for tp, why in self.stopped.items()
        ]
        found += [f"{tp.topic}/{tp.partition} waits for what precedes it" for tp in self.early]
        now = time.monotonic()
        if self.batches and now - min(self.batches.values()) > patience:
            found.append(f"busy with one batch for more than {patience:g} s")
        if consumer is None:
            return [*found, "not started"]
        if self.seeking_since and now - self.seeking_since > patience:
            found.append(f"has not learnt its places for more than {patience:g} s")
        if self.without_since is not None and now - self.without_since > patience:
            found.append("its consumer group has assigned it nothing yet")
        if self.apart:
            found.append(f"follows apart, but cannot read: {kind(self.apart)}")
        self.behind_since = {tp: self.behind_since.get(tp, now) for tp, n in unread.items() if n}
        standing = sum(
            unread[tp]
            for tp, since in self.behind_since.items()
            if now - max(since, self.moved.get(tp, since)) > patience
        )
        if standing:
            found.append(f"{standing} behind and not moving for more than {patience:g} s")
        for tp in unread:
            last = (consumer.last_poll_timestamp(tp) or 0) / 1000 or self.assigned_at
            if time.time() - last > patience and not self.batches:
                found.append(f"{tp.topic}/{tp.partition} not polled for more than {patience:g} s")
        return found
