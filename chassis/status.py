"""What a service tells of itself to whoever asks: figures and troubles, without persons or streams."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import UTC, datetime
from statistics import quantiles
from typing import Any, Generic, TypeVar

from chassis import counts
from chassis.heads import Head
from chassis.runtime import Position, Runtime
from contracts.topics import service_of, topic
from eventlog.feed import Feed
from eventlog.health import kind
from eventlog.lag import lag
from eventlog.places import places_of, read_stopped

T = TypeVar("T")

FRESH = 1.0
"""Seconds for which one answer is everybody's."""


LATEST = 20
"""Offsets of foreign records that are told of a partition."""


class Shared(Generic[T]):
    """Asks once for all who come meanwhile, and for who comes within `fresh` seconds."""

    def __init__(self, ask: Callable[[], Awaitable[T]], fresh: float = FRESH) -> None:
        self._ask = ask
        self._fresh = fresh
        self._asked: asyncio.Future[T] | None = None
        self._at = 0.0

    async def answer(self) -> T:
        if self._asked is None or (
            self._asked.done() and time.monotonic() >= self._at + self._fresh
        ):
            self._at = time.monotonic()
            self._asked = asyncio.ensure_future(self._ask())
        return await asyncio.shield(self._asked)  # who goes away takes it from nobody


async def told(runtime: Runtime) -> dict[str, Any]:
    """Times in seconds, lags in positions of the logs; `at` is when it was asked for.

    led                whether some process carries the log
    refused            whether none may
    unrelayed_seconds  age of the oldest event that has not been carried; 0 if there is none
    unsigned_seconds   age of the oldest event that no checkpoint covers; 0 if there is none
    heads              the last position of each log that feeds the service, null where its owner cannot be
                       asked: then the lags behind it are null, too
    """
    name, at = runtime.service.name, datetime.now(UTC)
    heads = await runtime.heads.of(sorted(map(service_of, runtime.service.topics)))
    log = await runtime.pool.fetchrow(_LOG, topic(name))
    assert log
    return {
        "service": name,
        "at": at,
        "position": log["position"],
        "relayed": log["relayed"],
        "led": log["led"],
        "refused": log["refused"],
        "unrelayed_seconds": log["unrelayed_seconds"],
        "unsigned_seconds": log["unsigned_seconds"],
        # Everything that has been sent so far, as a request can wait for it.
        "at_least": ",".join(
            str(Position(name, number, last)) for number, last in enumerate(log["last"])
        ),
        "events": await counts.by_type(runtime.pool),
        "stopped": [
            {
                "subscription": row["subscription"],
                "topic": row["topic"],
                "partition": row["partition"],
                "offset": row["at_offset"],
                "since": row["since"],
                "error": kind(row["reason"]),
            }
            for row in await read_stopped(runtime.pool)
        ],
        "foreign": [row for feed in runtime.feeds for row in _foreign(feed)],
        "trouble": trouble(runtime),
        "heads": {each: max(head.partitions) if head else None for each, head in heads.items()},
        "subscriptions": await _subscriptions(runtime, heads),
    }


_LOG = """
with log as (
    select head.position, coalesce(relay.position, 0) as relayed, coalesce(relay.last, '{}') as last,
        coalesce(relay.lease_until > now(), false) as led, relay.refused is not null as refused,
        coalesce((select max(position) from checkpoint), 0) as signed
    from head left join relay on relay.topic = $1)
select log.*, coalesce(extract(epoch from clock_timestamp() - unrelayed.recorded), 0)::float
    as unrelayed_seconds,
    coalesce(extract(epoch from clock_timestamp() - unsigned.recorded), 0)::float as unsigned_seconds
from log left join event unrelayed on unrelayed.position = log.relayed + 1
    left join event unsigned on unsigned.position = log.signed + 1"""


async def _subscriptions(
    runtime: Runtime, heads: Mapping[str, Head | None]
) -> dict[str, dict[str, Any]]:
    """Of all processes the lags, and of this one the latencies. The places are read after the heads, so that
    what was there then is either applied or behind them."""
    places = await places_of(runtime.pool, [each.name for each in runtime.effects])
    ends = {topic(each): head.partitions if head else None for each, head in heads.items()}
    here = {each.name: each.health.latencies for each in runtime.subscriptions}
    return {
        each.name: {
            "lag": lag({of: ends[of] for of in each.topics}, places[each.name]),
            "latency": _latency(here.get(each.name, ())),
        }
        for each in runtime.effects
    }


def trouble(runtime: Runtime) -> dict[str, list[str]]:
    """By subscription, and of the relay, why it does not keep up in this process."""
    found = {each.name: why for each in runtime.subscriptions if (why := each.trouble())}
    if runtime.relay and runtime.relay.failure:
        found["relay"] = [kind(runtime.relay.failure)]
    return found


def _foreign(feed: Feed) -> Iterator[dict[str, Any]]:
    """What lies in the topics and is not their logs': passed over, or not proven by anything yet."""
    unproven, foreign = feed.prover.unproven(), feed.account.foreign
    for tp in sorted(foreign.keys() | unproven.keys()):
        if (offsets := foreign.get(tp)) or tp in unproven:
            yield {
                "feed": feed.name,
                "topic": tp.topic,
                "partition": tp.partition,
                "count": len(offsets or ()),
                "offsets": sorted(offsets or ())[-LATEST:],
                "unproven": unproven.get(tp, 0),
            }


def _latency(seconds: Any) -> dict[str, float | int]:
    """Median and 99th percentile from recorded to applied, of the latest events."""
    kept = list(seconds)
    if len(kept) < 2:
        return {"events": len(kept)}
    cuts = quantiles(kept, n=100)
    return {"events": len(kept), "p50": cuts[49], "p99": cuts[98]}
