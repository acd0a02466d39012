"""Carries a log to its Kafka topic, in position order, from one leader.

The leader holds a lease in the log's database and renews it with every step; when it dies or
hangs, the lease runs out and another relay goes on from the place kept beside it. What a stale
leader still sends does no harm: each record names the link before it in its partition, and a subscription
takes only the one that follows what it has applied.

Before it leads, a relay holds the ends of the topic against its log. What the topic lacks is sent again.
Where the topic holds what the log does not, signed by the log's own key, the log is not the one that was
carried (an older backup has been restored): then nothing is sent until somebody has decided.
"""

import asyncio
import math
import os
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import uuid4

import asyncpg
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from contracts.topics import PARTITIONS, partition
from eventlog import chain, faults, metrics, tracing
from eventlog.database import OUTAGE, Connection, Pool
from eventlog.follow import Keys
from eventlog.keys import SigningKey
from eventlog.tasks import end
from eventlog.tips import Tip, Tips, looking

LEASE = 3.0
"""Seconds without a sign of life after which another relay may take over."""

LEAST_PAUSE, MOST_PAUSE = 0.1, 5.0
"""Seconds before another try, doubled until something is carried."""

LOOK = 5.0
"""Seconds between two looks whether the topic still holds what was acknowledged. What is sent tells by itself,
but of its own partition only."""

TOGETHER, BUSY, SMOOTHED = 0.05, 750, 0.5
"""Seconds between two batches while fewer events a second than this are appended, over so many seconds: a
batch costs every reader a fetch, a transaction and a commit, however small it is. What comes after a pause
is carried at once, and busier logs do not wait: their batches are large by themselves."""

BATCH, BATCH_BYTES = 1000, 8 * 1024**2
"""Events read and sent at once: so many, or fewer if their records are large, for a thousand of the
largest would be 900 MB."""

logger = structlog.get_logger(__name__)


class LogHasGap(Exception):
    """The event table lacks a position: it has been tampered with or restored in part."""


class LogContradicted(Exception):
    """The topic holds, signed by the log's own key, what the log does not hold."""


class OwnKeyUnknown(Exception):
    """The key that a relay signs with is not among those of its log, or has been withdrawn: it would find
    nothing of the log on the topic, and nobody would believe what it sends."""


class TopicLacks(Exception):
    """The topic no longer holds what it has acknowledged: it was made anew or cut short."""


class LogWentBack(Exception):
    """The log ends before what has been carried of it."""


class _LeaseLost(Exception):
    pass


class Relay:
    """One candidate for a topic's leadership. `run` until cancelled.

    key   signs what is sent
    keys  all that the log has been signed with
    """

    def __init__(
        self, pool: Pool, kafka: dict[str, object], topic: str, key: SigningKey, keys: Keys
    ) -> None:
        self.pool = pool
        self.kafka = kafka
        self.topic = topic
        self.key, self.keys = key, keys
        self.name = f"{socket.gethostname()}/{os.getpid()}/{uuid4().hex[:6]}"
        self.leading = False
        self.position = 0
        self.failure: str | None = None
        self.refuses: str | None = None
        """Why nobody may carry this log, if so."""
        self._last: list[int] = []
        self._links: list[bytes] = []
        """The ends of the partitions as they have been sent: positions and links."""
        self._offsets: list[int] = []
        """Kafka's last offsets that are acknowledged."""
        self._looked = 0.0
        self._pause = LEAST_PAUSE
        self._batch = BATCH
        self._wake = asyncio.Event()

    async def run(self) -> None:
        while True:
            try:
                await self._lead()
            except _LeaseLost:
                self._send_less()
                logger.warning("relay lost its lease", topic=self.topic, batch=self._batch)
            except Exception as error:  # nothing is carried, and the status says why
                self._send_less()
                self.failure = repr(error)
                metrics.RELAY_FAILURES.inc()
                logger.error("relay waits", topic=self.topic, error=self.failure, pause=self._pause)
                await asyncio.sleep(self._pause)
                self._pause = min(self._pause * 2, MOST_PAUSE)
            finally:
                self.leading = False

    def _send_less(self) -> None:
        # Perhaps a batch took longer to read or to send than the lease lasts: the same again would
        # carry nothing for ever, nor would two relays that took the lease from each other.
        self._batch = max(1, self._batch // 2)

    async def _lead(self) -> None:
        while await self._take_lease() is None:
            self.failure = None  # another leads
            await asyncio.sleep(LEASE / 3)
        producer = AIOKafkaProducer(
            **self.kafka, enable_idempotence=True, acks="all", linger_ms=0, max_batch_size=262_144
        )
        try:
            await producer.start()
            found = len(await producer.partitions_for(self.topic))
            if found != PARTITIONS:
                raise KafkaError(f"{self.topic} has {found} partitions, the contract {PARTITIONS}")
            async with (
                looking(self.kafka, self.topic, self.keys) as tips,
                self.pool.acquire() as connection,
            ):
                # To come here may have taken longer than the lease lasts.
                if (place := await self._take_lease()) is None:
                    return  # another leads by now
                await connection.add_listener("event", self._notice)
                try:
                    async with self._keeping_lease():
                        await self._begin(connection, tips, *place)
                    if await self._take_lease() != place:
                        return  # another has led meanwhile
                    self.leading = True
                    logger.info("relay leads", topic=self.topic, position=self.position)
                    await self._carry_on(connection, producer, tips)
                finally:
                    if connection.is_closed():
                        connection.terminate()  # it would be missed as one that still listens
                    else:
                        await connection.remove_listener("event", self._notice)
        finally:
            await producer.stop()

    @asynccontextmanager
    async def _keeping_lease(self) -> AsyncIterator[None]:
        """Renew the lease meanwhile: a long look at the topic takes longer than it lasts, and of two relays
        each would take it from the other for ever."""

        async def renew() -> None:
            while True:
                await asyncio.sleep(LEASE / 3)
                with suppress(*OUTAGE):  # then it is lost, or the next one is in time
                    await self._take_lease()

        task = asyncio.create_task(renew(), name="lease")
        try:
            yield
        finally:
            await end([task])

    async def _begin(
        self, connection: Connection, tips: Tips, position: int, last: list[int]
    ) -> None:
        """Find where to go on. Raises LogContradicted, OwnKeyUnknown."""
        if self.keys.find(self.key.id) is None:
            raise OwnKeyUnknown(self.key.id)
        self._offsets = [end - 1 for end in await tips.ends()]
        found = await tips.find()
        self.refuses = await self._contradiction(connection, found)
        await connection.execute(
            "update relay set refused = $2 where topic = $1 and refused is distinct from $2",
            self.topic,
            self.refuses,
        )
        if self.refuses:
            raise LogContradicted(self.refuses)
        lost = [tip.position for tip, sent in zip(found, last, strict=True) if tip.position < sent]
        if lost:
            logger.error("topic lacks records", topic=self.topic, after=min(lost), sent=position)
        self.position = min([position, *lost])
        self._last = [tip.position for tip in found]
        self._links = [tip.link for tip in found]
        self._looked = time.monotonic()

    async def _contradiction(self, connection: Connection, tips: list[Tip]) -> str | None:
        """What the topic holds that the log does not, in words."""
        kept = {
            row["position"]: row
            for row in await connection.fetch(
                "select position, subject, record from event where position = any($1)",
                [tip.position for tip in tips],
            )
        }
        told = []
        for number, tip in enumerate(tips):
            row = kept.get(tip.position)
            if tip.position and row is None:
                told.append(
                    f"{self.topic}/{number} holds position {tip.position}, the log does not"
                )
            elif row and tip.link != chain.link(
                tip.after, tip.position, row["subject"].encode(), row["record"]
            ):
                told.append(f"{self.topic}/{number} holds another position {tip.position}")
        return "; ".join(told) or None

    async def _carry_on(
        self, connection: Connection, producer: AIOKafkaProducer, tips: Tips
    ) -> None:
        """Carry what comes, for ever."""
        last, rate = -math.inf, 0.0
        while True:
            self._wake.clear()
            before, began = self.position, time.monotonic()
            more = await self._carry(connection, producer)
            if carried := self.position - before:
                rate += (carried / (began - last) - rate) * min(1, (began - last) / SMOOTHED)
                last = began
            if carried and rate < BUSY:
                await asyncio.sleep(began + TOGETHER - time.monotonic())
            elif not more:
                await self._idle()
            if time.monotonic() > self._looked + LOOK:
                await self._look(tips)

    def _notice(self, *_: object) -> None:
        self._wake.set()

    async def _idle(self) -> None:
        # Half the lease: the lease is renewed even if nothing happens or a notice is lost.
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), LEASE / 2)

    async def _look(self, tips: Tips) -> None:
        for number, ends_at in enumerate(await tips.ends()):
            self._must_hold(number, ends_at)
        self._looked = time.monotonic()

    def _must_hold(self, number: int, end: int) -> None:
        if end <= self._offsets[number]:
            raise TopicLacks(
                f"{self.topic}/{number} ends at offset {end}, after {self._offsets[number]} was there"
            )

    async def _carry(self, connection: Connection, producer: AIOKafkaProducer) -> bool:
        """Send the next batch and move the place; renew the lease. True if there is more.

        All on the connection that listens: if it hangs, that is seen here.
        """
        rows = await connection.fetch(
            # PostgreSQL knows a record's length without reading it.
            "select position, type, subject, record from ("
            "select position, type, subject, record,"
            " sum(octet_length(record)) over w - octet_length(record) as before"
            " from event where position > $1 window w as (order by position rows unbounded preceding)"
            " order by position limit $2) e where before < $3 order by position",
            self.position,
            self._batch,
            BATCH_BYTES,
            timeout=LEASE,
        )
        faults.reach("relay.read")
        rows = self._dense(rows)
        await self._send(producer, rows)
        faults.reach("relay.sent")
        head = await connection.fetchval(
            "update relay set position = $3, last = $4, lease_until = now() + $5 * interval '1 second'"
            " where topic = $1 and leader = $2 returning (select position from head)",
            self.topic,
            self.name,
            self.position + len(rows),
            self._last,
            LEASE,
            timeout=LEASE,
        )
        if head is None:
            raise _LeaseLost
        self.position += len(rows)
        metrics.RELAYED.inc(len(rows))
        if head < self.position:
            raise LogWentBack(f"the log ends at {head}, after {self.position} has been carried")
        self.failure, self._pause = None, LEAST_PAUSE
        self._batch = min(BATCH, self._batch * 2)
        faults.reach("relay.placed")
        return bool(head > self.position)

    async def _send(self, producer: AIOKafkaProducer, rows: list[asyncpg.Record]) -> None:
        """Send what the topic has not got yet, and wait until Kafka has it."""
        began = tracing.now()
        due = [
            (to, row)
            for row in rows
            if row["position"] > self._last[to := partition(row["subject"])]
        ]
        ends = {to: number for number, (to, _) in enumerate(due)}
        last, links = list(self._last), list(self._links)
        acknowledgements = []
        for number, (to, row) in enumerate(due):
            key, position = row["subject"].encode(), row["position"]
            headers = chain.headers(row["type"], position, links[to])
            last[to] = position
            links[to] = chain.link(links[to], position, key, row["record"])
            if ends[to] == number:
                headers += chain.signature(self.key, self.topic, to, links[to])
            acknowledgements.append(
                await producer.send(
                    self.topic, row["record"], key=key, partition=to, headers=headers
                )
            )
        for metadata in await asyncio.gather(*acknowledgements):
            self._must_hold(metadata.partition, metadata.offset)
            self._offsets[metadata.partition] = metadata.offset
        self._last, self._links = last, links
        tracing.relayed(self.topic, ((row["position"], row["record"]) for _, row in due), began)

    def _dense(self, rows: list[asyncpg.Record]) -> list[asyncpg.Record]:
        """Those in front of a gap. Raises LogHasGap if it comes first: what precedes it is then
        carried and placed, and not sent again with every try."""
        for number, row in enumerate(rows):
            if row["position"] != self.position + 1 + number:
                if number == 0:
                    raise LogHasGap(f"position {self.position + 1} is missing from the log")
                return rows[:number]
        return rows

    async def _take_lease(self) -> tuple[int, list[int]] | None:
        row = await self.pool.fetchrow(
            "insert into relay (topic, leader, lease_until, position, last)"
            " values ($1, $2, now() + $3 * interval '1 second', 0, $4)"
            " on conflict (topic) do update set leader = excluded.leader,"
            " lease_until = excluded.lease_until"
            " where relay.lease_until < now() or relay.leader = excluded.leader"
            # A lease that ends well behind one taken now is of a clock that has been set back. (A little
            # later may be a leader's that was renewed while this waited for the row.)
            " or relay.lease_until > excluded.lease_until + $3 * interval '1 second'"
            " returning position, last",
            self.topic,
            self.name,
            LEASE,
            [0] * PARTITIONS,
            timeout=LEASE,
        )
        if row is None:
            self.refuses = await self.pool.fetchval(
                "select refused from relay where topic = $1", self.topic, timeout=LEASE
            )
            return None
        return row["position"], list(row["last"])

    async def resign(self) -> None:
        """Give up the lease at a clean stop, so that another may lead at once."""
        await self.pool.execute(
            "update relay set lease_until = now() where topic = $1 and leader = $2",
            self.topic,
            self.name,
        )
