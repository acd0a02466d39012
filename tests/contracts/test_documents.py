"""The committed JSON Schemas and the AsyncAPI document are what the code generates."""

import json
from typing import Any

import pytest

from contracts import generate
from contracts.catalogue import EVENTS, PASSED_OVER, READINGS, SERVICES
from contracts.event import Event
from contracts.generate import ASYNCAPI, HERE, SCHEMAS, documents, file_name
from contracts.topics import CHECKPOINTS, PARTITIONS, topic
from eventlog import chain
from eventlog.keys import SigningKey

by_event = pytest.mark.parametrize("model", EVENTS, ids=file_name)
DOCUMENT = json.loads(ASYNCAPI.read_text())


def schema(model: type[Event]) -> Any:
    return json.loads((SCHEMAS / file_name(model)).read_text())


# Drift


def test_the_committed_documents_are_the_generated_ones() -> None:
    for path, text in documents().items():
        assert path.read_text() == text, f"{path.name}: run python -m contracts.generate"


def test_no_document_is_left_of_an_event_that_is_gone() -> None:
    committed = {*SCHEMAS.iterdir(), ASYNCAPI}
    assert committed == set(documents())


def test_every_service_s_events_are_in_the_catalogue() -> None:
    assert {model.service for model in EVENTS} == set(SERVICES)
    assert set(EVENTS) == _concrete(Event)


def _concrete(model: type[Event]) -> set[type[Event]]:
    """Events of the contracts that hold data: those that no other one of them is made from."""
    ours = [each for each in model.__subclasses__() if each.__module__.startswith("contracts.")]
    return set().union(*map(_concrete, ours)) if ours else {model}


# AsyncAPI


def at(reference: str) -> Any:
    """What a $ref points to, in the document or beside it."""
    file, _, path = reference.partition("#")
    found = json.loads((HERE / file).read_text()) if file else DOCUMENT
    for part in path.strip("/").split("/") if path else ():
        found = found[part]
    return found


@by_event
def test_asyncapi_lists_every_event_in_its_service_s_channel(model: type[Event]) -> None:
    messages = DOCUMENT["channels"][model.service]["messages"]
    message = at(messages[f"{model.__name__}.v{model.version}"]["$ref"])
    assert message["name"] == model.wire_type()
    assert message["contentType"] == "application/cloudevents+json"
    payload = message["payload"]["properties"]
    assert payload["type"] == {"const": model.wire_type()}
    assert at(payload["data"]["$ref"])["$id"] == model.schema_id()


def test_asyncapi_lists_nothing_else_but_the_checkpoints() -> None:
    assert DOCUMENT["asyncapi"] == "3.0.0"
    count = len(EVENTS) + 1
    assert len(DOCUMENT["components"]["messages"]) == count
    assert sum(len(channel["messages"]) for channel in DOCUMENT["channels"].values()) == count
    assert DOCUMENT["channels"]["checkpoints"]["address"] == CHECKPOINTS


def test_asyncapi_says_how_a_record_is_proven() -> None:
    """The headers that a relay writes, and no others."""
    headers = DOCUMENT["components"]["schemas"]["headers"]
    written = chain.headers("", 1, bytes(32))
    signed = chain.signature(SigningKey.generate(), "topic", 0, bytes(32))
    assert headers["required"] == [name for name, _ in written]
    assert set(headers["properties"]) == {name for name, _ in (*written, *signed)}


@pytest.mark.parametrize("service", SERVICES)
def test_asyncapi_names_each_topic_with_its_partitions(service: str) -> None:
    channel = DOCUMENT["channels"][service]
    assert channel["address"] == topic(service)
    assert channel["bindings"]["kafka"]["partitions"] == PARTITIONS
    receive = DOCUMENT["operations"][f"receive-{service}"]
    assert receive["action"] == "receive"
    assert at(receive["channel"]["$ref"]) is channel


# Schemas


@by_event
def test_a_schema_lets_a_reader_meet_fields_it_does_not_know(model: type[Event]) -> None:
    assert '"additionalProperties": false' not in json.dumps(schema(model))


PERSONAL, FREE = "personal", "free-text"
PLAN = {
    "Result.text": FREE, "Result.serves": FREE, "Indicator.text": FREE, "Indicator.target": FREE,
    "Indicator.perspective": FREE, "Indicator.unit": FREE,
    "Expectation.text": FREE, "Annexes.resources": FREE, "Annexes.accountability": FREE,
    "Annexes.consequences": FREE, "Result.decision": FREE, "Indicator.baseline": FREE, "Dialogue.notes": FREE,
}  # fmt: skip
OBJECTIVES = {
    "Objective.text": FREE, "AgreedIndicator.text": FREE, "AgreedIndicator.perspective": FREE,
    "AgreedIndicator.unit": FREE, "AgreedIndicator.baseline": FREE, "YearTarget.target": FREE,
}  # fmt: skip
SEALED = {
    "CellsPut": {"Cell.text": FREE},
    "CellsRemoved": {"reason": FREE},
    "AppraiserDisputed": {"reason": FREE},
    "AppraiserDisputeAnswered": {"reason": FREE},
    "AgreementSet": OBJECTIVES,
    "AgreementAmended": OBJECTIVES | {"reason": FREE},
    "ImportLoaded": {"name": FREE},
    "UnitCorrected": {"reason": FREE},
    "UnitChanged": {"ground": FREE},
    "UnitEnded": {"ground": FREE},
    "UnitContinued": {"reason": FREE},
    "MandateGiven": {"ground": FREE},
    "PositionDescribed": {"ground": FREE},
    "PositionTemplateSet": {
        name: FREE for name in PLAN if name.startswith(("Result.", "Indicator."))
    },
    "MandateEnded": {"reason": FREE},
    "NIPTaken": {"nip": PERSONAL},
    "NIPReleased": {"nip": PERSONAL, "reason": FREE},
    "PersonRegistered": {"nip": PERSONAL, "name": PERSONAL},
    "PersonCorrected": {"nip": PERSONAL, "name": PERSONAL, "reason": FREE},
    "AssignmentCorrected": {"reason": FREE},
    "AssignmentExtended": {"reason": FREE},
    "AssignmentEnded": {"reason": FREE},
    "LeaveGranted": {"ground": FREE},
    "LeaveEnded": {"reason": FREE},
    "SKPDrafted": PLAN,
    "SKPAmendmentDrafted": PLAN | {"reason": FREE},
    "SKPRevised": PLAN,
    "SKPWithdrawn": {"reason": FREE},
    "SKPReturned": {"reason": FREE, "RowReason.reason": FREE},
    "SKPApproved": PLAN | {"reason": FREE},
    "SKPClosed": {"reason": FREE},
    "SKPCancelled": {"reason": FREE},
    "ProgressReported": {"realisation": FREE, "Evidence.title": FREE, "Evidence.link": FREE},
    "FeedbackGiven": {"text": FREE},
    "DevelopmentNeedIdentified": {"topic": FREE, "reason": FREE},
    "TrainingPlanned": {"title": FREE},
    "TrainingCompleted": {"Evidence.title": FREE, "Evidence.link": FREE},
    "ResultRated": {"reason": FREE},
    "BehaviourRated": {"reason": FREE},
    "Examined": {"minutes": FREE},
    "DisciplineCaseClosed": {"reason": FREE},
    "RecordPassedOver": {"why": FREE},
}


def marks(node: Any) -> set[str]:
    """The x-sealed marks anywhere in a field's schema."""
    if isinstance(node, dict):
        own = {node["x-sealed"]} if "x-sealed" in node else set()
        return own.union(*map(marks, node.values()))
    return set().union(*map(marks, node)) if isinstance(node, list) else set()


@by_event
def test_personal_and_free_text_fields_carry_their_mark_and_no_others(model: type[Event]) -> None:
    whole = schema(model)
    found = {
        f"{part}.{name}" if part else name: marks(field)
        for part, node in [("", whole), *whole.get("$defs", {}).items()]
        for name, field in node.get("properties", {}).items()
    }
    sealed = {name: mark for name, mark in found.items() if mark}
    assert sealed == {name: {mark} for name, mark in SEALED.get(model.__name__, {}).items()}


def test_a_sealed_field_is_a_plain_string_to_whoever_decides() -> None:
    for model in EVENTS:
        for path in SEALED.get(model.__name__, {}):
            part, _, name = path.rpartition(".")
            field = schema(model)
            field = (field["$defs"][part] if part else field)["properties"][name]
            kinds = [field, field.get("items", {}), *field.get("anyOf", [])]
            assert [kind["type"] for kind in kinds if "x-sealed" in kind] == ["string"]


def test_rendering_is_stable_and_keeps_letters_readable() -> None:
    assert generate.render({"b": "Ä", "a": 1}) == '{\n "a": 1,\n "b": "Ä"\n}\n'


@pytest.mark.parametrize("service", SERVICES)
def test_what_every_service_writes_is_about_the_same_in_each(service: str) -> None:
    """Evaluation's own events are about units."""
    assert (READINGS[service].about, READINGS[service].service) == ("person", service)
    assert (PASSED_OVER[service].about, PASSED_OVER[service].service) == ("subscription", service)
