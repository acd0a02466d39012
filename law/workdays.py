"""Working days: Monday to Friday, less national holidays and joint leave.

The joint decree of a year says which these are, and comes out in the autumn before; the agency adopts it
(`contracts.settings.WorkingCalendar`). For a year that none covers they are estimated, and what is
reckoned with says so. Data that is missing never stops a legal act.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from contracts.settings import WORKING_CALENDAR, WorkingCalendar
from law.policy import Settled, ships


class Reckoned(NamedTuple):
    """A day that working days were counted to; `estimated` if a year on the way has no decree."""

    day: date
    estimated: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of an agency by the decrees that it has adopted, and those that ship."""

    settled: Settled[WorkingCalendar]
    _latest: tuple[tuple[date, frozenset[int], frozenset[date]], ...] = field(init=False)
    """First day, years and days off of each, the latest first."""

    def __post_init__(self) -> None:
        latest = tuple(
            (each.since, frozenset(each.value.years), frozenset(d.on for d in each.value.days_off))
            for each in reversed(self.settled.policies)
        )
        object.__setattr__(self, "_latest", latest)

    @property
    def basis(self) -> str:
        return self.settled.basis

    def is_estimated(self, days: Collection[date]) -> bool:
        """Whether one of the days is of a year that no decree covers."""
        return any(self._off(day) is None for day in days)

    def is_working_day(self, day: date) -> bool:
        if day.weekday() >= 5:
            return False
        decreed = self._off(day)
        return day not in (_estimated(day.year) if decreed is None else decreed)

    def working_days_after(self, start: date, count: int) -> Reckoned:
        """The `count`-th working day after `start`."""
        day = start
        while count and day < date.max:
            day += timedelta(days=1)
            count -= self.is_working_day(day)
        return Reckoned(day, self.is_estimated((start, day)))

    def runs(self, days: Collection[date]) -> list[list[date]]:
        """These working days in runs that follow one another. Weekends and holidays break no run, and
        neither does New Year."""
        found: list[list[date]] = []
        for day in sorted(days):
            if found and self.working_days_after(found[-1][-1], 1).day == day:
                found[-1].append(day)
            else:
                found.append([day])
        return found

    def _off(self, day: date) -> frozenset[date] | None:
        """The days off of the day's year by what is in force on it; None if no decree covers the year."""
        for since, years, off in self._latest:
            if since <= day and day.year in years:
                return off
        return None


SHIPPED_CALENDAR = Calendar(ships(WORKING_CALENDAR.shipped))


@cache
def _estimated(year: int) -> frozenset[date]:
    """The days off as a kept library has them: movable feasts computed, joint leave where known."""
    # Only here: it takes a while to load, and a year with a decree does without.
    from holidays import country_holidays

    known = country_holidays("ID", years=year, categories=("public", "government"))
    return frozenset(known)
