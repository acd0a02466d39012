"""Units, and who acts in them by a mandate."""

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.planning import MandateEnded, MandateGiven, UnitCorrected, UnitRegistered
from services.planning.unit.decisions import (
    AGGREGATE,
    Parent,
    correct,
    end_mandate,
    give_mandate,
    register,
)
from tests.services.scenario import EMPLOYEE, PERSONNEL, STRANGER, forbidden, of, refused

given = of(AGGREGATE)
DAY = timedelta(days=1)
SINCE, LAST = date(2026, 2, 1), date(2026, 8, 31)
ROOT = UnitRegistered(unit="u0", name="Sekretariat Jenderal", level="Eselon I", parent=None)
BUREAU = UnitRegistered(unit="u1", name="Biro Kepegawaian", level="Eselon II", parent="u0")
TOP = Parent("u0", frozenset({"u0"}))
GROUND = "SK Sekjen 12/2026"
OFFICER = MandateGiven(
    unit="u1", person=EMPLOYEE, mandate="personnel", since=SINCE, until=LAST, ground=GROUND
)


def words(unit: UnitRegistered) -> tuple[Any, ...]:
    return tuple(unit.model_dump().values())


@pytest.mark.parametrize(("unit", "parent"), [(ROOT, None), (BUREAU, TOP)])
def test_a_unit_is_registered_below_one_that_exists_or_at_the_top(
    unit: UnitRegistered, parent: Parent | None
) -> None:
    given().when(register, *words(unit), parent).then(unit)


def test_a_unit_is_registered_once() -> None:
    given(ROOT).when(register, *words(ROOT), None).then(refused("unit-exists", field="unit"))


def test_a_unit_is_not_below_an_unknown_one() -> None:
    given().when(register, *words(BUREAU), None).then(refused("unknown-unit", field="parent"))


def test_a_unit_is_corrected_with_a_reason() -> None:
    given(BUREAU).when(correct, "Biro SDM", "Eselon II", "u0", TOP, "Salah ketik").then(
        UnitCorrected(
            unit="u1", name="Biro SDM", level="Eselon II", parent="u0", reason="Salah ketik"
        )
    )
    given().when(correct, "Biro SDM", "Eselon II", None, None, "x").then(
        refused("unknown-unit", field="unit")
    )


def test_a_unit_is_never_below_itself() -> None:
    below = Parent("u9", frozenset({"u9", "u1", "u0"}))
    given(BUREAU).when(correct, "Biro", "II", "u9", below, "x").then(
        refused("circle", field="parent")
    )
    given(BUREAU).when(
        correct, "Biro", "II", "u1", Parent("u1", frozenset({"u1", "u0"})), "x"
    ).then(refused("circle", field="parent"))


def mandate(**changes: Any) -> dict[str, Any]:
    return {
        "person": EMPLOYEE, "mandate": "personnel", "since": SINCE, "until": LAST, "ground": GROUND,
        "person_known": True, "by": PERSONNEL,
    } | changes  # fmt: skip


def test_a_mandate_is_given_on_a_ground_and_ends() -> None:
    given(BUREAU).when(give_mandate, **mandate()).then(OFFICER)
    given(BUREAU, OFFICER).when(end_mandate, EMPLOYEE, "personnel", SINCE, "Mutasi").then(
        MandateEnded(unit="u1", person=EMPLOYEE, mandate="personnel", on=SINCE, reason="Mutasi")
    )


def test_nobody_gives_themselves_a_mandate() -> None:
    given(BUREAU).when(give_mandate, **mandate(by=EMPLOYEE)).then(forbidden)


def test_a_mandate_needs_a_known_unit_and_person_and_dates_in_order() -> None:
    given().when(give_mandate, **mandate()).then(refused("unknown-unit", field="unit"))
    given(BUREAU).when(give_mandate, **mandate(person_known=False)).then(
        refused("unknown-person", field="person")
    )
    given(BUREAU).when(give_mandate, **mandate(until=SINCE - DAY)).then(
        refused("dates-reversed", field="until")
    )


@pytest.mark.parametrize("until", [LAST, None])
def test_the_same_mandate_is_not_given_twice_at_a_time(until: date | None) -> None:
    held = OFFICER.model_copy(update={"until": until})
    given(BUREAU, held).when(give_mandate, **mandate(since=LAST, until=None)).then(
        refused("mandate-exists", field="since")
    )
    given(BUREAU, OFFICER).when(give_mandate, **mandate(since=LAST + DAY, until=None)).then(
        OFFICER.model_copy(update={"since": LAST + DAY, "until": None})
    )
    given(BUREAU, held).when(give_mandate, **mandate(mandate="performance-team")).then(
        OFFICER.model_copy(update={"mandate": "performance-team"})
    )


@pytest.mark.parametrize(
    ("person", "last"), [(STRANGER, SINCE), (EMPLOYEE, SINCE - DAY), (EMPLOYEE, LAST + DAY)]
)
def test_only_a_mandate_that_is_held_ends(person: str, last: date) -> None:
    given(BUREAU, OFFICER).when(end_mandate, person, "personnel", last, "x").then(
        refused("no-mandate", field="on")
    )
