"""Ratings by the appraiser, and the predicate that follows. PermenPANRB 6/2022; SE 3/2023."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from contracts.appraisal import (
    AppraisalFinalized,
    BehaviourRated,
    Predicate,
    Rating,
    ResultRated,
)
from contracts.event import Event
from contracts.settings import LEAST_SERVICE, LeastService
from law.period import whole_months
from law.skp import ApprovedSKP
from law.standing import Assignment
from services.appraisal.cycle.decisions import Cycle
from services.appraisal.rating.decisions import (
    AGGREGATE,
    finalize,
    rate,
)
from services.appraisal.rules import RULE_SETS
from tests.services.scenario import (
    EMPLOYEE,
    HELD,
    SUPERIOR,
    YEAR_END,
    YEAR_START,
    adopted,
    of,
    refused,
    shipped,
)

given = of(AGGREGATE)
RULES = "PermenPANRB 6/2022"
ON = date(2027, 1, 11)
CYCLE = Cycle("2026", RULES, YEAR_START, YEAR_END)
SKP = ApprovedSKP(
    "s1", 3, EMPLOYEE, "a1", YEAR_START, YEAR_END, frozenset({"r1"}), frozenset({"i1"})
)
ABOVE, MEETS, BELOW = Rating.ABOVE, Rating.MEETS, Rating.BELOW
REASON = "Berdasarkan bukti dukung"
LEAST = shipped(LEAST_SERVICE)
TOO_SHORT = refused("too-short", "shipped default", "skp")


def result(rating: Rating = MEETS, cycle: str = "2026") -> ResultRated:
    return ResultRated(
        skp="s1", cycle=cycle, person=EMPLOYEE, by=SUPERIOR, rating=rating, reason=REASON
    )


def behaviour(rating: Rating = MEETS, cycle: str = "2026") -> BehaviourRated:
    return BehaviourRated(
        skp="s1", cycle=cycle, person=EMPLOYEE, by=SUPERIOR, rating=rating, reason=REASON
    )


def final(**fields: Any) -> AppraisalFinalized:
    whole = {
        "skp": "s1", "cycle": "2026", "rule_set": RULES, "assignment": "a1", "person": EMPLOYEE,
        "unit": "u1", "position": "Analis Kebijakan Ahli Muda", "level": "Ahli Muda",
        "by": SUPERIOR, "result": MEETS, "behaviour": MEETS, "predicate": Predicate.BAIK,
        "misconduct": False, "start": YEAR_START, "until": YEAR_END, "months": 12, "status": "PNS", "kind": "definitive",
    }  # fmt: skip
    return AppraisalFinalized(**whole | fields)


RATED = (result(), behaviour())


def rating(what: str = "result", **changes: Any) -> dict[str, Any]:
    return {
        "by": SUPERIOR, "on": ON, "cycle": CYCLE, "skp": SKP, "held": HELD, "what": what,
        "rating": MEETS, "reason": REASON, "least": LEAST,
    } | changes  # fmt: skip


def finalizing(**changes: Any) -> dict[str, Any]:
    whole = {"by": SUPERIOR, "on": ON, "cycle": CYCLE, "skp": SKP, "held": HELD, "least": LEAST}
    return whole | changes


@pytest.mark.parametrize("status", ["PNS", "CPNS", "PPPK"])
@pytest.mark.parametrize("kind", ["definitive", "plt", "plh"])
def test_status_and_kind_of_the_assignment_travel_with_the_appraisal(
    status: Any, kind: Any
) -> None:
    held = replace(HELD, status=status, kind=kind)
    given(*RATED).when(finalize, **finalizing(held=held)).then(final(status=status, kind=kind))


# The matrix of PermenPANRB 6/2022, all nine cells, as in the table of the law.

MATRIX = [
    # work result, behaviour, predicate, misconduct
    (ABOVE, BELOW, "Kurang", True),
    (ABOVE, MEETS, "Baik", False),
    (ABOVE, ABOVE, "Sangat Baik", False),
    (MEETS, BELOW, "Kurang", True),
    (MEETS, MEETS, "Baik", False),
    (MEETS, ABOVE, "Baik", False),
    (BELOW, BELOW, "Sangat Kurang", False),
    (BELOW, MEETS, "Butuh Perbaikan", False),
    (BELOW, ABOVE, "Butuh Perbaikan", False),
]


@pytest.mark.parametrize(("work", "conduct", "predicate", "misconduct"), MATRIX)
def test_the_nine_cells_of_permenpanrb_6_2022(
    work: Rating, conduct: Rating, predicate: str, misconduct: bool
) -> None:
    given(result(work), behaviour(conduct)).when(finalize, **finalizing()).then(
        final(result=work, behaviour=conduct, predicate=predicate, misconduct=misconduct)
    )


def test_there_is_no_tenth_cell() -> None:
    assert len({(work, conduct) for work, conduct, _, _ in MATRIX}) == len(Rating) ** 2
    assert set(RULE_SETS) == {RULES}


# Rating


@pytest.mark.parametrize("value", list(Rating))
def test_the_appraiser_rates_result_and_behaviour_with_a_reason(value: Rating) -> None:
    given().when(rate, **rating("result", rating=value)).then(result(value))
    given().when(rate, **rating("behaviour", rating=value)).then(behaviour(value))


def test_a_rating_may_change_until_it_is_final_and_the_last_one_counts() -> None:
    given(*RATED).when(rate, **rating("result", rating=ABOVE)).then(result(ABOVE))
    given(*RATED, behaviour(ABOVE), result(ABOVE)).when(finalize, **finalizing()).then(
        final(result=ABOVE, behaviour=ABOVE, predicate=Predicate.SANGAT_BAIK)
    )


@pytest.mark.parametrize(
    "skp",
    [
        replace(SKP, start=date(2025, 1, 1), until=date(2025, 12, 31)),
        replace(SKP, start=date(2027, 1, 1), until=date(2027, 12, 31)),
    ],
)
def test_an_skp_of_another_period_is_not_of_this_cycle(skp: ApprovedSKP) -> None:
    given().when(rate, **rating(skp=skp)).then(refused("outside-cycle", "", "cycle"))


@pytest.mark.parametrize(
    "skp",
    [
        replace(SKP, start=date(2025, 1, 1), until=YEAR_START),
        replace(SKP, start=YEAR_END, until=date(2027, 12, 31)),
    ],
)
def test_an_skp_that_shares_a_day_with_the_cycle_is_of_it_but_too_short(skp: ApprovedSKP) -> None:
    given().when(rate, **rating(skp=skp)).then(TOO_SHORT)


@pytest.mark.parametrize(
    "skp",
    [
        replace(SKP, start=date(2025, 1, 1), until=date(2026, 1, 31)),
        replace(SKP, start=date(2026, 12, 1), until=date(2027, 12, 31)),
    ],
)
def test_an_skp_that_shares_a_month_with_the_cycle_can_be_rated(skp: ApprovedSKP) -> None:
    given().when(rate, **rating(skp=skp)).then(result())


# Finalizing


@pytest.mark.parametrize(
    ("history", "missing"),
    [((), "result"), ((behaviour(),), "result"), ((result(),), "behaviour")],
)
def test_a_missing_rating_has_no_default_permenpanrb_6_2022(
    history: tuple[Event, ...], missing: str
) -> None:
    given(*history).when(finalize, **finalizing()).then(refused("missing-rating", RULES, missing))


def test_what_is_final_is_frozen_and_open_to_objection_pp_30_2019_art_59() -> None:
    frozen = refused("final", "PP 30/2019 Art 59")
    history = (*RATED, final())
    given(*history).when(rate, **rating("result")).then(frozen)
    given(*history).when(rate, **rating("behaviour")).then(frozen)
    given(*history).when(finalize, **finalizing()).then(frozen)


def test_an_appraisal_stays_in_its_cycle_and_so_under_its_rule_set() -> None:
    quarter = replace(CYCLE, cycle="2026-Q4", start=date(2026, 10, 1))
    other = refused("other-cycle", field="cycle")
    given(*RATED).when(rate, **rating(cycle=quarter)).then(other)
    given(*RATED).when(finalize, **finalizing(cycle=quarter)).then(other)


def test_nothing_is_rated_or_finalized_in_an_unknown_or_closed_cycle() -> None:
    for cycle, code in ((None, "unknown-cycle"), (replace(CYCLE, closed=True), "cycle-closed")):
        given().when(rate, **rating(cycle=cycle)).then(refused(code, field="cycle"))
        given(*RATED).when(finalize, **finalizing(cycle=cycle)).then(refused(code, field="cycle"))


# Service: what lies within the SKP, the cycle and the assignment, in whole months


@pytest.mark.parametrize(
    ("start", "until", "months"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), 12),
        (date(2026, 1, 1), date(2026, 12, 30), 11),
        (date(2026, 4, 1), date(2026, 9, 30), 6),
        (date(2026, 1, 15), date(2026, 2, 14), 1),
        (date(2026, 1, 15), date(2026, 2, 13), 0),
        (date(2026, 2, 1), date(2026, 2, 28), 1),
        (date(2026, 2, 1), date(2026, 2, 27), 0),
        (date(2024, 2, 1), date(2024, 2, 28), 0),
        (date(2024, 2, 1), date(2024, 2, 29), 1),
        (date(2026, 12, 1), date(2027, 1, 31), 2),
        (date(2026, 5, 5), date(2026, 5, 5), 0),
    ],
)
def test_months_are_whole_and_both_days_count(start: date, until: date, months: int) -> None:
    assert whole_months(start, until) == months


@pytest.mark.parametrize(
    ("skp", "start", "until", "months"),
    [
        ((date(2026, 3, 1), date(2026, 8, 31)), date(2026, 3, 1), date(2026, 8, 31), 6),
        ((date(2025, 7, 1), date(2026, 6, 30)), YEAR_START, date(2026, 6, 30), 6),
        ((date(2026, 7, 1), date(2027, 6, 30)), date(2026, 7, 1), YEAR_END, 6),
        ((date(2026, 12, 1), date(2026, 12, 31)), date(2026, 12, 1), YEAR_END, 1),
    ],
)
def test_service_is_what_the_skp_and_the_cycle_share(
    skp: tuple[date, date], start: date, until: date, months: int
) -> None:
    given(*RATED).when(finalize, **finalizing(skp=replace(SKP, start=skp[0], until=skp[1]))).then(
        final(start=start, until=until, months=months)
    )


def test_service_ends_with_the_assignment_whatever_the_skp_had_planned() -> None:
    moved = replace(HELD, until=date(2026, 8, 31))
    given(*RATED).when(finalize, **finalizing(held=moved)).then(
        final(until=date(2026, 8, 31), months=8)
    )


@pytest.mark.parametrize(
    ("held", "last"),
    [(HELD, YEAR_END), (replace(HELD, until=date(2026, 8, 31)), date(2026, 8, 31))],
)
def test_it_is_final_from_the_last_day_of_what_is_appraised(held: Assignment, last: date) -> None:
    early = finalizing(held=held, on=last - timedelta(days=1))
    given(*RATED).when(finalize, **early).then(refused("not-ended", field="cycle"))
    [event] = given(*RATED).when(finalize, **finalizing(held=held, on=last)).then_events()
    assert event.until == last


def test_less_than_a_month_of_service_is_not_appraised() -> None:
    """Nor begun, for nobody could end it then."""
    short = replace(SKP, start=date(2026, 12, 2))
    given(*RATED).when(finalize, **finalizing(skp=short)).then(TOO_SHORT)
    given().when(rate, **rating(skp=short)).then(TOO_SHORT)
    left = replace(HELD, until=date(2026, 1, 30))
    given().when(rate, **rating(held=left)).then(TOO_SHORT)


@pytest.mark.parametrize(("months", "first"), [(0, date(2026, 12, 31)), (6, date(2026, 7, 1))])
def test_the_agency_may_settle_the_least_service(months: int, first: date) -> None:
    """With the ground on which it did, if somebody has less."""
    least = adopted(LeastService(months=months), "Keputusan 7/2026")
    enough = finalizing(least=least, skp=replace(SKP, start=first))
    given(*RATED).when(finalize, **enough).then(final(start=first, months=months))
    if months:
        short = finalizing(least=least, skp=replace(SKP, start=first + timedelta(days=1)))
        no = refused("too-short", "Keputusan 7/2026", "skp")
        given(*RATED).when(finalize, **short).then(no)


def test_an_event_can_name_the_version_of_the_skp_it_rests_on() -> None:
    assert SKP.basis == "planning:skp/s1@3"


def test_history_that_no_decision_could_have_made_is_not_read_in_silence() -> None:
    with pytest.raises(TypeError):
        AGGREGATE.evolve(None, final())
