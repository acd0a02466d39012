"""Takes records from Kafka and gives them to subscriptions: one consumer reads each topic once for all
of them, and a poll is applied to all that want it in one transaction.

On assignment the consumer seeks to this database's places, not to Kafka's. A subscription that cannot
keep to the common pass (it is being rebuilt, it is behind, what it applies fails) falls out of it and
follows apart, by a consumer of its own, until it has caught up; the others do not wait for it. A record
lost inside this process leaves a gap in Kafka's offsets and is fetched again. What is not the log's own is
passed over (`eventlog.prover`).
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from statistics import mode
from typing import Any

import asyncpg
import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from faststream.kafka import KafkaBroker

from eventlog import faults
from eventlog.broker import join, reading
from eventlog.database import OUTAGE
from eventlog.places import Place, make_places, places_of, read_stopped
from eventlog.prover import Account, Polled, Prover
from eventlog.subscription import Runs, Subscription, Taking, apply_once, retry
from eventlog.tasks import end
from eventlog.trust import Trust
from eventlog.watch import Watch

logger = structlog.get_logger(__name__)

POLLED = 2000
"""Records that one poll brings at most."""

ALL_WAIT = (*OUTAGE, asyncpg.TransactionRollbackError)
"""Failures of the common pass for which nobody in it is to blame."""


class Blocked(Exception):
    """A statement took too long."""


class Feed:
    """One member of a consumer group, `name`, which feeds subscriptions on one database.

    kafka    arguments of the consumers by which subscriptions follow apart
    trust    of the logs that feed them
    """

    def __init__(
        self,
        name: str,
        subscriptions: Sequence[Subscription],
        kafka: Mapping[str, Any],
        trust: Trust,
    ) -> None:
        self.name = name
        self.subscriptions = subscriptions
        self.trust = trust
        self.pool = subscriptions[0].pool
        self.kafka = kafka
        self.topics = sorted({topic for each in subscriptions for topic in each.effect.topics})
        self.consumer: Callable[[], AIOKafkaConsumer | None] = lambda: None
        self.next: dict[TopicPartition, int] = {}
        """The offset that each partition should bring next."""
        self.missed: dict[TopicPartition, int] = {}
        """The offset from which each partition was last read again."""
        self.account = Account(name)
        self.prover = Prover(trust, self.account)
        self.apart: dict[Subscription, set[TopicPartition]] = {}
        """The partitions in which subscriptions do not take part in the common pass."""
        self._following: dict[Subscription, asyncio.Task[None]] = {}
        self._passing = asyncio.Lock()
        """Held while a poll is applied, and to join the common pass."""
        self._closing = asyncio.Event()
        self._watch = Watch(subscriptions, self._go_on)
        trust.tell(self._prove_again)

    def attach(self, broker: KafkaBroker) -> None:
        self.read_by(
            join(broker, self.name, self.topics, self.receive, _Listener(self), most=POLLED)
        )

    def read_by(self, consumer: Callable[[], AIOKafkaConsumer | None]) -> None:
        self.consumer = consumer
        for each in self.subscriptions:
            each.consumer, each.unread = consumer, partial(self._unread, each)
            each.on_stop = self._watch.begin

    def _unread(self, each: Subscription, tp: TopicPartition) -> int:
        """How many records of a partition a subscription has not read."""
        consumer, place = self.consumer(), each.places.get(tp, Place(0, 0))
        at = place.next_offset
        caught_up = tp in self.prover and self.prover.position(tp) == place.position
        if caught_up and tp not in self.apart.get(each, ()):
            at = max(at, self.next.get(tp, 0))  # also what has been passed over behind the place
        end = consumer.highwater(tp) if consumer else None
        return max(0, (end or 0) - at)

    async def close(self) -> None:
        """End what follows apart, and what waits for the database: before the broker stops, which would
        wait for that."""
        self._closing.set()
        await self._watch.close()
        await self._stop_following()

    async def seek(self, assigned: set[TopicPartition]) -> None:
        """Go to this database's places on assignment, not to Kafka's. The partitions are paused
        meanwhile, because the client would fetch from Kafka's place while this database is asked."""
        consumer = self.consumer()
        if consumer:
            consumer.pause(*assigned)
        await self._stop_following()
        for each in self.subscriptions:
            each.assigned = {tp for tp in assigned if tp.topic in each.effect.topics}
            each.stopped_at.clear()
            each.health.without_since = None
            each.health.early.clear()
            each.health.seeking_since = time.monotonic()
        if not await self._learn_places():
            return
        self.missed.clear()
        for each in self.subscriptions:
            each.health.seeking_since, each.health.assigned_at = None, time.time()
        if consumer:
            # A batch from before may have stopped one meanwhile.
            going = {tp for tp in assigned if self._wanted(tp)}
            for tp in going:
                consumer.seek(tp, self.next[tp])
            consumer.resume(*going)

    async def _learn_places(self) -> bool:
        """Read the places, whatever it fails at: without them nothing can be taken. False if the feed is
        closed meanwhile."""
        pause = 0.05
        while not self._closing.is_set():
            try:
                await self._read_places()
                return True
            except Exception as error:
                logger.warning("subscription waits", subscription=self.name, error=repr(error))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), pause)
            pause = min(pause * 2, 5.0)
        return False

    async def _read_places(self) -> None:
        names = [each.name for each in self.subscriptions]
        if len(names) > 1:
            await make_places(
                self.pool, [(each.name, tp) for each in self.subscriptions for tp in each.assigned]
            )
        places = await places_of(self.pool, names)
        # After the places: whoever moves on between is read again from there, and found freed.
        stopped = await read_stopped(self.pool)
        for each in self.subscriptions:
            each.begin(
                places[each.name],
                {
                    TopicPartition(row["topic"], row["partition"]): row["reason"]
                    for row in stopped
                    if row["subscription"] == each.name
                },
            )
        # From the furthest on; whoever is behind follows apart.
        self.next, self.prover = {}, Prover(self.trust, self.account)
        for tp in {tp for each in self.subscriptions for tp in each.assigned}:
            self._begin(tp)
        for each in self.subscriptions:
            behind = {tp for tp in each.assigned if each.next_offset(tp) < self.next[tp]}
            self._fall_apart(each, behind)

    def _begin(self, tp: TopicPartition) -> None:
        """Read a partition from the furthest place on. Of several there, from the one where most stand:
        one that is not the log's proves nothing, and would hold all of them up."""
        places = [each.places.get(tp, Place(0, 0)) for each in self.subscriptions]
        furthest = max(place.next_offset for place in places)
        place = mode(place for place in places if place.next_offset == furthest)
        self.next[tp] = furthest
        self.prover.begin(tp, place)

    async def receive(self, records: Sequence[ConsumerRecord]) -> None:
        """Apply what one poll brought, of all its partitions in one transaction."""
        faults.reach("subscription.received")
        runs: dict[TopicPartition, list[ConsumerRecord]] = {}
        for record in records:
            runs.setdefault(TopicPartition(record.topic, record.partition), []).append(record)
        taken = {tp: run for tp, run in runs.items() if self._wanted(tp) and self._joins(tp, run)}
        await self._take(taken)

    async def _prove_again(self) -> None:
        """Apply what waits for keys that have become known."""
        await self._take(dict.fromkeys(self.prover.unproven(), ()))

    async def _take(self, polled: Polled) -> None:
        async with self._passing:
            due, prover = self.next, self.prover  # a new assignment, meanwhile, makes its own
            try:
                with self._busy():
                    runs = {
                        tp: await prover.prove(tp, records)
                        for tp, records in sorted(polled.items())
                        if tp in prover
                    }
                    for tp in runs:
                        for each in self._taking_part(tp):
                            each.health.note_early(tp, prover.early(tp))
                    await self._deliver({tp: run for tp, run in runs.items() if run})
            except BaseException:
                prover.forget(polled.keys())
                raise
            due |= {tp: polled[tp][-1].offset + 1 for tp in runs if polled[tp]}
            if prover is self.prover and (consumer := self.consumer()):
                for tp in filter(prover.must_search, runs):
                    due[tp] = 0
                    consumer.seek(tp, 0)

    def _taking_part(self, tp: TopicPartition) -> list[Subscription]:
        apart = {each for each, tps in self.apart.items() if tp in tps}
        return [each for each in self.subscriptions if each.wants(tp) and each not in apart]

    def _busy(self) -> ExitStack:
        with ExitStack() as stack:
            for each in self.subscriptions:
                stack.enter_context(each.health.busy())
            return stack.pop_all()

    def _wanted(self, tp: TopicPartition) -> bool:
        return any(each.wants(tp) for each in self.subscriptions)

    def _joins(self, tp: TopicPartition, records: Sequence[ConsumerRecord]) -> bool:
        """True if nothing is missing in front of these records. Otherwise seek back to read it again,
        but only once, because it may be missing in the topic."""
        due, came = self.next.get(tp, 0), records[0].offset
        if tp in self.prover and (came <= due or self.missed.get(tp) == due):
            return True
        logger.error("records were lost here", feed=self.name, topic=tp.topic,
                     partition=tp.partition, due=due, came=came)  # fmt: skip
        self.missed[tp] = due
        self._begin(tp)
        if consumer := self.consumer():
            consumer.seek(tp, self.next[tp])
        return False

    async def _deliver(self, runs: Runs) -> None:
        if len(self.subscriptions) == 1:
            await self._deliver_alone(self.subscriptions[0], runs)
            return
        taking = [(each, tp) for tp in runs for each in self._taking_part(tp)]
        try:
            left_out = await self._pass(taking, runs)
        except Exception:
            # Somebody in it cannot, whom the others do not wait for.
            left_out = []
            for each in self.subscriptions:
                its = [(member, tp) for member, tp in taking if member is each]
                try:
                    left_out += await self._pass(its, runs)
                except Exception:
                    left_out += its
        for each in self.subscriptions:
            self._fall_apart(each, {tp for member, tp in left_out if member is each})

    async def _pass(self, taking: Sequence[Taking], runs: Runs) -> list[Taking]:
        """Those of whom another transaction holds the place."""

        async def once() -> list[Taking]:
            try:
                return await apply_once(taking, runs, waiting=False)
            except TimeoutError as error:  # an OSError, but perhaps a lock on one's table alone
                raise Blocked from error

        return await retry(self.name, once, ALL_WAIT)

    async def _deliver_alone(self, only: Subscription, runs: Runs) -> None:
        await only.deliver(runs)
        consumer = self.consumer()
        for tp in runs:
            if consumer and tp in only.stopped_at and tp in only.assigned:
                consumer.pause(tp)
                consumer.seek(tp, only.stopped_at[tp])

    async def _go_on(self, each: Subscription, tp: TopicPartition, place: Place) -> None:
        """A partition in which a subscription stood is cured: it goes on from its place."""
        async with self._passing:
            stood = not self._wanted(tp)
            if not each.go_on(tp, place):
                return
            if stood:  # what came meanwhile has been read by nobody
                self._begin(tp)
                if consumer := self.consumer():
                    consumer.seek(tp, self.next[tp])
                    consumer.resume(tp)
            if each.next_offset(tp) < self.next[tp]:
                self._fall_apart(each, {tp})

    def _fall_apart(self, each: Subscription, tps: set[TopicPartition]) -> None:
        if not tps or self._closing.is_set():
            return
        self.apart.setdefault(each, set()).update(tps)
        task = self._following.get(each)
        if task is None or task.done():
            logger.info("subscription follows apart", subscription=each.name)
            task = asyncio.create_task(self._follow(each), name=f"{each.name} apart")
            self._following[each] = task

    async def _follow(self, each: Subscription) -> None:
        """Apply to one subscription what it has missed, until it is where the feed is."""
        at, prover = dict[TopicPartition, int](), Prover(self.trust, self.account)
        # Also when an outage has swallowed the cancellation of this task on its way.
        while self._following.get(each) is asyncio.current_task():
            try:
                async with reading(self.kafka) as consumer:
                    while apart := await self._still_apart(each, at):
                        if consumer.assignment() != apart or not at.keys() >= apart:
                            consumer.assign(apart)
                            for tp in apart:
                                if tp not in prover:
                                    place = each.places.get(tp, Place(0, 0))
                                    prover.begin(tp, place)
                                    at[tp] = place.next_offset
                                consumer.seek(tp, at[tp])
                        polled = await consumer.getmany(timeout_ms=100, max_records=POLLED)
                        each.health.apart = None
                        for tp, records in polled.items():
                            with each.health.busy():
                                proven = await prover.prove(tp, records)
                                each.health.note_early(tp, prover.early(tp))
                                if not await each.deliver({tp: proven} if proven else {}):
                                    prover.forget([tp])  # once it is cured, begin at its place
                                    del at[tp]
                                    continue
                            at[tp] = records[-1].offset + 1
                            if prover.must_search(tp):
                                at[tp] = 0
                                consumer.seek(tp, 0)
            except Exception as error:  # whatever Kafka's client raises: it is tried again
                prover.forget(at.keys())
                each.health.apart = repr(error)
                logger.warning("subscription waits", subscription=each.name, error=repr(error))
                await asyncio.sleep(1)

    async def _still_apart(
        self, each: Subscription, at: Mapping[TopicPartition, int]
    ) -> set[TopicPartition]:
        """Let it join the common pass in the partitions where it has caught up; the others. Those where
        it stands are left as they are until they are cured or assigned anew."""
        async with self._passing:
            if self._following.get(each) is not asyncio.current_task():
                return set()
            apart = self.apart[each]
            apart -= {
                tp for tp in apart if not each.wants(tp) or at.get(tp, -1) >= self.next.get(tp, 0)
            }
            if not apart:
                del self.apart[each], self._following[each]
            return set(apart)

    async def _stop_following(self) -> None:
        tasks = set(self._following.values())
        self._following.clear()
        self.apart.clear()
        await end(tasks)
        for each in self.subscriptions:
            each.health.apart = None


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    def __init__(self, feed: Feed) -> None:
        self.feed = feed

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        for each in self.feed.subscriptions:
            each.assigned -= revoked
            each.health.without_since = time.monotonic()

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        await self.feed.seek(set(assigned))
