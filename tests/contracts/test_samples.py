"""A golden sample of every event version ever shipped: the bytes of a record of a real run.

Once here, a sample is not changed: that this code still reads it is what it proves.
"""

import json
import re
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from contracts.catalogue import EVENTS
from contracts.event import Event, Origin, encode
from contracts.generate import ASYNCAPI, HERE, SCHEMAS, file_name
from tests.contracts.records import SAMPLES, closed, sample

CONTEXT = ("id", "source", "specversion", "type")
"""Required by CloudEvents 1.0."""
by_event = pytest.mark.parametrize("model", EVENTS, ids=file_name)


def test_every_event_has_a_sample_and_every_sample_is_still_of_an_event() -> None:
    there = {path.name for path in SAMPLES.iterdir()}
    assert there == {file_name(model) for model in EVENTS}


@by_event
def test_the_sample_is_read_whole(model: type[Event]) -> None:
    found = sample(model)
    assert type(found.event) is model
    # What the sample says is what the event says; fields that came later have their defaults.
    assert found.event.model_dump(mode="json", exclude_unset=True) == found.document["data"]


def _known(written: Any, sample: Any) -> Any:
    """What is written, without the fields of objects that the sample does not know."""
    match written, sample:
        case dict(), dict():
            return {name: _known(written[name], sample[name]) for name in sample}
        case list(), list():
            return [_known(*each) for each in zip(written, sample, strict=True)]
    return written


@by_event
def test_the_sample_s_event_is_written_as_it_was(model: type[Event]) -> None:
    found = sample(model)
    said = found.document
    command, _, ordinal = found.id.rpartition("/")
    origin = Origin(
        command, found.actor, found.at, said["cause"], found.correlation,
        tuple(said["basis"].split()),
    )  # fmt: skip
    agency = urlsplit(said["source"]).path.split("/")[1]
    body = encode(
        found.event, origin, agency=agency, stream=found.stream, version=found.version,
        ordinal=int(ordinal), subject=found.subject,
    )  # fmt: skip
    again = json.loads(closed(body, said["recordedtime"]))
    assert again | {"data": said["data"]} == said
    # A field that came later is written with its default, beside what was there.
    assert _known(again["data"], said["data"]) == said["data"]


@by_event
def test_the_sample_is_a_cloudevent_1_0(model: type[Event]) -> None:
    document = sample(model).document
    attributes = {name: value for name, value in document.items() if name != "data"}
    assert all(isinstance(document[name], str) and document[name] for name in CONTEXT)
    assert document["specversion"] == "1.0"
    for name, value in attributes.items():
        assert re.fullmatch(r"[a-z0-9]{1,20}", name)
        assert isinstance(value, str) or (type(value) is int and -(2**31) <= value < 2**31), name
    for name in ("subject", "datacontenttype", "dataschema"):
        assert document[name], f"{name} is not empty if it is there"
    assert re.fullmatch(r"/[\w-]+/[a-z]+", document["source"])
    assert urlsplit(document["dataschema"]).scheme == "urn"
    for name in ("time", "recordedtime"):
        assert datetime.fromisoformat(document[name]).utcoffset() is not None


@by_event
def test_the_sample_keeps_what_is_published_of_it(model: type[Event]) -> None:
    """As a subscriber checks it, who has the documents and not this code."""
    message = f"{model.service}.{model.__name__}.v{model.version}"
    documents = Registry().with_resources(
        (
            path.relative_to(HERE).as_posix(),
            DRAFT202012.create_resource(json.loads(path.read_text())),
        )
        for path in (ASYNCAPI, *SCHEMAS.iterdir())
    )
    payload = {"$ref": f"asyncapi.json#/components/messages/{message}/payload"}
    published = Draft202012Validator(
        payload, registry=documents, format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    document = sample(model).document
    published.validate(document)
    for name in document:
        assert not published.is_valid({k: v for k, v in document.items() if k != name}), name
    for name in document["data"]:
        wrong = document["data"] | {name: 0.5}
        assert not published.is_valid(document | {"data": wrong}), name


@by_event
def test_the_sample_names_the_contract_it_keeps(model: type[Event]) -> None:
    document = sample(model).document
    assert document["type"] == model.wire_type()
    assert document["dataschema"] == model.schema_id()
    assert document["source"].endswith(f"/{model.service}")
    kind, _, id = document["stream"].partition("/")
    assert kind
    assert id
    assert document["version"] >= 1


def test_the_whole_chain_from_a_request_to_its_last_effect_is_in_the_samples() -> None:
    """A reaction's event names its cause; everything shares the correlation."""
    named = {model.__name__: sample(model) for model in EVENTS}
    closing, answered, reported = (
        named[name] for name in ("CycleClosed", "CycleFollowedUp", "CycleReported")
    )
    assert answered.document["cause"] == closing.id
    assert reported.document["cause"] == answered.id
    assert closing.correlation == answered.correlation == reported.correlation
