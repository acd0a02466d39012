"""Working days: Monday to Friday, less national holidays and joint leave.

The joint decree of the year says which these are (`law/holidays.json`). It comes out in the autumn
before: for a year that has none here, they are estimated, and what is reckoned with says so. Data that
is missing never stops a legal act.
"""

import json
from collections.abc import Collection
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Reckoned(NamedTuple):
    """A day that working days were counted to; `estimated` if a year on the way has no decree here."""

    day: date
    estimated: bool


@cache
def _decreed() -> dict[int, frozenset[date]]:
    """The days off of each year whose decree is here."""
    found = json.loads(files("law").joinpath("holidays.json").read_text())
    return {
        int(year): frozenset(date.fromisoformat(day["date"]) for day in of["days"])
        for year, of in found.items()
        if year.isdigit()
    }


@cache
def _estimated(year: int) -> frozenset[date]:
    """The days off as a kept library has them: movable feasts computed, joint leave where known."""
    # Only here: it takes a while to load, and a year with a decree does without.
    from holidays import country_holidays

    known = country_holidays("ID", years=year, categories=("public", "government"))
    return frozenset(known)


def is_estimated(days: Collection[date]) -> bool:
    """Whether one of the days is of a year that has no decree here."""
    return any(day.year not in _decreed() for day in days)


def is_working_day(day: date) -> bool:
    if day.weekday() >= 5:
        return False
    decreed = _decreed().get(day.year)
    return day not in (_estimated(day.year) if decreed is None else decreed)


def working_days_after(start: date, count: int) -> Reckoned:
    """The `count`-th working day after `start`."""
    day = start
    while count and day < date.max:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return Reckoned(day, is_estimated((start, day)))


def runs(days: Collection[date]) -> list[list[date]]:
    """These working days in runs that follow one another. Weekends and holidays break no run, and
    neither does New Year."""
    found: list[list[date]] = []
    for day in sorted(days):
        if found and working_days_after(found[-1][-1], 1).day == day:
            found[-1].append(day)
        else:
            found.append([day])
    return found
