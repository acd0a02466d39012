"""The SKP: drafted, submitted, returned or approved. PermenPANRB 6/2022."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from contracts.event import Event
from contracts.planning import (
    Annexes,
    Expectation,
    Indicator,
    Result,
    SKPApproved,
    SKPDrafted,
    SKPReturned,
    SKPRevised,
    SKPSubmitted,
    Value,
)
from law.standing import Appraising
from services.planning.skp.content import Plan
from services.planning.skp.decisions import (
    AGGREGATE,
    approve,
    draft,
    return_,
    revise,
    skp_id,
    submit,
)
from tests.services.scenario import (
    EMPLOYEE,
    HELD,
    NEXT_SUPERIOR,
    SUPERIOR,
    YEAR_END,
    YEAR_START,
    of,
    refused,
)

given = of(AGGREGATE)
CONTENT = "PermenPANRB 6/2022 Arts 9–13"
ON = date(2026, 1, 12)
SKP = "a1.20260101"


def indicator(id: str = "i1", **fields: Any) -> Indicator:
    return Indicator(**{"id": id, "aspect": "quantity", "text": "Jumlah", "target": "12"} | fields)


def result(id: str = "r1", **fields: Any) -> Result:
    whole = {"id": id, "kind": "main", "text": "Laporan", "indicators": (indicator(),)}
    return Result(**whole | fields)


PLAN = Plan((result(),))
RICH = Plan(
    (
        result("r1", serves="Layanan prima"),
        result("r2", kind="additional", indicators=(indicator("i2"), indicator("i3"))),
    ),
    (Expectation(value=Value.LOYAL, text="Menjaga rahasia jabatan"),),
    Annexes(resources=("Anggaran",), accountability=("Laporan",), consequences=("Dialog",)),
)


def drafted(plan: Plan = PLAN, **fields: Any) -> SKPDrafted:
    whole = {
        "skp": SKP, "assignment": "a1", "person": EMPLOYEE, "start": YEAR_START, "until": YEAR_END,
        "approach": "quantitative", "results": plan.results, "expectations": plan.expectations,
        "annexes": plan.annexes,
    }  # fmt: skip
    return SKPDrafted(**whole | fields)


def revised(plan: Plan) -> SKPRevised:
    return SKPRevised(
        skp=SKP, person=EMPLOYEE, results=plan.results, expectations=plan.expectations,
        annexes=plan.annexes,
    )  # fmt: skip


SUBMITTED = SKPSubmitted(skp=SKP, person=EMPLOYEE)
RETURNED = SKPReturned(skp=SKP, person=EMPLOYEE, by=SUPERIOR, reason="Target kurang")


def approved(plan: Plan = PLAN) -> SKPApproved:
    return SKPApproved(
        skp=SKP, assignment="a1", person=EMPLOYEE, unit="u1", by=SUPERIOR, start=YEAR_START,
        until=YEAR_END, approach="quantitative", results=plan.results,
        expectations=plan.expectations, annexes=plan.annexes,
    )  # fmt: skip


NOTHING: tuple[Event, ...] = ()
DRAFT = (drafted(),)
WAITING = (*DRAFT, SUBMITTED)
BACK = (*WAITING, RETURNED)
DONE = (*WAITING, approved())


def drafting(plan: Plan = PLAN, **changes: Any) -> dict[str, Any]:
    """Arguments of `draft`."""
    return {
        "by": EMPLOYEE, "on": ON, "held": HELD, "start": YEAR_START, "until": YEAR_END,
        "approach": "quantitative", "plan": plan,
    } | changes  # fmt: skip


# Draft


def test_an_employee_drafts_an_skp_for_their_own_assignment_arts_9_13() -> None:
    given().when(draft, **drafting()).then(drafted())


def test_a_draft_carries_all_that_arts_9_13_name() -> None:
    given().when(draft, **drafting(RICH)).then(drafted(RICH))


def test_an_assignment_has_one_skp_for_each_first_day() -> None:
    assert skp_id("a1", date(2026, 4, 1)) == "a1.20260401"
    given(*DRAFT).when(draft, **drafting()).then(refused("skp-exists", field="start"))


def test_a_period_does_not_run_backwards() -> None:
    given().when(draft, **drafting(until=date(2025, 12, 31))).then(
        refused("dates-reversed", field="until")
    )


def test_a_period_of_one_day_is_a_period() -> None:
    given().when(draft, **drafting(until=YEAR_START)).then(drafted(until=YEAR_START))


@pytest.mark.parametrize(
    "held",
    [
        replace(HELD, start=date(2026, 1, 2)),
        replace(HELD, until=date(2026, 12, 30)),
    ],
)
def test_an_skp_belongs_to_an_assignment_so_its_period_is_within_it(held: Any) -> None:
    given().when(draft, **drafting(held=held)).then(refused("outside-assignment", "", "start"))


def test_a_period_as_long_as_the_assignment_is_within_it() -> None:
    held = replace(HELD, start=YEAR_START, until=YEAR_END)
    given().when(draft, **drafting(held=held)).then(drafted())


def test_a_main_result_is_required_arts_9_13() -> None:
    for plan in (Plan(()), Plan((result(kind="additional"),))):
        given().when(draft, **drafting(plan)).then(refused("no-main-result", CONTENT, "results"))


def test_a_result_has_an_indicator_arts_9_13() -> None:
    plan = Plan((result(), result("r2", kind="additional", indicators=())))
    given().when(draft, **drafting(plan)).then(
        refused("no-indicator", CONTENT, "results.1.indicators")
    )


def test_a_quantitative_indicator_has_an_aspect_arts_9_13() -> None:
    plan = Plan((result(indicators=(indicator("i1"), indicator("i2", aspect=None))),))
    given().when(draft, **drafting(plan)).then(
        refused("no-aspect", CONTENT, "results.0.indicators.1.aspect")
    )


def test_a_qualitative_plan_measures_in_words_without_aspect_arts_9_13() -> None:
    plan = Plan((result(indicators=(indicator(aspect=None, target="Tertib"),)),))
    given().when(draft, **drafting(plan, approach="qualitative")).then(
        drafted(plan, approach="qualitative")
    )


def test_a_head_of_unit_s_indicator_has_a_perspective_instead_of_an_aspect_arts_9_13() -> None:
    plan = Plan((result(indicators=(indicator(aspect=None, perspective="Keuangan"),)),))
    head = replace(HELD, leads=True)
    given().when(draft, **drafting(plan, held=head)).then(drafted(plan))


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        (Plan((result("r1"), result("r1", indicators=(indicator("i2"),)))), "results"),
        (Plan((result(indicators=(indicator("i1"), indicator("i1"))),)), "indicators"),
        (Plan((result("r1"), result("r2"))), "indicators"),
    ],
    ids=["results", "indicators of a result", "indicators of two results"],
)
def test_ids_stand_once(plan: Plan, field: str) -> None:
    given().when(draft, **drafting(plan)).then(refused("repeated-id", field=field))


# Revise


@pytest.mark.parametrize("history", [DRAFT, BACK])
def test_a_draft_or_what_was_returned_is_revised(history: tuple[Event, ...]) -> None:
    given(*history).when(revise, RICH, by=EMPLOYEE, on=ON, held=HELD).then(revised(RICH))


def test_a_revision_meets_the_same_rules_arts_9_13() -> None:
    given(*DRAFT).when(revise, Plan(()), by=EMPLOYEE, on=ON, held=HELD).then(
        refused("no-main-result", CONTENT, "results")
    )
    given(*DRAFT).when(
        revise, Plan((result(indicators=(indicator(aspect=None),)),)), by=EMPLOYEE, on=ON, held=HELD
    ).then(refused("no-aspect", CONTENT, "results.0.indicators.0.aspect"))


def test_a_revision_keeps_the_draft_s_approach() -> None:
    plan = Plan((result(indicators=(indicator(aspect=None),)),))
    given(drafted(plan, approach="qualitative")).when(
        revise, plan, by=EMPLOYEE, on=ON, held=HELD
    ).then(revised(plan))


@pytest.mark.parametrize("history", [WAITING, DONE])
def test_what_is_submitted_or_approved_is_not_revised(history: tuple[Event, ...]) -> None:
    given(*history).when(revise, PLAN, by=EMPLOYEE, on=ON, held=HELD).then(refused("wrong-status"))


# Submit


@pytest.mark.parametrize("history", [DRAFT, BACK, (*BACK, revised(RICH))])
def test_a_draft_or_what_was_returned_is_submitted_arts_14_15(history: tuple[Event, ...]) -> None:
    given(*history).when(submit, by=EMPLOYEE, on=ON, held=HELD).then(SUBMITTED)


@pytest.mark.parametrize("history", [WAITING, DONE])
def test_an_skp_is_submitted_once_at_a_time_arts_14_15(history: tuple[Event, ...]) -> None:
    given(*history).when(submit, by=EMPLOYEE, on=ON, held=HELD).then(refused("wrong-status"))


# Return


def test_the_appraiser_returns_what_was_submitted_with_a_reason() -> None:
    given(*WAITING).when(return_, "Target kurang", by=SUPERIOR, on=ON, held=HELD).then(RETURNED)


@pytest.mark.parametrize("history", [DRAFT, BACK, DONE])
def test_only_what_was_submitted_is_returned(history: tuple[Event, ...]) -> None:
    given(*history).when(return_, "Target kurang", by=SUPERIOR, on=ON, held=HELD).then(
        refused("wrong-status")
    )


# Approve


def test_the_appraiser_approves_what_was_submitted_arts_14_15() -> None:
    given(*WAITING).when(approve, by=SUPERIOR, on=ON, held=HELD).then(approved())


def test_what_is_approved_is_the_plan_as_last_revised() -> None:
    given(*BACK, revised(RICH), SUBMITTED).when(approve, by=SUPERIOR, on=ON, held=HELD).then(
        approved(RICH)
    )


@pytest.mark.parametrize("history", [DRAFT, BACK, DONE])
def test_only_what_was_submitted_is_approved_arts_14_15(history: tuple[Event, ...]) -> None:
    given(*history).when(approve, by=SUPERIOR, on=ON, held=HELD).then(refused("wrong-status"))


# Who, and what


def test_after_a_change_of_superior_the_new_one_approves() -> None:
    held = replace(HELD, appraising=(*HELD.appraising, Appraising(ON, NEXT_SUPERIOR, "o2")))
    given(*WAITING).when(approve, by=NEXT_SUPERIOR, on=ON, held=held).then(
        approved().model_copy(update={"by": NEXT_SUPERIOR})
    )


def test_there_is_nothing_to_do_with_an_unknown_skp() -> None:
    unknown = refused("unknown-skp", field="skp")
    given().when(revise, PLAN, by=EMPLOYEE, on=ON, held=HELD).then(unknown)
    given().when(submit, by=EMPLOYEE, on=ON, held=HELD).then(unknown)
    given().when(return_, "Target kurang", by=SUPERIOR, on=ON, held=HELD).then(unknown)
    given().when(approve, by=SUPERIOR, on=ON, held=HELD).then(unknown)


def test_history_that_no_decision_could_have_made_is_not_read_in_silence() -> None:
    with pytest.raises(TypeError):
        AGGREGATE.evolve(None, SUBMITTED)
