"""Authority follows from the assignment in force on that date; transfers and Plt/Plh are ordinary."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from law.refusal import Forbidden
from law.standing import (
    ROLES,
    Actor,
    Appraising,
    Assignment,
    Decider,
    Office,
    Standing,
    Who,
)
from tests.services.scenario import (
    EMPLOYEE,
    HELD,
    NEXT_SUPERIOR,
    OTHERS,
    PERSONNEL,
    STRANGER,
    SUPERIOR,
)

FIRST, CHANGE, LAST = date(2026, 1, 5), date(2026, 7, 1), date(2026, 9, 30)
DAY = timedelta(days=1)
ACTING = replace(
    HELD, kind="plt", start=FIRST, until=LAST,
    appraising=(Appraising(FIRST, SUPERIOR, "o1"), Appraising(CHANGE, NEXT_SUPERIOR, "o2")),
)  # fmt: skip


@pytest.mark.parametrize(
    ("on", "there"),
    [(FIRST - DAY, False), (FIRST, True), (LAST, True), (LAST + DAY, False)],
)
def test_an_assignment_is_in_force_from_its_first_day_through_its_last(
    on: date, there: bool
) -> None:
    assert ACTING.in_force(on) is there


def test_an_assignment_without_a_last_day_goes_on() -> None:
    assert replace(ACTING, until=None).in_force(date(2060, 1, 1))


@pytest.mark.parametrize(
    ("on", "appraiser"),
    [
        (FIRST - DAY, None),
        (FIRST, SUPERIOR),
        (CHANGE - DAY, SUPERIOR),
        (CHANGE, NEXT_SUPERIOR),
        (LAST, NEXT_SUPERIOR),
    ],
)
def test_the_appraiser_is_whoever_it_was_on_that_date(on: date, appraiser: str | None) -> None:
    named = ACTING.appraised_by(on)
    assert (named and named.appraiser) == appraiser


NOW_AND_LATER = {Who.EMPLOYEE, Who.EMPLOYEE_LATER}


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (FIRST - DAY, set()),
        (FIRST, NOW_AND_LATER),
        (LAST, NOW_AND_LATER),
        (LAST + DAY, {Who.EMPLOYEE_LATER}),  # what is still owed can be done
    ],
)
def test_the_employee_is_one_while_it_is_in_force_and_looks_back_on_it_later(
    on: date, expected: set[Who]
) -> None:
    assert ACTING.capacities(EMPLOYEE, on) == expected
    assert ACTING.capacities(STRANGER, on) == set()


APPRAISES = {Who.APPRAISER, Who.APPRAISER_LATER}


@pytest.mark.parametrize(
    ("held", "actor", "on", "expected"),
    [
        (ACTING, SUPERIOR, FIRST, APPRAISES),
        (ACTING, NEXT_SUPERIOR, CHANGE, APPRAISES),
        (ACTING, NEXT_SUPERIOR, LAST + DAY, {Who.APPRAISER_LATER}),
        (ACTING, STRANGER, FIRST, set()),
        (ACTING, NEXT_SUPERIOR, CHANGE - DAY, set()),
        (ACTING, SUPERIOR, CHANGE, set()),
        (ACTING, SUPERIOR, FIRST - DAY, set()),
        (replace(ACTING, appraising=()), SUPERIOR, FIRST, set()),
        # Even if the data says so, nobody appraises themselves.
        (
            replace(ACTING, appraising=(Appraising(FIRST, EMPLOYEE, "a1"),)),
            EMPLOYEE,
            FIRST,
            NOW_AND_LATER,
        ),
    ],
)
def test_only_the_appraiser_of_that_date_appraises(
    held: Assignment, actor: str, on: date, expected: set[Who]
) -> None:
    assert held.capacities(actor, on) == expected


OFFICES = (
    Office("o1", 4, SUPERIOR, FIRST, CHANGE),
    Office("o2", 1, NEXT_SUPERIOR, CHANGE, None),
)


@pytest.mark.parametrize(
    "offices",
    [
        (),
        OFFICES[1:],
        (OFFICES[0]._replace(until=FIRST - DAY),),
        # Another assignment of theirs does not make them the appraiser; nor does their office when it
        # is another's.
        (Office("o3", 2, SUPERIOR, FIRST, None),),
        (OFFICES[0]._replace(person=STRANGER),),
    ],
)
def test_who_holds_the_office_no_more_on_that_date_appraises_nobody(
    offices: tuple[Office, ...],
) -> None:
    """Whatever is still written of them: authority goes with the office."""
    held = replace(ACTING, offices=offices)
    named = held.appraised_by(FIRST)
    assert named
    assert named.appraiser == SUPERIOR
    assert held.capacities(SUPERIOR, FIRST) == set()


@pytest.mark.parametrize(
    ("actor", "on", "basis"),
    [
        (EMPLOYEE, FIRST, ["sri@1"]),
        (SUPERIOR, FIRST, ["sri@1", "budi@4"]),
        (SUPERIOR, CHANGE, ["sri@1"]),
        (NEXT_SUPERIOR, CHANGE, ["sri@1", "rahma@1"]),
        (NEXT_SUPERIOR, FIRST, ["sri@1"]),
    ],
)
def test_a_decision_rests_on_the_assignment_and_on_the_appraisers_office(
    actor: str, on: date, basis: list[str]
) -> None:
    held = replace(ACTING, offices=OFFICES)
    assert held.basis(actor, on) == [f"planning:person/{each}" for each in basis]


def test_a_role_is_asked_for_by_name() -> None:
    Decider(PERSONNEL, FIRST).must_be(Who.AUTHORITY, Who.PERSONNEL)
    with pytest.raises(Forbidden):
        Decider(OTHERS, FIRST).must_be(Who.AUTHORITY, Who.PERSONNEL)


def test_a_role_gives_no_relation_and_a_relation_no_role() -> None:
    everything = Actor(EMPLOYEE, frozenset(ROLES))
    by = Standing(replace(everything, id=STRANGER), FIRST, ACTING)
    by.must_be(Who.AUDITOR)
    with pytest.raises(Forbidden):
        by.must_be(Who.EMPLOYEE, Who.APPRAISER, Who.APPRAISER_LATER)
    with pytest.raises(Forbidden):
        Standing(Actor(SUPERIOR), FIRST, ACTING).must_be(*ROLES.values())


def test_nobody_decides_about_themselves_whatever_roles_they_hold() -> None:
    everything = Actor(EMPLOYEE, frozenset(ROLES))
    by = Standing(everything, FIRST, ACTING, frozenset({Who.OFFICER, Who.HEAD}))
    assert by.capacities == NOW_AND_LATER | {Who.ANYBODY}
    other = Standing(Actor(STRANGER), FIRST, ACTING, frozenset({Who.OFFICER}))
    other.must_be(Who.OFFICER)


def test_an_unknown_role_of_a_token_is_none() -> None:
    assert Actor("x", frozenset({"PERSONNEL", "admin"})).capacities == {Who.ANYBODY}
