"""A cycle opens under one rule set, which it keeps, and closes when its appraisals are final."""

from datetime import date
from typing import Any

import pytest

from contracts.appraisal import CycleClosed, CycleOpened
from services.appraisal.cycle.decisions import AGGREGATE, close, must_be_open, open_
from tests.services.scenario import (
    PERSONNEL,
    YEAR_END,
    YEAR_START,
    of,
    refused,
)

given = of(AGGREGATE)
RULES = "PermenPANRB 6/2022"
OPENED = CycleOpened(cycle="2026", rule_set=RULES, start=YEAR_START, until=YEAR_END)
CLOSED = CycleClosed(cycle="2026", finalized=39)
AFTER = date(2027, 1, 29)


def opening(**changes: Any) -> dict[str, Any]:
    return {
        "by": PERSONNEL, "id": "2026", "rule_set": RULES, "start": YEAR_START, "until": YEAR_END,
    } | changes  # fmt: skip


def closing(**changes: Any) -> dict[str, Any]:
    return {"by": PERSONNEL, "on": AFTER, "finalized": 39, "unfinished": 0} | changes


def test_personnel_opens_a_cycle_under_a_rule_set() -> None:
    given().when(open_, **opening()).then(OPENED)


def test_a_cycle_of_one_day_is_a_cycle() -> None:
    given().when(open_, **opening(until=YEAR_START)).then(
        OPENED.model_copy(update={"until": YEAR_START})
    )


@pytest.mark.parametrize("history", [(OPENED,), (OPENED, CLOSED)])
def test_a_cycle_opens_once_and_so_keeps_its_rule_set(history: Any) -> None:
    given(*history).when(open_, **opening()).then(refused("cycle-exists", field="cycle"))


@pytest.mark.parametrize("name", ["PP 30/2019", "PermenPANRB 8/2021", ""])
def test_a_rule_set_that_is_not_here_opens_no_cycle(name: str) -> None:
    given().when(open_, **opening(rule_set=name)).then(
        refused("unknown-rule-set", field="rule_set")
    )


def test_a_cycle_does_not_run_backwards() -> None:
    given().when(open_, **opening(until=date(2025, 12, 31))).then(
        refused("dates-reversed", field="until")
    )


def test_a_cycle_closes_when_its_period_is_over_and_all_is_final() -> None:
    given(OPENED).when(close, **closing()).then(CLOSED)
    given(OPENED).when(close, **closing(on=date(2027, 1, 1), finalized=0)).then(
        CycleClosed(cycle="2026", finalized=0)
    )


def test_a_cycle_does_not_close_on_its_last_day() -> None:
    given(OPENED).when(close, **closing(on=YEAR_END)).then(refused("not-over", field="cycle"))


def test_a_cycle_does_not_close_over_unfinished_appraisals() -> None:
    given(OPENED).when(close, **closing(unfinished=1)).then(refused("unfinished", field="cycle"))


def test_an_unknown_or_closed_cycle_does_not_close() -> None:
    given().when(close, **closing()).then(refused("unknown-cycle", field="cycle"))
    given(OPENED, CLOSED).when(close, **closing()).then(refused("cycle-closed", field="cycle"))


def test_an_open_cycle_is_given_back() -> None:
    cycle = AGGREGATE.evolve(None, OPENED)
    assert must_be_open(cycle) is cycle


@pytest.mark.parametrize(("state", "event"), [(None, CLOSED), ("open", OPENED)])
def test_history_that_no_decision_could_have_made_is_not_read_in_silence(
    state: Any, event: Any
) -> None:
    with pytest.raises(TypeError):
        AGGREGATE.evolve(state and AGGREGATE.evolve(None, OPENED), event)
