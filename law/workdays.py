"""Working days: Monday to Friday, less national holidays and joint leave. Data, per year."""

import json
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from law.refusal import Refused


@cache
def _holidays(year: int) -> frozenset[date]:
    found = json.loads(files("law").joinpath("holidays.json").read_text())
    if str(year) not in found:
        raise Refused("no-calendar", f"no holiday calendar for {year}: add it to law/holidays.json")
    return frozenset(date.fromisoformat(day["date"]) for day in found[str(year)]["days"])


def is_working_day(day: date) -> bool:
    """Raises Refused when the year's calendar is not there."""
    return day.weekday() < 5 and day not in _holidays(day.year)


def working_days_after(day: date, count: int) -> date:
    """The `count`-th working day after `day`."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day
