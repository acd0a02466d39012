"""What an SKP had better say, and that decisions and checks rest on one set of rules."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from contracts.settings import SKP_DUE
from law.policy import ships
from law.refusal import Refused
from law.standing import Actor, Standing
from services.planning.skp import decisions
from services.planning.skp.checks import counted, misplaced, past_due, warnings
from services.planning.skp.content import CONTENT, Plan
from services.planning.skp.decisions import AGGREGATE, Proposal
from tests.services.planning.test_skp import OCTOBER, ON, drafted, indicator, result
from tests.services.scenario import EMPLOYEE, HELD, YEAR_END, YEAR_START

SHIPPED_DUE = ships(SKP_DUE.shipped).on(YEAR_START)
GOOD: dict[str, Any] = {"serves": "Layanan prima", "indicators": (indicator(unit="laporan"),)}


def warned(
    plan: Plan, approach: Any = "quantitative", form: Any = "ja-jf"
) -> list[tuple[str, ...]]:
    return [(each.code, each.article, each.field) for each in warnings(plan, approach, form)]


def test_a_good_plan_is_warned_of_nothing() -> None:
    assert warned(Plan((result(**GOOD),))) == []


@pytest.mark.parametrize(
    ("fields", "code", "article", "field"),
    [
        ({"text": "Menyusun laporan"}, "activity", "PermenPANRB 8/2021", "text"),
        ({"text": "melaksanakan rapat"}, "activity", "PermenPANRB 8/2021", "text"),
        ({"serves": None}, "serves-nothing", CONTENT, "serves"),
        ({"kind": "additional"}, "no-decision", "PP 30/2019", "decision"),
        ({"indicators": (indicator(),)}, "no-unit", CONTENT, "indicators.0.unit"),
        (
            {"indicators": (indicator(unit="laporan", target="tertib"),)},
            "not-measurable", CONTENT, "indicators.0.target",
        ),
    ],
)  # fmt: skip
def test_each_warning_says_where(fields: Any, code: str, article: str, field: str) -> None:
    plan = Plan((result(**GOOD), result("r2", **GOOD | fields)))
    assert warned(plan) == [(code, article, f"results.1.{field}")]


@pytest.mark.parametrize("text", ["Tersusunnya laporan", "Penyusunan", "Membuatnya", "-"])
def test_an_outcome_is_no_activity(text: str) -> None:
    assert warned(Plan((result(**GOOD | {"text": text}),))) == []


def test_what_does_not_belong_to_a_form_or_approach_is_not_missed_in_it() -> None:
    plan = Plan((result(serves=None, indicators=(indicator(target="Tertib"),)),))
    assert warned(plan, "qualitative", "jpt") == []
    assert [code for code, *_ in warned(plan, "qualitative")] == ["serves-nothing"]


@pytest.mark.parametrize("approach", ["quantitative", "qualitative"])
@pytest.mark.parametrize("form", ["ja-jf", "jpt"])
def test_warnings_are_counted_before_approach_and_form_are_known(approach: Any, form: Any) -> None:
    bare = result("r2", serves=None, indicators=(indicator(target="tertib"), indicator("i2")))
    more = result("r3", text="Menyusun laporan", kind="additional", indicators=())
    for plan in (Plan(()), Plan((result(**GOOD),)), Plan((bare,)), Plan((bare, more))):
        assert counted(plan).of(approach, form) == len(warned(plan, approach, form))


def test_a_place_says_what_a_result_serves_as_words_do() -> None:
    placed = result(**GOOD | {"serves": None, "serves_at": "u1.2026/i1/sri.a"})
    assert warned(Plan((placed,))) == []
    assert not [*misplaced(Plan((placed,)), {"u1.2026/i1/sri.a"})]
    (gone,) = misplaced(Plan((result(**GOOD), placed)), set())
    assert (gone.code, gone.field) == ("unknown-place", "results.1.serves_at")


def test_an_skp_is_past_its_date_on_the_day_after_it() -> None:
    due = date(2026, 1, 31)
    assert not [*past_due(YEAR_START, due, SHIPPED_DUE, due)]
    (late,) = past_due(YEAR_START, due, SHIPPED_DUE, date(2026, 2, 1))
    assert (late.code, late.article) == ("past-due", "PermenPANRB 6/2022 Arts 14–15")


def test_who_says_by_when_an_skp_is_set_is_told() -> None:
    """Of one that starts later no rule was found, and an agency's day is the agency's."""
    on, later = date(2026, 9, 1), date(2026, 7, 1)
    settled = replace(SHIPPED_DUE, name="Perka 3/2026", basis="planning:setting/skp-due@1")
    for start, rule, article in ((later, SHIPPED_DUE, ""), (later, settled, "Perka 3/2026"),
                                 (YEAR_START, settled, "Perka 3/2026")):  # fmt: skip
        (late,) = past_due(start, date(2026, 7, 31), rule, on)
        assert late.article == article


def test_a_draft_is_refused_for_all_that_a_check_finds() -> None:
    plan = Plan((result(kind="additional", indicators=()),))
    proposal = Proposal(date(2028, 1, 1), date(2029, 1, 1), "quantitative", "ja-jf", plan)
    by = Standing(Actor(EMPLOYEE), ON, replace(HELD, until=YEAR_END))
    there = AGGREGATE.evolve(None, drafted(start=date(2028, 1, 1), until=date(2028, 2, 1)))
    found = [*decisions.taken(there), *decisions.unfit(by, proposal, (there,), OCTOBER)]
    codes = [each.code for each in found]
    assert codes == [
        "skp-exists", "across-years", "outside-assignment", "too-early", "skps-overlap",
        "no-main-result", "no-indicator",
    ]  # fmt: skip
    with pytest.raises(Refused) as told:
        decisions.draft(there, by, proposal, (there,), OCTOBER)
    assert [each.code for each in (told.value, *told.value.others)] == codes
    backwards = replace(proposal, start=YEAR_START, until=date(2025, 1, 1))
    assert "dates-reversed" in [e.code for e in decisions.unfit(by, backwards, (), OCTOBER)]
