"""The kinds of setting: what ships is a value like any other, and what is written stays readable."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.catalogue import SERVICES
from contracts.settings import KINDS, LEAST_SERVICE, SKP_DUE, Kind

kinds = pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))

ADOPTED: dict[str, dict[str, Any]] = {
    "time-zone": {"zone": "WITA"},
    "periods": {"length": "monthly", "filling_days": 10},
    "least-service": {"months": 3},
    "skp-drafting": {"next_year": {"month": 11, "day": 1}, "team": {"month": 1, "day": 10}},
    "appraiser-change": {"rule": "replace"},
    "skp-due": {"month": 1, "day": 31, "late_start_working_days": 15},
    "finding-thresholds": {
        "late_skp": {"above": 5, "action": "Dialog"},
        "no_feedback": {"above": 5, "action": "Umpan balik"},
        "need_unanswered": {"above": 5, "action": "Rencana"},
        "below_expectation": {"above": 5, "action": "Bimbingan"},
    },
    "working-calendar": {
        "years": [2028],
        "days_off": [{"on": "2028-01-07", "kind": "joint-leave", "name": "Cuti bersama"}],
    },
    "reminders": {"before": [3], "again": 10, "superior": 5, "hour": 8},
    "allowance-deduction": {"percent": {"Kurang": 1, "Sangat Kurang": 2}},
    "recognition": {"predicates": ["Sangat Baik", "Baik"]},
    "improvement": {"predicates": ["Sangat Kurang"]},
    "superior-sanctions": {"levels": ["light", "medium"]},
    "medium-sanctions": {"are": "allowance-cut"},
    "summons-distance": {"least": 1, "most": 7},
}
"""Values as an agency has adopted them. Once here, one is not changed: that it is still read is what it
proves."""


def test_every_kind_has_been_adopted_here() -> None:
    assert set(ADOPTED) == set(KINDS)


@kinds
def test_a_kind_says_what_it_is(kind: Kind[Any]) -> None:
    assert kind.used_by in ("", *SERVICES)
    assert kind.model.__doc__
    assert kind.source
    assert kind.check(json.loads(kind.shipped.model_dump_json())) == kind.shipped


@kinds
def test_what_was_adopted_is_read_as_it_was_and_by_an_older_program_too(kind: Kind[Any]) -> None:
    value = ADOPTED[kind.name]
    assert kind.read(value).model_dump(mode="json", exclude_unset=True) == value
    assert kind.read(value | {"later": 1}) == kind.read(value)


@kinds
def test_a_value_is_given_whole_and_nothing_besides(kind: Kind[Any]) -> None:
    value = ADOPTED[kind.name]
    assert kind.check(value) == kind.read(value)
    wrong = [value | {"else": 1}, *({k: v for k, v in value.items() if k != n} for n in value)]
    odd: tuple[Any, ...] = ([], "x", 0.5, True, "1", 10**30)
    wrong += [
        value | {name: each}
        for name, right in value.items()
        for each in odd
        if type(each) is not type(right) or each == "x"
    ]
    for each in wrong:
        with pytest.raises(ValidationError):
            kind.check(each)


@pytest.mark.parametrize(("month", "day"), [(2, 29), (4, 31), (13, 1), (1, 32), (0, 1), (1, 0)])
def test_an_skp_is_due_on_a_day_that_every_year_has(month: int, day: int) -> None:
    value = ADOPTED["skp-due"] | {"month": month, "day": day}
    with pytest.raises(ValidationError):
        SKP_DUE.check(value)


@pytest.mark.parametrize("months", [-1, 13])
def test_service_is_of_one_year(months: int) -> None:
    with pytest.raises(ValidationError):
        LEAST_SERVICE.check({"months": months})
