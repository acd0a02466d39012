"""The committed reference documents are what the code generates, and say what they are for."""

import json
from typing import Any

import pytest

from contracts.catalogue import EVENTS
from reference import ROOT, readers, rules
from reference.documents import documents
from reference.services import endpoints
from services.catalogue import SERVICES

PROBES = {"/livez", "/readyz", "/status", "/head"}
OPEN = PROBES | {"/keys", "/checkpoint", "/proofs/inclusion", "/proofs/consistency"}
"""Answered to anybody: probes, figures without persons, and what the log is held against."""


def test_the_committed_documents_are_the_generated_ones() -> None:
    for path, text in documents().items():
        assert path.read_text() == text, f"{path.name}: run `make contracts`"


def test_every_endpoint_says_who_may() -> None:
    """A new one that nobody has thought about fails here."""
    silent = [(e.service, e.method, e.path) for e in endpoints() if e.access is None]
    assert {path for _, _, path in silent} == OPEN
    assert len(silent) == len(OPEN) * len(SERVICES)
    assert all(e.access.may for e in endpoints() if e.access)


DRY_RUNS = {("planning", "/skp-checks")}
"""Posted because they take a draft, and change nothing."""


def test_what_is_posted_is_a_command_and_what_is_got_is_a_query() -> None:
    for endpoint in endpoints():
        commands = endpoint.method == "POST" and (endpoint.service, endpoint.path) not in DRY_RUNS
        assert endpoint.gives_a_command == commands, endpoint


def test_every_query_names_views_of_its_own_service() -> None:
    for endpoint in endpoints():
        there = {view.name for view in SERVICES[endpoint.service].views}
        assert (
            {view.name for view in endpoint.access.reads if endpoint.access} <= there
            if (endpoint.access)
            else True
        )


@pytest.mark.parametrize("name", SERVICES)
def test_every_answer_has_a_schema(name: str) -> None:
    document = json.loads((ROOT / f"openapi/{name}.json").read_text())
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if path not in PROBES | {"/checkpoint", "/import-kinds/{kind}/template"}:  # no JSON
                content = operation["responses"]["200"]["content"]["application/json"]
                assert _is_said(content["schema"]), (method, path)


def _is_said(schema: dict[str, Any]) -> bool:
    """More than "an object": a model, or a list or a map of what is said."""
    if "$ref" in schema:
        return True
    inner = schema.get("items", schema.get("additionalProperties"))
    return isinstance(inner, dict) and (
        _is_said(inner) or inner.get("type") not in (None, "object")
    )


def test_an_event_s_readers_are_those_that_take_it() -> None:
    by_name = {model.__name__: model for model in EVENTS}
    assert "appraisal_approved_skp" in readers.view_names(by_name["SKPApproved"])
    assert readers.reaction_names(by_name["CycleClosed"]) == ["rewards_cycle"]
    # What nobody reads yet: a new one here is an event that changes nothing that anybody sees.
    unread = {
        model.__name__
        for model in EVENTS
        if not readers.view_names(model) and not readers.reaction_names(model)
    }
    assert unread == {
        "NIPTaken", "NIPReleased", "RecordRead", "RecordPassedOver", "ImportLoaded",
    }  # fmt: skip


def test_a_citation_leads_to_the_functions_the_refusals_and_the_tests() -> None:
    issue = rules.functions()["services.rewards.discipline.decisions", "issue"]
    codes = {code for function in rules.reached(issue) for code in function.codes}
    assert {"not-examined", "case-closed", "unknown-case"} <= codes
    assert rules.tests(issue) == {"`services/rewards/test_discipline.py`"}
    assert rules.citations("as PP 94/2021, Art 26, and PP 30/2019\nArts 56–58 (PP 94/2021 Arts 8, 11(2)(d)).") == {
        "PP 94/2021 Art 26", "PP 30/2019 Arts 56–58", "PP 94/2021 Arts 8, 11(2)(d)",
    }  # fmt: skip
