"""Working days: Monday to Friday, less the holidays and joint leave of the year's joint decree."""

from datetime import date, timedelta

import pytest

from law.refusal import Refused
from law.workdays import is_working_day, working_days_after

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
    working = [day for day in DAYS_OF_2026 if is_working_day(day)]
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
    assert working_days_after(day, count) == reached


@pytest.mark.parametrize("year", [2024, 2027])
def test_a_year_without_its_calendar_is_refused_not_guessed(year: int) -> None:
    with pytest.raises(Refused, match=str(year)) as no:
        is_working_day(date(year, 6, 3))
    assert no.value.code == "no-calendar"


def test_counting_stops_at_the_end_of_the_last_calendar() -> None:
    assert working_days_after(date(2026, 12, 28), 3) == date(2026, 12, 31)
    with pytest.raises(Refused, match="2027"):
        working_days_after(date(2026, 12, 28), 4)
