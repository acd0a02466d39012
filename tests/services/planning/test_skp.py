"""The SKP: drafted, submitted, returned, approved, amended, withdrawn or closed. PermenPANRB 6/2022."""

from dataclasses import replace
from datetime import date
from functools import reduce
from typing import Any

import pytest

from contracts.event import Event
from contracts.planning import (
    Annexes,
    Dialogue,
    Expectation,
    Indicator,
    Result,
    RowReason,
    SKPAmendmentDrafted,
    SKPApproved,
    SKPClosed,
    SKPDrafted,
    SKPReturned,
    SKPRevised,
    SKPSubmitted,
    SKPWithdrawn,
    Value,
)
from contracts.settings import SKP_DRAFTING, DayOfYear, SKPDrafting
from contracts.succession import AppraiserChange, SKPCancelled, SKPConfirmed
from law.policy import ships
from law.refusal import Refused
from law.standing import Actor, Appraising, Standing, Who
from services.planning.skp.content import Plan
from services.planning.skp.decisions import (
    AGGREGATE,
    Proposal,
    amend,
    approve,
    draft,
    return_,
    revise,
    skp_id,
    submit,
    withdraw,
)
from services.planning.skp.succession import close, confirm
from tests.services.scenario import (
    EMPLOYEE,
    HELD,
    NEXT_SUPERIOR,
    STRANGER,
    SUPERIOR,
    YEAR_END,
    YEAR_START,
    adopted,
    of,
    refused,
    shipped,
)

given = of(AGGREGATE)
CONTENT = "PermenPANRB 6/2022 Arts 9–13"
ON = date(2026, 1, 12)
KEEP, CONFIRM, REPLACE = (
    ships(AppraiserChange(rule=rule)) for rule in ("keep", "confirm", "replace")
)
SKP = "a1.20260101"


def indicator(id: str = "i1", **fields: Any) -> Indicator:
    return Indicator(**{"id": id, "aspect": "quantity", "text": "Jumlah", "target": "12"} | fields)


def result(id: str = "r1", **fields: Any) -> Result:
    whole = {"id": id, "kind": "main", "text": "Laporan", "indicators": (indicator(),)}
    return Result(**whole | fields)


ANNEXES = Annexes(resources=("Anggaran",), accountability=("Laporan",), consequences=("Dialog",))
PLAN = Plan((result(),), annexes=ANNEXES)
RICH = Plan(
    (
        result("r1", serves="Layanan prima"),
        result(
            "r2", kind="additional", decision="SK 12/2026",
            indicators=(indicator("i2", baseline="10"), indicator("i3")),
        ),
    ),
    (Expectation(value=Value.LOYAL, text="Menjaga rahasia jabatan"),),
    ANNEXES,
    Dialogue(feedback="monthly", notes="Sepakat"),
)  # fmt: skip


def drafted(plan: Plan = PLAN, **fields: Any) -> SKPDrafted:
    whole = {
        "skp": SKP, "assignment": "a1", "person": EMPLOYEE, "start": YEAR_START, "until": YEAR_END,
        "approach": "quantitative", "form": "ja-jf", "results": plan.results,
        "expectations": plan.expectations, "annexes": plan.annexes, "dialogue": plan.dialogue,
    }  # fmt: skip
    return SKPDrafted(**whole | fields)


def revised(plan: Plan) -> SKPRevised:
    return SKPRevised(
        skp=SKP, person=EMPLOYEE, results=plan.results, expectations=plan.expectations,
        annexes=plan.annexes, dialogue=plan.dialogue,
    )  # fmt: skip


SUBMITTED = SKPSubmitted(skp=SKP, person=EMPLOYEE)
RETURNED = SKPReturned(skp=SKP, person=EMPLOYEE, by=SUPERIOR, reason="Target kurang")


def approved(plan: Plan = PLAN) -> SKPApproved:
    return SKPApproved(
        skp=SKP, assignment="a1", person=EMPLOYEE, unit="u1", by=SUPERIOR, start=YEAR_START,
        until=YEAR_END, approach="quantitative", form="ja-jf", results=plan.results,
        expectations=plan.expectations, annexes=plan.annexes, dialogue=plan.dialogue,
    )  # fmt: skip


NOTHING: tuple[Event, ...] = ()
DRAFT = (drafted(),)
WAITING = (*DRAFT, SUBMITTED)
BACK = (*WAITING, RETURNED)
DONE = (*WAITING, approved())


OCTOBER = shipped(SKP_DRAFTING)


def drafting(plan: Plan = PLAN, **changes: Any) -> dict[str, Any]:
    """Arguments of `draft`."""
    proposed: dict[str, Any] = {
        "start": YEAR_START, "until": YEAR_END, "approach": "quantitative", "form": "ja-jf", "plan": plan,
    }  # fmt: skip
    proposed |= {name: changes.pop(name) for name in [*proposed] if name in changes}
    return {
        "by": EMPLOYEE, "on": ON, "held": HELD, "proposal": Proposal(**proposed), "others": (),
        "drafting": OCTOBER,
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


def test_an_skp_is_of_one_year() -> None:
    for start, until in ((YEAR_START, date(2027, 1, 1)), (date(2025, 12, 31), YEAR_START)):
        given().when(draft, **drafting(start=start, until=until)).then(
            refused("across-years", field="until")
        )


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


def test_leading_a_unit_and_having_the_form_for_jpt_are_two_facts() -> None:
    plan = Plan((result(indicators=(indicator(aspect=None, perspective="Keuangan"),)),))
    head = replace(HELD, leads=True)
    given().when(draft, **drafting(plan, held=head)).then(
        refused("no-aspect", CONTENT, "results.0.indicators.0.aspect")
    )
    given().when(draft, **drafting(plan, form="jpt")).then(drafted(plan, form="jpt"))
    given(drafted(plan, form="jpt")).when(revise, plan, by=EMPLOYEE, on=ON, held=HELD).then(
        revised(plan)
    )


def test_a_draft_from_before_there_was_a_form_has_the_one_that_goes_with_leading() -> None:
    old = drafted(form=None), SUBMITTED
    for leads, form in ((False, "ja-jf"), (True, "jpt")):
        held = replace(HELD, leads=leads)
        given(*old).when(approve, by=SUPERIOR, on=ON, held=held).then(
            approved().model_copy(update={"form": form})
        )


def test_a_value_has_one_expectation_arts_9_13() -> None:
    loyal, able = (Expectation(value=v, text="Contoh") for v in (Value.LOYAL, Value.COMPETENT))
    given().when(draft, **drafting(replace(PLAN, expectations=(loyal, able, loyal)))).then(
        refused("repeated-value", CONTENT, "expectations.2.value")
    )
    each = replace(PLAN, expectations=(loyal, able))
    given().when(draft, **drafting(each)).then(drafted(each))


def test_all_that_is_to_be_mended_is_told_at_once() -> None:
    plan = Plan((result(kind="additional", indicators=(indicator(aspect=None),) * 2),))
    proposal = Proposal(YEAR_START, YEAR_END, "quantitative", "ja-jf", plan)
    with pytest.raises(Refused) as told:
        draft(None, Standing(Actor(EMPLOYEE), ON, HELD), proposal, (), OCTOBER)
    assert [(each.code, each.field) for each in (told.value, *told.value.others)] == [
        ("no-main-result", "results"),
        ("no-aspect", "results.0.indicators.0.aspect"),
        ("no-aspect", "results.0.indicators.1.aspect"),
        ("repeated-id", "results.0.indicators.1.id"),
    ]


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        (Plan((result("r1"), result("r1", indicators=(indicator("i2"),)))), "results.1.id"),
        (
            Plan((result(indicators=(indicator("i1"), indicator("i1"))),)),
            "results.0.indicators.1.id",
        ),
        (Plan((result("r1"), result("r2"))), "results.1.indicators.0.id"),
    ],
    ids=["results", "indicators of a result", "indicators of two results"],
)
def test_ids_stand_once(plan: Plan, field: str) -> None:
    given().when(draft, **drafting(plan)).then(refused("repeated-id", field=field))


# When, and by whom


def test_next_year_s_skp_is_drafted_from_october_on() -> None:
    year: dict[str, Any] = {"start": date(2027, 1, 1), "until": date(2027, 12, 31)}
    event = drafted(skp="a1.20270101", **year)
    for on in (date(2026, 10, 1), date(2027, 1, 1), date(2028, 1, 1)):
        given().when(draft, **drafting(on=on, **year)).then(event)
    given().when(draft, **drafting(on=date(2026, 9, 30), **year)).then(
        refused("too-early", "shipped default", "start")
    )
    later = SKPDrafting(next_year=DayOfYear(month=12, day=1), team=DayOfYear(month=1, day=15))
    given().when(draft, **drafting(on=date(2026, 11, 30), drafting=adopted(later), **year)).then(
        refused("too-early", "Keputusan 7/2026", "start")
    )


def test_the_performance_team_drafts_in_the_employee_s_stead_from_mid_january_on() -> None:
    arguments = drafting()
    proposal, others, policy = (arguments[name] for name in ("proposal", "others", "drafting"))

    def by(on: date) -> Standing:
        return Standing(Actor(STRANGER), on, HELD, frozenset({Who.PERFORMANCE_TEAM}))

    event = draft(None, by(date(2026, 1, 15)), proposal, others, policy)
    assert event == drafted(by=STRANGER)
    with pytest.raises(Refused) as told:
        draft(None, by(date(2026, 1, 14)), proposal, others, policy)
    assert (told.value.code, told.value.field) == ("employee-first", "start")


def other(start: date, until: date, *more: Event) -> Any:
    """Another SKP of the same assignment, as it stands."""
    state = None
    for event in (drafted(skp=skp_id("a1", start), start=start, until=until), *more):
        state = AGGREGATE.evolve(state, event)
    return state


@pytest.mark.parametrize(
    ("start", "until"),
    [
        (date(2026, 1, 1), date(2026, 6, 30)), (date(2026, 6, 30), date(2026, 6, 30)),
        (date(2026, 3, 1), date(2026, 3, 1)), (date(2026, 1, 1), date(2026, 12, 31)),
    ],
)  # fmt: skip
def test_no_two_skps_of_an_assignment_are_of_one_day(start: date, until: date) -> None:
    proposed: dict[str, Any] = {"start": date(2026, 3, 1), "until": date(2026, 6, 30)}
    there = other(start, until)
    given().when(draft, **drafting(others=(there,), **proposed)).then(
        refused("skps-overlap", field="start")
    )
    given(drafted(skp="a1.20260301", **proposed)).when(
        submit, (there,), by=EMPLOYEE, on=ON, held=HELD
    ).then(refused("skps-overlap", field="start"))


def test_skps_of_other_days_and_what_was_withdrawn_or_closed_are_in_nobody_s_way() -> None:
    proposed: dict[str, Any] = {"start": date(2026, 3, 1), "until": date(2026, 6, 30)}
    others = (
        other(date(2026, 1, 1), date(2026, 2, 28)),
        other(date(2026, 7, 1), date(2026, 12, 31)),
        other(YEAR_START, YEAR_END, WITHDRAWN),
        other(YEAR_START, YEAR_END, SUBMITTED, approved(), CLOSED.model_copy(update={"until": date(2026, 2, 28)})),
    )  # fmt: skip
    event = drafted(skp="a1.20260301", **proposed)
    given().when(draft, **drafting(others=others, **proposed)).then(event)
    given(event).when(submit, others, by=EMPLOYEE, on=ON, held=HELD).then(
        SUBMITTED.model_copy(update={"skp": "a1.20260301"})
    )


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
    given(*history).when(submit, (), by=EMPLOYEE, on=ON, held=HELD).then(SUBMITTED)


@pytest.mark.parametrize("history", [WAITING, DONE])
def test_an_skp_is_submitted_once_at_a_time_arts_14_15(history: tuple[Event, ...]) -> None:
    given(*history).when(submit, (), by=EMPLOYEE, on=ON, held=HELD).then(refused("wrong-status"))


@pytest.mark.parametrize("annex", ["resources", "accountability", "consequences"])
def test_none_of_the_annexes_of_what_is_submitted_is_empty_arts_9_13(annex: str) -> None:
    plan = replace(PLAN, annexes=ANNEXES.model_copy(update={annex: ()}))
    given(drafted(plan)).when(submit, (), by=EMPLOYEE, on=ON, held=HELD).then(
        refused("empty-annex", CONTENT, f"annexes.{annex}")
    )


def test_a_draft_from_before_a_rule_meets_it_when_it_is_submitted() -> None:
    loyal = Expectation(value=Value.LOYAL, text="Menjaga rahasia jabatan")
    plan = replace(PLAN, expectations=(loyal, loyal))
    given(drafted(plan)).when(submit, (), by=EMPLOYEE, on=ON, held=HELD).then(
        refused("repeated-value", CONTENT, "expectations.1.value")
    )


# Return


def test_the_appraiser_returns_what_was_submitted_with_a_reason() -> None:
    given(*WAITING).when(return_, "Target kurang", by=SUPERIOR, on=ON, held=HELD).then(RETURNED)


def test_a_return_says_what_is_to_be_mended_in_which_row() -> None:
    rows = (
        RowReason(result="r2", reason="Di luar tugas"),
        RowReason(result="r2", indicator="i3", reason="Tidak terukur"),
    )
    given(drafted(RICH), SUBMITTED).when(
        return_, "Target kurang", rows, by=SUPERIOR, on=ON, held=HELD
    ).then(RETURNED.model_copy(update={"rows": rows}))


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        (RowReason(result="r9", reason="x"), "unknown-result", "rows.1.result"),
        (RowReason(result="r9", indicator="i1", reason="x"), "unknown-result", "rows.1.result"),
        (RowReason(result="r2", indicator="i1", reason="x"), "unknown-indicator", "rows.1.indicator"),
    ],
)  # fmt: skip
def test_a_row_that_is_returned_is_one_of_the_skp(row: RowReason, code: str, field: str) -> None:
    rows = RowReason(result="r1", indicator="i1", reason="Kurang"), row
    given(drafted(RICH), SUBMITTED).when(
        return_, "Target kurang", rows, by=SUPERIOR, on=ON, held=HELD
    ).then(refused(code, field=field))


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


# Amend


def amendment(plan: Plan = RICH, reason: str = "Tugas baru") -> SKPAmendmentDrafted:
    return SKPAmendmentDrafted(
        skp=SKP, person=EMPLOYEE, reason=reason, results=plan.results,
        expectations=plan.expectations, annexes=plan.annexes, dialogue=plan.dialogue,
    )  # fmt: skip


def amending(event: Any) -> Any:
    return event.model_copy(update={"amends": True})


AMENDING = (*DONE, amendment())
AMENDED = approved(RICH).model_copy(update={"amends": True, "reason": "Tugas baru"})


def test_what_is_approved_is_amended_with_a_reason_and_approved_in_turn() -> None:
    given(*DONE).when(amend, RICH, "Tugas baru", by=EMPLOYEE, on=ON, held=HELD).then(amendment())
    given(*AMENDING).when(submit, (), by=EMPLOYEE, on=ON, held=HELD).then(amending(SUBMITTED))
    given(*AMENDING, amending(SUBMITTED)).when(approve, by=SUPERIOR, on=ON, held=HELD).then(AMENDED)
    given(*AMENDING, amending(SUBMITTED), AMENDED).when(
        amend, PLAN, "Tugas selesai", by=EMPLOYEE, on=ON, held=HELD
    ).then(amendment(PLAN, "Tugas selesai"))


def test_a_change_is_returned_and_revised_as_the_skp_was() -> None:
    back = (*AMENDING, amending(SUBMITTED), amending(RETURNED))
    given(*back[:-1]).when(return_, "Target kurang", by=SUPERIOR, on=ON, held=HELD).then(back[-1])
    given(*back).when(revise, RICH, by=EMPLOYEE, on=ON, held=HELD).then(amending(revised(RICH)))


@pytest.mark.parametrize("history", [DRAFT, WAITING, BACK, AMENDING])
def test_only_what_is_approved_is_amended(history: tuple[Event, ...]) -> None:
    given(*history).when(amend, RICH, "Tugas baru", by=EMPLOYEE, on=ON, held=HELD).then(
        refused("wrong-status")
    )


def test_a_change_meets_the_rules_of_a_draft_arts_9_13() -> None:
    given(*DONE).when(amend, Plan(()), "Tugas baru", by=EMPLOYEE, on=ON, held=HELD).then(
        refused("no-main-result", CONTENT, "results")
    )


def test_a_change_changes_something() -> None:
    given(*DONE).when(amend, PLAN, "Tugas baru", by=EMPLOYEE, on=ON, held=HELD).then(
        refused("nothing-changed", field="results")
    )


def test_an_skp_that_was_to_begin_after_the_assignment_s_end_is_not_agreed() -> None:
    gone: dict[str, Any] = {"on": ON, "held": replace(HELD, until=date(2025, 12, 31))}
    never = refused("outside-assignment", field="skp")
    given(*DRAFT).when(submit, (), by=EMPLOYEE, **gone).then(never)
    given(*WAITING).when(approve, by=SUPERIOR, **gone).then(never)


def test_what_is_over_is_not_amended() -> None:
    given(*DONE).when(amend, RICH, "Baru", by=EMPLOYEE, on=YEAR_END, held=HELD).then(
        amendment(reason="Baru")
    )
    later: dict[str, Any] = {"by": EMPLOYEE, "on": date(2027, 1, 1), "held": HELD}
    over = refused("over", field="skp")
    given(*DONE).when(amend, RICH, "Baru", **later).then(over)
    # Nor is a change that was drafted in time, unless it was handed in.
    given(*AMENDING).when(revise, PLAN, **later).then(over)
    given(*AMENDING).when(submit, (), **later).then(over)
    given(*AMENDING, amending(SUBMITTED)).when(approve, **later | {"by": SUPERIOR}).then(AMENDED)


# Withdraw

WITHDRAWN = SKPWithdrawn(skp=SKP, person=EMPLOYEE, by=EMPLOYEE, reason="Keliru", amends=False)


@pytest.mark.parametrize("history", [DRAFT, WAITING, BACK])
def test_what_has_not_been_approved_is_withdrawn_and_may_be_drafted_anew(
    history: tuple[Event, ...],
) -> None:
    given(*history).when(withdraw, "Keliru", by=EMPLOYEE, on=ON, held=HELD).then(WITHDRAWN)
    given(*history, WITHDRAWN).when(draft, **drafting(RICH)).then(drafted(RICH))
    wrong = refused("wrong-status")
    given(*history, WITHDRAWN).when(submit, (), by=EMPLOYEE, on=ON, held=HELD).then(wrong)
    given(*history, WITHDRAWN).when(approve, by=SUPERIOR, on=ON, held=HELD).then(wrong)


def test_a_change_is_withdrawn_and_the_skp_stays_as_it_was_agreed() -> None:
    for history in (AMENDING, (*AMENDING, amending(SUBMITTED))):
        given(*history).when(withdraw, "Keliru", by=EMPLOYEE, on=ON, held=HELD).then(
            amending(WITHDRAWN)
        )
        given(*history, amending(WITHDRAWN)).when(
            amend, PLAN, "Tugas baru", by=EMPLOYEE, on=ON, held=HELD
        ).then(refused("nothing-changed", field="results"))


@pytest.mark.parametrize("history", [DONE, (*DRAFT, WITHDRAWN)])
def test_what_is_approved_or_withdrawn_is_not_withdrawn(history: tuple[Event, ...]) -> None:
    given(*history).when(withdraw, "Keliru", by=EMPLOYEE, on=ON, held=HELD).then(
        refused("wrong-status")
    )


# Close

TRANSFERRED = replace(HELD, until=date(2026, 4, 30))
CLOSED = SKPClosed(
    skp=SKP, person=EMPLOYEE, by=EMPLOYEE, until=date(2026, 4, 30), reason="Mutasi"
)  # fmt: skip


@pytest.mark.parametrize("history", [DONE, AMENDING, (*AMENDING, amending(SUBMITTED))])
def test_an_skp_whose_assignment_ends_is_closed_on_the_last_day_of_both(
    history: tuple[Event, ...],
) -> None:
    given(*history).when(close, "Mutasi", KEEP, by=EMPLOYEE, on=ON, held=TRANSFERRED).then(CLOSED)


@pytest.mark.parametrize("until", [None, YEAR_END, date(2027, 3, 31)])
def test_an_skp_is_not_closed_while_its_assignment_goes_on(until: date | None) -> None:
    given(*DONE).when(
        close, "Mutasi", KEEP, by=EMPLOYEE, on=ON, held=replace(HELD, until=until)
    ).then(refused("goes-on", field="skp"))


@pytest.mark.parametrize("history", [DRAFT, WAITING, BACK])
def test_what_was_never_agreed_is_not_closed(history: tuple[Event, ...]) -> None:
    given(*history).when(close, "Mutasi", KEEP, by=EMPLOYEE, on=ON, held=TRANSFERRED).then(
        refused("not-agreed", field="skp")
    )


FOLLOWED = date(2026, 7, 1)
FOLLOWING = replace(
    HELD,
    appraising=(*HELD.appraising, Appraising(FOLLOWED, NEXT_SUPERIOR, "o2")),
)
THEN = date(2026, 7, 6)


def test_another_appraiser_confirms_what_was_agreed_where_it_is_so() -> None:
    confirmed = SKPConfirmed(skp=SKP, person=EMPLOYEE, by=NEXT_SUPERIOR)
    how: dict[str, Any] = {"by": NEXT_SUPERIOR, "on": THEN, "held": FOLLOWING}
    given(*DONE).when(confirm, CONFIRM, **how).then(confirmed)
    no = refused("nothing-to-confirm", field="skp")
    given(*DONE, confirmed).when(confirm, CONFIRM, **how).then(no)
    given(*DONE).when(confirm, KEEP, **how).then(no)
    given(*DONE).when(confirm, REPLACE, **how).then(no)
    given(*DONE).when(confirm, CONFIRM, by=SUPERIOR, on=ON, held=HELD).then(no)
    given(*DONE).when(confirm, CONFIRM, **how | {"on": date(2027, 1, 4)}).then(
        refused("over", field="skp")
    )


def test_an_skp_is_replaced_from_the_day_on_which_another_appraiser_follows_where_it_is_so() -> (
    None
):
    how: dict[str, Any] = {"by": EMPLOYEE, "on": THEN, "held": FOLLOWING}
    given(*DONE).when(close, "Ganti atasan", REPLACE, **how).then(
        SKPClosed(
            skp=SKP, person=EMPLOYEE, by=EMPLOYEE, until=date(2026, 6, 30), reason="Ganti atasan"
        )
    )
    goes_on = refused("goes-on", field="skp")
    for rule in (KEEP, CONFIRM):
        given(*DONE).when(close, "Ganti atasan", rule, **how).then(goes_on)
    given(*DONE).when(close, "x", REPLACE, **how | {"on": ON}).then(goes_on)


CANCELLED = SKPCancelled(skp=SKP, person=EMPLOYEE, by=EMPLOYEE, reason="Mutasi")


@pytest.mark.parametrize("history", [DONE, AMENDING, (*AMENDING, amending(SUBMITTED))])
def test_an_skp_is_cancelled_where_none_of_its_days_is_left_and_another_may_be_drafted(
    history: tuple[Event, ...],
) -> None:
    before = replace(HELD, start=date(2025, 3, 1), until=date(2025, 12, 31))
    given(*history).when(close, "Mutasi", KEEP, by=EMPLOYEE, on=ON, held=before).then(CANCELLED)
    from_the_first_day = replace(
        HELD, appraising=(*HELD.appraising, Appraising(YEAR_START, NEXT_SUPERIOR, "o2"))
    )
    how: dict[str, Any] = {"by": EMPLOYEE, "on": ON, "held": from_the_first_day}
    given(*history).when(close, "Mutasi", REPLACE, **how).then(CANCELLED)
    cancelled, wrong = given(*history, CANCELLED), refused("wrong-status")
    cancelled.when(close, "x", REPLACE, **how).then(wrong)
    cancelled.when(amend, RICH, "x", **how).then(wrong)
    cancelled.when(draft, **drafting(held=from_the_first_day)).then(
        refused("skp-exists", field="start")
    )
    other = reduce(AGGREGATE.evolve, (*history, CANCELLED), None)
    given().when(draft, **drafting(held=from_the_first_day, others=[other])).then(
        drafted(skp=f"{SKP}-2")
    )


def test_an_skp_of_its_first_day_alone_is_closed() -> None:
    held = replace(HELD, until=YEAR_START)
    given(*DONE).when(close, "Mutasi", KEEP, by=EMPLOYEE, on=ON, held=held).then(
        CLOSED.model_copy(update={"until": YEAR_START})
    )


def test_nothing_is_done_with_what_is_closed() -> None:
    closed, wrong = given(*AMENDING, CLOSED), refused("wrong-status")
    closed.when(submit, (), by=EMPLOYEE, on=ON, held=TRANSFERRED).then(wrong)
    closed.when(approve, by=SUPERIOR, on=ON, held=TRANSFERRED).then(wrong)
    for with_reason in (withdraw, return_):
        closed.when(with_reason, "x", by=EMPLOYEE, on=ON, held=TRANSFERRED).then(wrong)
    closed.when(close, "x", KEEP, by=EMPLOYEE, on=ON, held=TRANSFERRED).then(wrong)
    closed.when(confirm, CONFIRM, by=SUPERIOR, on=ON, held=TRANSFERRED).then(wrong)
    closed.when(amend, RICH, "x", by=EMPLOYEE, on=ON, held=TRANSFERRED).then(wrong)
    closed.when(revise, RICH, by=EMPLOYEE, on=ON, held=TRANSFERRED).then(wrong)


# Who, and what


def test_after_a_change_of_superior_the_new_one_approves() -> None:
    held = replace(HELD, appraising=(*HELD.appraising, Appraising(ON, NEXT_SUPERIOR, "o2")))
    given(*WAITING).when(approve, by=NEXT_SUPERIOR, on=ON, held=held).then(
        approved().model_copy(update={"by": NEXT_SUPERIOR})
    )


def test_there_is_nothing_to_do_with_an_unknown_skp() -> None:
    unknown = refused("unknown-skp", field="skp")
    given().when(revise, PLAN, by=EMPLOYEE, on=ON, held=HELD).then(unknown)
    given().when(submit, (), by=EMPLOYEE, on=ON, held=HELD).then(unknown)
    given().when(return_, "Target kurang", by=SUPERIOR, on=ON, held=HELD).then(unknown)
    given().when(approve, by=SUPERIOR, on=ON, held=HELD).then(unknown)
    given().when(amend, RICH, "Tugas baru", by=EMPLOYEE, on=ON, held=HELD).then(unknown)
    given().when(withdraw, "Keliru", by=EMPLOYEE, on=ON, held=HELD).then(unknown)


def test_history_that_no_decision_could_have_made_is_not_read_in_silence() -> None:
    with pytest.raises(TypeError):
        AGGREGATE.evolve(None, SUBMITTED)
    with pytest.raises(TypeError):
        AGGREGATE.evolve(AGGREGATE.evolve(None, drafted()), drafted())
