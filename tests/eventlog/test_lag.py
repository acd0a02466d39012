"""The lag of a subscription is told in positions of the log that feeds it."""

from collections.abc import Mapping, Sequence

import pytest
from aiokafka import TopicPartition

from contracts.topics import PARTITIONS, partition
from eventlog import lag as lag_module
from eventlog.database import Pool
from eventlog.lag import lag, read_ends
from eventlog.log import EventLog
from eventlog.places import Place
from tests.eventlog.effects import ONE
from tests.eventlog.harness import relaying, until
from tests.eventlog.ledger import append, fill


async def must_be_found(pool: Pool, topic: str) -> list[int]:
    """The ends of a log's partitions, as reading all of it gives them."""
    ends = [0] * PARTITIONS
    for row in await pool.fetch("select position, subject from event order by position"):
        ends[partition(row["subject"])] = row["position"]
    assert await read_ends(pool, topic) == ends
    return ends


@pytest.mark.integration
@pytest.mark.parametrize("look", [1, 3, lag_module.FIRST_LOOK])
async def test_a_log_ends_where_it_does_whatever_has_been_carried(
    pool: Pool,
    log: EventLog,
    topic: str,
    kafka_arguments: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
    look: int,
) -> None:
    monkeypatch.setattr(lag_module, "FIRST_LOOK", look)
    assert await must_be_found(pool, topic) == [0] * PARTITIONS
    await fill(log, "ab", credits=2)
    assert len(set(await must_be_found(pool, topic))) == 3  # before any relay has led
    async with relaying(pool, kafka_arguments, topic) as relay:
        await until(lambda: relay.position == 6)
        await must_be_found(pool, topic)
    for n in range(30):  # in all partitions, then in one alone
        await append(log, f"c{n}", 0)
    assert all(await must_be_found(pool, topic))
    for n in range(30):
        await append(log, ONE, 3 + n)
    await must_be_found(pool, topic)


@pytest.mark.parametrize(
    ("ends", "places", "behind"),
    [
        pytest.param({"x": [0, 0, 0]}, {}, 0, id="nothing has happened"),
        pytest.param({"x": [7, 9, 8]}, {}, 9, id="nothing is applied"),
        pytest.param({"x": [7, 9, 8]}, {"x": [7, 9, 8]}, 0, id="all is applied"),
        pytest.param({"x": [7, 9, 8]}, {"x": [7, 5, 8]}, 4, id="one partition is behind"),
        pytest.param({"x": [7, 9, 8]}, {"x": [7, 5, 3]}, 6, id="two are, one more than the other"),
        pytest.param({"x": [1, 9, 8]}, {"x": [1, 9, 6]}, 3, id="one is long at its end"),
        pytest.param({"x": [0, 9, 8]}, {"x": [0, 9, 6]}, 3, id="one is empty"),
        pytest.param({"x": [7, 9, 8]}, {"x": [7, 10, 8]}, 0, id="one was applied meanwhile"),
        pytest.param({"x": [7, 9], "y": [2, 4]}, {"x": [7, 8], "y": [2, 1]}, 4, id="of two logs"),
        pytest.param({"x": [7, 9], "y": None}, {"x": [7, 9]}, None, id="one is not known"),
    ],
)
def test_it_is_from_what_is_applied_of_all_partitions_to_the_last_position(
    ends: Mapping[str, Sequence[int] | None],
    places: Mapping[str, Sequence[int]],
    behind: int | None,
) -> None:
    at = {
        TopicPartition(topic, number): Place(position, position)
        for topic, positions in places.items()
        for number, position in enumerate(positions)
    }
    assert lag(ends, at) == behind
