"""Working days: Monday to Friday, less the holidays and joint leave of the year's joint decree."""

from datetime import date, timedelta

import pytest

from contracts.settings import DayOff, WorkingCalendar
from law.policy import Policy, Settled
from law.workdays import SHIPPED_CALENDAR as SHIPPED
from law.workdays import Calendar

DAYS_OF_2026 = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]

# Weekdays of 2026 that are no working days: the joint decree of 19 September 2025.
OFF = {
    date(2026, month, day)
    for month, days in {
        1: (1, 16),  # New Year, Isra Mikraj
        2: (16, 17),  # Imlek
        3: (18, 19, 20, 23, 24),  # Nyepi, Idul Fitri
        4: (3,),  # Good Friday
        5: (1, 14, 15, 27, 28),  # Labour Day, Ascension, Idul Adha
        6: (1, 16),  # Pancasila, 1 Muharam
        8: (17, 25),  # Independence, Maulid
        12: (24, 25),  # Christmas
    }.items()
    for day in days
}


def test_the_whole_of_2026() -> None:
    working = [day for day in DAYS_OF_2026 if SHIPPED.is_working_day(day)]
    assert working == [day for day in DAYS_OF_2026 if day.weekday() < 5 and day not in OFF]
    assert len(working) == 240


@pytest.mark.parametrize(
    ("day", "count", "reached"),
    [
        (date(2026, 10, 5), 0, date(2026, 10, 5)),
        (date(2026, 10, 5), 1, date(2026, 10, 6)),
        (date(2026, 10, 5), 7, date(2026, 10, 14)),
        (date(2026, 10, 9), 1, date(2026, 10, 12)),  # over a weekend
        (date(2026, 10, 10), 1, date(2026, 10, 12)),  # from within it
        (date(2026, 3, 17), 1, date(2026, 3, 25)),  # over Nyepi and Idul Fitri
        (date(2026, 3, 17), 7, date(2026, 4, 2)),
        (date(2026, 3, 17), 14, date(2026, 4, 14)),  # and Good Friday
        (date(2026, 12, 23), 1, date(2026, 12, 28)),  # over Christmas
        (date(2025, 12, 31), 1, date(2026, 1, 2)),  # into another year
    ],
)
def test_the_nth_working_day_after_a_day(day: date, count: int, reached: date) -> None:
    assert SHIPPED.working_days_after(day, count).day == reached


@pytest.mark.parametrize(
    ("day", "count", "reached"),
    [
        (date(2026, 11, 20), 14, date(2026, 12, 10)),
        (date(2026, 12, 9), 14, date(2026, 12, 31)),
        (date(2026, 12, 10), 14, date(2027, 1, 4)),
        (date(2026, 12, 11), 14, date(2027, 1, 6)),  # over Isra Mikraj
        (date(2026, 12, 18), 7, date(2026, 12, 31)),
        (date(2026, 12, 31), 1, date(2027, 1, 4)),
        (date(2027, 1, 29), 14, date(2027, 2, 19)),
        (date(2027, 3, 5), 7, date(2027, 3, 24)),  # over Nyepi and Idul Fitri
        (date(2027, 3, 5), 14, date(2027, 4, 6)),
        (date(2027, 5, 14), 14, date(2027, 6, 10)),  # over Idul Adha and Waisak
    ],
)
def test_deadlines_that_reach_into_2027(day: date, count: int, reached: date) -> None:
    assert SHIPPED.working_days_after(day, count) == (reached, False)


def test_2027_has_242_working_days() -> None:
    days = [date(2027, 1, 1) + timedelta(days=n) for n in range(365)]
    assert sum(map(SHIPPED.is_working_day, days)) == 242
    assert not SHIPPED.is_estimated(days)


@pytest.mark.parametrize(
    ("day", "count", "reached"),
    [
        # The annex of PerBKN 6/2022 summons on these days; 8 October 2022 was Maulid, a Saturday.
        (date(2022, 10, 5), 7, date(2022, 10, 14)),
        (date(2022, 10, 5), 8, date(2022, 10, 17)),
        (date(2022, 10, 17), 7, date(2022, 10, 26)),
        # In effect on the 15th working day after receipt, 8 February; 28 February was Isra Mikraj.
        (date(2022, 2, 8), 15, date(2022, 3, 2)),
        (date(2028, 8, 16), 1, date(2028, 8, 18)),  # Independence Day has no movable date
        (date(2027, 12, 30), 2, date(2028, 1, 3)),
    ],
)
def test_a_year_without_its_decree_is_estimated_and_says_so(
    day: date, count: int, reached: date
) -> None:
    assert SHIPPED.working_days_after(day, count) == (reached, True)
    assert SHIPPED.is_estimated([reached])


def test_whatever_the_day_there_is_an_answer() -> None:
    assert SHIPPED.is_working_day(date(1950, 3, 1))
    assert SHIPPED.is_working_day(date(2525, 3, 1)) is (date(2525, 3, 1).weekday() < 5)
    assert SHIPPED.working_days_after(date(9999, 12, 30), 7).day == date.max


@pytest.mark.parametrize(
    ("days", "lengths"),
    [
        ([], []),
        ([date(2026, 10, 5)], [1]),
        ([date(2026, 10, 5), date(2026, 10, 7)], [1, 1]),
        ([date(2026, 10, 9), date(2026, 10, 12)], [2]),  # over a weekend
        ([date(2026, 3, 17), date(2026, 3, 25)], [2]),  # over Nyepi and Idul Fitri
        ([date(2025, 12, 31), date(2026, 1, 2)], [2]),  # over New Year
        ([date(2026, 10, n) for n in (16, 5, 6, 7, 14, 15)], [3, 3]),  # in any order
    ],
)
def test_runs_of_working_days(days: list[date], lengths: list[int]) -> None:
    found = SHIPPED.runs(days)
    assert [len(run) for run in found] == lengths
    assert [day for run in found for day in run] == sorted(days)


def decree(years: tuple[int, ...], *days: date) -> WorkingCalendar:
    off = tuple(DayOff(on=day, kind="national-holiday", name="Libur") for day in days)
    return WorkingCalendar(years=years, days_off=off)


def calendar(*adopted: tuple[date, WorkingCalendar]) -> Calendar:
    policies = [Policy("SKB", since, value) for since, value in adopted]
    return Calendar(Settled([*SHIPPED.settled.policies, *policies]))


def test_an_adopted_decree_covers_its_years_and_no_other() -> None:
    first, friday = date(2028, 1, 1), date(2028, 1, 7)
    adopted = calendar((first, decree((2028,), friday)))
    assert adopted.working_days_after(date(2027, 12, 31), 5) == (date(2028, 1, 10), False)
    assert SHIPPED.is_working_day(friday)
    # Other years stay as they are.
    assert not adopted.is_working_day(date(2027, 12, 24))
    assert not adopted.is_estimated([date(2027, 12, 24), friday])
    assert adopted.is_estimated([date(2029, 1, 2)])


def test_a_decree_adopted_before_its_year_does_not_touch_the_present_one() -> None:
    early = calendar((date(2027, 9, 20), decree((2028,))))
    assert not early.is_working_day(date(2027, 12, 24))
    assert early.is_working_day(date(2028, 1, 7))
    assert not early.is_estimated([date(2027, 12, 24), date(2028, 1, 7)])


def test_what_amends_a_year_holds_from_its_own_first_day() -> None:
    before, behind = date(2026, 6, 15), date(2026, 12, 28)
    amended = calendar((date(2026, 7, 1), decree((2026,), before, behind)))
    assert amended.is_working_day(before)
    assert not amended.is_working_day(behind)
    assert not amended.is_working_day(date(2026, 5, 1))
    assert amended.is_working_day(date(2026, 8, 17))  # a decree has all days of its year
