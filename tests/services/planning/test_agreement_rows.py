"""What a file's rows make of an agreement."""

from typing import Any

from contracts.alignment import YearTarget
from services.planning.agreement.decisions import Agreement
from services.planning.agreement.rows import objectives_of, told_twice
from sheets.table import Row, Table
from tests.services.planning.test_agreement import indicator, objective

ROW = {
    "year": 2026, "objective": "Layanan prima", "indicator": "Layanan tepat waktu", "target": "97",
    "measure": "persen", "later": None, "later_year": None,
}  # fmt: skip


def rows(*said: dict[str, Any]) -> list[Row]:
    return [Row(n, ROW | each) for n, each in enumerate(said, start=2)]


def test_a_new_agreement_has_ids_in_the_files_order() -> None:
    found = objectives_of(rows({}, {"indicator": "Kepuasan"}, {"objective": "Tata kelola"}), None)
    assert [(each.id, [i.id for i in each.indicators]) for each in found] == [
        ("s1", ["i1", "i2"]), ("s2", ["i3"]),
    ]  # fmt: skip


def test_what_is_there_keeps_its_ids_what_it_serves_and_what_the_file_does_not_say() -> None:
    there = objective("s7", indicator("i9"), serves="u0.2026/i1")
    before = Agreement("u1.2026", "u1", "sri.a", 2026, 2026, (there,))
    [found] = objectives_of(rows({}, {"indicator": "Kepuasan"}), before)
    assert (found.id, found.serves) == ("s7", "u0.2026/i1")
    kept, new = found.indicators
    assert (kept.id, kept.baseline, kept.perspective) == ("i9", "80", "penerima layanan")
    assert kept.targets == (YearTarget(year=2026, target="97"),)
    assert (new.id, new.baseline) == ("i1", None)


def test_a_later_target_has_a_later_year() -> None:
    for year, wrong in ((None, 1), (2026, 1), (2027, 0)):
        table = Table()
        told_twice(rows({"later": "98", "later_year": year}), table)
        assert [each.code for each in table.problems] == ["later-without-year"] * wrong
    [found] = objectives_of(rows({"later": "98", "later_year": 2027}), None)
    assert [each.year for each in found.indicators[0].targets] == [2026, 2027]


def test_an_indicator_stands_once_in_an_objective() -> None:
    table = Table()
    assert told_twice(rows({}, {"objective": "Tata kelola"}, {}), table)
    assert [(each.row, each.code, each.facts["other"]) for each in table.problems] == [
        (4, "twice-in-objective", 2)
    ]
    assert not told_twice(rows({}, {"objective": "Tata kelola"}), Table())
