"""The green line stands only when nothing is wrong: each thing that can be is told."""

from typing import Any

import pytest
from rich.console import Console

from audit.verify import Findings
from deploy.local.summary import Summary


def status(**other: Any) -> dict[str, Any]:
    view = {"lag": 0, "latency": {"events": 0}}
    whole = {
        "position": 4, "relayed": 4, "events": {"SKPDrafted": 3, "SKPApproved": 1}, "stopped": [],
        "trouble": {}, "subscriptions": {"planning_skp": view},
    }  # fmt: skip
    return whole | other


def summary(**other: Any) -> Summary:
    whole: dict[str, Any] = {
        "statuses": {"planning": status()}, "skps": {"approved": 1},
        "predicates": {"u1": {"Baik": 1}}, "units": {"u1": "Biro Umum"},
        "reports": [{"predicates": {"Baik": 1}, "findings": []}],
        "findings": Findings(events=4, views=1, faults=()),
    }  # fmt: skip
    return Summary(**whole | other)


def behind(**figures: Any) -> dict[str, Any]:
    one = {"lag": 0, "latency": {"events": 0}} | figures
    return {"statuses": {"planning": status(subscriptions={"planning_skp": one})}}


def shown(of: Summary, width: int = 200) -> str:
    console = Console(width=width)
    with console.capture() as said:
        of.show(console)
    return said.get()


def test_a_year_that_holds_says_so() -> None:
    assert summary().faults == []
    assert "Every hash chain verifies and every view equals a replay" in shown(summary())


@pytest.mark.parametrize(
    ("other", "fault"),
    [
        ({"findings": Findings(4, 1, ("planning, position 3: missing",))},
         "planning, position 3: missing"),
        ({"statuses": {"planning": status(relayed=3)}}, "planning: 4 events, 3 relayed"),
        ({"statuses": {"planning": status(events={"SKPDrafted": 3})}},
         "planning: 4 events, 3 counted"),
        ({"statuses": {"planning": status(stopped=[{"subscription": "v", "error": "bad"}])}},
         "planning: v: bad"),
        (behind(lag=6), "planning: planning_skp is 6 behind"),
        (behind(lag=None), "planning: planning_skp may be behind: a log's head could not be asked"),
        ({"statuses": {"planning": status(trouble={"planning_skp": ["not polled"]})}},
         "planning: planning_skp: not polled"),
        ({"skps": {"approved": 2}}, "2 SKPs approved, 1 appraised"),
        ({"reports": []}, "1 appraised, 0 in evaluation's reports"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(other: dict[str, Any], fault: str) -> None:
    wrong = summary(**other)
    assert wrong.faults == [fault]
    assert fault in shown(wrong)
    assert "Every hash chain verifies" not in shown(wrong)


def test_eighty_columns_hold_it_unfolded() -> None:
    """Of a large agency with long names, too."""
    latency = {"events": 1000, "p50": 12.3456, "p99": 123.456}
    views = {"appraisal_approved_skp": {"lag": 0, "trouble": [], "latency": latency}}
    rewards = {
        "CreditPointsAwarded": 240_000, "RecognitionProposed": 240_000,
        "ImprovementPlanOpened": 240_000, "AllowanceDetermined": 240_000,
    }  # fmt: skip
    codes = ("no-feedback", "late-skp", "below-expectation", "low-realisation")
    states = ("draft", "submitted", "returned", "approved")
    large = summary(
        statuses={
            "planning": status(), "appraisal": status(subscriptions=views),
            "rewards": status(events=rewards),
        },
        skps=dict.fromkeys(states, 240000),
        predicates={
            f"u{n}": dict.fromkeys(("Sangat Baik", "Baik", "Butuh Perbaikan"), 99999)
            for n in range(20)
        },
        units={f"u{n}": f"Direktorat Jenderal Pencegahan dan Pengendalian {n}" for n in range(20)},
        reports=[{"predicates": {}, "findings": [{"code": c} for c in codes]}] * 1_500,
        findings=Findings(events=4_000_000, views=1_000, faults=()),
    )  # fmt: skip
    wide, narrow = shown(large).splitlines(), shown(large, 80).splitlines()
    assert max(map(len, narrow)) <= 80
    assert len(narrow) == len(wide)
