"""Absence by dates, over HTTP: two commands at once, and who reads what comes of them."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from tests.http.api import Api
from tests.http.world import PERSONNEL, absent

pytestmark = pytest.mark.integration

RIVAL: dict[str, Any] = {"actor": "rival"}


def opening(case: str, days: list[str], assignment: str = "colleague.a") -> dict[str, Any]:
    return {"case": case, "assignment": assignment, "absent": days}


async def test_of_two_cases_at_once_over_one_day_one_is_opened(api: Api) -> None:
    """Whichever view lags: both are decided on one stream. Also on two assignments of one person."""
    days = absent(9, "2026-06-03")
    for n in range(4):
        shared = days[2 * n]
        rest = absent(6, "2026-09-01") if n == 0 else []
        cases = (
            opening(f"d-{n}-a", [shared, days[2 * n + 1], *rest[:3]]),
            opening(f"d-{n}-b", [shared, *rest[3:]], "colleague.end"),
        )
        answers = await asyncio.gather(
            *(
                api.ask("rewards", "POST", "/discipline-cases", json=case, **RIVAL)
                for case in cases * 2
            )
        )
        outcomes = Counter("opened" if answer.status == 200 else answer.code for answer in answers)
        assert outcomes["opened"] == 1, outcomes
        # The stream may have moved too often for one of them, which says so.
        assert set(outcomes) <= {"opened", "day-taken", "case-exists", "stale-version"}, outcomes
    held = await api.until(
        "rewards", "/people/colleague/discipline-cases", lambda cases: len(cases) == 4, **PERSONNEL
    )
    taken = Counter(day for case in held for day in case["absent"])
    assert set(taken.values()) == {1}


async def test_a_case_is_read_as_it_stands(api: Api) -> None:
    days = absent(3, "2026-06-03")
    receipt = await api.do(
        "rewards", "/discipline-cases", opening("d-read", days, "newboss.a"), actor="chief"
    )
    path = "/people/newboss/discipline-cases"
    there = {"headers": {"At-Least": receipt["at_least"]}}
    (case,) = await api.see("rewards", path, actor="newboss", **there)
    assert (case["case"], case["status"], case["absent"]) == ("d-read", "opened", days)
    receipt = await api.do(
        "rewards", f"{path}/d-read/close", {"reason": "Surat sakit"}, actor="chief"
    )
    there = {"headers": {"At-Least": receipt["at_least"]}}
    (case,) = await api.see("rewards", path, actor="chief", **there)
    assert (case["status"], case["reason"]) == ("closed", "Surat sakit")
    # What it held is free again.
    await api.do("rewards", "/discipline-cases", opening("d-2", days, "newboss.a"), actor="chief")
