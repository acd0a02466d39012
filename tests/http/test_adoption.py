"""What the agency adopts in planning, and how the other services decide by it.

In years of its own, 2030 and 2031, so that what else stands on the agency of `world` is as it was.
"""

import asyncio
import json
from typing import Any

import asyncpg
import pytest

from contracts.settings import KINDS, LEAST_SERVICE
from tests.http.api import PATIENCE, Answer, Api, latest
from tests.http.world import EVIDENCE, PERSONNEL, RULE_SET, assignment, person, plan

pytestmark = pytest.mark.integration

GROUND = "Keputusan Menteri Nomor 7 Tahun 2031"
MAY, JUNE = "2031-05-05T09:00:00+07:00", "2031-06-05T09:00:00+07:00"
OVER = "2031-12-31T09:00:00+07:00"
FOUR_MONTHS = {
    "value": {"months": 4}, "since": "2031-01-01", "ground": GROUND,
}  # fmt: skip


async def _records(api: Api, service: str, stream: str) -> list[dict[str, Any]]:
    connection = await asyncpg.connect(api.stack.databases[service])
    try:
        rows = await connection.fetch(
            "select record from event where stream = $1 order by version", stream
        )
        return [json.loads(row["record"]) for row in rows]
    finally:
        await connection.close()


async def _approved(api: Api, of: str, start: str, until: str) -> tuple[str, dict[str, str]]:
    """An SKP of the year, approved; and what waits for it."""
    body = plan() | {
        "assignment": f"{of}.a", "start": start, "until": until, "approach": "quantitative",
    }  # fmt: skip
    skp = f"{of}.a.{start.replace('-', '')}"
    at = {"at": f"{start}T09:00:00+07:00"}
    await api.do("planning", "/skps", body, actor=of, **at)
    await api.do("planning", f"/skps/{skp}/submit", actor=of, **at)
    receipt = await api.do("planning", f"/skps/{skp}/approve", actor="boss", **at)
    return skp, {"At-Least": receipt["at_least"]}


async def _answer(api: Api, service: str, path: str, body: Any, **how: Any) -> Answer:
    """A command's answer once all that it waits for has arrived."""
    while (answer := await api.ask(service, "POST", path, json=body, **how)).status == 503:
        pass
    return answer


async def _appraise(
    api: Api, skp: str, at: str, headers: dict[str, str], cycle: str = "c31", rating: str = "meets"
) -> list[Answer]:
    rated = {"cycle": cycle, "rating": rating, "reason": "Sesuai bukti dukung"}
    commands = (("result", rated), ("behaviour", rated), ("finalize", {"cycle": cycle}))
    how: dict[str, Any] = {"actor": "boss", "at": at, "headers": headers}
    return [
        await _answer(api, "appraisal", f"/appraisals/{skp}/{name}", body, **how)
        for name, body in commands
    ]


async def test_another_service_decides_by_what_was_adopted_and_names_it(api: Api) -> None:
    """And what was decided before stays decided by what held then, though the setting begins before."""
    cycle = {"cycle": "c31", "rule_set": RULE_SET, "start": "2031-01-01", "until": "2031-12-31"}
    await api.do("appraisal", "/cycles", cycle, **PERSONNEL)
    old, there = await _approved(api, "worker", "2031-01-01", "2031-03-31")
    assert [a.status for a in await _appraise(api, old, MAY, there)] == [200] * 3
    before = await _records(api, "appraisal", f"appraisal/{old}")
    assert before[-1]["data"]["months"] == 3
    assert not any("setting" in record["basis"] for record in before)

    path = "/settings/least-service"
    receipt = await api.do("planning", path, FOUR_MONTHS, at=JUNE, **PERSONNEL)
    assert receipt["stream"] == "setting/least-service"
    adoption = f"planning:setting/least-service@{receipt['version']}"
    seen = {"At-Least": receipt["at_least"]}

    short, _ = await _approved(api, "worker", "2031-04-01", "2031-06-30")
    enough, there = await _approved(api, "worker", "2031-07-01", "2031-10-31")
    headers = {"At-Least": f"{there['At-Least']},{seen['At-Least']}"}
    for answer in await _appraise(api, short, OVER, headers):
        told = answer.problem
        assert (answer.status, answer.code) in ((422, "too-short"), (422, "missing-rating"))
        if answer.code == "too-short":
            assert (told["article"], told["field"]) == (GROUND, "skp")
    assert [a.status for a in await _appraise(api, enough, OVER, headers)] == [200] * 3
    after = await _records(api, "appraisal", f"appraisal/{enough}")
    assert after[-1]["data"]["months"] == 4
    assert all(adoption in record["basis"].split() for record in after)

    assert await _records(api, "appraisal", f"appraisal/{old}") == before
    again = await api.ask("appraisal", "POST", f"/appraisals/{old}/finalize",
                          json={"cycle": "c31"}, actor="boss", at=OVER)  # fmt: skip
    assert again.code == "final"

    told = await api.see("planning", f"{path}?on=2031-01-01", actor="worker", headers=seen)
    assert told == [
        {
            "setting": "least-service", "unit": None, "value": {"months": 4},
            "since": "2031-01-01", "ground": GROUND, "basis": adoption, "default": False,
        }
    ]  # fmt: skip
    [ships] = await api.see("planning", f"{path}?on=2030-12-31", actor="worker", headers=seen)
    assert (ships["value"], ships["default"]) == ({"months": 1}, True)
    assert (ships["since"], ships["basis"], ships["ground"]) == (None, "", LEAST_SERVICE.source)


async def test_a_day_is_that_of_the_unit_of_the_assignment(api: Api) -> None:
    """east's assignment lasts from 1 January to 30 June 2030, in Jayapura's days, as those of all below the
    islands; west's in Jakarta's."""
    rows = {
        "units": [
            {"unit": "u-islands", "name": "Maluku", "level": "1"},
            {"unit": "u-east", "name": "East", "level": "2", "parent": "u-islands"},
            {"unit": "u-west", "name": "West", "level": "2"},
        ],
        "people": [person("east"), person("west")],
        "assignments": [
            assignment(n, "boss", unit=f"u-{n}", start="2030-01-01", until="2030-06-30")
            for n in ("east", "west")
        ],
    }
    receipts = await api.do("planning", "/directory", rows, **PERSONNEL)
    zone = {"unit": "u-islands", "value": {"zone": "WIT"}, "since": "2029-01-01", "ground": GROUND}
    adopted = await api.do("planning", "/settings/time-zone", zone, **PERSONNEL)
    assert adopted["stream"] == "setting/time-zone/u-islands"
    headers = latest([*(r["at_least"] for r in receipts), adopted["at_least"]])
    may = {"east": ("2029-12-31T15:00:00Z", "2030-06-30T14:59:59Z"),
           "west": ("2029-12-31T17:00:00Z", "2030-06-30T16:59:59Z")}  # fmt: skip
    may_not = {"east": ("2029-12-31T14:59:59Z", "2030-06-30T15:00:00Z"),
               "west": ("2029-12-31T16:59:59Z", "2030-06-30T17:00:00Z")}  # fmt: skip
    for who in ("east", "west"):
        for status, moments in ((200, may[who]), (403, may_not[who])):
            for n, at in enumerate(moments):
                need = {"need": f"n-{who}-{status}-{n}", "assignment": f"{who}.a", "topic": "Data",
                        "reason": "Dialog"}  # fmt: skip
                answer = await _answer(api, "monitoring", "/development-needs", need,
                                       actor=who, at=at, headers=headers)  # fmt: skip
                assert answer.status == status, (who, at, answer)
                read = await api.ask("monitoring", "GET", f"/people/{who}/development-needs",
                                     actor="boss", at=at, headers=headers)  # fmt: skip
                assert read.status == status, (who, at, read)
    for who in ("east", "west"):  # and is shown so, at the same moment in both
        path = f"/people/{who}/history"
        told = (await api.see("monitoring", path, headers=headers, **PERSONNEL))["entries"]
        assert [each["day"] for each in told] == ["2030-01-01", "2030-06-30"]
    [east] = await _records(api, "monitoring", "development/n-east-200-0")
    assert "planning:setting/time-zone/u-islands@1" in east["basis"].split()
    [west] = await _records(api, "monitoring", "development/n-west-200-0")
    assert "setting" not in west["basis"]

    # What follows from an appraisal begins on the unit's day: 1 July in Jayapura already.
    cycle = {"cycle": "c30", "rule_set": RULE_SET, "start": "2030-01-01", "until": "2030-12-31"}
    await api.do("appraisal", "/cycles", cycle, **PERSONNEL)
    for who, start in (("east", "2030-07-01"), ("west", "2030-06-30")):
        skp, there = await _approved(api, who, "2030-01-01", "2030-06-30")
        answers = await _appraise(api, skp, "2030-06-30T15:30:00Z", there, "c30", "below")
        assert [answer.status for answer in answers] == [200] * 3, answers
        async with asyncio.timeout(PATIENCE):
            while not (opened := await _records(api, "rewards", f"improvement/{who}")):
                await asyncio.sleep(0.1)
        assert opened[0]["data"]["start"] == start
        assert ("setting" in opened[0]["basis"]) == (who == "east")


async def test_a_year_is_reported_by_periods_of_one_length(api: Api) -> None:
    """Quarters are what ships; the agency's months count for the whole year that begins with them."""
    earlier, _ = await _approved(api, "worker", "2030-01-01", "2030-12-31")
    later, there = await _approved(api, "worker", "2032-01-01", "2032-12-31")
    monthly = {"value": {"length": "monthly", "filling_days": 10}, "since": "2030-02-01",
               "ground": GROUND}  # fmt: skip
    receipt = await api.do("planning", "/settings/periods", monthly, **PERSONNEL)
    headers = {"At-Least": f"{there['At-Least']},{receipt['at_least']}"}

    async def report(period: str, at: str) -> Any:
        skp = earlier if period.startswith("2030") else later
        body = {"indicator": "i1", "period": period, "realisation": "1", "evidence": [EVIDENCE]}
        return await _answer(api, "monitoring", f"/skps/{skp}/progress", body,
                             actor="worker", at=f"{at}T23:59:59+07:00", headers=headers)  # fmt: skip

    for period, at, code, ground in (
        ("2030-11", "2030-12-01", "other-period", "shipped default"),
        ("2032-Q1", "2032-04-10", "other-period", GROUND),
        ("2032-03", "2032-04-11", "filling-over", GROUND),
    ):
        answer = await report(period, at)
        assert (answer.status, answer.code) == (422, code)
        assert (answer.problem["article"], answer.problem["field"]) == (ground, "period")
    assert (await report("2030-Q4", "2031-12-31")).status == 200
    assert (await report("2032-03", "2032-04-10")).status == 200
    [quarter] = await _records(api, "monitoring", f"execution/{earlier}")
    [month] = await _records(api, "monitoring", f"execution/{later}")
    assert "setting" not in quarter["basis"]
    assert "planning:setting/periods@1" in month["basis"].split()


@pytest.mark.parametrize(
    ("kind", "body", "code", "field"),
    [
        ("salary", {"value": {"months": 3}}, "unknown-setting", "kind"),
        ("least-service", {"value": {"months": "three"}}, "malformed-setting", "value.months"),
        ("least-service", {"value": {"months": 3, "days": 1}}, "malformed-setting", "value.days"),
        ("least-service", {"value": {}}, "malformed-setting", "value.months"),
        ("least-service", {"value": {"months": 3}, "unit": "u1"}, "not-by-unit", "unit"),
        ("time-zone", {"value": {"zone": "WIT"}, "unit": "nowhere"}, "unknown-unit", "unit"),
    ],
)
async def test_what_is_no_setting_is_refused_where_it_is_wrong(
    api: Api, kind: str, body: dict[str, Any], code: str, field: str
) -> None:
    body = {"since": "2035-01-01", "ground": GROUND} | body
    answer = await api.ask("planning", "POST", f"/settings/{kind}", json=body, **PERSONNEL)
    assert (answer.status, answer.code, answer.problem["field"]) == (422, code, field)
    assert await _records(api, "planning", "setting/salary") == []


async def test_a_setting_has_a_ground(api: Api) -> None:
    for ground in ({}, {"ground": " "}, {"ground": None}):
        body = {"value": {"months": 3}, "since": "2035-01-01"} | ground
        answer = await api.ask(
            "planning", "POST", "/settings/least-service", json=body, **PERSONNEL
        )
        assert answer.status == 400
        assert answer.problem["field"] == "body.ground"


async def test_discipline_reckons_by_the_calendar_that_was_adopted(api: Api) -> None:
    """A year without a decree is estimated, and a case says so; with one it is as the decree has it."""
    days = ["2031-03-03", "2031-03-04", "2031-03-06"]
    how: dict[str, Any] = {"actor": "boss", "at": MAY}
    case = {"case": "estimated", "assignment": "worker.a", "absent": days}
    await api.do("rewards", "/discipline-cases", case, **how)
    *_, before = await _records(api, "rewards", "discipline/worker")
    assert (before["data"]["running"], before["data"]["estimated"]) == (2, True)
    assert "working-calendar" not in before["basis"]

    off = {"on": "2031-03-05", "kind": "joint-leave", "name": "Cuti bersama"}
    decree = {
        "value": {"years": [2031], "days_off": [off]},
        "since": "2031-01-01",
        "ground": GROUND,
    }
    receipt = await api.do("planning", "/settings/working-calendar", decree, **PERSONNEL)
    how["headers"] = {"At-Least": receipt["at_least"]}
    path = "/people/worker/discipline-cases/estimated/close"
    answer = await _answer(api, "rewards", path, {"reason": "Cuti bersama"}, **how)
    assert answer.status == 200
    taken = {"case": "decreed", "assignment": "worker.a", "absent": [*days, "2031-03-05"]}
    refused = await _answer(api, "rewards", "/discipline-cases", taken, **how)
    assert (refused.status, refused.code) == (422, "no-working-day")
    decreed = {"case": "decreed", "assignment": "worker.a", "absent": days}
    assert (await _answer(api, "rewards", "/discipline-cases", decreed, **how)).status == 200
    *_, after = await _records(api, "rewards", "discipline/worker")
    assert (after["data"]["running"], after["data"]["estimated"]) == (3, False)
    assert f"planning:setting/working-calendar@{receipt['version']}" in after["basis"].split()


async def test_anybody_sees_what_is_in_force(api: Api) -> None:
    shown = await api.see("planning", "/settings?on=1999-01-01", actor="worker")
    assert [each["setting"] for each in shown] == list(KINDS)
    assert all(each["default"] and each["ground"] for each in shown)
    unknown = await api.ask("planning", "GET", "/settings/salary", actor="worker")
    assert unknown.status == 404
