"""SKPs over HTTP: several at once, and what is shown of them."""

import asyncio
from typing import Any

import pytest

from tests.http.api import Answer, Api, latest
from tests.http.test_commands import stream
from tests.http.world import EVIDENCE, PERSONNEL, START, assignment, bring, draft, plan, skp

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


async def test_of_two_drafted_at_once_for_one_day_one_goes_on(api: Api) -> None:
    """Neither may know the other when it is drafted; whichever is submitted later does."""
    row = assignment("colleague", "rival", "twice", kind="plt")
    [started] = await api.do("planning", "/directory", {"assignments": [row]}, **PERSONNEL)
    mine: dict[str, Any] = {"actor": "colleague", "headers": {"At-Least": started["at_least"]}}
    days = [f"2026-03-{day:02d}" for day in range(1, 9)]

    async def bring_on(day: str) -> list[Answer]:
        of = {"assignment": "colleague.twice", "start": day, "until": "2026-12-31"}
        path = f"/skps/colleague.twice.{day.replace('-', '')}/submit"
        drafted = await api.ask("planning", "POST", "/skps", json=draft("x") | of, **mine)
        return [drafted, await api.ask("planning", "POST", path, **mine)]

    answers = await asyncio.gather(*(bring_on(day) for day in days))
    drafted, submitted = zip(*answers, strict=True)
    assert {a.code for a in drafted if a.status != 200} <= {"skps-overlap"}
    assert sum(a.status == 200 for a in drafted) >= 1
    assert sum(a.status == 200 for a in submitted) <= 1
    # What stands in the way is withdrawn, and the one that is left goes on.
    there = [day for day, a in zip(days, drafted, strict=True) if a.status == 200]
    done = [day for day, a in zip(days, submitted, strict=True) if a.status == 200]
    left = (done or there)[0]
    for day in there:
        path = f"/skps/colleague.twice.{day.replace('-', '')}"
        if day != left:
            await api.do("planning", f"{path}/withdraw", {"reason": "Keliru"}, **mine)
    path = f"/skps/colleague.twice.{left.replace('-', '')}"
    if not done:
        await api.do("planning", f"{path}/submit", **mine)
    assert (await api.do("planning", f"{path}/approve", **RIVAL))["version"] == 3


async def test_the_performance_team_drafts_when_it_is_its_turn(api: Api) -> None:
    row = assignment("colleague", "rival", "late", kind="plt")
    mandate = {"person": "leaver", "mandate": "performance-team", "since": START, "ground": "SK 5"}
    receipts = await api.do("planning", "/directory", {"assignments": [row]}, **PERSONNEL)
    receipts.append(await api.do("planning", "/units/u1/mandates", mandate, **PERSONNEL))
    body = draft("approved") | {"assignment": "colleague.late"}
    team: dict[str, Any] = {"actor": "leaver", "headers": latest(r["at_least"] for r in receipts)}
    for at, code in (("14T23:59:59", "employee-first"), ("15T00:00:00", "")):
        moment = f"2026-01-{at}+07:00"
        answer = await api.ask("planning", "POST", "/skps", json=body, at=moment, **team)
        assert (answer.code if code else answer.status) == (code or 200), answer
    path = "/skps/colleague.late.20260701"
    assert (await api.ask("planning", "POST", f"{path}/submit", **team)).status == 403
    await api.do("planning", f"{path}/submit", actor="colleague")


async def test_an_skp_is_copied_into_the_draft_of_the_next(api: Api) -> None:
    row = assignment("colleague", "rival", "next", kind="plt", start="2026-12-01")
    [started] = await api.do("planning", "/directory", {"assignments": [row]}, **PERSONNEL)
    mine: dict[str, Any] = {"actor": "colleague", "headers": {"At-Least": started["at_least"]}}
    path = f"/skps/{skp('approved', 'colleague')}/copy"
    copied = await api.see("planning", path, **mine)
    assert (copied["start"], copied["until"]) == ("2026-11-01", "2026-12-31")
    assert copied["results"][0]["text"] == plan()["results"][0]["text"]
    other = await api.see("planning", f"{path}?assignment=colleague.next", **mine)
    assert (other["assignment"], other["start"]) == ("colleague.next", "2026-12-01")
    at = "2026-12-02T09:00:00+07:00"
    assert (await api.do("planning", "/skps", other, **mine, at=at))["version"] == 1
    for of in ("worker.a", "nobody.none"):
        answer = await api.ask("planning", "GET", f"{path}?assignment={of}", **mine)
        assert answer.status == 404


async def test_a_check_tells_what_the_decision_would_and_makes_nothing(api: Api) -> None:
    mine: dict[str, Any] = {"actor": "colleague"}
    body = draft("checked", "colleague")
    body["results"][0] |= {"text": "Menyusun laporan", "indicators": []}
    body["expectations"] = [{"value": "loyal", "text": text} for text in ("a", "b")]
    told = await api.do("planning", "/skp-checks", body, **mine)
    refused = await api.ask("planning", "POST", "/skps", json=body, **mine)
    assert [each["pointer"] for each in told["refusals"]] == [
        "#/results/0/indicators", "#/expectations/1/value",
    ]  # fmt: skip
    assert told["refusals"] == refused.problem["errors"]
    assert [(each["code"], each["pointer"]) for each in told["warnings"]] == [
        ("activity", "#/results/0/text"), ("serves-nothing", "#/results/0/serves"),
        ("past-due", "#/start"),
    ]  # fmt: skip
    of = skp("checked", "colleague")
    assert await stream(api, "planning", f"skp/{of}") == []

    body = draft("checked", "colleague") | {"annexes": {}}
    seen = await api.do("planning", "/skps", body, **mine)
    how = mine | {"headers": {"At-Least": seen["at_least"]}}
    told = await api.see("planning", f"/skps/{of}/checks", **how)
    refused = await api.ask("planning", "POST", f"/skps/{of}/submit", **mine)
    assert [each["code"] for each in told["refusals"]] == ["empty-annex"] * 3
    assert told["refusals"] == refused.problem["errors"]
    # To change it to that is another matter than to draft it once more.
    again = await api.do("planning", "/skp-checks", body, **how)
    assert [each["code"] for each in again["refusals"]] == ["skp-exists"]
    changed = await api.do("planning", "/skp-checks?changes=true", body, **how)
    assert changed == {"refusals": [], "warnings": told["warnings"], "unserved": []}
    body["results"][0]["indicators"] = []
    changed = await api.do("planning", "/skp-checks?changes=true", body, **how)
    refused = await api.ask("planning", "POST", f"/skps/{of}/revise", json=plan_of(body), **mine)
    (only,) = changed["refusals"]
    pointer = "#/" + refused.problem["field"].replace(".", "/")
    assert (only["code"], only["pointer"]) == (refused.code, pointer)
    nothing = body | {"start": "2026-12-30"}
    answer = await api.ask("planning", "POST", "/skp-checks?changes=true", json=nothing, **how)
    assert answer.status == 404

    # Lists count the warnings of what it says, and those of what is agreed no more.
    rows = {row["skp"]: row for row in await _all(api, "/skps?assignment=colleague.a", **how)}
    codes = [each["code"] for each in told["warnings"] if each["code"] != "past-due"]
    assert rows[of]["warnings"] == len(codes) > 0
    agreed = [row["warnings"] for row in rows.values() if row["status"] == "approved"]
    assert agreed
    assert not any(agreed)


def plan_of(body: dict[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in ("results", "annexes")}


async def _all(api: Api, path: str, **how: Any) -> list[dict[str, Any]]:
    """Every row of a list, by pages of two."""
    found: list[dict[str, Any]] = []
    after: str | None = ""
    while after is not None:
        page = await api.see("planning", f"{path}&limit=2&after={after}", **how)
        assert len(page["items"]) == 2 or page["next"] is None
        found += page["items"]
        after = page["next"]
    assert len(found) == page["total"]
    return found


async def test_a_list_is_told_by_pages_or_as_lines_and_in_the_order_asked_for(api: Api) -> None:
    mine: dict[str, Any] = {"actor": "worker"}
    for sort in ("start", "-start", "skp", "status", "-status"):
        rows = await _all(api, f"/skps?sort={sort}", **mine)
        assert len(rows) > 5
        keys = [(row[sort.removeprefix("-")], row["skp"]) for row in rows]
        assert keys == sorted(keys, reverse=sort.startswith("-"))
        assert {row["person"] for row in rows} == {"worker"}
        assert await api.lines("planning", f"/skps?sort={sort}", **mine) == rows
    every = await _all(api, "/skps?sort=skp", **mine)
    assert any(row["amendment"] for row in every)
    # As they are shown: of one that is being changed, how far the change has come.
    for status in ("draft", "submitted", "returned", "approved"):
        of = [row for row in every if (row["amendment"] or row["status"]) == status]
        assert await _all(api, f"/skps?sort=skp&status={status}", **mine) == of


async def test_a_list_holds_what_the_caller_may_see(api: Api) -> None:
    team = await _all(api, "/skps?team=me", actor="boss")
    assert "colleague" not in {row["person"] for row in team}
    assert "worker" in {row["person"] for row in team}
    assert await _all(api, "/skps?team=me", actor="worker") == []
    for scope in ("person=worker", "assignment=worker.a", "unit=u1"):
        for who, status in (
            ({"actor": "colleague"}, 403), ({"actor": "rival"}, 403), (PERSONNEL, 200),
            ({"actor": "officer"}, 200), ({"actor": "chief"}, 200 if "unit" in scope else None),
            ({"actor": "boss"}, 403 if "unit" in scope else 200),
            ({"actor": "inspector", "roles": "auditor"}, 403 if "unit" in scope else 200),
        ):  # fmt: skip
            answer = await api.ask("planning", "GET", f"/skps?{scope}", **who)
            assert status in (None, answer.status), (scope, who)
    for nothing in ("person=nobody", "assignment=nobody.none", "unit=nowhere"):
        answer = await api.ask("planning", "GET", f"/skps?{nothing}", actor="boss")
        assert (answer.status, answer.code) == (403, "forbidden")
    answer = await api.ask("planning", "GET", "/skps?team=me&unit=u1", actor="boss")
    (error,) = answer.problem["errors"]
    assert (answer.status, error["in"], error["name"]) == (400, "query", "team")


async def test_a_row_says_what_the_caller_may_do_with_it(api: Api) -> None:
    """And what it says is what the service accepts."""
    seen = {"At-Least": await bring(api, "listed", "submitted", "colleague")}
    of = skp("listed", "colleague")

    async def may(**who: Any) -> list[str]:
        page = await api.see(
            "planning", "/skps?assignment=colleague.a&limit=200", headers=seen, **who
        )
        return next(row["may"] for row in page["items"] if row["skp"] == of)

    assert await may(actor="rival") == ["return", "approve"]
    assert await may(actor="colleague") == ["withdraw"]
    assert await may(**PERSONNEL) == []
    returned = await api.do("planning", f"/skps/{of}/return", {"reason": "Target"}, **RIVAL)
    seen = {"At-Least": returned["at_least"]}
    assert await may(actor="colleague") == ["revise", "submit", "withdraw"]
    assert await may(actor="rival") == []


async def test_an_skp_whose_assignment_ends_before_it_is_cancelled_everywhere(api: Api) -> None:
    row = assignment("colleague", "rival", "brief", kind="plt")
    [started] = await api.do("planning", "/directory", {"assignments": [row]}, **PERSONNEL)
    mine: dict[str, Any] = {"actor": "colleague"}
    days = {"start": "2026-12-01", "until": "2026-12-31"}
    body = draft("x") | {"assignment": "colleague.brief"} | days
    seen = {"At-Least": started["at_least"]}
    await api.do("planning", "/skps", body, **mine, headers=seen)
    path = "/skps/colleague.brief.20261201"
    await api.do("planning", f"{path}/submit", **mine)
    agreed = await api.do("planning", f"{path}/approve", **RIVAL)
    ended = {"on": "2026-11-15", "reason": "Pejabat definitif dilantik"}
    over = await api.do("planning", "/assignments/colleague.brief/end", ended, **PERSONNEL)
    seen = latest(each["at_least"] for each in (agreed, over))
    why = {"reason": "Penugasan berakhir"}
    done = await api.do("planning", f"{path}/close", why, **mine, headers=seen)
    types = [
        each.model.__name__
        for each in await stream(api, "planning", path[1:].replace("skps", "skp"))
    ]
    assert types[-1] == "SKPCancelled"
    seen = {"At-Least": done["at_least"]}
    assert (await api.see("planning", path, **mine, headers=seen))["status"] == "cancelled"
    progress = {"indicator": "i1", "period": "2026-Q4", "realisation": "1", "evidence": [EVIDENCE]}
    gone = await api.ask(
        "monitoring", "POST", f"{path}/progress", json=progress, **mine, headers=seen
    )
    assert (gone.status, gone.code) == (403, "forbidden")
    # What was done in it can still be read; and if the assignment goes on after all, another is drafted.
    await api.see("monitoring", f"{path}/execution", **mine, headers=seen)
    on = {"until": "2026-12-31", "reason": "Pelantikan ditunda"}
    longer = await api.do("planning", "/assignments/colleague.brief/extend", on, **PERSONNEL)
    seen = latest(each["at_least"] for each in (done, longer))
    again = await api.do("planning", "/skps", body, **mine, headers=seen)
    assert again["stream"] == f"skp/{path.removeprefix('/skps/')}-2"
    seen = {"At-Least": again["at_least"]}
    checked = await api.do("planning", "/skp-checks?changes=true", body, **mine, headers=seen)
    assert checked["refusals"] == []
