"""docs/runbooks/close-year.md, word for word, of a cycle with an appraisal."""

import asyncio
import json
from typing import Any

import pytest

from contracts.catalogue import SERVICES
from tests.http.api import PATIENCE
from tests.http.test_cures import AUDITOR
from tests.http.world import PERSONNEL, RULE_SET, START, appraise, bring, skp
from tests.pages import page
from tests.runbooks.conftest import Installation

pytestmark = [pytest.mark.rehearsal, pytest.mark.whole, pytest.mark.timeout(600)]

CYCLE: dict[str, Any] = {"cycle": "c1", "rule_set": RULE_SET, "start": START, "until": "2026-09-30"}


async def test_a_year_is_closed_and_the_next_one_opened(installation: Installation) -> None:
    it, api = installation, installation.api
    await api.do("appraisal", "/cycles", CYCLE, **PERSONNEL)
    seen = await bring(api, "final", "approved", "colleague")
    headers, of = {"At-Least": seen}, skp("final", "colleague")
    begun = await appraise(api, of, "behaviour", actor="rival", headers=headers)
    close = ("appraisal", "POST", "/cycles/c1/close")
    early = await api.ask(*close, headers={"At-Least": begun["at_least"]}, **PERSONNEL)
    assert early.code == "unfinished"
    final = await api.do(
        "appraisal", f"/appraisals/{of}/finalize", {"cycle": "c1"}, actor="rival", headers=headers
    )
    await api.see("appraisal", "/cycles/c1/predicates", headers={"At-Least": final["at_least"]}, **PERSONNEL)  # fmt: skip
    # Something in every log, and signed: what an auditor has read.
    for service in SERVICES:
        await api.see(service, "/people/colleague/history", **AUDITOR)
    async with asyncio.timeout(PATIENCE):
        for service in SERVICES:
            while (await api.ask(service, "GET", "/checkpoint")).status != 200:
                await asyncio.sleep(0.2)
    await it.well()
    settings = it.environment(
        TOKEN=await api.token(PERSONNEL["actor"], PERSONNEL["roles"]), CYCLE="c1", NEXT="c2",
        RULE_SET=RULE_SET, START="2027-01-01", UNTIL="2027-12-31",
    )  # fmt: skip
    with page("docs/runbooks/close-year.md", settings) as book:
        told = [json.loads(line) for line in (await asyncio.to_thread(book.run)).splitlines()]
        assert {each["service"] for each in told} == set(SERVICES)
        assert sum(json.loads(await asyncio.to_thread(book.run))["u1"].values()) == 1
        closed = json.loads(await asyncio.to_thread(book.run))
        assert closed["version"] == 2
        reports = "/cycles/c1/reports"
        await api.until("evaluation", reports, bool, **PERSONNEL)
        assert len(json.loads(await asyncio.to_thread(book.run))) == 1
        verified = (await asyncio.to_thread(book.run)).splitlines()
        assert [json.loads(line)["faults"] for line in verified] == [[]] * len(SERVICES)
        kept = (it.folder / "backups" / "checkpoints-c1.jsonl").read_text().splitlines()
        assert len(kept) == len(SERVICES)
        assert json.loads(await asyncio.to_thread(book.run))["version"] == 1
    late = {"cycle": "c1", "rating": "meets", "reason": "Terlambat"}
    other = await bring(api, "rated", "approved", "colleague")
    answer = await api.ask(
        "appraisal", "POST", f"/appraisals/{skp('rated', 'colleague')}/result", json=late,
        actor="rival", headers={"At-Least": other},
    )  # fmt: skip
    assert answer.code == "cycle-closed"
