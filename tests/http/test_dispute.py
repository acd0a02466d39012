"""Bukan atasan saya: said by the employee, told to the personnel officer, answered; it stops nothing."""

from typing import Any

import pytest

from tests.http.api import Api
from tests.http.world import PERSONNEL

pytestmark = pytest.mark.integration
OF = "/assignments/colleague.a"
OWN: dict[str, Any] = {"actor": "colleague"}


async def owed(api: Api, **how: Any) -> list[dict[str, Any]]:
    told = await api.see("planning", "/duties?limit=200", actor="officer", **how)
    return [
        each
        for each in told["items"]
        if each["kind"] == "answer-dispute" and each["about"]["person"] == "colleague"
    ]


async def test_what_an_employee_says_is_the_officers_to_answer(api: Api) -> None:
    before = await api.see("planning", f"{OF}/appraiser", **OWN)
    assert (before["appraiser"], before["open"], before["may"]) == ("rival", False, ["dispute"])
    said = await api.do("planning", f"{OF}/dispute", {"reason": "Sudah pindah"}, **OWN)
    seen: dict[str, Any] = {"headers": {"At-Least": said["at_least"]}}
    again = await api.ask("planning", "POST", f"{OF}/dispute", json={}, **OWN, **seen)
    assert (again.status, again.code) == (422, "disputed")
    (duty,) = await owed(api, **seen)
    assert duty["facts"]["appraiser"] == "rival"
    assert duty["act"] == "/assignments/{assignment}/dispute/answer"
    told = await api.see("planning", f"{OF}/appraiser", actor="officer", **seen)
    assert (told["open"], told["may"], told["dispute"]["reason"]) == (
        True,
        ["answer", "change"],
        "Sudah pindah",
    )
    # The appraiser is still theirs: nothing has stopped.
    team = await api.see("planning", "/skps?team=me&limit=200", actor="rival", **seen)
    assert "colleague" in {row["person"] for row in team["items"]}
    body = {"outcome": "mended", "reason": "SK 9"}
    early = await api.ask(
        "planning", "POST", f"{OF}/dispute/answer", json=body, actor="officer", **seen
    )
    assert (early.status, early.code) == (422, "not-mended")
    kept = await api.do(
        "planning", f"{OF}/dispute/answer", body | {"outcome": "kept"}, actor="officer", **seen
    )
    seen = {"headers": {"At-Least": kept["at_least"]}}
    assert await owed(api, **seen) == []
    after = await api.see("planning", f"{OF}/appraiser", **OWN, **seen)
    assert (after["open"], after["may"], after["dispute"]["answer"]) == (False, ["dispute"], "SK 9")


async def test_nobody_else_says_or_hears_it(api: Api) -> None:
    for actor, roles in (
        ("boss", ""),
        ("worker", ""),
        ("inspector", "auditor"),
        ("x", "operator"),
    ):
        for method, path in (("POST", "dispute"), ("POST", "dispute/answer"), ("GET", "appraiser")):
            body = {"outcome": "kept", "reason": "X"} if "answer" in path else {}
            sent: dict[str, Any] = {"json": body} if method == "POST" else {}
            answer = await api.ask(
                "planning", method, f"{OF}/{path}", actor=actor, roles=roles, **sent
            )
            assert (answer.status, answer.code) == (403, "forbidden"), (actor, path)
    own = await api.ask(
        "planning",
        "POST",
        f"{OF}/dispute/answer",
        json={"outcome": "kept", "reason": "X"},
        **OWN,
    )
    assert own.status == 403
    personnel = await api.see("planning", f"{OF}/appraiser", **PERSONNEL)
    assert personnel["may"] == ["change"]
