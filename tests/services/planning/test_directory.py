"""Units, people and assignments: only the personnel unit keeps them."""

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.planning import (
    AppraiserChanged,
    AssignmentEnded,
    AssignmentStarted,
    PersonRegistered,
    UnitRegistered,
)
from services.planning.directory.decisions import (
    ASSIGNMENT,
    PERSON,
    UNIT,
    Known,
    Terms,
    change_appraiser,
    end,
    register_person,
    register_unit,
    start,
)
from tests.services.scenario import (
    EMPLOYEE,
    NEXT_SUPERIOR,
    SUPERIOR,
    of,
    refused,
)

given_unit, given_person, given = of(UNIT), of(PERSON), of(ASSIGNMENT)
DAY = timedelta(days=1)
FIRST, LAST = date(2026, 4, 1), date(2026, 9, 30)

ROOT = UnitRegistered(unit="u0", name="Sekretariat Jenderal", level="Eselon I", parent=None)
BUREAU = UnitRegistered(unit="u1", name="Biro Kepegawaian", level="Eselon II", parent="u0")
SRI = PersonRegistered(person=EMPLOYEE, nip="198001012005012001", name="Sri", status="PNS")
STARTED = AssignmentStarted(
    assignment="a1", person=EMPLOYEE, unit="u1", position="Plt. Kepala Biro", level=None,
    kind="plt", leads=True, appraiser=SUPERIOR, start=FIRST, until=LAST,
)  # fmt: skip


def words(event: UnitRegistered | PersonRegistered) -> tuple[Any, ...]:
    """The words of a registration, in the order in which the event has them."""
    return tuple(event.model_dump().values())


def starting(event: AssignmentStarted, **unknown: bool) -> tuple[Any, ...]:
    """The words of a start: the assignment, its terms, and what of it is registered."""
    known = {"unit": True, "person": True, "appraiser": True}
    terms = event.model_dump(exclude={"assignment"})
    return event.assignment, Terms(**terms), Known(**known | unknown)


def changed(event: AssignmentStarted, **fields: Any) -> AssignmentStarted:
    return event.model_copy(update=fields)


# Units


@pytest.mark.parametrize(("unit", "parent_exists"), [(ROOT, False), (BUREAU, True)])
def test_a_unit_is_registered_below_one_that_exists_or_at_the_top(
    unit: UnitRegistered, parent_exists: bool
) -> None:
    given_unit().when(register_unit, *words(unit), parent_exists=parent_exists).then(unit)


def test_a_unit_is_registered_once() -> None:
    given_unit(ROOT).when(register_unit, *words(ROOT), parent_exists=False).then(
        refused("unit-exists", field="unit")
    )


def test_a_unit_is_not_below_an_unknown_one() -> None:
    given_unit().when(register_unit, *words(BUREAU), parent_exists=False).then(
        refused("unknown-unit", field="parent")
    )


# People


def test_a_person_is_registered_once() -> None:
    given_person().when(register_person, *words(SRI)).then(SRI)
    given_person(SRI).when(register_person, *words(SRI)).then(
        refused("person-exists", field="person")
    )


# Assignments


@pytest.mark.parametrize(
    "event",
    [
        STARTED,
        changed(STARTED, until=None),
        changed(STARTED, until=FIRST),
        changed(STARTED, appraiser=None),
        changed(STARTED, kind="plh"),
        changed(STARTED, kind="definitive", leads=False, level="Ahli Madya"),
    ],
)
def test_an_assignment_starts(event: AssignmentStarted) -> None:
    given().when(start, *starting(event)).then(event)


def test_an_assignment_starts_once() -> None:
    given(STARTED).when(start, *starting(STARTED)).then(
        refused("assignment-exists", field="assignment")
    )


@pytest.mark.parametrize("name", ["unit", "person", "appraiser"])
def test_unit_person_and_appraiser_of_an_assignment_are_registered(name: str) -> None:
    given().when(start, *starting(STARTED, **{name: False})).then(
        refused(f"unknown-{name}", field=name)
    )


def test_nobody_starts_as_their_own_appraiser() -> None:
    given().when(start, *starting(changed(STARTED, appraiser=EMPLOYEE))).then(
        refused("own-appraiser", field="appraiser")
    )


def test_an_assignment_does_not_end_before_it_starts() -> None:
    given().when(start, *starting(changed(STARTED, until=FIRST - DAY))).then(
        refused("dates-reversed", field="until")
    )


# Another superior


@pytest.mark.parametrize("since", [FIRST, LAST])
def test_the_appraiser_changes_while_the_assignment_is_in_force(since: date) -> None:
    given(STARTED).when(change_appraiser, NEXT_SUPERIOR, since, appraiser_known=True).then(
        AppraiserChanged(assignment="a1", person=EMPLOYEE, appraiser=NEXT_SUPERIOR, since=since)
    )


@pytest.mark.parametrize("since", [FIRST - DAY, LAST + DAY])
def test_the_appraiser_does_not_change_outside_the_assignment(since: date) -> None:
    given(STARTED).when(change_appraiser, NEXT_SUPERIOR, since, appraiser_known=True).then(
        refused("not-in-force", field="since")
    )


def test_the_new_appraiser_is_registered() -> None:
    given(STARTED).when(change_appraiser, NEXT_SUPERIOR, FIRST, appraiser_known=False).then(
        refused("unknown-appraiser", field="appraiser")
    )


def test_nobody_becomes_their_own_appraiser() -> None:
    given(STARTED).when(change_appraiser, EMPLOYEE, FIRST, appraiser_known=True).then(
        refused("own-appraiser", field="appraiser")
    )


def test_an_unknown_assignment_has_no_appraiser_to_change() -> None:
    given().when(change_appraiser, NEXT_SUPERIOR, FIRST, appraiser_known=True).then(
        refused("unknown-assignment", field="assignment")
    )


# The end


@pytest.mark.parametrize("on", [FIRST, LAST])
def test_an_assignment_ends_on_a_day_of_its_own(on: date) -> None:
    given(STARTED).when(end, on, "mutasi").then(
        AssignmentEnded(assignment="a1", person=EMPLOYEE, on=on, reason="mutasi")
    )


@pytest.mark.parametrize("on", [FIRST - DAY, LAST + DAY])
def test_an_assignment_does_not_end_outside_itself(on: date) -> None:
    given(STARTED).when(end, on, "mutasi").then(refused("not-in-force", field="on"))


def test_an_assignment_without_a_last_day_can_end_at_any_time() -> None:
    on = date(2031, 5, 2)
    given(changed(STARTED, until=None)).when(end, on, "pensiun").then(
        AssignmentEnded(assignment="a1", person=EMPLOYEE, on=on, reason="pensiun")
    )


def test_what_has_ended_is_not_in_force_afterwards() -> None:
    ended = AssignmentEnded(assignment="a1", person=EMPLOYEE, on=date(2026, 6, 30), reason="mutasi")
    given(STARTED, ended).when(end, date(2026, 7, 1), "lagi").then(
        refused("not-in-force", field="on")
    )


def test_a_change_of_appraiser_leaves_the_dates_of_an_assignment() -> None:
    another = AppraiserChanged(
        assignment="a1", person=EMPLOYEE, appraiser=NEXT_SUPERIOR, since=FIRST
    )
    given(STARTED, another).when(end, LAST + DAY, "mutasi").then(
        refused("not-in-force", field="on")
    )


def test_an_unknown_assignment_does_not_end() -> None:
    given().when(end, FIRST, "mutasi").then(refused("unknown-assignment", field="assignment"))
