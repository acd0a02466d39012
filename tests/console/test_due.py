"""What is due, in words."""

import re
from datetime import date

import pytest

from console.home.duties import UNKNOWN, WORDS, Duty, told
from console.show.words import LANGUAGES
from contracts.catalogue import SERVICES
from services.appraisal.duties import DUTIES as APPRAISAL
from services.evaluation.duties import DUTIES as EVALUATION
from services.monitoring.duties import DUTIES as MONITORING
from services.planning.duties import DUTIES as PLANNING
from services.rewards.duties import DUTIES as REWARDS
from tests.console.conftest import Visitor

KINDS = {
    kind.name: kind
    for declared in (PLANNING, MONITORING, APPRAISAL, REWARDS, EVALUATION)
    for kind in declared.kinds
}
SAID = {"name", "year"}
"""What is filled in besides facts."""


def duty(kind: str, **facts: object) -> Duty:
    return Duty.model_validate({
        "id": kind, "kind": kind, "about": {"person": "p1", "name": None}, "facts": facts,
        "since": date(2026, 12, 1), "due": date(2026, 12, 17), "overdue": False,
    })  # fmt: skip


def test_every_kind_of_duty_has_words_of_its_facts() -> None:
    assert WORDS.keys() == KINDS.keys()
    for name, words in WORDS.items():
        filled = set(re.findall(r"{(\w+)}", "".join([words.what, words.more])))
        assert filled <= SAID | KINDS[name].columns.keys(), name
        assert set(re.findall(r"{(\w+)}", words.where)) <= KINDS[name].columns.keys(), name
        assert bool(words.verb) == bool(words.where), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_duty_is_told_with_its_days_and_its_person(language: str) -> None:
    facts = {
        "assignment": "p1.a/b",
        "position": "Analis",
        "start": "2027-01-01",
        "until": "2027-12-31",
    }
    row = told(duty("draft-skp", **facts), {}, language)
    assert "2027" in row.what
    assert "1 Jan" in row.more
    assert (
        "2027"
        in told(duty("fill-matrix", unit="u1", unit_name="Biro", year=2027), {}, language).what
    )
    assert row.where == "/skps/new?assignment=p1.a%2Fb&start=2027-01-01&until=2027-12-31"
    approve = duty("approve-skp", skp="s", start="2027-01-01", until="2027-12-31")
    assert "Ratna" in told(approve, {"p1": "Ratna"}, language).what
    assert "p1" in told(approve, {}, language).what
    period = duty("report-progress", period="2026-Q4", missing=1, indicators=3)
    assert " IV " in told(period, {}, language).what


def test_a_kind_of_a_newer_service_costs_no_page() -> None:
    assert told(duty("unheard-of"), {}, "id") == (UNKNOWN.picture, "unheard-of", "", "", "")


def test_home_says_which_services_cannot_tell(visitor: Visitor) -> None:
    visitor.sign_in("clerk")
    page = visitor.get("/")
    assert page.status == 200
    for service in SERVICES:
        assert service in page.text
    assert "sudah selesai" not in page.text
