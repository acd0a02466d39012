"""The year as a line: what stands where, in percent of its width."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Part:
    """Of the year: from `start` for `width`, in percent. `ends` is its last day, `name` its number
    from 1."""

    name: int
    start: float
    width: float
    ends: date


@dataclass(frozen=True, slots=True)
class YearLine:
    """of        the year
    planning  until the last day on which an SKP that starts with the year is set
    periods   for which progress is reported
    today     as it is where the agency is, in the year or not
    """

    of: int
    planning: Part
    periods: tuple[Part, ...]
    today: date

    @property
    def now(self) -> float | None:
        """Where today is; None if in another year."""
        return _at(self.today) if self.today.year == self.of else None

    def is_over(self, part: Part) -> bool:
        return part.ends < self.today

    @property
    def current(self) -> Part | None:
        """The period that today is in."""
        if self.now is None:
            return None
        return next(part for part in self.periods if part.ends >= self.today)


def year_line(of: int, months: int, due: tuple[int, int], today: date) -> YearLine:
    """`months`: of a period. `due`: month and day, by which SKPs are set."""
    planning = Part(1, 0.0, _at(date(of, *due) + DAY), date(of, *due))
    return YearLine(of, planning, tuple(_periods(of, months)), today)


def _periods(of: int, months: int) -> Iterator[Part]:
    for number, first in enumerate(range(1, 13, months), 1):
        last = first + months - 1
        ends = date(of, last, monthrange(of, last)[1])
        start = _at(date(of, first, 1))
        width = (_at(ends + DAY) if last < 12 else 100.0) - start
        yield Part(number, start, width, ends)


def _at(day: date) -> float:
    """Where the day begins."""
    first, days = date(day.year, 1, 1), 366 if monthrange(day.year, 2)[1] == 29 else 365
    return (day - first).days / days * 100
