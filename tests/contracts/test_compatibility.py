"""A change that breaks a reader of a published version is caught; one that does not, is not."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts import generate
from contracts.catalogue import EVENTS
from contracts.generate import incompatible, schema
from contracts.planning import AssignmentStarted, PersonRegistered, SKPApproved
from contracts.rewards import RecognitionProposed

Change = Callable[[dict[str, Any]], object]


def changed(model: Any, change: Change) -> tuple[dict[str, Any], dict[str, Any]]:
    old = schema(model)
    new = copy.deepcopy(old)
    change(new)
    assert new != old
    return old, new


def result(new: dict[str, Any]) -> Any:
    return new["$defs"]["Result"]


BREAKING: dict[str, tuple[Any, Change, list[str]]] = {
    "a field removed": (
        PersonRegistered,
        lambda new: new["properties"].pop("nip"),
        ["nip: removed"],
    ),
    "a nested field removed": (
        SKPApproved,
        lambda new: result(new)["properties"].pop("serves"),
        ["Result.serves: removed"],
    ),
    "a new field that is required": (
        PersonRegistered,
        lambda new: (
            new["properties"].update(rank={"type": "string"}),
            new["required"].append("rank"),
        ),
        ["rank: newly required"],
    ),
    "a field newly required": (
        SKPApproved,
        lambda new: new["$defs"]["Indicator"]["required"].append("unit"),
        ["Indicator.unit: newly required"],
    ),
    "a nested field that is required for the first time": (
        SKPApproved,
        lambda new: new["$defs"]["Annexes"].update(required=["resources"]),
        ["Annexes.resources: newly required"],
    ),
    "a type": (
        PersonRegistered,
        lambda new: new["properties"]["person"].update(type="integer"),
        ['person: was {"type": "string"}, is {"type": "integer"}'],
    ),
    "a nested type": (
        SKPApproved,
        lambda new: result(new)["properties"]["id"].update(type="integer"),
        ['Result.id: was {"type": "string"}, is {"type": "integer"}'],
    ),
    "what may be null no more": (
        AssignmentStarted,
        lambda new: new["properties"].update(level={"type": "string"}),
        [
            'level: was {"anyOf": [{"type": "string"}, {"type": "null"}]}, is {"type": "string"}',
        ],
    ),
    "a format": (
        SKPApproved,
        lambda new: new["properties"]["start"].update(format="date-time"),
        [
            'start: was {"format": "date", "type": "string"}, '
            'is {"format": "date-time", "type": "string"}'
        ],
    ),
    "a value of an enumeration removed": (
        SKPApproved,
        lambda new: new["$defs"]["Value"]["enum"].remove("loyal"),
        ["Value: values changed: ['loyal']"],
    ),
    "a value of an enumeration added": (
        SKPApproved,
        lambda new: new["$defs"]["Value"]["enum"].append("new"),
        ["Value: values changed: ['new']"],
    ),
    "a value of a literal added": (
        PersonRegistered,
        lambda new: new["properties"]["status"]["enum"].append("honorer"),
        [
            'status: was {"enum": ["PNS", "CPNS", "PPPK", "official"], "type": "string"}, '
            'is {"enum": ["PNS", "CPNS", "PPPK", "official", "honorer"], "type": "string"}'
        ],
    ),
    "a constant": (
        RecognitionProposed,
        lambda new: new["properties"]["kind"].update(const="bonus"),
        [
            'kind: was {"const": "commendation", "type": "string"}, '
            'is {"const": "bonus", "type": "string"}'
        ],
    ),
    "what a list holds": (
        SKPApproved,
        lambda new: new["properties"]["results"]["items"].update({"$ref": "#/$defs/Indicator"}),
        [
            'results: was {"items": {"$ref": "#/$defs/Result"}, "type": "array"}, '
            'is {"items": {"$ref": "#/$defs/Indicator"}, "type": "array"}'
        ],
    ),
    "what an absent field is": (
        SKPApproved,
        lambda new: new["$defs"]["Indicator"]["properties"]["unit"].update(default="dokumen"),
        [
            'Indicator.unit: was {"anyOf": [{"type": "string"}, {"type": "null"}], "default": null}, '
            'is {"anyOf": [{"type": "string"}, {"type": "null"}], "default": "dokumen"}'
        ],
    ),
    "a seal lost": (
        PersonRegistered,
        lambda new: new["properties"]["name"].pop("x-sealed"),
        ["name: no longer sealed"],
    ),
    "a seal lost inside": (
        SKPApproved,
        lambda new: result(new)["properties"]["serves"]["anyOf"][0].pop("x-sealed"),
        ["Result.serves: no longer sealed"],
    ),
    "several at once": (
        SKPApproved,
        lambda new: (new["properties"].pop("unit"), result(new)["properties"].pop("kind")),
        ["Result.kind: removed", "unit: removed"],
    ),
}


@pytest.mark.parametrize("name", BREAKING)
def test_a_breaking_change_is_told_in_words(name: str) -> None:
    model, change, told = BREAKING[name]
    assert incompatible(*changed(model, change)) == told


@pytest.mark.parametrize(
    "change",
    [
        lambda new: new["properties"].update(note={"type": "string", "default": ""}),
        lambda new: result(new)["properties"].update(weight={"type": "integer", "default": 1}),
        lambda new: new["properties"]["skp"].update(title="SKP", description="the plan"),
        lambda new: new.update(description="in other words"),
        lambda new: new["$defs"].update(New={"type": "object"}),
        lambda new: new["properties"]["by"].update({"x-sealed": "personal"}),
    ],
    ids=[
        "a new optional field",
        "a nested one",
        "a field's words",
        "words",
        "a new part",
        "a seal",
    ],
)
def test_a_change_that_readers_can_bear_is_none(change: Change) -> None:
    assert incompatible(*changed(SKPApproved, change)) == []


def test_an_unchanged_schema_is_compatible() -> None:
    for model in EVENTS:
        assert incompatible(schema(model), schema(model)) == []


@pytest.fixture
def committed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of what has been published, for `python -m contracts.generate` to write to."""
    monkeypatch.setattr(generate, "SCHEMAS", tmp_path / "schemas")
    monkeypatch.setattr(generate, "ASYNCAPI", tmp_path / "asyncapi.json")
    return tmp_path


def test_generating_writes_what_is_committed(committed: Path) -> None:
    assert generate.main() == 0
    for path in committed.rglob("*.json"):
        assert path.read_text() == (generate.HERE / path.relative_to(committed)).read_text()
    assert len(list(committed.rglob("*.json"))) == len(EVENTS) + 1


def test_generating_refuses_to_break_what_is_published_and_writes_nothing(
    committed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    generate.main()
    path = committed / "schemas" / generate.file_name(PersonRegistered)
    published = schema(PersonRegistered)
    published["properties"]["rank"] = {"type": "string"}
    path.write_text(json.dumps(published))
    (committed / "asyncapi.json").unlink()
    assert generate.main() == 1
    assert "planning.PersonRegistered.v1.json: rank: removed" in capsys.readouterr().err
    assert json.loads(path.read_text()) == published
    assert not (committed / "asyncapi.json").exists()
