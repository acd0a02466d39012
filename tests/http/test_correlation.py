"""One correlation id from a request to its last effect, in every event and every line of the logs."""

import pytest

from tests.http.api import Api
from tests.http.test_commands import stream
from tests.http.world import PERSONNEL, START, appraise, bring, person, skp

pytestmark = pytest.mark.integration


async def test_what_rewards_does_about_an_appraisal(api: Api) -> None:
    seen = await bring(api, "correlated", "approved", "colleague")
    await appraise(
        api, skp("correlated", "colleague"), "behaviour", actor="rival", headers={"At-Least": seen}
    )
    await api.do(
        "appraisal", f"/appraisals/{skp('correlated', 'colleague')}/finalize", {"cycle": "c1"}, actor="rival",
        headers={"X-Correlation-Id": "asked-here", "Idempotency-Key": "finalize-it"},
    )  # fmt: skip
    await api.until(
        "rewards", "/people/colleague/rewards",
        lambda rewards: skp("correlated", "colleague") in {each["skp"] for each in rewards}, **PERSONNEL,
    )  # fmt: skip
    *_, cause = await stream(api, "appraisal", f"appraisal/{skp('correlated', 'colleague')}")
    assert cause.model.__name__ == "AppraisalFinalized"
    assert (cause.correlation, cause.actor) == ("asked-here", "rival")
    effects = await stream(api, "rewards", f"followup/{skp('correlated', 'colleague')}")
    assert [e.model.__name__ for e in effects] == ["CreditPointsAwarded", "AllowanceDetermined"]
    for effect in effects:
        assert effect.correlation == "asked-here"
        assert effect.document["cause"] == cause.id
        assert effect.document["basis"] == f"appraisal:{cause.stream}@{cause.version}"
        assert effect.actor == "service:rewards_followup"
        assert effect.at == cause.at
    for service, events, of in (
        ("appraisal", ["AppraisalFinalized"], ""),
        ("rewards", [e.model.__name__ for e in effects], cause.id),
    ):
        lines = [line for line in api.logged(service) if line.get("correlation") == "asked-here"]
        assert [(line["events"], line["cause"]) for line in lines] == [(events, of)]
        assert lines[0]["service"] == service


async def test_through_three_services(api: Api) -> None:
    """A closed cycle is answered by rewards, then reported by evaluation, each naming its cause."""
    half = {
        "cycle": "half",
        "rule_set": "PermenPANRB 6/2022",
        "start": START,
        "until": "2026-06-30",
    }
    await api.do("appraisal", "/cycles", half, **PERSONNEL)
    asked = {"X-Correlation-Id": "close-it"}
    await api.do("appraisal", "/cycles/half/close", headers=asked, **PERSONNEL)
    await api.until(
        "evaluation",
        "/cycles/half/reports",
        lambda reports: "u1" in {report["unit"] for report in reports},
        **PERSONNEL,
    )
    *_, first = await stream(api, "appraisal", "cycle/half")
    (second,) = await stream(api, "rewards", "cycle-followup/half")
    third = await stream(api, "evaluation", "report/half/u1")
    assert second.document["cause"] == first.id
    assert {event.document["cause"] for event in third} == {second.id}
    assert {event.correlation for event in (first, second, *third)} == {"close-it"}
    for service in ("appraisal", "rewards", "evaluation"):
        assert [line for line in api.logged(service) if line.get("correlation") == "close-it"]


async def test_a_bulk_request_is_one_and_each_request_without_an_id_gets_its_own(api: Api) -> None:
    bulk = {"people": [person(f"cor{n}") for n in range(5)]}
    receipts = await api.do(
        "planning", "/directory", bulk, headers={"X-Correlation-Id": "in-bulk"}, **PERSONNEL
    )
    for receipt in receipts:
        (event,) = await stream(api, "planning", receipt["stream"])
        assert event.correlation == "in-bulk"
    own = set()
    for n in range(5, 8):
        receipts = await api.do(
            "planning", "/directory", {"people": [person(f"cor{n}")]}, **PERSONNEL
        )
        (event,) = await stream(api, "planning", receipts[0]["stream"])
        own.add(event.correlation)
    assert len(own) == 3
