"""SKPs over HTTP: several at once, and what is shown of them."""

import asyncio
from typing import Any

import pytest

from tests.http.api import Api
from tests.http.test_commands import stream
from tests.http.world import bring, skp

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
