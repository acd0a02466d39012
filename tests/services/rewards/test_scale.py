"""The scale for unexcused absence, working days in a year or in a row. PP 94/2021."""

from datetime import date

import pytest

from law.workdays import SHIPPED_CALENDAR
from services.rewards.discipline.scale import ALLOWANCE_CUT, TRANSITION, account, sanction_for

SPOKEN = ("light", "spoken reprimand", None)
WRITTEN = ("light", "written reprimand", None)
DISSATISFACTION = ("light", "written statement of dissatisfaction", None)
RAISE = ("medium", "periodic raise delayed", 12)
PROMOTION = ("medium", "rank promotion delayed", 12)
RANK = ("medium", "rank lowered one step", 12)
DOWN = ("heavy", "one level down", 12)
RELEASED = ("heavy", "released to an executing position", 12)
DISMISSAL = ("heavy", "honourable dismissal not at own request", None)
SCALE = [
    # from, to, sanction
    (3, 3, SPOKEN),
    (4, 6, WRITTEN),
    (7, 10, DISSATISFACTION),
    (11, 13, RAISE),
    (14, 16, PROMOTION),
    (17, 20, RANK),
    (21, 24, DOWN),
    (25, 27, RELEASED),
    (28, 366, DISMISSAL),
]
CUT = [(11, 13, 6), (14, 16, 9), (17, 20, 12)]


@pytest.mark.parametrize(("least", "most", "expected"), SCALE)
def test_every_day_of_the_scale_of_pp_94_2021(
    least: int, most: int, expected: tuple[str, str, int | None]
) -> None:
    for days in range(least, most + 1):
        found = sanction_for(days, min(days, 9), TRANSITION)
        assert found
        assert (found.level, found.name, found.months) == expected, days
        assert found.reached == least


@pytest.mark.parametrize(("least", "most", "months"), CUT)
def test_the_allowance_cut_answers_the_same_days(least: int, most: int, months: int) -> None:
    for days in range(least, most + 1):
        found = sanction_for(days, 1, ALLOWANCE_CUT)
        assert found
        assert (found.name, found.months) == ("allowance cut by 25 %", months)
        assert found.reached == least


def test_each_level_names_where_its_absence_stands() -> None:
    articles = {
        found.level: found.article for n in (3, 11, 28) if (found := sanction_for(n, 1, TRANSITION))
    }
    assert articles == {
        "light": "PP 94/2021 Arts 8, 9(2)(b)",
        "medium": "PP 94/2021 Arts 10(2)(f), 42; PerBKN 6/2022 Art 62",
        "heavy": "PP 94/2021 Arts 8, 11(2)(d)",
    }


@pytest.mark.parametrize("days", [0, 1, 2])
def test_below_three_days_there_is_no_sanction(days: int) -> None:
    assert sanction_for(days, days, TRANSITION) is None


@pytest.mark.parametrize("days", [10, 11, 20, 27])
def test_ten_days_running_are_dismissal_by_themselves_art_11(days: int) -> None:
    for running, dismissed in ((9, False), (10, True), (days, True)):
        found = sanction_for(days, running, TRANSITION)
        assert found
        assert (found.name == DISMISSAL[1]) is dismissed, running


def test_a_run_is_of_the_days_in_question() -> None:
    """Five in a row have been before; those in question make four with one of the others."""
    before = [date(2026, 8, 3 + n) for n in range(5)] + [date(2026, 9, 1)]
    days = [date(2026, 9, 2), date(2026, 9, 3), date(2026, 9, 4)]
    found = account(days, before, {}, TRANSITION, SHIPPED_CALENDAR)
    assert found.running == 4
    assert [(total.days, total.reached) for total in found.totals] == [(9, 7)]


def test_of_two_years_each_has_its_own_answer() -> None:
    """Nine days in 2025 that were answered, and three of 2026 that were not."""
    days = [date(2025, 12, 30), date(2026, 1, 5), date(2026, 1, 7), date(2026, 1, 9)]
    before = [date(2025, 7, n) for n in (1, 3, 7, 9, 11, 15, 17, 21)]
    found = account(days, before, {2025: 7}, TRANSITION, SHIPPED_CALENDAR)
    assert [(t.year, t.days, t.reached) for t in found.totals] == [(2025, 9, 7), (2026, 3, 3)]
    assert found.sanction
    assert found.sanction.name == SPOKEN[1]
