"""Whatever a topic's partition holds, a subscription takes each event once and in order, and nothing that
the log has not signed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from aiokafka import TopicPartition
from hypothesis import given
from hypothesis import strategies as st

from eventlog import follow, prover
from eventlog.chain import Headers, genesis, headers, link, placed, signature
from eventlog.follow import Following
from eventlog.keys import PublicKey, SigningKey
from eventlog.places import Place
from eventlog.prover import Account, Prover
from eventlog.trust import FixedTrust, KeysOfOne, Patient, Trust
from tests.eventlog.ledger import Credited, recorded
from tests.eventlog.signing import KEY, KEYS, OTHER_KEY

START = genesis("topic", 0)


@dataclass(frozen=True)
class Record:
    """What is read of a Kafka record."""

    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]] = field(default=())
    key: bytes | None = b"a"
    offset: int = 0


def its_link(record: Record) -> bytes:
    place = placed(dict(record.headers))
    assert place
    position, after = place
    return link(after, position, record.key or b"", record.value or b"")


def carried(
    position: int,
    after: bytes,
    *,
    by: SigningKey | None = KEY,
    amount: int = 1,
    of: tuple[str, int] = ("topic", 0),
) -> Record:
    """A record of a topic's partition, signed unless `by` nobody."""
    value = recorded(position, "a", 1, Credited(amount=amount)).record
    its = link(after, position, b"a", value)
    return Record(
        value, headers("Credited", position, after) + (signature(by, *of, its) if by else Headers())
    )


def chained(positions: Sequence[int], *, signed: Sequence[int] | None = None) -> list[Record]:
    """Records that follow each other, of which those at `signed` (all) bring a signature."""
    after, found = START, list[Record]()
    for position in positions:
        by = KEY if signed is None or position in signed else None
        found.append(carried(position, after, by=by))
        after = its_link(found[-1])
    return found


# The positions that one partition has of a log: others are in other partitions.
POSITIONS = [2, 3, 7, 8, 11, 20, 21, 40]
RECORDS = chained(POSITIONS)
FORGED = [
    Record(RECORDS[0].value),
    Record(RECORDS[0].value, [("position", b"2")]),
    Record(RECORDS[0].value, [*headers("Credited", 2, START)[:2], ("after", b"short")]),
    Record(RECORDS[0].value, [("position", b"9" * 5000), ("after", START)]),
    Record(RECORDS[0].value, [("position", b"-1"), ("after", START)]),
    Record(RECORDS[0].value, [("position", None), ("after", START)]),
    Record(RECORDS[0].value, [("position", b"2"), ("after", None)]),
    Record(RECORDS[0].value, [*headers("", 2**59, START), ("key", None), ("signature", None)]),
    Record(RECORDS[0].value, [*headers("", 2**59, bytes(32)), ("key", None), ("signature", None)]),
    Record(None, RECORDS[0].headers),
    Record(RECORDS[0].value, RECORDS[0].headers, key=None),
    Record(RECORDS[0].value, RECORDS[0].headers, key=b"b"),
    Record(RECORDS[1].value, RECORDS[0].headers),
    carried(2**59, START, by=None),
    carried(2, START, by=OTHER_KEY),
    carried(3, its_link(RECORDS[0]), by=OTHER_KEY, amount=12_000),
    carried(7, its_link(RECORDS[1]), by=None, amount=12_000),
    carried(2, genesis("topic", 1), of=("topic", 1)),
    carried(2, genesis("other topic", 0), of=("other topic", 0)),
    carried(2, START, of=("topic", 1)),
]
KINDS = [
    "no headers", "no link", "short link", "position of 5,000 digits", "negative position",
    "null position", "null link", "null signature", "null signature and no predecessor",
    "no value", "no key", "another key", "another value", "position far away", "signed by a stranger",
    "chained by a stranger", "chained and not signed", "of another partition", "of another topic",
    "signed for another partition",
]  # fmt: skip


def following(keys: KeysOfOne = KEYS) -> Following:
    return Following("topic", 0, keys)


def followed(records: Sequence[Record], cuts: Sequence[int] = ()) -> tuple[list[int], Following]:
    """The positions taken, in batches cut there, and the reading."""
    reading = following()
    taken: list[int] = []
    for start, end in pairwise(edges(records, cuts)):
        taken += [each.position for each in reading.take(records[start:end])]
    return taken, reading


def edges(records: Sequence[Record], cuts: Sequence[int]) -> list[int]:
    return [0, *sorted(cut % (len(records) + 1) for cut in cuts), len(records)]


cuts = st.lists(st.integers(0, 99), max_size=4)
runs = st.tuples(st.integers(0, 7), st.integers(0, 8)).map(lambda run: RECORDS[run[0] : sum(run)])


@given(st.lists(runs, max_size=6), cuts)
def test_resent_runs_are_taken_once_in_order(sent: list[list[Record]], at: list[int]) -> None:
    """Runs from anywhere, as stale and new leaders send them, and at last the whole."""
    taken, reading = followed([*(each for run in sent for each in run), *RECORDS], at)
    assert taken == POSITIONS
    assert reading.early is None
    assert reading.foreign == []
    assert reading.waiting == 0


@given(st.lists(st.sampled_from([*RECORDS, *FORGED]), max_size=30), cuts)
def test_nothing_is_taken_before_what_stands_in_front_of_it(
    sent: list[Record], at: list[int]
) -> None:
    """Lost, doubled, forged and disordered at will: what is taken is the beginning of the truth."""
    taken, _ = followed(sent, at)
    assert taken == POSITIONS[: len(taken)]


@given(
    st.lists(st.tuples(st.integers(0, 8), st.sampled_from(FORGED)), max_size=20),
    st.sets(st.sampled_from(POSITIONS[:-1])), cuts,
)  # fmt: skip
def test_whatever_is_put_between_the_truth_is_taken_whole(
    forged: list[tuple[int, Record]], signed: set[int], at: list[int]
) -> None:
    """Also where a signature is at the end of a long run alone."""
    records = chained(POSITIONS, signed=[*signed, POSITIONS[-1]])
    for where, record in sorted(forged, key=lambda each: -each[0]):
        records.insert(where, record)
    taken, reading = followed(records, at)
    assert taken == POSITIONS
    assert reading.waiting == 0


@pytest.mark.parametrize("record", FORGED, ids=KINDS)
def test_what_the_log_has_not_signed_is_passed_over_and_counted(record: Record) -> None:
    reading = following()
    assert reading.take([record]) == []
    assert [each.position for each in reading.take(RECORDS)] == POSITIONS
    assert len(reading.foreign) == 1
    assert reading.waiting == 0


def test_what_waits_for_its_signature_is_given_on_with_it() -> None:
    first, second, third = chained(POSITIONS[:3], signed=[7])
    reading = following()
    assert reading.take([first, second]) == []
    assert (reading.waiting, reading.foreign) == (2, [])
    assert [each.position for each in reading.take([third])] == [2, 3, 7]


def test_one_signature_proves_all_in_front_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reading costs a signature a batch, not an event, also where each event has its own."""
    asked: list[bytes] = []
    verifies = PublicKey.verifies

    def counted(key: PublicKey, signature: bytes, message: bytes) -> bool:
        asked.append(message)
        return verifies(key, signature, message)

    monkeypatch.setattr(PublicKey, "verifies", counted)
    assert len(following().take(RECORDS)) == len(POSITIONS)
    assert len(asked) == 1


def test_a_signature_that_is_none_hides_no_good_one() -> None:
    """The same record with a forged signature first, and then as the relay sent it."""
    first = RECORDS[0]
    forged = Record(
        first.value, [*first.headers[:3], ("key", KEY.id.encode()), ("signature", b"x")]
    )
    reading = following()
    assert reading.take([forged]) == []
    assert [each.position for each in reading.take([first, forged])] == [2]


def test_an_unknown_key_proves_nothing_until_it_is_known() -> None:
    keys = KeysOfOne()
    reading = following(keys)
    assert reading.take(RECORDS) == []
    assert reading.unknown == {KEY.id}
    assert keys.answered([KEY.public], [KEY.id])
    assert [each.position for each in reading.take()] == POSITIONS
    assert not reading.unknown


def test_a_key_that_nobody_knows_holds_nothing_up() -> None:
    reading = following()
    taken = reading.take([carried(2, START, by=OTHER_KEY, amount=9), *RECORDS])
    assert [each.position for each in taken] == POSITIONS
    assert not reading.unknown


def test_what_waits_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "MOST_WAITING", 3)
    reading = following()
    reading.take([carried(2, START, by=None, amount=nth) for nth in range(4)])
    assert (reading.waiting, len(reading.foreign)) == (0, 4)
    assert [each.position for each in reading.take(RECORDS)] == POSITIONS


@pytest.mark.parametrize("service", [False, True])
async def test_what_a_withdrawn_key_has_signed_waits_for_a_later_key_however_much_it_is(
    monkeypatch: pytest.MonkeyPatch, *, service: bool
) -> None:
    """Whoever reads from the beginning: the operator's commands, which know the keys that were kept, and a view that
    a service builds anew, whose owner says that the key is none of its."""
    for module in (follow, prover):
        monkeypatch.setattr(module, "MOST_WAITING", 3)
    trust: Trust = FixedTrust({"topic": [KEY.public]})
    if service:
        keys = KeysOfOne([KEY.public])
        keys.answered([KEY.public], [OTHER_KEY.id])
        trust = Patient(Known(keys))
    tp = TopicPartition("topic", 0)
    reading = Prover(trust, Account("replay"))
    reading.begin(tp, Place(0, 0))
    after, withdrawn = START, list[Record]()
    for position in range(1, 9):
        withdrawn.append(carried(position, after, by=OTHER_KEY))
        after = its_link(withdrawn[-1])
    assert await reading.prove(tp, withdrawn) == []
    proven = await reading.prove(tp, [carried(9, after)])
    assert [each.position for each in proven] == list(range(1, 10))


class Known(FixedTrust):
    """What a service has been told by now."""

    def __init__(self, keys: KeysOfOne) -> None:
        self._keys = {"topic": keys}


@pytest.mark.parametrize("lost", range(len(RECORDS) - 1))
def test_nothing_behind_one_that_was_lost_is_taken_and_that_is_told(lost: int) -> None:
    taken, reading = followed([*RECORDS[:lost], *RECORDS[lost + 1 :]])
    assert taken == POSITIONS[:lost]
    assert reading.early
    assert reading.foreign == []
    assert [each.position for each in reading.take(RECORDS)] == POSITIONS[lost:]
    assert reading.early is None


def test_what_is_too_early_is_told_until_what_it_follows_has_come() -> None:
    first, second, third, *_ = RECORDS
    told = "position 7 does not follow 2, the last applied"
    reading = followed([first, third])[1]
    assert reading.early == told
    reading.take([first])
    assert reading.early == told
    reading.take([second])
    assert reading.early == "position 7 does not follow 3, the last applied"
    reading.take([third])
    assert reading.early is None


def test_a_reading_goes_on_from_a_place() -> None:
    before = RECORDS[2]
    reading = Following("topic", 0, KEYS, (POSITIONS[2], its_link(before)))
    assert [each.position for each in reading.take(RECORDS)] == POSITIONS[3:]
