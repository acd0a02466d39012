"""When people are reminded, and when their superior is told."""

from datetime import date

import pytest

from contracts.reminders import Reminders
from contracts.settings import REMINDERS
from law.reminders import Reminder, Reminding
from law.workdays import SHIPPED_CALENDAR

SINCE, DUE = date(2026, 3, 2), date(2026, 3, 13)
"""A Monday, and a Friday. 18 to 24 March 2026 are off: Nyepi and Idulfitri, with the days between."""
SHIPPED = Reminding(REMINDERS.shipped, SHIPPED_CALENDAR)


@pytest.mark.parametrize(
    ("on", "last", "escalated"),
    [
        ("2026-03-01", None, None),
        ("2026-03-02", "2026-03-02", None),  # it came up
        ("2026-03-05", "2026-03-02", None),
        ("2026-03-06", "2026-03-06", None),  # five working days before
        ("2026-03-11", "2026-03-06", None),
        ("2026-03-12", "2026-03-12", None),  # one
        ("2026-03-13", "2026-03-13", None),  # its last day
        ("2026-03-15", "2026-03-13", None),  # no day of a weekend
        ("2026-03-17", "2026-03-13", None),
        ("2026-03-24", "2026-03-13", None),  # nor of a holiday
        ("2026-03-25", "2026-03-13", "2026-03-25"),  # the third working day after
        ("2026-03-27", "2026-03-27", "2026-03-25"),  # the fifth
        ("2026-04-02", "2026-03-27", "2026-03-25"),
        ("2026-04-06", "2026-04-06", "2026-03-25"),  # the tenth, behind Good Friday
    ],
)
def test_days_of_what_has_a_last_day(on: str, last: str | None, escalated: str | None) -> None:
    days = [date.fromisoformat(day) if day else None for day in (last, escalated)]
    assert SHIPPED.of(SINCE, DUE, date.fromisoformat(on)) == Reminder(*days)


def test_what_has_no_last_day_is_told_once_on_a_working_day() -> None:
    saturday, monday = date(2026, 3, 7), date(2026, 3, 9)
    assert SHIPPED.of(saturday, None, saturday) == Reminder(None, None)
    assert SHIPPED.of(saturday, None, monday) == Reminder(monday, None)
    assert SHIPPED.of(saturday, None, date(2026, 12, 1)) == Reminder(monday, None)


def test_a_last_day_off_is_told_on_the_working_day_before() -> None:
    assert SHIPPED.of(SINCE, date(2026, 3, 15), date(2026, 3, 13)).last == date(2026, 3, 13)


def test_nothing_is_told_of_before_it_came_up() -> None:
    late = date(2026, 3, 12)
    assert SHIPPED.of(late, DUE, late) == Reminder(late, None)
    assert SHIPPED.of(date(2026, 4, 1), DUE, date(2026, 4, 1)).last == date(2026, 4, 1)


def test_an_agency_may_want_neither() -> None:
    none = Reminders(before=(), again=None, superior=None, hour=7)
    assert Reminding(none, SHIPPED_CALENDAR).of(SINCE, DUE, date(2026, 12, 1)) == Reminder(
        DUE, None
    )
