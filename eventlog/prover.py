"""Proves what a consumer brings of several partitions, and keeps account of what is not the logs'."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import structlog
from aiokafka import ConsumerRecord, TopicPartition

from eventlog.follow import MOST_WAITING, Following, Proven
from eventlog.places import Place
from eventlog.trust import Trust

Polled = Mapping[TopicPartition, Sequence[ConsumerRecord]]
"""Records of one poll, whoever has written them."""

MOST_FOREIGN = 10_000
"""Records that are not the log's which are remembered of a partition."""

logger = structlog.get_logger(__name__)


class Account:
    """What a process has passed over, by partition, as offsets."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.foreign: dict[TopicPartition, set[int]] = {}

    def note(self, tp: TopicPartition, offsets: Iterable[int]) -> None:
        known = self.foreign.setdefault(tp, set())
        if new := sorted(set(offsets) - known):  # what is read again has been told
            of = {"topic": tp.topic, "partition": tp.partition}
            logger.error("foreign records", feed=self.name, **of, count=len(new), first=new[0])
            known.update(new[: MOST_FOREIGN - len(known)])


class Prover:
    """The readings of one consumer, each begun at a place."""

    def __init__(self, trust: Trust, account: Account) -> None:
        self.trust = trust
        self.account = account
        self._readings: dict[TopicPartition, Following] = {}
        self._sought: dict[TopicPartition, int] = {}
        """Behind which position each partition was last searched for the next."""

    def begin(self, tp: TopicPartition, place: Place) -> None:
        """Read from a place on. Where its link is not known, or nothing has been applied, its partition must
        be read from the beginning."""
        at = (place.position, place.link) if place.link and place.position else None
        self._readings[tp] = Following(tp.topic, tp.partition, self.trust.of(tp.topic), at)

    def forget(self, tps: Collection[TopicPartition]) -> None:
        """What was proven of these may not have been applied: it has to be read again."""
        for tp in tps:
            self._readings.pop(tp, None)

    def __contains__(self, tp: TopicPartition) -> bool:
        return tp in self._readings

    def position(self, tp: TopicPartition) -> int:
        """The last that is proven of a partition that is read."""
        return self._readings[tp].position

    def early(self, tp: TopicPartition) -> str | None:
        return self._readings[tp].early

    def must_search(self, tp: TopicPartition) -> bool:
        """Whether to read the partition from its beginning, because something in it is too early: in a topic
        that was made anew, what precedes that may lie in front of the place. Once for each position:
        it may not be there either."""
        if not self.early(tp) or self._sought.get(tp) == self.position(tp):
            return False
        self._sought[tp] = self.position(tp)
        return True

    def unproven(self) -> dict[TopicPartition, int]:
        """How many records of the partitions wait for a signature: for a moment, those of a batch that is
        being sent; for long, what somebody else has put there."""
        return {tp: each.waiting for tp, each in self._readings.items() if each.waiting}

    async def prove(self, tp: TopicPartition, records: Sequence[ConsumerRecord]) -> list[Proven]:
        """What is the log's of these records, and of those that have waited. Keys that nobody knows are
        asked for: while their owner is away, only so many records wait."""
        reading = self._readings[tp]
        proven = reading.take(records)
        while reading.unknown:
            await self.trust.learn(tp.topic, reading.unknown)
            proven += reading.take()
            if reading.waiting <= MOST_WAITING or not self.trust.waits:
                break
        self.account.note(tp, reading.foreign)
        reading.foreign.clear()
        return proven

    def why_not(self, tp: TopicPartition) -> str:
        """Why no more than this has been proven of what was read, in words."""
        reading = self._readings[tp]
        if reading.early:
            return reading.early
        if reading.unknown:
            return f"it is signed by keys that nobody knows: {', '.join(sorted(reading.unknown))}"
        return f"position {reading.position} is the last"
