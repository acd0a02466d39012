"""Takes events from Kafka and applies them, exactly once in effect.

The place (next offset, last position) of every partition is kept in the consumer's own database
and moves in the transaction of the effect; on assignment the consumer seeks there. `follow` says
which records are the next events. A record lost inside this process leaves a gap in Kafka's
offsets and is fetched again.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import asyncpg
import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage

from contracts.event import Event, Recorded
from eventlog import faults
from eventlog.database import Pool
from eventlog.effect import TRANSIENT, Effect, NotYet
from eventlog.follow import follow, must_follow
from eventlog.health import Health
from eventlog.places import (
    Place,
    lock_places,
    move_places,
    note_stopped,
    read_places,
    read_stopped,
)

logger = structlog.get_logger(__name__)


class Subscription:
    """One member of an effect's consumer group.

    on_commit  called after each commit, for who waits in this process (`Arrivals.notify`)
    """

    def __init__(
        self,
        effect: Effect,
        pool: Pool,
        models: dict[str, type[Event]],
        on_commit: Callable[[], object] = lambda: None,
    ) -> None:
        self.effect = effect
        self.name, self.apply = effect.name, effect.apply
        self.pool = pool
        self.models = models
        self.on_commit = on_commit
        self.consumer: Callable[[], AIOKafkaConsumer | None] = lambda: None
        self.assigned: set[TopicPartition] = set()
        self.stopped_now: set[TopicPartition] = set()
        """Those of the assigned that are paused before a record that could not be applied."""
        self.places: dict[TopicPartition, Place] = {}
        self.next: dict[TopicPartition, int] = {}
        """The offset that each partition should bring next."""
        self.missed: dict[TopicPartition, int] = {}
        """The offset from which each partition was last read again."""
        self.health = Health(self.name)

    def attach(self, broker: KafkaBroker) -> None:
        """Register with FastStream. MANUAL and never acknowledged: Kafka's own offsets are not
        the place, and each of FastStream's other policies loses or spins on a failure."""

        # Coroutines: FastStream runs plain functions in a thread.
        async def parse(records: Sequence[ConsumerRecord]) -> KafkaMessage:
            # The record's own bytes are what is read: no decoding or header maps on the way.
            return KafkaMessage(body=b"", raw_message=records, consumer=subscriber.consumer)

        async def decode(message: KafkaMessage) -> object:
            return message.raw_message

        async def receive(records: Sequence[ConsumerRecord]) -> None:
            await self.receive(records)

        subscriber: Any = broker.subscriber(
            *self.effect.topics,
            batch=True,
            group_id=self.name,
            ack_policy=AckPolicy.MANUAL,
            auto_offset_reset="earliest",
            # For ever: a poll ends when records come, and after one that brought none FastStream sleeps
            # as long again, deaf to what arrives.
            batch_timeout_ms=2**31 - 1,
            max_records=2000,
            session_timeout_ms=6000,
            heartbeat_interval_ms=1000,
            # Waiting out a database is no reason to leave the group, and aiokafka's consumer does not
            # always come back from it. A process that hangs sends no heartbeats.
            max_poll_interval_ms=2**31 - 1,
            listener=_Listener(self),
            parser=parse,
            decoder=decode,
        )
        subscriber(receive)
        self.consumer = lambda: subscriber.consumer

    async def seek(self, assigned: set[TopicPartition]) -> None:
        """Go to this database's place on assignment, not to Kafka's. The partitions are paused
        meanwhile, because the client would fetch from Kafka's place while this database is asked."""
        self.assigned, self.health.without_since = assigned, None
        self.stopped_now.clear()
        self.health.early.clear()
        consumer = self.consumer()
        if consumer:
            consumer.pause(*assigned)
        self.health.seeking_since = time.monotonic()
        # Whatever it fails at: without its places nothing can be taken.
        await self._retry(self._read_places, Exception)
        self.health.seeking_since = None
        self.next = {tp: self.places[tp].next_offset if tp in self.places else 0 for tp in assigned}
        self.missed.clear()
        if consumer:
            # A batch from before may have stopped one meanwhile.
            going = assigned - self.stopped_now
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
        known = self.health.stopped
        self.health.stopped = {
            tp: known[tp] if tp in self.stopped_now else told[tp]
            for tp in self.assigned & (self.stopped_now | told.keys())
        }

    async def receive(self, records: Sequence[ConsumerRecord]) -> None:
        """Apply what one poll brought, of all its partitions in one transaction."""
        faults.reach("subscription.received")
        runs: dict[TopicPartition, list[ConsumerRecord]] = {}
        for record in records:
            runs.setdefault(TopicPartition(record.topic, record.partition), []).append(record)
        wanted = self.assigned - self.stopped_now
        taken = {tp: run for tp, run in runs.items() if tp in wanted and self._joins(tp, run)}
        due = self.next  # a new assignment, meanwhile, makes its own
        with self.health.busy():
            await self._deliver(dict(sorted(taken.items())))
            due |= {tp: run[-1].offset + 1 for tp, run in taken.items()}

    def _joins(self, tp: TopicPartition, records: Sequence[ConsumerRecord]) -> bool:
        """True if nothing is missing in front of these records. Otherwise seek back to read it again,
        but only once, because it may be missing in the topic."""
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
                found = follow(records, places[tp].position, self.models, self.health.early.get(tp))
                events += found.events
                early[tp] = found.early
                if found.settled:
                    behind = records[found.settled - 1].offset + 1
                    moved[tp] = Place(max(places[tp].next_offset, behind), found.position)
            versions = dict(sorted({event.stream: event.version for event in events}.items()))
            before = await move_places(connection, self.name, moved, versions)
            if before.kept not in (None, self.effect.version):
                raise NotYet(
                    f"{self.name} is at version {before.kept};"
                    f" this program has {self.effect.version}"
                )
            must_follow(events, before.versions)
            if events:
                await self.apply(connection, events)
            faults.reach("subscription.applied")
        faults.reach("subscription.committed")
        self.places |= moved
        self.health.note_applied(moved, early, events)
        self.on_commit()

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
        """Stop a partition before a record that cannot be applied; others go on. The process tries
        the record again when it next starts or is assigned the partition anew."""
        if tp not in self.assigned:  # it went with this batch in work: its next owner will stop
            return
        # PostgreSQL quotes the values that it refuses; an operator's page must not.
        told = f"SQLSTATE {error.sqlstate}" if isinstance(error, asyncpg.PostgresError) else error
        reason = f"{type(error).__name__}: {told}"
        self.stopped_now.add(tp)
        self.health.stopped[tp] = reason
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
        await self._retry(lambda: note_stopped(self.pool, self.name, tp, record.offset, reason))

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
        """Reasons, in words, why this subscription is not keeping up; empty if it is."""
        polled = self.assigned - self.stopped_now
        return self.health.trouble(self.consumer(), polled, self.lag(), patience)


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    def __init__(self, subscription: Subscription) -> None:
        self.subscription = subscription

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        self.subscription.assigned -= revoked
        self.subscription.health.without_since = time.monotonic()

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        await self.subscription.seek(set(assigned))
