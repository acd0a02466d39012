"""What a file's rows make of an agreement."""

from typing import Any

import pytest

from contracts.alignment import YearTarget
from services.planning.agreement.columns import Period, period
from services.planning.agreement.decisions import Agreement
from services.planning.agreement.rows import objectives_of, told_twice
from sheets.problems import Wrong
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


def test_each_later_target_may_have_a_row() -> None:
    """As a file of agreements is kept."""
    later = [{"later": "98", "later_year": 2027}, {"later": "99", "later_year": 2029}]
    said = rows(*later)
    assert not told_twice(said, Table())
    [found] = objectives_of(said, None)
    assert [[(t.year, t.target) for t in each.targets] for each in found.indicators] == [
        [(2026, "97"), (2027, "98"), (2029, "99")]
    ]
    for other, code in (
        (later[1], "twice-in-objective"),
        ({"later": "97", "later_year": 2027}, "twice-in-objective"),
        ({"target": "96", "later": "100", "later_year": 2030}, "two-targets"),
    ):
        table = Table()
        assert told_twice(rows(*later, other), table)
        assert [(each.row, each.code) for each in table.problems] == [(4, code)]


def test_an_indicator_stands_once_in_an_objective() -> None:
    table = Table()
    assert told_twice(rows({}, {"objective": "Tata kelola"}, {}), table)
    assert [(each.row, each.code, each.facts["other"]) for each in table.problems] == [
        (4, "twice-in-objective", 2)
    ]
    assert not told_twice(rows({}, {"objective": "Tata kelola"}), Table())


PLAN = {"period": Period(2025, 2029)}


def test_a_strategic_plans_rows_say_the_target_of_each_year() -> None:
    said = rows(
        PLAN | {"year": 2027, "target": "99"},
        PLAN | {"indicator": "Kepuasan", "later": "90", "later_year": 2029},
        PLAN,
    )
    assert not told_twice(said, Table())
    [found] = objectives_of(said, None)
    assert [(each.id, each.text) for each in found.indicators] == [
        ("i1", "Layanan tepat waktu"), ("i2", "Kepuasan"),
    ]  # fmt: skip
    assert [[(t.year, t.target) for t in each.targets] for each in found.indicators] == [
        [(2026, "97"), (2027, "99")], [(2026, "97"), (2029, "90")],
    ]  # fmt: skip


def test_a_plan_has_one_target_of_a_year_and_none_of_others() -> None:
    for other, code in (
        ({"target": "98"}, "two-targets"),
        ({"year": 2030}, "year-outside-period"),
        ({"year": 2028, "later": "1", "later_year": 2030}, "year-outside-period"),
        ({}, None),  # said twice, and the same
    ):
        table = Table()
        assert told_twice(rows(PLAN, PLAN | other), table) == (code is not None)
        assert [(each.row, each.code) for each in table.problems] == ([(3, code)] if code else [])


@pytest.mark.parametrize(
    "said", ["2025-2029", "2025 – 2029", "2025 s.d. 2029", "2025 sd 2029", "'2025-2029"]
)
def test_a_plans_years_are_read_as_people_write_them(said: str) -> None:
    assert period(said) == Period(2025, 2029)


@pytest.mark.parametrize("said", ["2025", "2029-2025", "2025-2025", "25-29", "2025-2029-2030"])
def test_what_is_no_period_is_told(said: str) -> None:
    with pytest.raises(Wrong) as wrong:
        period(said)
    assert wrong.value.code == "not-a-period"
