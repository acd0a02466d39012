"""Units, and who acts in them by a mandate."""

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.units import (
    MandateEnded,
    MandateGiven,
    UnitChanged,
    UnitContinued,
    UnitCorrected,
    UnitEnded,
    UnitRegistered,
)
from services.planning.unit.decisions import (
    AGGREGATE,
    Left,
    Parent,
    Shape,
    Unit,
    change,
    continue_,
    correct,
    end,
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
EVER = (date.min, None)
TOP = Parent("u0", EVER, frozenset({"u0"}))
GROUND = "SK Sekjen 12/2026"
OFFICER = MandateGiven(
    unit="u1", person=EMPLOYEE, mandate="personnel", since=SINCE, until=LAST, ground=GROUND
)


def words(unit: UnitRegistered) -> tuple[Any, ...]:
    return unit.unit, Shape(unit.name, unit.level, unit.parent)


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
    given(BUREAU).when(correct, Shape("Biro SDM", "Eselon II", "u0"), TOP, "Salah ketik").then(
        UnitCorrected(
            unit="u1", name="Biro SDM", level="Eselon II", parent="u0", reason="Salah ketik"
        )
    )
    given().when(correct, Shape("Biro SDM", "Eselon II", None), None, "x").then(
        refused("unknown-unit", field="unit")
    )


def test_a_unit_is_never_below_itself() -> None:
    below = Parent("u9", EVER, frozenset({"u9", "u1", "u0"}))
    given(BUREAU).when(correct, Shape("Biro", "II", "u9"), below, "x").then(
        refused("circle", field="parent")
    )
    given(BUREAU).when(
        correct, Shape("Biro", "II", "u1"), Parent("u1", EVER, frozenset({"u1", "u0"})), "x"
    ).then(refused("circle", field="parent"))


FROM = date(2026, 7, 1)
DECREE = "Perpres 1/2026"
RENAMED = UnitChanged(
    unit="u1", name="Biro SDM", level="Eselon II", parent="u0", since=FROM, ground=DECREE
)
SDM = Shape("Biro SDM", "Eselon II", "u0")
NEW = UnitRegistered(unit="u2", name="Biro Baru", level="Eselon II", parent="u0", since=FROM)
ENDED = UnitEnded(unit="u1", on=FROM - DAY, into=("u2",), ground=DECREE)
NOBODY = Left(0, 0)


def unit_of(*events: Any) -> Unit:
    state: Unit | None = None
    for event in events:
        state = AGGREGATE.evolve(state, event)
    assert state
    return state


def test_a_new_unit_has_a_first_day() -> None:
    given().when(register, "u2", Shape("Biro Baru", "Eselon II", "u0"), TOP, FROM).then(NEW)
    late = Parent("u0", (FROM + DAY, None), frozenset({"u0"}))
    given().when(register, "u2", Shape("Biro Baru", "Eselon II", "u0"), late, FROM).then(
        refused("unit-begins-later", field="parent")
    )
    # Also where it ends later: the new one would be left in it.
    for last in (FROM - DAY, FROM + 90 * DAY):
        gone = Parent("u0", (date.min, last), frozenset({"u0"}))
        given().when(register, "u2", Shape("Biro Baru", "Eselon II", "u0"), gone, FROM).then(
            refused("unit-ended", field="parent")
        )
        given(BUREAU).when(change, SDM, gone, FROM, DECREE).then(
            refused("unit-ended", field="parent")
        )
    # A name is corrected all the same.
    ending = Parent("u0", (date.min, FROM + 90 * DAY), frozenset({"u0"}))
    given(BUREAU).when(correct, SDM, ending, "Keliru", on=FROM).then(
        UnitCorrected(unit="u1", name=SDM.name, level=SDM.level, parent="u0", reason="Keliru")
    )


def test_a_unit_changes_from_a_day_on_and_stays_what_it_was_before() -> None:
    given(BUREAU).when(change, SDM, TOP, FROM, DECREE).then(RENAMED)
    renamed = unit_of(BUREAU, RENAMED)
    assert renamed.shape(FROM - DAY).name == "Biro Kepegawaian"
    assert renamed.shape(FROM) == SDM


def test_what_is_decided_for_the_same_day_takes_the_place_of_what_was() -> None:
    other = Shape("Biro Talenta", "Eselon II", "u0")
    given(BUREAU, RENAMED).when(change, other, TOP, FROM, "Perpres 2/2026").then(
        UnitChanged(
            unit="u1", name="Biro Talenta", level="Eselon II", parent="u0", since=FROM,
            ground="Perpres 2/2026",
        )
    )  # fmt: skip


def test_a_change_is_after_all_others_and_while_the_unit_is_there() -> None:
    other = Shape("Biro Talenta", "Eselon II", "u0")
    given(BUREAU, RENAMED).when(change, other, TOP, FROM - DAY, DECREE).then(
        refused("not-later", field="since")
    )
    given(NEW).when(change, other, TOP, FROM, DECREE).then(refused("not-later", field="since"))
    given(BUREAU, ENDED).when(change, other, TOP, FROM, DECREE).then(
        refused("unit-ended", field="since")
    )
    given(BUREAU, RENAMED).when(change, SDM, TOP, FROM + DAY, DECREE).then(
        refused("nothing-changed", field="name")
    )
    below = Parent("u9", EVER, frozenset({"u9", "u1", "u0"}))
    given(BUREAU).when(change, Shape("Biro", "II", "u9"), below, FROM, DECREE).then(
        refused("circle", field="parent")
    )


def test_a_correction_is_of_what_the_unit_is_today() -> None:
    before = Shape("Biro Kepegawaian Umum", "Eselon II", "u0")
    given(BUREAU, RENAMED).when(correct, before, TOP, "Salah", on=FROM - DAY).then(
        UnitCorrected(
            unit="u1", name="Biro Kepegawaian Umum", level="Eselon II", parent="u0", reason="Salah"
        )
    )
    given(BUREAU, RENAMED).when(correct, before, TOP, "Salah", on=FROM).then(
        UnitCorrected(
            unit="u1", name="Biro Kepegawaian Umum", level="Eselon II", parent="u0",
            reason="Salah", since=FROM,
        )
    )  # fmt: skip


def test_a_unit_is_dissolved_into_others_once_nobody_is_left_in_it() -> None:
    into = {"u2": unit_of(NEW)}
    last = FROM - DAY
    given(BUREAU).when(end, last, into, NOBODY, DECREE).then(ENDED)
    given(BUREAU).when(end, last, into, Left(3, 0), DECREE).then(refused("people-left", field="on"))
    given(BUREAU).when(end, last, into, Left(0, 1), DECREE).then(refused("units-below", field="on"))
    given(BUREAU).when(end, last - DAY, into, NOBODY, DECREE).then(
        refused("unit-begins-later", field="into.0")
    )
    given(BUREAU).when(end, last, {"u9": None}, NOBODY, DECREE).then(
        refused("unknown-unit", field="into.0")
    )
    given(BUREAU).when(end, last, {"u1": unit_of(BUREAU)}, NOBODY, DECREE).then(
        refused("into-itself", field="into.0")
    )
    given(BUREAU, RENAMED).when(end, last, into, NOBODY, DECREE).then(
        refused("dates-reversed", field="on")
    )
    given(BUREAU, ENDED).when(end, last, into, NOBODY, DECREE).then(
        refused("unit-ended", field="on")
    )


def test_that_a_unit_is_dissolved_is_taken_back() -> None:
    given(BUREAU, ENDED).when(continue_, "Dibatalkan").then(
        UnitContinued(unit="u1", reason="Dibatalkan")
    )
    given(BUREAU).when(continue_, "x").then(refused("not-ended", field="unit"))
    assert unit_of(BUREAU, ENDED, UnitContinued(unit="u1", reason="x")).span == EVER


def test_nobody_gets_a_mandate_in_a_unit_that_is_no_more() -> None:
    given(BUREAU, ENDED).when(give_mandate, **mandate(since=FROM, until=None)).then(
        refused("unit-ended", field="since")
    )


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
    given(BUREAU, held).when(give_mandate, **mandate(mandate="performance-team")).then(
        OFFICER.model_copy(update={"mandate": "performance-team"})
    )


@pytest.mark.parametrize(
    ("since", "on", "first"),
    [
        # Renewed in advance, it is held all the while.
        (LAST + DAY, LAST, SINCE),
        (LAST + DAY, SINCE - DAY, SINCE),
        # Given again when it is over, it is held from then on.
        (LAST + DAY, LAST + DAY, LAST + DAY),
        (LAST + 9 * DAY, LAST + DAY, LAST + 9 * DAY),
    ],
)
def test_a_mandate_is_renewed(since: date, on: date, first: date) -> None:
    given(BUREAU, OFFICER).when(give_mandate, **mandate(since=since, until=None, on=on)).then(
        OFFICER.model_copy(update={"since": first, "until": None})
    )


def test_what_does_not_follow_a_mandate_at_once_is_given_when_it_is_over() -> None:
    given(BUREAU, OFFICER).when(
        give_mandate, **mandate(since=LAST + 2 * DAY, until=None, on=LAST)
    ).then(refused("mandate-runs", field="since"))


@pytest.mark.parametrize(
    ("person", "last"), [(STRANGER, SINCE), (EMPLOYEE, SINCE - DAY), (EMPLOYEE, LAST + DAY)]
)
def test_only_a_mandate_that_is_held_ends(person: str, last: date) -> None:
    given(BUREAU, OFFICER).when(end_mandate, person, "personnel", last, "x").then(
        refused("no-mandate", field="on")
    )
