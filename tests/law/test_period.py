"""Reporting periods."""

from datetime import date, timedelta
from typing import get_args

import pytest

from contracts.settings import PeriodLength
from law.period import period_days, period_length, periods_of


@pytest.mark.parametrize("length", get_args(PeriodLength))
@pytest.mark.parametrize("year", [2026, 2028])
def test_the_periods_of_a_year_follow_one_another_from_its_first_day_to_its_last(
    year: int, length: PeriodLength
) -> None:
    periods = periods_of(year, length)
    assert {period_length(period) for period in periods} == {length}
    follows = date(year, 1, 1)
    for period in periods:
        first, last = period_days(period)
        assert first == follows
        follows = last + timedelta(days=1)
    assert follows == date(year + 1, 1, 1)
