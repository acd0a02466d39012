"""Days, months and periods as the rules count them."""

from calendar import monthrange
from datetime import date, timedelta
from typing import TypeAlias

from contracts.settings import PeriodLength, SKPDrafting, SKPDue
from law.refusal import Refused
from law.workdays import Calendar, Reckoned

MONTHS = {"": 12, "H": 6, "Q": 3, "0": 1, "1": 1}
"""How many months a reporting period has, by what stands behind its year."""
LENGTHS: dict[int, PeriodLength] = {12: "yearly", 6: "half-yearly", 3: "quarterly", 1: "monthly"}


Span: TypeAlias = tuple[date, date | None]
"""A first and a last day; without a last one it goes on."""


def holds(span: Span, on: date) -> bool:
    first, last = span
    return first <= on and (last is None or on <= last)


def must_be_in_order(start: date, until: date, field: str = "until") -> None:
    """Raises Refused if the last day is before the first."""
    if until < start:
        raise reversed_dates(field)


def reversed_dates(field: str) -> Refused:
    return Refused("dates-reversed", "the last day is before the first", field=field)


def whole_months(start: date, until: date) -> int:
    """Whole months from the first day to the last, both included."""
    months = (until.year - start.year) * 12 + until.month - start.month
    if until == last_of_month(until):
        return months + (start.day == 1)
    return months - (until.day + 1 < start.day)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day(start: date, months: int) -> date:
    """The last day of so many whole months that begin on `start`: `whole_months` of the two is
    `months`."""
    return next(
        day
        for day in (months_later(start, months) - timedelta(days=n) for n in range(1, -1, -1))
        if whole_months(start, day) >= months
    )


def last_of_month(day: date) -> date:
    """The last day of the month that `day` is in."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def period_length(period: str) -> PeriodLength:
    """Of `2026`, `2026-H1`, `2026-Q3` or `2026-11`."""
    return LENGTHS[MONTHS[period[5:6]]]


def periods_of(year: int, length: PeriodLength) -> list[str]:
    """The periods of a year, in order."""
    match length:
        case "yearly":
            return [f"{year}"]
        case "half-yearly":
            return [f"{year}-H{n}" for n in (1, 2)]
        case "quarterly":
            return [f"{year}-Q{n}" for n in (1, 2, 3, 4)]
        case "monthly":
            return [f"{year}-{n:02d}" for n in range(1, 13)]


def period_days(period: str) -> tuple[date, date]:
    """The first and the last day of `2026`, `2026-H1`, `2026-Q3` or `2026-11`."""
    year, part = int(period[:4]), period[5:]
    months = MONTHS[part[:1]]
    last = int(part.lstrip("HQ") or 1) * months
    return date(year, last - months + 1, 1), last_of_month(date(year, last, 1))


def nearest(on: date, first: int, last: int | None = None) -> date:
    """The day, or the nearest to it that is within these years, or within the one."""
    return min(max(on, date(first, 1, 1)), date(last or first, 12, 31))


def skp_opens(year: int, drafting: SKPDrafting) -> date:
    """From when the year's SKP may be drafted: a day of the year before."""
    return date(year - 1, drafting.next_year.month, drafting.next_year.day)


def skp_due(start: date, due: SKPDue, calendar: Calendar) -> Reckoned:
    """The last day for an SKP to be set (PermenPANRB 6/2022 Arts 14–15): as the agency's setting has it
    for one that starts with its year, and for one that starts later; never before the month's end."""
    if (start.month, start.day) == (1, 1):
        return Reckoned(date(start.year, due.month, due.day), False)
    end = last_of_month(start)
    if due.late_start_working_days is None:
        return Reckoned(end, False)
    counted = calendar.working_days_after(start, due.late_start_working_days)
    return counted._replace(day=max(end, counted.day))
