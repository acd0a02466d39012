"""The places of subscriptions, kept beside their effects."""

from typing import Any

import pytest
from aiokafka import TopicPartition

from contracts.topics import partition
from eventlog.database import OUTAGE, SESSION, Pool, create_pool
from eventlog.log import EventLog
from eventlog.places import Place, lock_places, read_places, read_stopped
from tests.eventlog.effects import ONE, Effects, chain
from tests.eventlog.harness import (
    Carrier,
    consuming,
)

pytestmark = pytest.mark.integration


async def test_a_place_put_back_applies_again_from_there(
    effects: Effects, pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """The place is the only memory of what has been applied."""
    await Carrier(kafka_arguments, topic).send(*chain(ONE, 3))
    async with consuming(kafka_arguments, effects.subscription):
        await effects.reaches(1, 2, 3)
    await pool.execute("update place set next_offset = 0, position = 0; delete from effect")
    again = Effects(pool, topic, called=effects.subscription.name)
    async with consuming(kafka_arguments, again.subscription):
        await again.reaches(1, 2, 3)


async def test_what_was_written_late_of_a_stop_that_is_over_is_not_told(
    effects: Effects, pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """By a member that lost the partition before it could write: nothing would ever free it."""
    await Carrier(kafka_arguments, topic).send(*chain(ONE, 2))
    async with consuming(kafka_arguments, effects.subscription):
        await effects.reaches(1, 2)
    late = "insert into stopped values ($1, $2, $3, $4, 'late')"
    await pool.execute(late, effects.name, topic, partition(ONE), 1)
    again = Effects(pool, topic, called=effects.name)
    again.subscription.assigned = {effects.tp}
    await again.feed._read_places()
    assert again.subscription.health.stopped == {}
    assert await read_stopped(pool) == []


async def test_a_process_that_hangs_loses_its_places_to_another(
    database: str, log: EventLog, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server ends its session; when it wakes, that is an outage, and nothing of it remains."""
    patience = "idle_in_transaction_session_timeout"
    assert int(SESSION[patience]) <= 120_000
    monkeypatch.setitem(SESSION, patience, "300")
    tp = TopicPartition(topic, 0)

    async def hang(hung: Pool, other: Pool) -> None:
        async with hung.acquire() as connection, connection.transaction():
            await lock_places(connection, [("s", tp)])
            async with other.acquire() as successor, successor.transaction():
                await lock_places(successor, [("s", tp)])
            await connection.execute("update place set position = 9")

    async with create_pool(database) as hung, create_pool(database) as other:
        with pytest.raises(OUTAGE):
            await hang(hung, other)
    assert await read_places(log.pool, "s") == {tp: Place(0, 0)}
