"""Whatever a topic's partition holds, a subscription takes each event once and in order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.event import MalformedRecord, Recorded
from eventlog.follow import VersionGap, follow, must_follow
from tests.eventlog.ledger import MODELS, Credited, recorded


@dataclass(frozen=True)
class Record:
    """What `follow` reads of a Kafka record."""

    value: bytes | None
    headers: Sequence[tuple[str, bytes]] = field(default=())


def carried(event: Recorded, previous: int) -> Record:
    return Record(
        event.record, [("position", b"%d" % event.position), ("previous", b"%d" % previous)]
    )


# The positions that one partition has of a log: others are in other partitions.
POSITIONS = [2, 3, 7, 8, 11, 20, 21, 40]
RECORDS = [
    carried(recorded(position, "a", nth, Credited(amount=nth)), previous)
    for nth, (previous, position) in enumerate(zip([0, *POSITIONS], POSITIONS, strict=False), 1)
]


def followed(records: Sequence[Record], cuts: Sequence[int] = ()) -> tuple[list[int], str | None]:
    """The positions taken, in batches cut there, and what is too early at the end."""
    taken: list[int] = []
    position, early = 0, None
    for start, end in pairwise(edges(records, cuts)):
        if batch := records[start:end]:
            events, position, _, early = follow(batch, position, MODELS, early)
            taken += [event.position for event in events]
    return taken, early


def edges(records: Sequence[Record], cuts: Sequence[int]) -> list[int]:
    return [0, *sorted(cut % (len(records) + 1) for cut in cuts), len(records)]


cuts = st.lists(st.integers(0, 99), max_size=4)
runs = st.tuples(st.integers(0, 7), st.integers(0, 8)).map(lambda run: RECORDS[run[0] : sum(run)])


@given(st.lists(runs, max_size=6), cuts)
def test_resent_runs_are_taken_once_in_order(sent: list[list[Record]], at: list[int]) -> None:
    """Runs from anywhere, as stale and new leaders send them, and at last the whole."""
    taken, early = followed([*(each for run in sent for each in run), *RECORDS], at)
    assert taken == POSITIONS
    assert early is None


@given(st.lists(st.sampled_from(RECORDS), max_size=30), cuts)
def test_nothing_is_taken_before_what_stands_in_front_of_it(
    sent: list[Record], at: list[int]
) -> None:
    """Lost, doubled and disordered at will: what is taken is the beginning of the truth."""
    taken, _ = followed(sent, at)
    assert taken == POSITIONS[: len(taken)]


@given(st.lists(runs, max_size=6), cuts)
def test_what_is_read_again_from_where_all_is_settled_leaves_nothing_out(
    sent: list[list[Record]], at: list[int]
) -> None:
    """A restart at every cut."""
    records = [*(each for run in sent for each in run), *RECORDS]
    taken: list[int] = []
    position = start = 0
    for end in edges(records, at)[1:]:
        found = follow(records[start:end], position, MODELS)
        taken += [event.position for event in found.events]
        position, start = found.position, start + found.settled
    assert taken == POSITIONS


@pytest.mark.parametrize("lost", range(len(RECORDS) - 1))
def test_nothing_behind_one_that_was_lost_here_is_settled(lost: int) -> None:
    found = follow([*RECORDS[:lost], *RECORDS[lost + 1 :]], 0, MODELS)
    assert found.settled == lost
    assert found.early


def test_a_duplicate_settles_nothing_in_front_of_it() -> None:
    first, _, third, *_ = RECORDS
    assert follow([first, third, first], 0, MODELS).settled == 1


def test_what_has_been_taken_is_not_too_early() -> None:
    first, second, *_ = RECORDS
    assert followed([first, second, first, second], cuts=[2, 3]) == ([2, 3], None)


def test_what_is_too_early_is_told_until_what_it_follows_has_come() -> None:
    first, second, third, *_ = RECORDS
    assert followed([first, third]) == ([2], "position 7 follows 3, but only 2 is applied")
    assert followed([first, third, second]) == ([2, 3], None)
    assert followed([first, third, second, third]) == ([2, 3, 7], None)


@pytest.mark.parametrize(
    "record",
    [
        Record(RECORDS[0].value),
        Record(RECORDS[0].value, [("position", b"2")]),
        Record(None, RECORDS[0].headers),
        Record(b"", RECORDS[0].headers),
        Record(b"\xff\x00", RECORDS[0].headers),
        Record(b"[]", RECORDS[0].headers),
        Record(b"{}", RECORDS[0].headers),
        Record(b'{"type": "kinerja.ledger.Credited.v1"}', RECORDS[0].headers),
    ],
    ids=["no headers", "no previous", "tombstone", "empty", "not JSON", "not an object", "no type",
         "no data"],
)  # fmt: skip
def test_a_record_that_is_none_is_malformed(record: Record) -> None:
    with pytest.raises(MalformedRecord):
        followed([record])


def test_what_came_too_early_is_not_forgotten_over_a_duplicate() -> None:
    """Else the place would pass what was lost in this process, which nobody sends again."""
    first, _, third = RECORDS[:3]
    _, position, settled, early = follow([first, third], 0, MODELS)
    assert (position, settled) == (POSITIONS[0], 1)
    assert early
    assert follow([first], position, MODELS, early) == ([], position, 0, early)


@pytest.mark.parametrize("versions", [[1], [3], [2, 2], [2, 4], [2, 3, 2]])
def test_a_streams_versions_follow_each_other(versions: list[int]) -> None:
    other = recorded(1, "b", 1, Credited(amount=1))
    with pytest.raises(VersionGap, match="account/a: version"):
        must_follow([other, *at_versions(versions)], {"account/a": 1})
    must_follow([other, *at_versions([2, 3, 4])], {"account/a": 1})


def at_versions(versions: list[int]) -> list[Recorded]:
    return [
        recorded(nth, "a", version, Credited(amount=1)) for nth, version in enumerate(versions, 2)
    ]
