"""What a topic holds of its log: of each partition the furthest record that the log's key has signed."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition

from contracts.topics import PARTITIONS
from eventlog.broker import reading
from eventlog.chain import claimed, genesis, link, message, placed
from eventlog.follow import Carried, Keys

FIRST_LOOK = 100
"""Records that are read from the end of a partition at first; eight times as many, where none of them is
signed, and so on."""

PATIENCE = 30.0
"""Seconds that one look at a partition may take."""


class Tip(NamedTuple):
    """The end of a partition: the last position, its link, and the link before it. Position 0, and the
    genesis twice, of a partition that holds nothing of the log."""

    position: int
    after: bytes
    link: bytes


@asynccontextmanager
async def looking(kafka: Mapping[str, Any], topic: str, keys: Keys) -> AsyncIterator["Tips"]:
    """Looks at the ends of a topic's partitions, by a consumer that fetches only then."""
    async with reading(kafka) as consumer:
        yield Tips(consumer, topic, keys)


class Tips:
    """Looks at the ends of a topic's partitions."""

    def __init__(self, consumer: AIOKafkaConsumer, topic: str, keys: Keys) -> None:
        self.keys = keys
        self.partitions = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        self._consumer = consumer

    async def ends(self) -> list[int]:
        """Kafka's next offset of each partition."""
        found = await self._consumer.end_offsets(self.partitions)
        return [found[tp] for tp in self.partitions]

    async def find(self) -> list[Tip]:
        """The tip of each partition."""
        begins = await self._consumer.beginning_offsets(self.partitions)
        tips = []
        for tp, end in zip(self.partitions, await self.ends(), strict=True):
            async with asyncio.timeout(PATIENCE):
                tips.append(await self._find(tp, begins[tp], end))
        self._consumer.assign([])
        return tips

    async def _find(self, tp: TopicPartition, begin: int, end: int) -> Tip:
        self._consumer.assign([tp])
        many = FIRST_LOOK
        while end > begin:
            start = max(begin, end - many)
            if tip := await self._look(tp, start, end):
                return tip
            end, many = start, many * 8
        start_of_all = genesis(tp.topic, tp.partition)
        return Tip(0, start_of_all, start_of_all)

    async def _look(self, tp: TopicPartition, start: int, end: int) -> Tip | None:
        """The furthest that is signed of the records from `start` up to `end`."""
        self._consumer.seek(tp, start)
        best: Tip | None = None
        while await self._consumer.position(tp) < end:
            for record in (await self._consumer.getmany(timeout_ms=1000)).get(tp, ()):
                tip = self._signed(tp, record)
                if tip and (best is None or tip.position > best.position):
                    best = tip
        return best

    def _signed(self, tp: TopicPartition, record: Carried) -> Tip | None:
        headers = dict(record.headers)
        place, claim = placed(headers), claimed(headers)
        if place is None or record.key is None or record.value is None:
            return None
        position, after = place
        its = link(after, position, record.key, record.value)
        key = self.keys.find(claim.key)
        if key is None or not key.verifies(claim.signature, message(tp.topic, tp.partition, its)):
            return None
        return Tip(position, after, its)
