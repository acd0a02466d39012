"""SKPs over HTTP: several at once, and what is shown of them."""

import asyncio
from typing import Any

import pytest

from tests.http.api import Api
from tests.http.test_commands import stream
from tests.http.world import EVIDENCE, bring, plan, skp

pytestmark = pytest.mark.integration

BOSS: dict[str, Any] = {"actor": "boss"}
RIVAL: dict[str, Any] = {"actor": "rival"}


async def test_each_of_many_is_approved_by_itself(api: Api) -> None:
    """One refusal holds up no other, and the whole sent again repeats nothing."""
    names = ("many-1", "many-2", "many-draft")
    await asyncio.gather(
        *(bring(api, name, "submitted", "colleague") for name in names[:2]),
        bring(api, names[2], "draft", "colleague"),
    )
    first, second, drafted = (skp(name, "colleague") for name in names)
    other, none = skp("submitted", "mover"), "nobody.none.20260101"
    body: dict[str, Any] = {"skps": [{"skp": first, "version": 2}, {"skp": second, "version": 1},
                     {"skp": drafted}, {"skp": other}, {"skp": none}]}  # fmt: skip
    key = {"Idempotency-Key": "many"}
    told = await api.do("planning", "/skps/approvals", body, headers=key, **RIVAL)
    assert [each["skp"] for each in told] == [first, second, drafted, other, none]
    assert [each["accepted"] and each["accepted"]["version"] for each in told] == [
        3, None, None, None, None,
    ]  # fmt: skip
    problems = [each["problem"] and each["problem"]["type"].rpartition(":")[2] for each in told]
    assert problems == [None, "stale-version", "wrong-status", "forbidden", "forbidden"]
    assert told[3]["problem"] == told[4]["problem"]

    body["skps"][1]["version"] = 2
    again = await api.do("planning", "/skps/approvals", body, headers=key, **RIVAL)
    assert again[0] == told[0]
    assert again[1]["accepted"]["version"] == 3
    for of in (first, second):
        types = [each.model.__name__ for each in await stream(api, "planning", f"skp/{of}")]
        assert types == ["SKPDrafted", "SKPSubmitted", "SKPApproved"]
    assert len(await stream(api, "planning", f"skp/{drafted}")) == 1


async def test_who_may_approve_none_of_many_learns_nothing_of_them(api: Api) -> None:
    rows = [{"skp": skp("submitted", "mover")}, {"skp": "nobody.none.20260101"}]
    for body in ({"skps": rows}, {"skps": rows[:1]}, {"skps": rows[1:]}):
        answer = await api.ask("planning", "POST", "/skps/approvals", json=body, **RIVAL)
        assert (answer.status, answer.code) == (403, "forbidden")


async def test_a_change_holds_everywhere_once_it_is_approved(api: Api) -> None:
    """Until then monitoring knows the SKP as it was agreed."""
    of = skp("approved", "colleague")
    mine: dict[str, Any] = {"actor": "colleague"}
    changed = plan()
    changed["results"][0]["indicators"].append(
        {"id": "i2", "aspect": "quality", "text": "Ketepatan", "target": "100 %"}
    )
    body = changed | {"reason": "Tugas baru"}
    progress = {"indicator": "i2", "period": "2026-Q3", "realisation": "1", "evidence": [EVIDENCE]}
    await api.do("planning", f"/skps/{of}/amend", body, **mine)
    sent = await api.do("planning", f"/skps/{of}/submit", **mine)
    path = f"/skps/{of}/progress"
    seen = {"At-Least": sent["at_least"]}
    shown = await api.see("planning", f"/skps/{of}", **mine, headers=seen)
    assert (shown["status"], shown["amendment"]) == ("approved", "submitted")
    assert len(shown["plan"]["results"][0]["indicators"]) == 1
    assert len(shown["amended"]["results"][0]["indicators"]) == 2
    answer = await api.ask("monitoring", "POST", path, json=progress, **mine)
    assert answer.code == "unknown-indicator"
    assert await api.see("planning", f"/skps/{of}/changes", **mine) == []

    done = await api.do("planning", f"/skps/{of}/approve", **RIVAL)
    seen = {"At-Least": done["at_least"]}
    await api.do("monitoring", path, progress, **mine, headers=seen)
    (change,) = await api.see("planning", f"/skps/{of}/changes", **mine, headers=seen)
    assert (change["reason"], change["by"]) == ("Tugas baru", "rival")
    assert [(row["id"], row["change"]) for row in change["indicators"]] == [("i2", "added")]
