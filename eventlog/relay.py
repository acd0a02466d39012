"""Carries a log to its Kafka topic, in position order, from one leader.

The leader holds a lease in the log's database and renews it with every step; when it dies or
hangs, the lease runs out and another relay goes on from the place kept beside it. What a stale
leader still sends does no harm: each record names the position before it in its partition, and
a subscription takes only the one that follows what it has applied.
"""

import asyncio
import os
import socket
from uuid import uuid4

import asyncpg
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from contracts.topics import PARTITIONS, partition
from eventlog import faults
from eventlog.database import Pool

LEASE = 3.0
"""Seconds without a sign of life after which another relay may take over."""

LEAST_PAUSE, MOST_PAUSE = 0.1, 5.0
"""Seconds before another try, doubled until something is carried."""

BATCH, BATCH_BYTES = 1000, 8 * 1024**2
"""Events read and sent at once: so many, or fewer if their records are large, for a thousand of the
largest would be 900 MB."""

logger = structlog.get_logger(__name__)


class LogHasGap(Exception):
    """The event table lacks a position: it has been tampered with or restored in part."""


class _LeaseLost(Exception):
    pass


class Relay:
    """One candidate for a topic's leadership. `run` until cancelled."""

    def __init__(self, pool: Pool, kafka: dict[str, object], topic: str) -> None:
        self.pool = pool
        self.kafka = kafka
        self.topic = topic
        self.name = f"{socket.gethostname()}/{os.getpid()}/{uuid4().hex[:6]}"
        self.leading = False
        self.position = 0
        self.failure: str | None = None
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
            except (
                Exception
            ) as error:  # whatever it is: nothing is carried, and the status says why
                self._send_less()
                self.failure = repr(error)
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
        while (place := await self._take_lease()) is None:
            self.failure = None  # another leads
            await asyncio.sleep(LEASE / 3)
        self.position, last = place
        producer = AIOKafkaProducer(
            **self.kafka, enable_idempotence=True, acks="all", linger_ms=0, max_batch_size=262_144
        )
        try:
            await producer.start()
            found = len(await producer.partitions_for(self.topic))
            if found != PARTITIONS:
                raise KafkaError(f"{self.topic} has {found} partitions, the contract {PARTITIONS}")
            async with self.pool.acquire() as listener:
                await listener.add_listener("event", self._notice)
                self.leading = True
                logger.info("relay leads", topic=self.topic, position=self.position)
                try:
                    while True:
                        if listener.is_closed():
                            raise ConnectionError("the connection that listens is gone")
                        self._wake.clear()
                        if not await self._carry(producer, last):
                            await self._idle()
                finally:
                    if not listener.is_closed():
                        await listener.remove_listener("event", self._notice)
        finally:
            await producer.stop()

    def _notice(self, *_: object) -> None:
        self._wake.set()

    async def _idle(self) -> None:
        # Half the lease: the lease is renewed even if nothing happens or a notice is lost.
        try:
            await asyncio.wait_for(self._wake.wait(), LEASE / 2)
        except TimeoutError:
            pass

    async def _carry(self, producer: AIOKafkaProducer, last: list[int]) -> bool:
        """Send the next batch and move the place; renew the lease. True if there was one."""
        rows = await self.pool.fetch(
            # PostgreSQL knows a record's length without reading it.
            "select position, type, subject, record, hash from ("
            "select position, type, subject, record, hash,"
            " sum(octet_length(record)) over w - octet_length(record) as before"
            " from event where position > $1 window w as (order by position rows unbounded preceding)"
            " order by position limit $2) e where before < $3 order by position",
            self.position,
            self._batch,
            BATCH_BYTES,
            timeout=LEASE,
        )
        faults.reach("relay.read")
        acknowledgements = []
        rows = self._dense(rows)
        for expected, row in enumerate(rows, start=self.position + 1):
            to = partition(row["subject"])
            acknowledgements.append(
                await producer.send(
                    self.topic,
                    row["record"],
                    key=row["subject"].encode(),
                    partition=to,
                    headers=[
                        ("type", row["type"].encode()),
                        ("position", b"%d" % expected),
                        ("previous", b"%d" % last[to]),
                        ("hash", row["hash"]),
                    ],
                )
            )
            last[to] = expected
        if acknowledgements:
            await asyncio.gather(*acknowledgements)
        faults.reach("relay.sent")
        moved = await self.pool.fetchval(
            "update relay set position = $3, last = $4, lease_until = now() + $5 * interval '1 second'"
            " where topic = $1 and leader = $2 returning true",
            self.topic,
            self.name,
            self.position + len(rows),
            last,
            LEASE,
            timeout=LEASE,
        )
        if not moved:
            raise _LeaseLost
        self.position += len(rows)
        self.failure, self._pause = None, LEAST_PAUSE
        self._batch = min(BATCH, self._batch * 2)
        faults.reach("relay.placed")
        return bool(rows)

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
            "insert into relay values ($1, $2, now() + $3 * interval '1 second', 0, $4)"
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
        return (row["position"], list(row["last"])) if row else None

    async def resign(self) -> None:
        """Give up the lease at a clean stop, so that another may lead at once."""
        await self.pool.execute(
            "update relay set lease_until = now() where topic = $1 and leader = $2",
            self.topic,
            self.name,
        )
