"""Discipline for unexcused absence. PP 94/2021, PerBKN 6/2022; objections: PP 79/2021."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from contracts.event import Event
from contracts.rewards import (
    DisciplineCaseClosed,
    DisciplineCaseOpened,
    Examined,
    SanctionIssued,
    Summoned,
    YearTotal,
)
from contracts.settings import (
    MEDIUM_SANCTIONS,
    SUMMONS_DISTANCE,
    SUPERIOR_SANCTIONS,
    WORKING_CALENDAR,
    DayOff,
    MediumSanctions,
    SummonsDistance,
    SuperiorSanctions,
    WorkingCalendar,
)
from law.policy import Policy, Settled, ships
from law.standing import Actor, Appraising
from law.workdays import SHIPPED_CALENDAR, Calendar
from services.rewards.discipline.decisions import (
    Rules,
    close,
    dossier,
    examine,
    issue,
    open_,
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

AGGREGATE = dossier("c1")
given = of(AGGREGATE)
SUMMONING, HEARING_RULE = "PP 94/2021 Art 26", "PP 94/2021 Art 27"
LIGHT, HEAVY = "PP 94/2021 Arts 8, 9(2)(b)", "PP 94/2021 Arts 8, 11(2)(d)"
TRANSITION = "PP 94/2021 Arts 10(2)(f), 42; PerBKN 6/2022 Art 62"
ONCE = "PP 94/2021 Art 35(3)"
BOSS = Actor(SUPERIOR)
MONDAY = date(2026, 10, 5)
HEARING = date(2026, 10, 14)  # the seventh working day after it
SECOND = date(2026, 10, 23)  # the seventh working day after that
MINUTES = "Berita acara pemeriksaan"
REASON = "Surat sakit diserahkan kemudian"


def running(count: int, start: date) -> tuple[date, ...]:
    """So many working days in a row, from `start` on."""
    days = [start]
    while len(days) < count:
        days.append(SHIPPED_CALENDAR.working_days_after(days[-1], 1).day)
    return tuple(days)


def apart(count: int, start: date = date(2026, 1, 5)) -> tuple[date, ...]:
    """So many working days of which no two follow one another."""
    return running(2 * count, start)[::2]


RULES = Rules(
    SHIPPED_CALENDAR,
    ships(SUMMONS_DISTANCE.shipped),
    ships(MEDIUM_SANCTIONS.shipped),
    ships(SUPERIOR_SANCTIONS.shipped),
)


def then_adopted(before: Settled[Any], since: date, value: Any) -> Settled[Any]:
    return Settled((*before.policies, Policy("K 7/2026", since, value)))


NINE = apart(9, date(2026, 7, 1))


def total(days: int, reached: int, year: int = 2026) -> YearTotal:
    return YearTotal(year=year, days=days, reached=reached)


def opened(
    absent: Sequence[date] = NINE,
    totals: Sequence[YearTotal] = (total(9, 7),),
    case: str = "c1",
    **fields: Any,
) -> DisciplineCaseOpened:
    whole = {"assignment": "a1", "person": EMPLOYEE, "unit": "u1", "by": SUPERIOR, "running": 1,
             "estimated": False}  # fmt: skip
    return DisciplineCaseOpened(case=case, absent=absent, totals=totals, **whole | fields)


def summoned(
    nth: int = 1, examination: date = HEARING, case: str = "c1", estimated: bool = False
) -> Summoned:
    return Summoned(
        case=case, person=EMPLOYEE, unit="u1", by=SUPERIOR, nth=nth, examination=examination,
        estimated=estimated,
    )  # fmt: skip


def examined(present: bool = True, not_proven: Sequence[date] = (), case: str = "c1") -> Examined:
    return Examined(
        case=case, person=EMPLOYEE, unit="u1", by=SUPERIOR, present=present, minutes=MINUTES,
        not_proven=not_proven,
    )  # fmt: skip


def issued(**fields: Any) -> SanctionIssued:
    whole = {
        "case": "c1", "person": EMPLOYEE, "unit": "u1", "by": SUPERIOR, "level": "light",
        "sanction": "written statement of dissatisfaction", "months": None, "article": LIGHT,
        "totals": [total(9, 7)], "running": 1, "objection_until": date(2026, 11, 3),
        "estimated": False,
    }  # fmt: skip
    return SanctionIssued(**whole | fields)


def closed(case: str = "c1", by: str = SUPERIOR) -> DisciplineCaseClosed:
    return DisciplineCaseClosed(case=case, person=EMPLOYEE, unit="u1", by=by, reason=REASON)


OPEN = (opened(),)
CALLED = (*OPEN, summoned())
CALLED_TWICE = (*CALLED, summoned(2, SECOND))
HEARD = (*CALLED, examined())
CLOSED = (*HEARD, issued())


def punished(absent: Sequence[date], *totals: YearTotal) -> tuple[Event, ...]:
    """An earlier case, with the sanction that its days came to."""
    events = (
        opened(absent, totals, "c0"), summoned(case="c0"), examined(case="c0"),
        issued(case="c0", totals=totals),
    )  # fmt: skip
    return events


def opening(**changes: Any) -> dict[str, Any]:
    return {
        "by": BOSS,
        "on": MONDAY,
        "held": HELD,
        "rules": RULES,
        "case": "c1",
        "absent": NINE,
    } | changes


def summoning(**changes: Any) -> dict[str, Any]:
    return {
        "by": BOSS,
        "on": MONDAY,
        "held": HELD,
        "rules": RULES,
        "examination": HEARING,
    } | changes


def examining(**changes: Any) -> dict[str, Any]:
    return {
        "by": BOSS, "on": HEARING, "held": HELD, "present": True, "minutes": MINUTES,
    } | changes  # fmt: skip


def issuing(**changes: Any) -> dict[str, Any]:
    return {"by": BOSS, "on": HEARING, "held": HELD, "rules": RULES} | changes


def closing(**changes: Any) -> dict[str, Any]:
    return {"by": BOSS, "on": MONDAY, "held": HELD, "rules": RULES, "reason": REASON} | changes


# Opening


def test_the_direct_superior_opens_a_case_art_26() -> None:
    given().when(open_, **opening()).then(opened())
    three = apart(3)
    given().when(open_, **opening(absent=three)).then(opened(three, (total(3, 3),)))


def test_the_days_are_given_in_any_order_and_kept_in_theirs() -> None:
    given().when(open_, **opening(absent=NINE[::-1])).then(opened())


@pytest.mark.parametrize("days", [1, 2])
def test_a_case_is_not_opened_below_the_scale(days: int) -> None:
    given().when(open_, **opening(absent=apart(days))).then(
        refused("below-scale", "PP 94/2021 Art 9(2)(b)", "absent")
    )


HERE = replace(HELD, start=date(2026, 7, 2), until=date(2026, 10, 31))


@pytest.mark.parametrize(
    ("day", "held", "on", "code"),
    [
        (date(2026, 10, 6), HELD, MONDAY, "not-passed"),
        (date(2027, 1, 4), HELD, MONDAY, "not-passed"),
        (date(2026, 7, 4), HELD, MONDAY, "no-working-day"),  # a Saturday
        (date(2026, 8, 17), HELD, MONDAY, "no-working-day"),
        (date(2026, 3, 24), HELD, MONDAY, "no-working-day"),  # joint leave
        (date(2024, 2, 29), HELD, MONDAY, "outside-assignment"),
        (date(2026, 7, 1), HERE, MONDAY, "outside-assignment"),
        (date(2026, 11, 2), HERE, date(2026, 11, 3), "outside-assignment"),
    ],
)
def test_a_day_that_cannot_be_one_of_absence(day: date, held: Any, on: date, code: str) -> None:
    absent = (*apart(3, date(2026, 9, 1)), day)
    given().when(open_, **opening(absent=absent, held=held, on=on)).then(
        refused(code, field="absent")
    )


def test_a_day_is_given_once() -> None:
    given().when(open_, **opening(absent=(*NINE, NINE[0]))).then(
        refused("day-twice", field="absent")
    )


def test_the_day_itself_and_the_assignment_s_first_and_last_are_of_it() -> None:
    held = replace(HELD, start=date(2026, 9, 1), until=MONDAY)
    absent = (date(2026, 9, 1), date(2026, 9, 7), MONDAY)
    given().when(open_, **opening(absent=absent, held=held)).then(opened(absent, (total(3, 3),)))


def test_ten_days_running_by_10_january_are_impossible() -> None:
    """There are six working days in 2026 until then."""
    on = date(2026, 1, 10)
    ten = tuple(date(2026, 1, day) for day in range(1, 11))
    given().when(open_, **opening(absent=ten, on=on)).then(
        refused("no-working-day", field="absent")
    )
    six = tuple(day for day in ten if SHIPPED_CALENDAR.is_working_day(day))
    assert len(six) == 6
    given().when(open_, **opening(absent=six, on=on)).then(opened(six, (total(6, 4),), running=6))


def test_a_run_goes_on_over_weekends_holidays_and_new_year() -> None:
    """Each year has its own total; ten days in a row are ten, whenever they are."""
    ten = running(10, date(2025, 12, 22))
    assert (ten[5], ten[6], ten[-1]) == (date(2025, 12, 31), date(2026, 1, 2), date(2026, 1, 7))
    totals = (total(6, 28, 2025), total(4, 28, 2026))
    given().when(open_, **opening(absent=ten)).then(opened(ten, totals, running=10))
    nine = ten[:-1]
    totals = (total(6, 4, 2025), total(3, 3, 2026))
    given().when(open_, **opening(absent=nine)).then(opened(nine, totals, running=9))


def test_a_year_begins_at_nothing() -> None:
    last_year = punished(apart(9, date(2025, 7, 1)), total(9, 7, 2025))
    two, three = apart(2), apart(3)
    given(*last_year).when(open_, **opening(absent=two)).then(
        refused("below-scale", "PP 94/2021 Art 9(2)(b)", "absent")
    )
    given(*last_year).when(open_, **opening(absent=three)).then(opened(three, (total(3, 3),)))


def test_no_day_is_in_two_cases_of_one_person() -> None:
    overlapping = opening(absent=(*apart(3), NINE[4]))
    taken = refused("day-taken", ONCE, "absent")
    before = (opened(case="c0"), summoned(case="c0"), examined(case="c0"))
    for history in (before[:1], before[:2], before, punished(NINE, total(9, 7))):
        given(*history).when(open_, **overlapping).then(taken)


def test_days_of_a_case_without_a_sanction_are_free_again() -> None:
    given(opened(case="c0"), closed("c0")).when(open_, **opening()).then(opened())
    history = (opened(case="c0"), summoned(case="c0"), examined(not_proven=NINE, case="c0"))
    given(*history).when(open_, **opening()).then(opened())


def test_days_of_an_open_case_count_towards_the_next() -> None:
    two = apart(2)
    given(opened(case="c0")).when(open_, **opening(absent=two)).then(opened(two, (total(11, 11),)))


def test_a_figure_of_the_scale_is_answered_once() -> None:
    """Five days have been answered with a written reprimand; the sixth reaches nothing new."""
    five, sixth = apart(5), (date(2026, 7, 1),)
    history = punished(five, total(5, 4))
    given(*history).when(open_, **opening(absent=sixth)).then(
        refused("answered", "PerBKN 6/2022", "absent")
    )
    both = (*sixth, date(2026, 7, 3))
    given(*history).when(open_, **opening(absent=both)).then(opened(both, (total(7, 7),)))


def test_a_case_is_opened_once() -> None:
    given(*OPEN).when(open_, **opening()).then(refused("case-exists", field="case"))


def test_contract_staff_have_rules_of_their_own_pp_49_2018() -> None:
    pppk = replace(HELD, status="PPPK")
    given().when(open_, **opening(held=pppk)).then(
        refused("pppk", "PP 49/2018 Arts 51–53", "assignment")
    )
    candidate = replace(HELD, status="CPNS")
    given().when(open_, **opening(held=candidate)).then(opened())


def test_a_case_that_rests_on_an_estimated_calendar_says_so() -> None:
    held = replace(
        HELD, start=date(2022, 1, 1), appraising=(Appraising(date(2022, 1, 1), SUPERIOR, "o1"),)
    )
    days = apart(3, date(2022, 10, 3))
    given().when(open_, **opening(absent=days, held=held)).then(
        opened(days, (total(3, 3, 2022),), estimated=True)
    )


def test_a_case_is_opened_on_an_assignment_in_force_and_brought_to_its_end_after_it() -> None:
    gone = replace(HELD, until=MONDAY - timedelta(days=1))
    given(*OPEN).when(summon, **summoning(held=gone)).then(summoned())


# Summons


def test_a_summons_is_to_the_seventh_working_day_art_26() -> None:
    given(*OPEN).when(summon, **summoning()).then(summoned())


@pytest.mark.parametrize(
    "examination",
    [MONDAY, date(2026, 10, 13), date(2026, 10, 15), date(2026, 10, 17), date.max],
    ids=["the same day", "the sixth working day", "the eighth", "a Saturday", "the last there is"],
)
def test_a_summons_to_another_day_is_refused(examination: date) -> None:
    given(*OPEN).when(summon, **summoning(examination=examination)).then(
        refused("summons-distance", SUMMONING, "examination")
    )


@pytest.mark.parametrize(
    ("distance", "may", "may_not"),
    [
        # As agencies' forms have it, and as the article is printed.
        (SummonsDistance(least=7, most=None), (14, 15, 30), (13, 17)),
        (SummonsDistance(least=1, most=7), (6, 9, 14), (5, 10, 15)),
    ],
)
def test_an_agency_may_adopt_another_distance(
    distance: SummonsDistance, may: Sequence[int], may_not: Sequence[int]
) -> None:
    rules = replace(RULES, summons=then_adopted(RULES.summons, MONDAY, distance))
    for day in may:
        examination = date(2026, 10, day)
        given(*OPEN).when(summon, **summoning(examination=examination, rules=rules)).then(
            summoned(examination=examination)
        )
    for day in may_not:
        examination = date(2026, 10, day)
        given(*OPEN).when(summon, **summoning(examination=examination, rules=rules)).then(
            refused("summons-distance", SUMMONING, "examination")
        )


def test_holidays_do_not_count_towards_the_seven_days() -> None:
    before = date(2026, 3, 17)
    given(*OPEN).when(summon, **summoning(on=before, examination=date(2026, 4, 1))).then(
        refused("summons-distance", SUMMONING, "examination")
    )
    given(*OPEN).when(summon, **summoning(on=before, examination=date(2026, 4, 2))).then(
        summoned(examination=date(2026, 4, 2))
    )


def test_a_summons_into_a_year_without_a_decree_is_an_estimate() -> None:
    examination = date(2028, 1, 6)
    given(*OPEN).when(summon, **summoning(on=date(2027, 12, 28), examination=examination)).then(
        summoned(examination=examination, estimated=True)
    )


def test_who_does_not_come_is_summoned_a_second_time_and_no_third() -> None:
    the_day_after = summoning(on=date(2026, 10, 15), examination=date(2026, 10, 26))
    given(*CALLED).when(summon, **the_day_after).then(summoned(2, date(2026, 10, 26)))
    later = summoning(on=date(2026, 10, 27), examination=date(2026, 11, 5))
    given(*CALLED_TWICE).when(summon, **later).then(refused("summoned-twice", SUMMONING))


def test_the_second_summons_may_be_issued_on_the_missed_day_itself() -> None:
    """As the annex of PerBKN 6/2022 does it, on 17 October 2022."""
    given(*CALLED).when(summon, **summoning(on=HEARING, examination=SECOND)).then(
        summoned(2, SECOND)
    )


@pytest.mark.parametrize("on", [date(2026, 10, 6), date(2026, 10, 13)])
def test_the_second_summons_waits_for_the_first_one_s_day(on: date) -> None:
    given(*CALLED).when(summon, **summoning(on=on, examination=date(2026, 11, 16))).then(
        refused("first-pending", SUMMONING)
    )


def test_nobody_is_summoned_after_the_hearing() -> None:
    given(*HEARD).when(
        summon, **summoning(on=date(2026, 10, 15), examination=date(2026, 11, 16))
    ).then(refused("examined", HEARING_RULE))


# The hearing


def test_the_hearing_is_held_on_the_summoned_day_or_later() -> None:
    for on in (HEARING, date(2026, 10, 20)):
        given(*CALLED).when(examine, **examining(on=on)).then(examined())


def test_nobody_is_examined_without_summons_or_before_the_day() -> None:
    not_summoned = refused("not-summoned", SUMMONING)
    given(*OPEN).when(examine, **examining()).then(not_summoned)
    given(*CALLED).when(examine, **examining(on=date(2026, 10, 13))).then(not_summoned)
    given(*CALLED_TWICE).when(examine, **examining(on=date(2026, 10, 22))).then(not_summoned)


def test_the_decision_is_on_the_evidence_at_hand_only_after_a_second_summons() -> None:
    given(*CALLED).when(examine, **examining(present=False)).then(
        refused("second-summons", SUMMONING)
    )
    given(*CALLED_TWICE).when(examine, **examining(on=SECOND, present=False)).then(examined(False))
    given(*CALLED_TWICE).when(examine, **examining(on=SECOND)).then(examined())


def test_the_hearing_is_held_once() -> None:
    given(*HEARD).when(examine, **examining()).then(refused("examined", HEARING_RULE))


def test_the_hearing_may_find_that_days_are_not_proven() -> None:
    given(*CALLED).when(examine, **examining(not_proven=[NINE[3], NINE[1]])).then(
        examined(not_proven=(NINE[1], NINE[3]))
    )
    given(*CALLED).when(examine, **examining(not_proven=[MONDAY])).then(
        refused("no-such-day", field="not_proven")
    )


# The sanction


def test_the_sanction_is_what_the_scale_gives_arts_8_37() -> None:
    given(*HEARD).when(issue, **issuing()).then(issued())


@pytest.mark.parametrize(
    ("earlier", "new", "sanction"),
    [
        # PerBKN 6/2022, annex: days already punished this year, days of the case, the outcome.
        ((0, 0), 3, (3, "light", "spoken reprimand", None, LIGHT)),
        ((3, 3), 2, (4, "light", "written reprimand", None, LIGHT)),
        ((5, 4), 4, (7, "light", "written statement of dissatisfaction", None, LIGHT)),
        ((9, 7), 3, (11, "medium", "periodic raise delayed", 12, TRANSITION)),
        # The annex answered these 14 days as if they had been 13.
        ((14, 11), 2, (14, "medium", "rank promotion delayed", 12, TRANSITION)),
        ((16, 14), 3, (17, "medium", "rank lowered one step", 12, TRANSITION)),
        ((20, 17), 3, (21, "heavy", "one level down", 12, HEAVY)),
        ((23, 21), 3, (25, "heavy", "released to an executing position", 12, HEAVY)),
        ((27, 25), 2, (28, "heavy", "honourable dismissal not at own request", None, HEAVY)),
        # The annex prints a spoken reprimand; its own scale says this.
        ((0, 0), 5, (4, "light", "written reprimand", None, LIGHT)),
        ((0, 0), 15, (14, "medium", "rank promotion delayed", 12, TRANSITION)),
    ],
)
def test_days_punished_before_count_as_in_the_annex_of_perbkn_6_2022(
    earlier: tuple[int, int], new: int, sanction: tuple[int, str, str, int | None, str]
) -> None:
    reached, level, name, months, article = sanction
    days = apart(earlier[0] + new)
    before = punished(days[: earlier[0]], total(*earlier)) if earlier[0] else ()
    totals = (total(len(days), reached),)
    case = opened(days[earlier[0] :], totals)
    given(*before).when(open_, **opening(absent=case.absent)).then(case)
    by = BOSS if level == "light" else AUTHORITY
    given(*before, case, summoned(), examined()).when(issue, **issuing(by=by)).then(
        issued(
            by=by.id, level=level, sanction=name, months=months, article=article, totals=totals
        )
    )  # fmt: skip


@pytest.mark.parametrize("day", [date(2022, 10, 3), date(2026, 10, 5)])
def test_ten_days_running_are_sanctioned_with_dismissal_art_11(day: date) -> None:
    """Also those of 3 to 14 October 2022, as in the annex of PerBKN 6/2022."""
    ten = running(10, day)
    assert ten[-1] == day + timedelta(days=11)
    case = opened(ten, (total(10, 28, day.year),), running=10)
    given(case, summoned(), examined()).when(issue, **issuing(by=AUTHORITY)).then(
        issued(
            by=AUTHORITY.id, level="heavy", sanction="honourable dismissal not at own request",
            article=HEAVY, totals=case.totals, running=10,
        )
    )  # fmt: skip


def test_a_run_does_not_depend_on_how_it_was_split() -> None:
    ten = running(10, date(2026, 8, 3))
    first, second = ten[:5], ten[5:]
    before = punished(first, total(5, 4))
    given(*before).when(open_, **opening(absent=second)).then(
        opened(second, (total(10, 28),), running=10)
    )


def test_only_what_is_proven_is_sanctioned() -> None:
    """Ten running days alleged, five proven (annex of PerBKN 6/2022): as the scale has five."""
    ten = running(10, date(2026, 7, 1))
    history = (opened(ten, (total(10, 28),), running=10), summoned(), examined(not_proven=ten[5:]))
    given(*history).when(issue, **issuing()).then(
        issued(sanction="written reprimand", totals=[total(5, 4)], running=5)
    )
    nothing = (*history[:2], examined(not_proven=ten[2:]))
    given(*nothing).when(issue, **issuing()).then(refused("below-scale", "PP 94/2021 Art 9(2)(b)"))


def test_days_of_another_case_that_is_open_are_not_punished_with_it() -> None:
    two = apart(2)
    case = opened(two, (total(11, 11),))
    history = (opened(case="c0"), case, summoned(), examined())
    given(*history).when(issue, **issuing()).then(refused("below-scale", "PP 94/2021 Art 9(2)(b)"))


def test_an_agency_may_let_the_superior_issue_medium_sanctions() -> None:
    days = apart(12)
    heard = (opened(days, (total(12, 11),)), summoned(), examined())
    given(*heard).when(issue, **issuing()).then(forbidden)
    levels = SuperiorSanctions(levels=("light", "medium"))
    rules = replace(RULES, by_superior=then_adopted(RULES.by_superior, HEARING, levels))
    (found,) = given(*heard).when(issue, **issuing(rules=rules)).then_events()
    assert (found.by, found.level) == (SUPERIOR, "medium")


def test_a_decree_may_make_a_day_a_working_day_or_take_one() -> None:
    """Also within the year: what is amended holds from its first day on."""
    christmas, extra = date(2026, 12, 24), date(2026, 12, 30)
    days_off = [d for d in WORKING_CALENDAR.shipped.days_off if d.on.year == 2026]
    amended = WorkingCalendar(
        years=(2026,),
        days_off=(
            *(day for day in days_off if day.on != christmas),
            DayOff(on=extra, kind="joint-leave", name="Cuti bersama"),
        ),
    )
    for since, may, may_not in (
        (date(2026, 12, 1), christmas, extra), (date(2026, 12, 31), extra, christmas),
    ):  # fmt: skip
        calendar = Calendar(then_adopted(SHIPPED_CALENDAR.settled, since, amended))
        absent = [date(2026, 12, 21), date(2026, 12, 22), may]
        asked = opening(on=date(2026, 12, 31), rules=replace(RULES, calendar=calendar))
        (found,) = given().when(open_, **asked | {"absent": absent}).then_events()
        assert found.absent == tuple(absent)
        asked |= {"absent": [*absent[:2], may_not]}
        given().when(open_, **asked).then(refused("no-working-day", field="absent"))


def test_an_agency_may_adopt_the_allowance_cut() -> None:
    """Once the Government's regulation of pay is in force. PP 94/2021 Art 42."""
    cut = then_adopted(RULES.medium, date(2028, 1, 3), MediumSanctions(are="allowance-cut"))
    days = apart(12)
    heard = (opened(days, (total(12, 11),)), summoned(), examined())
    for on, name, months in (
        (date(2027, 12, 31), "periodic raise delayed", 12),
        (date(2028, 1, 3), "allowance cut by 25 %", 6),
    ):
        asked = issuing(by=AUTHORITY, on=on, rules=replace(RULES, medium=cut))
        (found,) = given(*heard).when(issue, **asked).then_events()
        assert (found.sanction, found.months) == (name, months)


@pytest.mark.parametrize(
    ("on", "until", "estimated"),
    [
        (HEARING, date(2026, 11, 3), False),
        (date(2026, 3, 17), date(2026, 4, 14), False),
        (date(2026, 8, 14), date(2026, 9, 7), False),
        (date(2026, 12, 10), date(2027, 1, 4), False),
        (date(2027, 12, 20), date(2028, 1, 10), True),
    ],
)
def test_an_objection_is_open_for_14_working_days_pp_79_2021(
    on: date, until: date, estimated: bool
) -> None:
    (found,) = given(*HEARD).when(issue, **issuing(on=on)).then_events()
    assert (found.objection_until, found.estimated) == (until, estimated)
    between = [date.fromordinal(n) for n in range(on.toordinal() + 1, until.toordinal() + 1)]
    assert sum(map(SHIPPED_CALENDAR.is_working_day, between)) == 14


def test_there_is_no_sanction_without_an_examination() -> None:
    for history in (OPEN, CALLED, CALLED_TWICE):
        given(*history).when(issue, **issuing()).then(refused("not-examined", HEARING_RULE))


# Without a sanction


def test_a_case_can_end_without_a_sanction() -> None:
    for history in (OPEN, CALLED, CALLED_TWICE, HEARD):
        given(*history).when(close, **closing()).then(closed())


def test_a_case_with_nothing_proven_is_the_superior_s_to_close() -> None:
    days = apart(28)
    history = (opened(days, (total(28, 28),)), summoned(), examined(not_proven=days))
    given(*history).when(close, **closing()).then(closed())


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
    """And so is to end the case without one."""
    case = (opened(apart(days), (total(days, 0),)), summoned(), examined())
    for by in may:
        (found,) = given(*case).when(issue, **issuing(by=by)).then_events()
        assert found.by == by.id
        given(*case).when(close, **closing(by=by)).then(closed(by=by.id))
    for by in may_not:
        given(*case).when(issue, **issuing(by=by)).then(forbidden)
        given(*case).when(close, **closing(by=by)).then(forbidden)


def test_after_a_change_of_superior_the_new_one_acts() -> None:
    held = replace(HELD, appraising=(*HELD.appraising, Appraising(MONDAY, NEXT_SUPERIOR, "o2")))
    given(*OPEN).when(summon, **summoning(by=Actor(NEXT_SUPERIOR), held=held)).then(
        summoned().model_copy(update={"by": NEXT_SUPERIOR})
    )


@pytest.mark.parametrize(
    ("history", "outcome"),
    [
        ((), refused("unknown-case", field="case")),
        ((opened(case="c0"),), refused("unknown-case", field="case")),
        (CLOSED, refused("case-closed", ONCE)),
        ((*OPEN, closed()), refused("case-closed")),
    ],
)
def test_there_is_nothing_to_do_with_an_unknown_or_a_closed_case(
    history: tuple[Event, ...], outcome: refused
) -> None:
    given(*history).when(summon, **summoning()).then(outcome)
    given(*history).when(examine, **examining()).then(outcome)
    given(*history).when(issue, **issuing()).then(outcome)
    given(*history).when(close, **closing()).then(outcome)


def test_a_command_is_about_the_assignment_of_its_case() -> None:
    other = opened(case="c0", assignment="a0")
    state = AGGREGATE.evolve(AGGREGATE.evolve(None, other), opened(apart(3)))
    assert state.assignment == "a1"
    assert AGGREGATE.evolve(None, other).assignment == ""


def test_history_that_no_decision_could_have_made_is_not_read_in_silence() -> None:
    for state, event in ((None, examined()), (AGGREGATE.evolve(None, opened()), opened())):
        with pytest.raises(TypeError):
            AGGREGATE.evolve(state, event)
