"""What follows from a finalized appraisal. PermenPANRB 1/2023 Art 37(1); PP 30/2019 Arts 56–58."""

from datetime import date
from typing import Any

import pytest

from contracts.appraisal import AppraisalFinalized, Predicate, Rating
from contracts.rewards import (
    AllowanceDetermined,
    CreditPointsAwarded,
    CreditPointsNotDue,
    CycleFollowedUp,
    ImprovementPlanOpened,
    RecognitionProposed,
)
from contracts.settings import (
    ALLOWANCE_DEDUCTION,
    RECOGNITION,
    AllowanceDeduction,
    Improvement,
    Recognition,
)
from contracts.settings import IMPROVEMENT as UNDER_PERFORMANCE
from law.period import months_later, whole_months
from services.rewards.followup.decisions import (
    AGGREGATE,
    CYCLE,
    IMPROVEMENT,
    follow_up,
    follow_up_cycle,
    improve,
)
from tests.services.scenario import EMPLOYEE, SUPERIOR, YEAR_END, YEAR_START, adopted, of, shipped

given, given_cycle, given_plans = of(AGGREGATE), of(CYCLE), of(IMPROVEMENT)
ON = date(2027, 1, 11)
OF = {"skp": "s1", "cycle": "2026", "person": EMPLOYEE, "unit": "u1"}
BAKAMLA = "as Bakamla 1/2023 Art 11"
UNMET = Predicate.SANGAT_KURANG
RECOGNIZED, IMPROVING = shipped(RECOGNITION), shipped(UNDER_PERFORMANCE)
DEDUCTION = adopted(
    AllowanceDeduction(percent={Predicate.SANGAT_KURANG: 2, Predicate.KURANG: 1}), BAKAMLA
)


def appraisal(predicate: Predicate, **fields: Any) -> AppraisalFinalized:
    whole = OF | {
        "rule_set": "PermenPANRB 6/2022", "assignment": "a1", "position": "Analis",
        "level": "Ahli Muda", "by": SUPERIOR, "result": Rating.MEETS, "behaviour": Rating.MEETS,
        "predicate": predicate, "misconduct": False, "start": YEAR_START, "until": YEAR_END,
        "months": 12, "status": "PNS", "kind": "definitive",
    }  # fmt: skip
    return AppraisalFinalized(**whole | fields)


def points(predicate: Predicate, points: str, months: int = 12) -> CreditPointsAwarded:
    return CreditPointsAwarded(
        **OF, level="Ahli Muda", predicate=predicate, months=months, points=points
    )


def allowance(predicate: Predicate, deduction: int) -> AllowanceDetermined:
    return AllowanceDetermined(**OF, predicate=predicate, policy=BAKAMLA, deduction=deduction)


def improvement(predicate: Predicate) -> ImprovementPlanOpened:
    return ImprovementPlanOpened(
        **OF, predicate=predicate, start=ON, until=date(2027, 7, 10)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("predicate", "follows"),
    [
        (
            Predicate.SANGAT_BAIK,
            (
                points(Predicate.SANGAT_BAIK, "75/2"),
                RecognitionProposed(**OF, kind="commendation"),
                allowance(Predicate.SANGAT_BAIK, 0),
            ),
        ),
        (Predicate.BAIK, (points(Predicate.BAIK, "25"), allowance(Predicate.BAIK, 0))),
        (
            Predicate.BUTUH_PERBAIKAN,
            (
                points(Predicate.BUTUH_PERBAIKAN, "75/4"),
                allowance(Predicate.BUTUH_PERBAIKAN, 0),
            ),
        ),
        (
            Predicate.KURANG,
            (
                points(Predicate.KURANG, "25/2"),
                allowance(Predicate.KURANG, 1),
            ),
        ),
        (
            Predicate.SANGAT_KURANG,
            (
                points(Predicate.SANGAT_KURANG, "25/4"),
                allowance(Predicate.SANGAT_KURANG, 2),
            ),
        ),
    ],
)
def test_what_every_predicate_leads_to(predicate: Predicate, follows: tuple[Any, ...]) -> None:
    given().when_answered(follow_up, appraisal(predicate), RECOGNIZED, DEDUCTION).then(*follows)


def test_points_are_pro_rata_by_the_months_appraised_art_37_1() -> None:
    given().when_answered(
        follow_up, appraisal(Predicate.BAIK, months=5), RECOGNIZED, DEDUCTION
    ).then(points(Predicate.BAIK, "125/12", 5), allowance(Predicate.BAIK, 0))


@pytest.mark.parametrize("level", ["AHLI MUDA", "ahli muda", "Muda"])
def test_a_level_is_understood_as_agencies_write_it(level: str) -> None:
    given().when_answered(
        follow_up, appraisal(Predicate.BAIK, level=level), RECOGNIZED, DEDUCTION
    ).then(points(Predicate.BAIK, "25"), allowance(Predicate.BAIK, 0))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"level": None}, "no-level"),
        ({"level": "Eselon II"}, "unknown-level"),
        ({"status": "PPPK"}, "not-pns"),  # PerBKN 3/2023 Art 1(5): a functional official is a PNS
        ({"status": "CPNS"}, "not-pns"),
        ({"status": "PPPK", "level": None}, "not-pns"),
        ({"kind": "plt"}, "acting"),
        ({"kind": "plh"}, "acting"),
        ({"kind": "plt", "level": None}, "no-level"),
    ],
)
def test_what_has_no_credit_points_says_why(fields: dict[str, Any], reason: Any) -> None:
    given().when_answered(
        follow_up, appraisal(Predicate.BAIK, **fields), RECOGNIZED, DEDUCTION
    ).then(CreditPointsNotDue(**OF, reason=reason), allowance(Predicate.BAIK, 0))


@pytest.mark.parametrize("predicate", [Predicate.BUTUH_PERBAIKAN, UNMET])
@pytest.mark.parametrize("status", ["PNS", "CPNS"])
def test_missed_targets_open_a_plan_pp_30_2019_arts_56_58(
    predicate: Predicate, status: str
) -> None:
    given_plans().when_answered(improve, appraisal(predicate, status=status), ON, IMPROVING).then(
        improvement(predicate)
    )


@pytest.mark.parametrize("predicate", [Predicate.SANGAT_BAIK, Predicate.BAIK])
def test_targets_that_are_met_open_no_plan(predicate: Predicate) -> None:
    given_plans().when_answered(improve, appraisal(predicate), ON, IMPROVING).then()


def test_kurang_for_conduct_with_targets_met_opens_no_plan() -> None:
    conduct = appraisal(Predicate.KURANG, misconduct=True, behaviour=Rating.BELOW)
    given_plans().when_answered(improve, conduct, ON, IMPROVING).then()


def test_the_rules_for_pns_open_no_plan_for_pppk() -> None:
    given_plans().when_answered(improve, appraisal(UNMET, status="PPPK"), ON, IMPROVING).then()


def test_one_plan_runs_at_a_time() -> None:
    """Two SKPs of one year may both be under expectation: it is one person who improves."""
    running, other = improvement(UNMET), appraisal(UNMET, skp="s2")
    for on in (ON, running.until):
        given_plans(running).when_answered(improve, other, on, IMPROVING).then()
    later = date(2027, 7, 11)
    (again,) = given_plans(running).when_answered(improve, other, later, IMPROVING).then_events()
    assert (again.skp, again.start) == ("s2", date(2027, 7, 11))


def test_history_that_no_decision_could_have_made_is_not_read_in_silence() -> None:
    with pytest.raises(TypeError):
        IMPROVEMENT.evolve(None, points(Predicate.BAIK, "25"))


def test_an_appraisal_is_answered_once() -> None:
    answered = (points(Predicate.BAIK, "25"), allowance(Predicate.BAIK, 0))
    given(*answered).when_answered(
        follow_up, appraisal(Predicate.BAIK), RECOGNIZED, DEDUCTION
    ).then()


def test_a_closed_cycle_is_answered_once() -> None:
    answered = CycleFollowedUp(cycle="2026", finalized=39)
    given_cycle().when_answered(follow_up_cycle, "2026", 39).then(answered)
    given_cycle(answered).when_answered(follow_up_cycle, "2026", 39).then()


@pytest.mark.parametrize(
    ("on", "until"),
    [
        (date(2027, 1, 1), date(2027, 6, 30)),
        (date(2026, 12, 15), date(2027, 6, 14)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
    ],
)
def test_there_are_six_months_to_improve_pp_30_2019_arts_56_58(on: date, until: date) -> None:
    (plan,) = given_plans().when_answered(improve, appraisal(UNMET), on, IMPROVING).then_events()
    assert (plan.start, plan.until) == (on, until)
    assert whole_months(on, until) == 6


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 11, 30), 13, date(2027, 12, 30)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
    ],
)
def test_months_later_is_the_same_day_or_the_month_s_last(
    day: date, months: int, later: date
) -> None:
    assert months_later(day, months) == later


def test_the_agency_settles_which_predicates_are_recognized_and_improved() -> None:
    every = adopted(Recognition(predicates=(Predicate.BAIK,)))
    found = given().when_answered(follow_up, appraisal(Predicate.BAIK), every, DEDUCTION)
    assert RecognitionProposed(**OF, kind="commendation") in found.then_events()
    none = adopted(Improvement(predicates=()))
    given_plans().when_answered(improve, appraisal(UNMET), ON, none).then()


def test_without_an_adoption_nothing_is_deducted() -> None:
    ships = shipped(ALLOWANCE_DEDUCTION)
    *_, told = given().when_answered(follow_up, appraisal(UNMET), RECOGNIZED, ships).then_events()
    assert (told.deduction, told.policy) == (0, ships.name)
