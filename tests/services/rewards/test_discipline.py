"""Discipline for unexcused absence. PP 94/2021; the days for an objection are of PP 79/2021."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from contracts.event import Event
from contracts.rewards import DisciplineCaseOpened, Examined, SanctionIssued, Summoned
from law.standing import Actor, Appraising
from law.workdays import is_working_day
from services.rewards.discipline.decisions import (
    AGGREGATE,
    examine,
    issue,
    open_,
    sanction_for,
    summon,
)
from tests.services.scenario import (
    AUTHORITY,
    EMPLOYEE,
    HELD,
    NEXT_SUPERIOR,
    PERSONNEL,
    SUPERIOR,
    forbidden,
    of,
    refused,
)

given = of(AGGREGATE)
PROCESS = "agencies' forms for PP 94/2021"
BOSS = Actor(SUPERIOR)
MONDAY = date(2026, 10, 5)
HEARING = date(2026, 10, 14)  # the seventh working day after it
SECOND = date(2026, 10, 26)  # the seventh working day after the 15th
MINUTES = "Berita acara pemeriksaan"


def opened(days: int = 9, consecutive: int = 3) -> DisciplineCaseOpened:
    return DisciplineCaseOpened(
        case="c1", assignment="a1", person=EMPLOYEE, unit="u1", by=SUPERIOR, year=2026, days=days,
        consecutive=consecutive,
    )  # fmt: skip


def summoned(nth: int = 1, examination: date = HEARING) -> Summoned:
    return Summoned(
        case="c1", person=EMPLOYEE, unit="u1", by=SUPERIOR, nth=nth, examination=examination
    )


def examined(present: bool = True) -> Examined:
    return Examined(
        case="c1", person=EMPLOYEE, unit="u1", by=SUPERIOR, present=present, minutes=MINUTES
    )


def issued(**fields: Any) -> SanctionIssued:
    whole = {
        "case": "c1", "person": EMPLOYEE, "unit": "u1", "by": SUPERIOR, "level": "light",
        "sanction": "written statement of dissatisfaction", "months": None,
        "article": "PP 94/2021 Art 8", "objection_until": date(2026, 11, 3),
    }  # fmt: skip
    return SanctionIssued(**whole | fields)


OPEN = (opened(),)
CALLED = (*OPEN, summoned())
CALLED_TWICE = (*CALLED, summoned(2, SECOND))
HEARD = (*CALLED, examined())
CLOSED = (*HEARD, issued())


def opening(**changes: Any) -> dict[str, Any]:
    return {
        "by": BOSS, "on": MONDAY, "held": HELD, "id": "c1", "year": 2026, "days": 9,
        "consecutive": 3,
    } | changes  # fmt: skip


def summoning(**changes: Any) -> dict[str, Any]:
    return {"by": BOSS, "on": MONDAY, "held": HELD, "examination": HEARING} | changes


def examining(**changes: Any) -> dict[str, Any]:
    return {
        "by": BOSS, "on": HEARING, "held": HELD, "present": True, "minutes": MINUTES,
    } | changes  # fmt: skip


def issuing(**changes: Any) -> dict[str, Any]:
    return {"by": BOSS, "on": HEARING, "held": HELD} | changes


# The scale for unexcused absence, working days in a year.

SPOKEN = ("light", "spoken reprimand", None)
WRITTEN = ("light", "written reprimand", None)
DISSATISFACTION = ("light", "written statement of dissatisfaction", None)
CUT_6 = ("medium", "allowance cut by 25 %", 6)
CUT_9 = ("medium", "allowance cut by 25 %", 9)
CUT_12 = ("medium", "allowance cut by 25 %", 12)
DOWN = ("heavy", "one level down", 12)
RELEASED = ("heavy", "released to an executing position", 12)
DISMISSAL = ("heavy", "honourable dismissal not at own request", None)
SCALE = [
    # from, to, sanction
    (3, 3, SPOKEN),
    (4, 6, WRITTEN),
    (7, 10, DISSATISFACTION),
    (11, 13, CUT_6),
    (14, 16, CUT_9),
    (17, 20, CUT_12),
    (21, 24, DOWN),
    (25, 27, RELEASED),
    (28, 366, DISMISSAL),
]


@pytest.mark.parametrize(("least", "most", "expected"), SCALE)
def test_every_day_of_the_scale_of_pp_94_2021(
    least: int, most: int, expected: tuple[str, str, int | None]
) -> None:
    for days in range(least, most + 1):
        found = sanction_for(days, min(days, 9))
        assert found
        assert (found.level, found.name, found.months) == expected, days


@pytest.mark.parametrize("days", [0, 1, 2])
def test_below_three_days_there_is_no_sanction(days: int) -> None:
    assert sanction_for(days, days) is None


@pytest.mark.parametrize("days", [10, 11, 20, 27])
def test_ten_days_running_are_dismissal_by_themselves_art_11(days: int) -> None:
    for consecutive, dismissed in ((9, False), (10, True), (days, True)):
        found = sanction_for(days, consecutive)
        assert found
        assert (found.name == DISMISSAL[1]) is dismissed, consecutive


# Opening


def test_the_direct_superior_opens_a_case_art_26() -> None:
    given().when(open_, **opening()).then(opened())
    given().when(open_, **opening(days=3)).then(opened(3))


@pytest.mark.parametrize("days", [0, 2])
def test_a_case_is_not_opened_below_the_scale(days: int) -> None:
    given().when(open_, **opening(days=days, consecutive=0)).then(
        refused("below-scale", "PP 94/2021", "days")
    )


@pytest.mark.parametrize(("year", "days"), [(MONDAY.year, 300), (MONDAY.year + 1, 9)])
def test_no_days_are_held_against_anybody_that_have_not_been(year: int, days: int) -> None:
    given().when(open_, **opening(year=year, days=days)).then(refused("not-passed", field="days"))


def test_there_are_no_more_days_running_than_days() -> None:
    given().when(open_, **opening(days=9, consecutive=10)).then(
        refused("more-running-than-all", field="consecutive")
    )
    given().when(open_, **opening(days=10, consecutive=10)).then(opened(10, 10))


def test_a_case_is_opened_once() -> None:
    given(*OPEN).when(open_, **opening()).then(refused("case-exists", field="case"))


def test_a_case_is_opened_on_an_assignment_in_force_and_brought_to_its_end_after_it() -> None:
    gone = replace(HELD, until=MONDAY - timedelta(days=1))
    given(*OPEN).when(summon, **summoning(held=gone)).then(summoned())


# Summons


def test_a_summons_leaves_seven_working_days() -> None:
    given(*OPEN).when(summon, **summoning()).then(summoned())
    given(*OPEN).when(summon, **summoning(examination=date(2026, 10, 30))).then(
        summoned(examination=date(2026, 10, 30))
    )


@pytest.mark.parametrize(
    "examination",
    [MONDAY, date(2026, 10, 13), date(2026, 10, 17)],
    ids=["the same day", "the sixth working day", "a Saturday"],
)
def test_a_shorter_summons_or_one_to_a_free_day_is_refused(examination: date) -> None:
    given(*OPEN).when(summon, **summoning(examination=examination)).then(
        refused("summons-too-short", PROCESS, "examination")
    )


def test_holidays_do_not_count_towards_the_seven_days() -> None:
    before = date(2026, 3, 17)
    given(*OPEN).when(summon, **summoning(on=before, examination=date(2026, 4, 1))).then(
        refused("summons-too-short", PROCESS, "examination")
    )
    given(*OPEN).when(summon, **summoning(on=before, examination=date(2026, 4, 2))).then(
        summoned(examination=date(2026, 4, 2))
    )


def test_a_summons_into_a_year_without_calendar_is_refused() -> None:
    late = summoning(on=date(2026, 12, 28), examination=date(2027, 1, 11))
    given(*OPEN).when(summon, **late).then(refused("no-calendar"))


def test_who_does_not_come_is_summoned_a_second_time_and_no_third() -> None:
    the_day_after = summoning(on=date(2026, 10, 15), examination=SECOND)
    given(*CALLED).when(summon, **the_day_after).then(summoned(2, SECOND))
    later = summoning(on=date(2026, 10, 27), examination=date(2026, 11, 16))
    given(*CALLED_TWICE).when(summon, **later).then(refused("summoned-twice", PROCESS))


@pytest.mark.parametrize("on", [date(2026, 10, 6), HEARING])
def test_the_second_summons_waits_for_the_first_one_s_day(on: date) -> None:
    given(*CALLED).when(summon, **summoning(on=on, examination=date(2026, 11, 16))).then(
        refused("first-pending", PROCESS)
    )


def test_nobody_is_summoned_after_the_hearing() -> None:
    given(*HEARD).when(
        summon, **summoning(on=date(2026, 10, 15), examination=date(2026, 11, 16))
    ).then(refused("examined", PROCESS))


# The hearing


def test_the_hearing_is_held_on_the_summoned_day_or_later() -> None:
    for on in (HEARING, date(2026, 10, 20)):
        given(*CALLED).when(examine, **examining(on=on)).then(examined())


def test_nobody_is_examined_without_summons_or_before_the_day() -> None:
    not_summoned = refused("not-summoned", PROCESS)
    given(*OPEN).when(examine, **examining()).then(not_summoned)
    given(*CALLED).when(examine, **examining(on=date(2026, 10, 13))).then(not_summoned)
    given(*CALLED_TWICE).when(examine, **examining(on=date(2026, 10, 23))).then(not_summoned)


def test_the_decision_is_on_the_evidence_at_hand_only_after_a_second_summons() -> None:
    given(*CALLED).when(examine, **examining(present=False)).then(
        refused("second-summons", PROCESS)
    )
    given(*CALLED_TWICE).when(examine, **examining(on=SECOND, present=False)).then(examined(False))
    given(*CALLED_TWICE).when(examine, **examining(on=SECOND)).then(examined())


def test_the_hearing_is_held_once() -> None:
    given(*HEARD).when(examine, **examining()).then(refused("examined", PROCESS))


# The sanction


@pytest.mark.parametrize(("least", "most", "sanction"), SCALE)
def test_the_sanction_is_what_the_scale_gives_arts_8_11(
    least: int, most: int, sanction: tuple[str, str, int | None]
) -> None:
    level, name, months = sanction
    by = BOSS if level == "light" else AUTHORITY
    article = "PP 94/2021 Arts 8, 11(2)(d)" if level == "heavy" else "PP 94/2021 Art 8"
    for days in (least, most):
        case = (opened(days, 3), summoned(), examined())
        given(*case).when(issue, **issuing(by=by)).then(
            issued(by=by.id, level=level, sanction=name, months=months, article=article)
        )


def test_ten_days_running_are_sanctioned_with_dismissal_art_11() -> None:
    case = (opened(10, 10), summoned(), examined())
    given(*case).when(issue, **issuing(by=AUTHORITY)).then(
        issued(
            by=AUTHORITY.id, level="heavy", sanction=DISMISSAL[1],
            article="PP 94/2021 Arts 8, 11(2)(d)",
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("on", "until"),
    [
        (HEARING, date(2026, 11, 3)),
        (date(2026, 3, 17), date(2026, 4, 14)),
        (date(2026, 8, 14), date(2026, 9, 7)),
    ],
)
def test_an_objection_is_open_for_14_working_days_pp_79_2021(on: date, until: date) -> None:
    (found,) = given(*HEARD).when(issue, **issuing(on=on)).then_events()
    assert found.objection_until == until
    between = [date.fromordinal(n) for n in range(on.toordinal() + 1, until.toordinal() + 1)]
    assert sum(map(is_working_day, between)) == 14


def test_without_next_year_s_calendar_no_objection_period_is_made_up() -> None:
    given(*HEARD).when(issue, **issuing(on=date(2026, 12, 14))).then(refused("no-calendar"))


def test_there_is_no_sanction_without_an_examination() -> None:
    for history in (OPEN, CALLED, CALLED_TWICE):
        given(*history).when(issue, **issuing()).then(refused("not-examined", PROCESS))


# Who may, and what is over


@pytest.mark.parametrize(
    ("days", "may", "may_not"),
    [
        (10, (BOSS,), (AUTHORITY, PERSONNEL, Actor(EMPLOYEE))),
        (11, (AUTHORITY,), (BOSS, PERSONNEL, Actor(EMPLOYEE))),
        (28, (AUTHORITY,), (BOSS, PERSONNEL, Actor(EMPLOYEE))),
    ],
)
def test_light_sanctions_are_the_superior_s_and_others_the_appointing_authority_s(
    days: int, may: tuple[Actor, ...], may_not: tuple[Actor, ...]
) -> None:
    case = (opened(days), summoned(), examined())
    for by in may:
        (found,) = given(*case).when(issue, **issuing(by=by)).then_events()
        assert found.by == by.id
    for by in may_not:
        given(*case).when(issue, **issuing(by=by)).then(forbidden)


def test_after_a_change_of_superior_the_new_one_acts() -> None:
    held = replace(HELD, appraising=(*HELD.appraising, Appraising(MONDAY, NEXT_SUPERIOR, "o2")))
    given(*OPEN).when(summon, **summoning(by=Actor(NEXT_SUPERIOR), held=held)).then(
        summoned().model_copy(update={"by": NEXT_SUPERIOR})
    )


@pytest.mark.parametrize(
    ("history", "outcome"),
    [((), refused("unknown-case", field="case")), (CLOSED, refused("case-closed", PROCESS))],
)
def test_there_is_nothing_to_do_with_an_unknown_or_a_closed_case(
    history: tuple[Event, ...], outcome: refused
) -> None:
    given(*history).when(summon, **summoning()).then(outcome)
    given(*history).when(examine, **examining()).then(outcome)
    given(*history).when(issue, **issuing()).then(outcome)


def test_history_that_no_decision_could_have_made_is_not_read_in_silence() -> None:
    with pytest.raises(TypeError):
        AGGREGATE.evolve(None, examined())
