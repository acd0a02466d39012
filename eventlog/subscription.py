"""One effect's side of a subscription: what it has applied of each partition, and how it applies more,
exactly once in effect.

The place (next offset, last position) of every partition is kept in the consumer's own database and
moves in the transaction of the effect. Where the records come from, and that they are the log's, is the
feed's business (`eventlog.feed`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

import asyncpg
import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from contracts.event import Event, Recorded
from eventlog import faults, metrics, tracing
from eventlog.chain import genesis
from eventlog.database import Pool
from eventlog.effect import TRANSIENT, Effect, NotYet
from eventlog.follow import Proven
from eventlog.health import Health
from eventlog.places import Place, lock_places, move_places, note_stopped

logger = structlog.get_logger(__name__)

T = TypeVar("T")
Runs = Mapping[TopicPartition, Sequence[Proven]]
"""Records of the log that one poll brought, by partition; each the next of the one before it."""


class ChainBroken(Exception):
    """What came does not follow what has been applied, though it is the log's: the place has been moved
    by something else than its subscription."""


class Subscription:
    """An effect, and what it has applied of the partitions that this process is assigned.

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
        self.unread: Callable[[TopicPartition], int] = lambda tp: 0
        """The feed's, which tells how much of a partition is left to read."""
        self.on_stop: Callable[[], object] = lambda: None
        """Called when a partition is stopped."""
        self.assigned: set[TopicPartition] = set()
        self.stopped_at: dict[TopicPartition, int] = {}
        """Those of the assigned that stand before a record that could not be applied, and its offset."""
        self.places: dict[TopicPartition, Place] = {}
        self.health = Health(self.name)

    def wants(self, tp: TopicPartition) -> bool:
        return tp in self.assigned and tp not in self.stopped_at

    def next_offset(self, tp: TopicPartition) -> int:
        return self.places[tp].next_offset if tp in self.places else 0

    def begin(
        self, places: dict[TopicPartition, Place], told: Mapping[TopicPartition, str]
    ) -> None:
        """Go on from these places. `told` says why partitions stood still, which are tried again: it
        stays told until they have moved on."""
        self.places, known = places, self.health.stopped
        # A batch from before may have stopped one meanwhile.
        stopped = self.stopped_at.keys()
        self.health.stopped = {
            tp: known[tp] if tp in stopped else told[tp]
            for tp in self.assigned & (stopped | told.keys())
        }

    def go_on(self, tp: TopicPartition, place: Place) -> bool:
        """Want a cured partition again, from its place; False if it is no longer stopped here, or no
        longer ours."""
        if tp not in self.assigned or tp not in self.stopped_at:
            return False
        of = {"topic": tp.topic, "partition": tp.partition, "offset": place.next_offset}
        logger.info("partition goes on", subscription=self.name, **of)
        if place.next_offset > self.stopped_at.pop(tp):
            self.health.stopped.pop(tp, None)
        self.places[tp] = place
        return True

    async def deliver(self, runs: Runs) -> bool:
        """Apply records of some partitions. False when a partition had to be stopped before one of
        its records."""
        if not runs:
            return True
        try:
            await retry(self.name, lambda: apply_once([(self, tp) for tp in runs], runs))
        except Exception as error:
            # Somewhere in it is one that cannot be applied: each partition alone, then each
            # record, so that whatever does not stand behind it is applied.
            if len(runs) > 1:
                return all([await self.deliver({tp: records}) for tp, records in runs.items()])
            ((tp, records),) = runs.items()
            if len(records) == 1:
                await self._stop(tp, records[0], error)
                return False
            for record in records:
                if not await self.deliver({tp: [record]}):
                    return False
        return True

    async def _stop(self, tp: TopicPartition, record: Proven, error: Exception) -> None:
        """Stop a partition before a record that cannot be applied; others go on. It is tried again when
        an operator says so (`eventlog.cures`), and when a process starts or is assigned it anew."""
        if tp not in self.assigned:  # it went with this batch in work: its next owner will stop
            return
        # PostgreSQL quotes the values that it refuses; an operator's page must not.
        told = f"SQLSTATE {error.sqlstate}" if isinstance(error, asyncpg.PostgresError) else error
        reason = f"{type(error).__name__}: {told}"
        self.stopped_at[tp] = record.offset
        self.health.stopped[tp] = reason
        logger.error(
            "partition stopped",
            subscription=self.name,
            topic=tp.topic,
            partition=tp.partition,
            offset=record.offset,
            reason=reason,
        )
        metrics.STOPS.labels(self.name).inc()
        self.on_stop()
        await retry(
            self.name, lambda: note_stopped(self.pool, self.name, tp, record.offset, reason)
        )

    def trouble(self, patience: float = 10.0) -> list[str]:
        """Reasons, in words, why this subscription is not keeping up; empty if it is."""
        # By Kafka's offsets, not by the lag (`eventlog.lag`): a consumer is stuck when it does not take what it
        # could, and of what has not been sent to it somebody else is the cause, and tells.
        unread = {tp: self.unread(tp) for tp in self.assigned - self.stopped_at.keys()}
        return self.health.trouble(self.consumer(), unread, patience)


Taking = tuple[Subscription, TopicPartition]


async def apply_once(taking: Sequence[Taking], runs: Runs, *, waiting: bool = True) -> list[Taking]:
    """Apply the records to whom takes their partitions, all in one transaction.

    Places that another transaction holds, as a rebuild of a view does, are waited for; if not
    `waiting`, they are left out and returned. Raises what an effect raises, NotYet, ChainBroken,
    MalformedRecord: then nothing has been applied.
    """
    if not taking:
        return []
    began = tracing.now()
    members = list(dict.fromkeys(member for member, _ in taking))
    moved: dict[Subscription, dict[TopicPartition, Place]] = {each: {} for each in members}
    events: dict[Subscription, list[Recorded]] = {each: [] for each in members}
    left_out: list[Taking] = []
    # Most stand at the same place: what the records are to them is found once.
    known: dict[tuple[TopicPartition, int], list[Recorded]] = {}
    async with members[0].pool.acquire() as connection, connection.transaction():
        keys = [(member.name, tp) for member, tp in taking]
        places = await lock_places(connection, keys, waiting=waiting)
        for member, tp in taking:
            place = places.get((member.name, tp))
            if place is None:
                left_out.append((member, tp))
                continue
            if (found := known.get((tp, place.position))) is None:
                found = _fresh(tp, runs[tp], place, member.models)
                known[tp, place.position] = found
            events[member] += found
            last = runs[tp][-1]
            if last.position >= place.position:
                behind = max(place.next_offset, last.offset + 1)
                moved[member][tp] = Place(behind, last.position, last.link)
        versions = await move_places(
            connection,
            {(member.name, tp): place for member in members for tp, place in moved[member].items()},
            [member.name for member in members],
        )
        for member in members:
            kept = versions.get(member.name)
            if kept not in (None, member.effect.version):
                raise NotYet(
                    f"{member.name} is at version {kept}; this program has {member.effect.version}"
                )
            if events[member]:
                await member.apply(connection, events[member])
        faults.reach("subscription.applied")
    faults.reach("subscription.committed")
    for member in members:
        passed = {
            tp
            for tp, place in moved[member].items()
            if place.next_offset > max(member.next_offset(tp), member.stopped_at.get(tp, -1))
        }
        member.places |= moved[member]
        member.health.note_applied(passed, events[member])
        if began:
            tracing.applied(member.name, filter(member.effect.shows, events[member]), began)
    members[0].on_commit()
    return left_out


def _fresh(
    tp: TopicPartition, run: Sequence[Proven], place: Place, models: dict[str, type[Event]]
) -> list[Recorded]:
    """The events of the run that follow the place. Raises ChainBroken, MalformedRecord."""
    fresh = [each for each in run if each.position > place.position]
    expected = place.link if place.position else genesis(tp.topic, tp.partition)
    if fresh and expected and fresh[0].after != expected:
        raise ChainBroken(
            f"position {fresh[0].position} does not follow {place.position}, the last applied"
        )
    return [Recorded(each.record, each.position, models) for each in fresh]


async def retry(
    name: str,
    step: Callable[[], Awaitable[T]],
    passing: type[Exception] | tuple[type[Exception], ...] = TRANSIENT,
) -> T:
    """Repeat what failed for a reason that passes, backing off."""
    pause = 0.05
    while True:
        try:
            return await step()
        except passing as error:
            logger.warning("subscription waits", subscription=name, error=repr(error))
            metrics.WAITS.labels(name).inc()
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)
