"""How days, numbers and names are written, and where things stand on the year's line."""

from datetime import date

import pytest

from console.ask.client import FieldProblem, Problem
from console.show import format
from console.show.year import YearLine, year_line


@pytest.mark.parametrize(
    ("language", "number", "short", "long", "month"),
    [
        ("id", "12.345", "5 Agu 2026", "5 Agustus 2026", "Agustus 2026"),
        ("en", "12,345", "5 Aug 2026", "5 August 2026", "August 2026"),
    ],
)
def test_numbers_and_days_are_written_as_the_language_does(
    language: str, number: str, short: str, long: str, month: str
) -> None:
    day = date(2026, 8, 5)
    assert format.number(12345, language) == number
    assert format.day(day, language) == short
    assert format.long_day(day, language) == long
    assert format.month(day, language) == month
    assert len(format.months(language)) == 12


def test_an_article_is_cited_as_the_language_does() -> None:
    for said, pasal in [
        ("PermenPANRB 6/2022 Arts 9–13", "PermenPANRB 6/2022 Pasal 9–13"),
        ("PP 94/2021 Art 35(3)", "PP 94/2021 Pasal 35(3)"),
        ("PP 30/2019", "PP 30/2019"),
    ]:
        assert format.cited(said, "id") == pasal
        assert format.cited(said, "en") == said


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ratna Wulandari, S.Sos.", "RW"), ("Taufik Rachman", "TR"), ("I Made Wirawan", "IM"),
        ("Ma'ruf Amin", "MA"), ("Slamet", "S"), ("7c09", "C"), ("", ""),
    ],
)  # fmt: skip
def test_initials_are_of_the_name_without_degrees(name: str, letters: str) -> None:
    assert format.initials(name) == letters


def line(today: date, months: int = 3) -> YearLine:
    return year_line(2026, months, (1, 31), today)


@pytest.mark.parametrize("months", [1, 3, 6, 12])
def test_the_periods_fill_the_year(months: int) -> None:
    periods = line(date(2026, 6, 1), months).periods
    assert len(periods) == 12 // months
    end = 0.0
    for part in periods:
        assert part.start == pytest.approx(end)
        end = part.start + part.width
    assert end == pytest.approx(100)
    assert periods[-1].ends == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("today", "name", "over"),
    [(date(2026, 1, 1), 1, 0), (date(2026, 3, 31), 1, 0), (date(2026, 4, 1), 2, 1),
     (date(2026, 12, 31), 4, 3)],
)  # fmt: skip
def test_today_is_in_a_period_until_its_last_day(today: date, name: int, over: int) -> None:
    made = line(today)
    assert made.current
    assert made.current.name == name
    assert [made.is_over(part) for part in made.periods].count(True) == over
    assert made.now is not None
    assert made.current.start <= made.now < made.current.start + made.current.width


@pytest.mark.parametrize(("today", "over"), [(date(2025, 12, 31), 0), (date(2027, 1, 1), 4)])
def test_today_may_be_in_another_year(today: date, over: int) -> None:
    made = line(today)
    assert (made.now, made.current) == (None, None)
    assert [made.is_over(part) for part in made.periods].count(True) == over


def test_planning_lasts_until_the_day_on_which_skps_are_set() -> None:
    assert line(date(2026, 2, 1)).planning.width == pytest.approx(31 / 365 * 100)
    assert line(date(2026, 2, 1)).is_over(line(date(2026, 2, 1)).planning)
    assert not line(date(2026, 1, 31)).is_over(line(date(2026, 1, 31)).planning)


def test_what_a_service_could_not_read_is_told_at_its_field() -> None:
    for field in ("body.people.0.nip", "people.0.nip"):
        assert Problem(field=field).place == "people.0.nip"
    assert Problem(errors=(FieldProblem(pointer="#/people/0/nip"),)).place == "people.0.nip"
