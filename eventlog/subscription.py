"""Takes events from Kafka and applies them, exactly once in effect.

The place (next offset, last position) of every partition is kept in the consumer's own database
and moves in the transaction of the effect; on assignment the consumer seeks there. Each record
names the position before it in its partition (`previous`), so that a record is either the next
one, a duplicate (dropped), or too early (left for the relay to send again, loudly). What is lost in
this process shows in Kafka's offsets, which follow each other, and is read again.
"""

import asyncio
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

import asyncpg
import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage

from contracts.event import Event, MalformedRecord, Recorded
from eventlog import faults
from eventlog.database import OUTAGE, Connection, Pool
from eventlog.log import LogUnavailable, StaleVersion

logger = structlog.get_logger(__name__)


class Effect(Protocol):
    """What a subscription does about events.

    name     of the subscription and its consumer group; no other has it
    topics   where the events come from
    version  of the tables that it keeps, if it keeps any: it waits while they are of another, for
             programs of two versions are at work while one takes the other's place
    apply    in the transaction that moves the place
    """

    @property
    def name(self) -> str: ...
    @property
    def topics(self) -> tuple[str, ...]: ...
    @property
    def version(self) -> int | None: ...
    async def apply(self, connection: Connection, events: Sequence[Recorded]) -> None: ...


class NotYet(Exception):
    """An effect needs something that is not here yet; it is tried again, and the subscription waits
    meanwhile: so it must not be something that the same subscription brings."""


TRANSIENT = (*OUTAGE, asyncpg.TransactionRollbackError, LogUnavailable, StaleVersion, NotYet)
"""What is no fault of the event: an outage, a deadlock that PostgreSQL broke, a stream that kept
moving under a reaction, something that has not arrived."""


class VersionGap(Exception):
    """A stream's events do not follow each other: its log is damaged."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far a partition has been applied: Kafka's next offset, the log's last position."""

    next_offset: int
    position: int


async def read_places(
    database: Pool | Connection, subscription: str
) -> dict[TopicPartition, Place]:
    """A subscription's places, of the partitions of which it has applied anything."""
    rows = await database.fetch(
        "select topic, partition, next_offset, position from place where subscription = $1",
        subscription,
    )
    return _places(rows)


async def lock_places(
    connection: Connection, subscription: str, partitions: Iterable[TopicPartition]
) -> dict[TopicPartition, Place]:
    """The places of these partitions, made where there are none yet: they stand still until the
    transaction ends. Everybody locks them here, in one order."""
    tps = sorted(partitions)
    rows = await connection.fetch(
        "insert into place select $1, *, 0, 0 from unnest($2::text[], $3::int[])"
        " on conflict (subscription, topic, partition) do update set position = place.position"
        " returning topic, partition, next_offset, position",
        subscription,
        [tp.topic for tp in tps],
        [tp.partition for tp in tps],
    )
    return _places(rows)


async def read_stopped(database: Pool | Connection) -> list[asyncpg.Record]:
    """Where the subscriptions of a database stand: the rows of `stopped`, but for those that a place
    has passed, written late by a member that had lost the partition meanwhile."""
    rows: list[asyncpg.Record] = await database.fetch(
        "select s.* from stopped s left join place p using (subscription, topic, partition)"
        " where coalesce(p.next_offset, 0) <= s.at_offset"
    )
    return rows


def _places(rows: Sequence[asyncpg.Record]) -> dict[TopicPartition, Place]:
    return {
        TopicPartition(row["topic"], row["partition"]): Place(row["next_offset"], row["position"])
        for row in rows
    }


class Followed(NamedTuple):
    """What some records of a partition came to.

    events    each the next of the one before it
    position  the last one's, or the given one
    settled   how many records, from the first, need not be read again
    early     what came too early behind those, if anything did
    """

    events: list[Recorded]
    position: int
    settled: int
    early: str | None


def follow(
    records: Sequence[ConsumerRecord],
    position: int,
    models: dict[str, type[Event]],
    early: str | None = None,
) -> Followed:
    """The events of one partition's records that follow `position`; `early` as it was before them.

    Duplicates (sent again by a relay that did not know it had sent them) are dropped. One that
    is too early has lost its predecessor on the way; the relay, which waits for every
    acknowledgement, will send both again. Until then it is not settled: who starts anew finds it
    again, and tells of it. Raises MalformedRecord.
    """
    events, settled = list[Recorded](), 0
    for number, record in enumerate(records, start=1):
        headers = dict(record.headers)
        try:
            at, previous = int(headers["position"]), int(headers["previous"])
        except (KeyError, ValueError) as error:
            raise MalformedRecord(f"not written by a relay: {error!r}") from None
        if at > position and previous != position:
            early = f"position {at} follows {previous}, but only {position} is applied"
            continue
        if at > position:
            events.append(Recorded(record.value, at, models))
            position, early = at, None
        if early is None:
            settled = number
    return Followed(events, position, settled, early)


_SETTLE = """
with moved as (
    select * from unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[])
        as m (topic, partition, next_offset, position)
), placed as (
    update place p set next_offset = m.next_offset, position = m.position from moved m
    where p.subscription = $1 and p.topic = m.topic and p.partition = m.partition
), freed as (
    delete from stopped s using moved m
    where s.subscription = $1 and s.topic = m.topic and s.partition = m.partition
), counted as (
    insert into seen select $1, * from unnest($6::text[], $7::int[])
    on conflict (subscription, stream) do update set version = excluded.version
)
select coalesce(array_agg(stream), '{}'), coalesce(array_agg(version), '{}'),
    (select version from view_version where view = $1)
from seen where subscription = $1 and stream = any($6)
"""


class Subscription:
    """One member of an effect's consumer group."""

    def __init__(self, effect: Effect, pool: Pool, models: dict[str, type[Event]]) -> None:
        self.effect = effect
        self.name, self.apply = effect.name, effect.apply
        self.pool = pool
        self.models = models
        self.consumer: Callable[[], AIOKafkaConsumer | None] = lambda: None
        self.standing: set[TopicPartition] = set()
        self.stopped: dict[TopicPartition, str] = {}
        """Why partitions stand, or stood when last tried: told until one has moved on."""
        self.early: dict[TopicPartition, str] = {}
        self.busy_since: float | None = None
        self.seeking_since: float | None = None
        self.moved = time.monotonic()
        self.behind_since: float | None = None
        self.assigned: set[TopicPartition] = set()
        self.without_since: float | None = -math.inf
        """Since when the group has not said which partitions are this member's, perhaps none."""
        self.places: dict[TopicPartition, Place] = {}
        self.next: dict[TopicPartition, int] = {}
        """The offset that each partition should bring next."""
        self.missed: dict[TopicPartition, int] = {}
        """The one from which a partition was last read again."""
        self.latencies: deque[float] = deque(maxlen=20_000)
        """Seconds from recorded in the source's log to committed here, of the latest events."""

    def attach(self, broker: KafkaBroker) -> None:
        """Register with FastStream. MANUAL and never acknowledged: Kafka's own offsets are not
        the place, and each of FastStream's other policies loses or spins on a failure."""
        subscriber: Any = broker.subscriber(
            *self.effect.topics,
            batch=True,
            group_id=self.name,
            ack_policy=AckPolicy.MANUAL,
            auto_offset_reset="earliest",
            batch_timeout_ms=10,
            max_records=2000,
            session_timeout_ms=6000,
            heartbeat_interval_ms=1000,
            # Waiting out a database is no reason to leave the group, and aiokafka's consumer does not
            # always come back from it. A process that hangs sends no heartbeats.
            max_poll_interval_ms=2**31 - 1,
            listener=_Listener(self),
            # The record's own bytes are what is read: no decoding or header maps on the way.
            parser=lambda records: KafkaMessage(
                body=b"", raw_message=records, consumer=subscriber.consumer
            ),
            decoder=lambda message: message.raw_message,
        )

        async def receive(records: Sequence[ConsumerRecord]) -> None:
            await self.receive(records)

        subscriber(receive)
        self.consumer = lambda: subscriber.consumer

    async def seek(self, assigned: set[TopicPartition]) -> None:
        """On assignment: go to this database's place, not to Kafka's. The partitions pause until
        then, for the client would fetch from Kafka's while this database is asked."""
        self.assigned, self.without_since = assigned, None
        self.standing.clear()
        self.early.clear()
        consumer = self.consumer()
        if consumer:
            consumer.pause(*assigned)
        self.seeking_since = time.monotonic()
        # Whatever it fails at: without its places nothing can be taken.
        await self._retry(self._read_places, Exception)
        self.seeking_since = None
        self.next = {tp: self.places[tp].next_offset if tp in self.places else 0 for tp in assigned}
        self.missed.clear()
        if consumer:
            # A batch from before may have stopped one meanwhile.
            going = assigned - self.standing
            for tp in going:
                consumer.seek(tp, self.next[tp])
            consumer.resume(*going)

    async def _read_places(self) -> None:
        self.places = await read_places(self.pool, self.name)
        # After the places: whoever moves on between is read again from there, and found freed.
        told = {
            TopicPartition(row["topic"], row["partition"]): row["reason"]
            for row in await read_stopped(self.pool)
            if row["subscription"] == self.name
        }
        self.stopped = {
            tp: self.stopped[tp] if tp in self.standing else told[tp]
            for tp in self.assigned & (self.standing | told.keys())
        }

    async def receive(self, records: Sequence[ConsumerRecord]) -> None:
        """Apply what one poll brought, of all its partitions in one transaction."""
        faults.reach("subscription.received")
        runs: dict[TopicPartition, list[ConsumerRecord]] = {}
        for record in records:
            runs.setdefault(TopicPartition(record.topic, record.partition), []).append(record)
        wanted = self.assigned - self.standing
        taken = {tp: run for tp, run in runs.items() if tp in wanted and self._joins(tp, run)}
        due = self.next  # a new assignment, meanwhile, makes its own
        self.busy_since = time.monotonic()
        try:
            await self._deliver(dict(sorted(taken.items())))
            due |= {tp: run[-1].offset + 1 for tp, run in taken.items()}
        finally:
            self.busy_since = None

    def _joins(self, tp: TopicPartition, records: Sequence[ConsumerRecord]) -> bool:
        """Whether nothing is missing in front of these records. Else what is, is read again; but
        once, for it may be missing in the topic."""
        due, came = self.next.get(tp, 0), records[0].offset
        if came <= due or self.missed.get(tp) == due:
            return True
        logger.error("records were lost here", subscription=self.name, topic=tp.topic,
                     partition=tp.partition, due=due, came=came)  # fmt: skip
        self.missed[tp] = due
        if consumer := self.consumer():
            consumer.seek(tp, due)
        return False

    async def _deliver(self, runs: Mapping[TopicPartition, Sequence[ConsumerRecord]]) -> bool:
        """False when a partition had to be stopped before one of its records."""
        if not runs:
            return True
        try:
            await self._retry(lambda: self._apply_once(runs))
        except Exception as error:
            # Somewhere in it is one that cannot be applied: each partition alone, then each
            # record, so that whatever does not stand behind it is applied.
            if len(runs) > 1:
                return all([await self._deliver({tp: records}) for tp, records in runs.items()])
            ((tp, records),) = runs.items()
            if len(records) == 1:
                await self._stop(tp, records[0], error)
                return False
            for record in records:
                if not await self._deliver({tp: [record]}):
                    return False
        return True

    async def _apply_once(self, runs: Mapping[TopicPartition, Sequence[ConsumerRecord]]) -> None:
        events: list[Recorded] = []
        early: dict[TopicPartition, str | None] = {}
        moved: dict[TopicPartition, Place] = {}
        async with self.pool.acquire() as connection, connection.transaction():
            places = await lock_places(connection, self.name, runs)
            for tp, records in runs.items():
                found = follow(records, places[tp].position, self.models, self.early.get(tp))
                events += found.events
                early[tp] = found.early
                if found.settled:
                    behind = records[found.settled - 1].offset + 1
                    moved[tp] = Place(max(places[tp].next_offset, behind), found.position)
            await self._settle(connection, moved, events)
            if events:
                await self.apply(connection, events)
            faults.reach("subscription.applied")
        faults.reach("subscription.committed")
        self.places |= moved
        for tp in moved:
            self.stopped.pop(tp, None)
        self.moved = time.monotonic()
        for tp, why in early.items():
            self._note_early(tp, why)
        now = datetime.now(UTC)
        self.latencies.extend((now - event.recorded).total_seconds() for event in events)

    async def _settle(
        self,
        connection: Connection,
        places: Mapping[TopicPartition, Place],
        events: Sequence[Recorded],
    ) -> None:
        """Move the places, which are locked, and the versions of the events' streams. Raises
        VersionGap, NotYet.

        All in one round trip: most batches are small, and what each of them costs adds up.
        """
        streams = dict(sorted({event.stream: event.version for event in events}.items()))
        ((stood, versions, kept),) = await connection.fetch(
            _SETTLE,
            self.name,
            [tp.topic for tp in places],
            [tp.partition for tp in places],
            [place.next_offset for place in places.values()],
            [place.position for place in places.values()],
            list(streams),
            list(streams.values()),
        )
        if kept not in (None, self.effect.version):
            raise NotYet(
                f"{self.name} is at version {kept}; this program has {self.effect.version}"
            )
        seen: dict[str, int] = dict(zip(stood, versions, strict=True))
        for event in events:
            before = seen.get(event.stream, 0)
            if event.version != before + 1:
                raise VersionGap(f"{event.stream}: version {event.version} after {before}")
            seen[event.stream] = event.version

    def _note_early(self, tp: TopicPartition, early: str | None) -> None:
        if early is None:
            self.early.pop(tp, None)
        elif self.early.get(tp) != early:
            self.early[tp] = early
            logger.error("event too early", subscription=self.name, topic=tp.topic, why=early)

    async def _retry(
        self,
        step: Callable[[], Awaitable[object]],
        passing: type[Exception] | tuple[type[Exception], ...] = TRANSIENT,
    ) -> object:
        """Repeat what failed for a reason that passes, backing off."""
        pause = 0.05
        while True:
            try:
                return await step()
            except passing as error:
                logger.warning("subscription waits", subscription=self.name, error=repr(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)

    async def _stop(self, tp: TopicPartition, record: ConsumerRecord, error: Exception) -> None:
        """Stand still before a record that cannot be applied; other partitions go on. The
        process tries it again when it next starts or is assigned the partition anew."""
        if tp not in self.assigned:  # it went with this batch in work: its next owner will stand
            return
        # PostgreSQL quotes the values that it refuses; an operator's page must not.
        told = f"SQLSTATE {error.sqlstate}" if isinstance(error, asyncpg.PostgresError) else error
        reason = f"{type(error).__name__}: {told}"
        self.standing.add(tp)
        self.stopped[tp] = reason
        if consumer := self.consumer():
            consumer.pause(tp)
            consumer.seek(tp, record.offset)
        logger.error(
            "partition stopped",
            subscription=self.name,
            topic=tp.topic,
            partition=tp.partition,
            offset=record.offset,
            reason=reason,
        )
        await self._retry(
            lambda: self.pool.execute(
                "insert into stopped values ($1, $2, $3, $4, $5)"
                " on conflict (subscription, topic, partition) do update"
                " set at_offset = excluded.at_offset, reason = excluded.reason, since = now()",
                self.name,
                tp.topic,
                tp.partition,
                record.offset,
                reason[:2000],
            )
        )

    def lag(self) -> int:
        """Records in the assigned partitions that have not been applied."""
        consumer = self.consumer()
        if consumer is None:
            return 0
        total = 0
        for tp in self.assigned:
            end = consumer.highwater(tp) or 0
            place = self.places.get(tp)
            total += max(0, end - (place.next_offset if place else 0))
        return total

    def trouble(self, patience: float = 10.0) -> list[str]:
        """Why this subscription is not keeping up, in words; empty if it is."""
        found = [f"{tp.topic}/{tp.partition} stopped: {why}" for tp, why in self.stopped.items()]
        found += [f"{tp.topic}/{tp.partition} waits: {why}" for tp, why in self.early.items()]
        if self.busy_since and time.monotonic() - self.busy_since > patience:
            found.append(f"busy with one batch for more than {patience:g} s")
        if (consumer := self.consumer()) is None:
            return [*found, "not started"]
        now = time.monotonic()
        if self.seeking_since and now - self.seeking_since > patience:
            found.append(f"has not learnt its places for more than {patience:g} s")
        if self.without_since is not None and now - self.without_since > patience:
            found.append("its consumer group has assigned it nothing yet")
        self.behind_since = (self.behind_since or now) if self.lag() else None
        if self.behind_since and now - max(self.behind_since, self.moved) > patience:
            found.append(f"{self.lag()} behind and not moving for more than {patience:g} s")
        for tp in self.assigned - self.standing:
            polled = consumer.last_poll_timestamp(tp)
            if polled and time.time() - polled / 1000 > patience and self.busy_since is None:
                found.append(f"{tp.topic}/{tp.partition} not polled for more than {patience:g} s")
        return found


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    def __init__(self, subscription: Subscription) -> None:
        self.subscription = subscription

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        self.subscription.assigned -= revoked
        self.subscription.without_since = time.monotonic()

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        await self.subscription.seek(set(assigned))


async def wait_seen(
    pool: Pool, subscriptions: Sequence[str], stream: str, version: int, timeout: float = 5.0
) -> bool:
    """Wait until all of the subscriptions have applied a stream up to a version ("at least this
    version"). False if that takes longer than the timeout (s)."""
    deadline, pause = time.monotonic() + timeout, 0.005
    while True:
        applied = await pool.fetchval(
            "select count(*) from seen where subscription = any($1) and stream = $2 and version >= $3",
            subscriptions,
            stream,
            version,
        )
        if applied == len(subscriptions):
            return True
        if time.monotonic() + pause > deadline:
            return False
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, 0.1)
