"""An event and its record: what is written is what is read."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError, to_jsonable_python

from contracts.catalogue import EVENTS, MODELS
from contracts.event import Event, MalformedRecord, Recorded, UnknownType, by_wire_type, encode
from contracts.planning import PersonRegistered, SKPSubmitted
from tests.contracts.records import ORIGIN, closed, instances, recorded, sample

by_event = pytest.mark.parametrize("model", EVENTS, ids=lambda model: model.__name__)
SUBMITTED = SKPSubmitted(skp="s1", person="sri")
NEWER = "kinerja.planning.SKPSubmitted.v2"


@by_event
def test_any_valid_event_comes_back_from_its_record(model: type[Event]) -> None:
    @settings(max_examples=25)
    @given(instances(model))
    def comes_back(event: Event) -> None:
        found = recorded(event)
        assert found.event == event
        assert type(found.event) is model
        assert json.loads(found.record)["data"] == event.model_dump(mode="json")

    comes_back()


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "\x00", "\x1f\x7f\x9f", '"\\/\b\f\n\r\t', "\u2028\u2029", "\ufeffbom", "\uffff",
        "e\u0301 é", "שלום ‮עולם", "👩‍👩‍👧‍👦🇮🇩", "\U0010ffff", "ꦲꦏ꧀ꦱꦫꦗꦮ", "</script>", "' or 1=1 --",
    ],
    ids=ascii,
)  # fmt: skip
def test_odd_text_comes_back_as_it_was(text: str) -> None:
    person = PersonRegistered(person="sri", nip="1", name=text, status="PNS")
    assert recorded(person).event == person


def test_what_is_no_unicode_is_not_written() -> None:
    person = PersonRegistered(person="sri", nip="1", name="\ud800", status="PNS")
    with pytest.raises(PydanticSerializationError):
        recorded(person)


# Unknown fields: refused when writing, ignored when reading, in every object of every event.


def extended(value: Any, nth: int | None = None) -> tuple[Any, int]:
    """JSON data of an event in which the nth of its objects (or all) has a field that nobody
    knows; and how many objects it has."""
    seen = 0

    def walk(value: Any) -> Any:
        nonlocal seen
        if isinstance(value, BaseModel):
            here, seen = seen, seen + 1
            fields = {name: walk(getattr(value, name)) for name in type(value).model_fields}
            return fields | ({"invented": {"later": [1]}} if nth in (None, here) else {})
        if isinstance(value, tuple):
            return [walk(item) for item in value]
        return to_jsonable_python(value)

    return walk(value), seen


@by_event
def test_a_reader_ignores_fields_that_it_does_not_know(model: type[Event]) -> None:
    event = sample(model).event
    document = json.loads(recorded(event).record)
    document["data"], _ = extended(event)
    document["invented"] = "an attribute of a later version"
    assert Recorded(json.dumps(document).encode(), 1, MODELS).event == event


@by_event
def test_a_writer_is_refused_fields_that_the_contract_does_not_know(model: type[Event]) -> None:
    event = sample(model).event
    _, objects = extended(event)
    for nth in range(objects):
        data, _ = extended(event, nth)
        with pytest.raises(ValidationError) as no:
            model.model_validate(data)
        assert [error["type"] for error in no.value.errors()] == ["extra_forbidden"]


def test_there_are_nested_objects_among_those_tested() -> None:
    counts = {model.__name__: extended(sample(model).event)[1] for model in EVENTS}
    nested = {name for name, count in counts.items() if count > 1}
    assert nested == {
        "SKPDrafted", "SKPAmendmentDrafted", "SKPRevised", "SKPApproved", "ProgressReported", "TrainingCompleted",
        "DisciplineCaseOpened", "SanctionIssued", "CycleReported", "AgreementSet", "AgreementAmended",
        "CellsPut", "PositionTemplateSet",
    }  # fmt: skip


# Frozen


@by_event
def test_an_event_is_frozen(model: type[Event]) -> None:
    event = sample(model).event
    for name in model.model_fields:
        with pytest.raises(ValidationError, match="frozen"):
            setattr(event, name, getattr(event, name))


# Attributes

MOROCCO = ZoneInfo("Africa/El_Aaiun")  # at this hour its clock was put forward


@settings(max_examples=50)
@given(
    at=st.datetimes(min_value=datetime(2000, 1, 1), timezones=st.timezones()),
    text=st.lists(st.text(min_size=1), min_size=4, max_size=4),
    basis=st.lists(st.from_regex(r"[a-z]+:[a-z]+/[a-z0-9]+@[1-9]", fullmatch=True)),
    version=st.integers(min_value=1, max_value=2**31 - 1),
)
@example(at=datetime(2022, 3, 27, 2, tzinfo=MOROCCO), text=["0"] * 4, basis=[], version=1)
def test_every_attribute_comes_back(
    at: datetime, text: list[str], basis: list[str], version: int
) -> None:
    command, actor, cause, correlation = text
    origin = ORIGIN._replace(
        command=command, actor=actor, at=at, cause=cause, correlation=correlation,
        basis=tuple(basis),
    )  # fmt: skip
    found = recorded(SUBMITTED, origin, version)
    assert (found.id, found.actor, found.correlation) == (f"{command}/1", actor, correlation)
    # Within the hour that a clock skips or repeats, times of two zones are never equal (PEP 495).
    assert found.at.astimezone(UTC) == at.astimezone(UTC)
    assert found.at.utcoffset() == at.utcoffset()
    assert (found.stream, found.version, found.subject) == ("kind/id", version, "sri")
    assert (found.type, found.service, found.position) == (
        "kinerja.planning.SKPSubmitted.v1", "planning", version,
    )  # fmt: skip
    assert found.document["basis"].split() == basis
    assert found.document["cause"] == cause


def test_business_time_and_recorded_time_are_two_things() -> None:
    at = datetime(2026, 1, 12, 9, 0, tzinfo=timezone(timedelta(hours=7)))
    body = encode(
        SUBMITTED, ORIGIN._replace(at=at), agency="a", stream="s/1", version=1, ordinal=1,
        subject="sri",
    )  # fmt: skip
    found = Recorded(closed(body, "2026-11-24T12:20:58.827065Z"), 7, MODELS)
    assert found.at == datetime(2026, 1, 12, 2, 0, tzinfo=UTC)
    assert found.document["time"] == "2026-01-12T09:00:00+07:00"
    assert found.recorded == datetime(2026, 11, 24, 12, 20, 58, 827065, tzinfo=UTC)


def test_what_nothing_led_to_correlates_with_itself() -> None:
    assert recorded(SUBMITTED, ORIGIN._replace(correlation="")).correlation == ORIGIN.command


def test_a_record_is_kept_as_the_bytes_it_came_in() -> None:
    spaced = recorded(SUBMITTED).record.replace(b",", b" ,\n")
    assert Recorded(spaced, 1, MODELS).record == spaced


# Malformed


@pytest.mark.parametrize(
    "record",
    [b"", b"{", b"\xff\xfe", b"null", b"7", b'"x"', b"[]", b"[1]", b"{}", b'{"type": []}',
     b'{"type": 7, "stream": "s/1", "version": 1, "subject": "s", "data": {}}',
     b'{"type": "x", "stream": 7, "version": 1, "subject": "s", "data": {}}',
     b'{"type": "x", "stream": "s/1", "version": "1", "subject": "s", "data": {}}',
     b'{"type": "x", "stream": "s/1", "version": true, "subject": "s", "data": {}}'],
)  # fmt: skip
def test_what_is_no_record_is_malformed(record: bytes) -> None:
    with pytest.raises(MalformedRecord):
        Recorded(record, 1, MODELS)


@pytest.mark.parametrize("attribute", ["type", "stream", "version", "subject", "data"])
def test_a_record_without_what_a_reader_needs_is_malformed(attribute: str) -> None:
    document = json.loads(recorded(SUBMITTED).record)
    del document[attribute]
    with pytest.raises(MalformedRecord, match=attribute):
        Recorded(json.dumps(document).encode(), 1, MODELS)


def of_type(type_: str) -> Recorded:
    record = recorded(SUBMITTED).record.replace(b"kinerja.planning.SKPSubmitted.v1", type_.encode())
    return Recorded(record, 1, MODELS)


@pytest.mark.parametrize("type_", [NEWER, "kinerja.planning.Nothing.v1", "SKPSubmitted"])
def test_of_an_unknown_type_or_version_there_are_the_attributes_alone(type_: str) -> None:
    found = of_type(type_)
    assert (found.type, found.stream, found.version) == (type_, "kind/id", 1)
    for typed in ("event", "model", "service"):
        with pytest.raises(UnknownType, match=f"{type_} is of a newer program"):
            getattr(found, typed)


def test_an_unknown_type_is_none_of_those_that_are_asked_for_and_an_unknown_version_may_be() -> (
    None
):
    assert recorded(SUBMITTED).is_one_of([SKPSubmitted])
    assert not recorded(SUBMITTED).is_one_of([PersonRegistered])
    assert not of_type("kinerja.planning.Nothing.v1").is_one_of(EVENTS)
    assert not of_type("kinerja.monitoring.SKPSubmitted.v2").is_one_of(EVENTS)
    assert not of_type(NEWER).is_one_of([PersonRegistered])
    with pytest.raises(UnknownType, match=NEWER):
        of_type(NEWER).is_one_of([PersonRegistered, SKPSubmitted])


@pytest.mark.parametrize("data", [None, [], {"skp": "s1"}, {"skp": "s1", "person": 7}])
def test_data_that_breaks_the_contract_is_malformed_when_it_is_asked_for(data: Any) -> None:
    document = json.loads(recorded(SUBMITTED).record) | {"data": data}
    found = Recorded(json.dumps(document).encode(), 1, MODELS)
    assert found.stream == "kind/id"
    with pytest.raises(MalformedRecord, match=r"kinerja\.planning\.SKPSubmitted\.v1"):
        _ = found.event


def test_a_malformed_record_tells_where_but_not_what() -> None:
    person = PersonRegistered(person="sri", nip="198001012005012001", name="Sri", status="PNS")
    record = recorded(person).record.replace(b'"PNS"', b'"secret"')
    with pytest.raises(MalformedRecord) as no:
        _ = Recorded(record, 1, MODELS).event
    assert "status" in str(no.value)
    assert "secret" not in str(no.value)


# Names


def test_a_name_on_the_wire_is_service_event_and_version() -> None:
    class SKPSubmittedAgain(SKPSubmitted):
        version = 2

    assert SKPSubmittedAgain.wire_type() == "kinerja.planning.SKPSubmittedAgain.v2"
    assert SKPSubmittedAgain.schema_id() == "urn:kinerja:schema:planning:SKPSubmittedAgain:2"
    assert by_wire_type([SKPSubmitted]) == {"kinerja.planning.SKPSubmitted.v1": SKPSubmitted}


def test_no_two_events_share_a_name() -> None:
    assert len(MODELS) == len(EVENTS) == len(set(EVENTS))
