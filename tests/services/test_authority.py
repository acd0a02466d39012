"""Authority follows from the assignment in force on that date; transfers and Plt/Plh are ordinary."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chassis.assignments import Assignment, Office
from chassis.problems import Forbidden
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
    appraisers=((FIRST, SUPERIOR), (CHANGE, NEXT_SUPERIOR)),
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
    assert ACTING.appraiser_on(on) == appraiser


@pytest.mark.parametrize(
    ("held", "actor", "on"),
    [
        (ACTING, STRANGER, FIRST),
        (ACTING, SUPERIOR, FIRST),
        (ACTING, EMPLOYEE, FIRST - DAY),
        (ACTING, EMPLOYEE, LAST + DAY),
    ],
)
def test_only_the_holder_holds_and_only_while_in_force(
    held: Assignment, actor: str, on: date
) -> None:
    held.must_be_held_by(EMPLOYEE, FIRST)
    with pytest.raises(Forbidden):
        held.must_be_held_by(actor, on)


@pytest.mark.parametrize(
    ("held", "actor", "on"),
    [
        (ACTING, STRANGER, FIRST),
        (ACTING, EMPLOYEE, FIRST),
        (ACTING, NEXT_SUPERIOR, CHANGE - DAY),
        (ACTING, SUPERIOR, CHANGE),
        (ACTING, SUPERIOR, FIRST - DAY),
        (replace(ACTING, appraisers=()), SUPERIOR, FIRST),
        # Even if the data says so, nobody appraises themselves.
        (replace(ACTING, appraisers=((FIRST, EMPLOYEE),)), EMPLOYEE, FIRST),
    ],
)
def test_only_the_appraiser_of_that_date_appraises(held: Assignment, actor: str, on: date) -> None:
    ACTING.must_be_appraised_by(SUPERIOR, FIRST)
    ACTING.must_be_appraised_by(NEXT_SUPERIOR, CHANGE)
    with pytest.raises(Forbidden):
        held.must_be_appraised_by(actor, on)


OFFICES = (
    Office("o1", 4, SUPERIOR, FIRST, CHANGE),
    Office("o3", 2, SUPERIOR, CHANGE - DAY, None),
    Office("o2", 1, NEXT_SUPERIOR, CHANGE, None),
)


@pytest.mark.parametrize("offices", [(), OFFICES[2:], (OFFICES[0]._replace(until=FIRST - DAY),)])
def test_who_holds_no_office_on_that_date_appraises_nobody(offices: tuple[Office, ...]) -> None:
    """Whatever is still written of them: who has left decides no more."""
    held = replace(ACTING, offices=offices)
    assert held.appraiser_on(FIRST) == SUPERIOR
    assert not held.is_appraised_by(SUPERIOR, FIRST)
    with pytest.raises(Forbidden):
        held.must_be_appraised_by(SUPERIOR, FIRST)


@pytest.mark.parametrize(
    ("actor", "on", "basis"),
    [
        (EMPLOYEE, FIRST, ["a1@1"]),
        (SUPERIOR, FIRST, ["a1@1", "o1@4"]),
        (SUPERIOR, CHANGE, ["a1@1", "o1@4", "o3@2"]),
        (NEXT_SUPERIOR, FIRST, ["a1@1"]),
    ],
)
def test_a_decision_rests_on_the_assignment_and_on_the_appraisers_own(
    actor: str, on: date, basis: list[str]
) -> None:
    held = replace(ACTING, offices=OFFICES)
    assert held.basis(actor, on) == [f"planning:assignment/{each}" for each in basis]


def test_a_role_is_asked_for_by_name() -> None:
    PERSONNEL.must_be("appointing-authority", "personnel")
    with pytest.raises(Forbidden):
        OTHERS.must_be("appointing-authority", "personnel")
