"""How far a subscription is behind a log, in positions of the log itself: what its relay has not carried
counts, and what somebody else has written to its topic does not."""

from collections.abc import Mapping, Sequence

from aiokafka import TopicPartition

from contracts.topics import PARTITIONS, partition
from eventlog.database import Pool
from eventlog.places import Place

FIRST_LOOK, MOST = 64, 8192
"""Events that are read at once from the end of a log: at first, and later at most."""

_CARRIED = "select position, last from relay where topic = $1"
_BACKWARDS = (
    "select position, subject from event where position > $1 and position < $2"
    " order by position desc limit $3"
)


async def read_ends(pool: Pool, topic: str) -> list[int]:
    """The last position of a database's log in each partition of its topic, 0 where it has none.

    What has been carried is written down beside the relay's place. What is behind that is read from the end
    of the log backwards until each partition has been met, mostly within a few dozen events.
    """
    row = await pool.fetchrow(_CARRIED, topic)
    carried, ends = (row["position"], list(row["last"])) if row else (0, [0] * PARTITIONS)
    met: dict[int, int] = {}
    before, look = 2**63 - 1, FIRST_LOOK
    while len(met) < PARTITIONS:
        rows = await pool.fetch(_BACKWARDS, carried, before, look)
        for each in rows:
            met.setdefault(partition(each["subject"]), each["position"])
        if len(rows) < look:
            break
        before, look = rows[-1]["position"], min(look * 4, MOST)
    return [max(end, met.get(number, 0)) for number, end in enumerate(ends)]


def lag(
    ends: Mapping[str, Sequence[int] | None], places: Mapping[TopicPartition, Place]
) -> int | None:
    """How many positions a subscription is behind the logs that feed it, together; None where one of their
    ends is not known.

    ends    by topic, as `read_ends` gives them
    places  of the subscription

    Of one log: from the position up to which all is applied that it holds, to its last. Where a partition ends
    after its place, what stands between is not applied, and all up to the place is. So all is applied up to
    the least of such places; if no partition ends after its place, there is no lag. It is at least the number
    of events that are not applied: those of other partitions in between count as well.
    """
    behind = 0
    for topic, its in ends.items():
        if its is None:
            return None
        left = [at for number, end in enumerate(its) if (at := _at(places, topic, number)) < end]
        behind += max(its) - min(left) if left else 0
    return behind


def _at(places: Mapping[TopicPartition, Place], topic: str, number: int) -> int:
    place = places.get(TopicPartition(topic, number))
    return place.position if place else 0
