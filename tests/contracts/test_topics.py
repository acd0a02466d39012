"""Topics and keys are part of the contract: another partition would lose an employee's order."""

from collections import Counter

import pytest

from contracts.catalogue import SERVICES
from contracts.topics import PARTITIONS, partition, topic


def test_a_service_has_one_topic() -> None:
    assert topic("planning") == "kinerja.planning.events"
    assert len(set(map(topic, SERVICES))) == len(SERVICES) == 5


def test_the_number_of_partitions_does_not_change() -> None:
    assert PARTITIONS == 6


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("", 0),
        ("123456789", 0xCBF43926 % 6),  # the check value of CRC-32
        ("a", 0xE8B7BE43 % 6),
        ("The quick brown fox jumps over the lazy dog", 0x414FA339 % 6),
    ],
)
def test_a_subject_s_partition_is_its_crc_32(subject: str, expected: int) -> None:
    assert partition(subject) == expected


def test_subjects_spread_over_all_partitions() -> None:
    counts = Counter(partition(f"person-{n}") for n in range(6000))
    assert set(counts) == set(range(PARTITIONS))
    assert max(counts.values()) < 1200


def test_a_subject_beyond_ascii_has_a_partition() -> None:
    assert 0 <= partition("ꦲꦏ꧀ꦱꦫ") < PARTITIONS
