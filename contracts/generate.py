"""Write the JSON Schemas and the AsyncAPI 3 document that are committed beside this file.

`python -m contracts.generate` refuses a change that would break a reader of an event version that
is already published: such a change needs a new version.
"""

import json
import sys
from pathlib import Path
from typing import Any

from contracts.catalogue import EVENTS, SERVICES
from contracts.event import Event
from contracts.topics import CHECKPOINTS, PARTITIONS, topic

HERE = Path(__file__).parent
SCHEMAS = HERE / "schemas"
ASYNCAPI = HERE / "asyncapi.json"


def file_name(model: type[Event]) -> str:
    return f"{model.service}.{model.__name__}.v{model.version}.json"


def schema(model: type[Event]) -> dict[str, Any]:
    """JSON Schema of an event's data. Readers ignore unknown fields, so these are allowed."""
    found = model.model_json_schema(mode="serialization")
    _allow_unknown(found)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": model.schema_id(),
    } | found


def _allow_unknown(node: Any) -> None:
    if isinstance(node, dict):
        if node.get("additionalProperties") is False:
            del node["additionalProperties"]
        for child in node.values():
            _allow_unknown(child)
    elif isinstance(node, list):
        for child in node:
            _allow_unknown(child)


RECORD = {
    "specversion": {"const": "1.0"},
    "id": {"type": "string", "description": "the command and which of its events; unique"},
    "source": {"type": "string", "description": "/agency/service"},
    "type": {"type": "string", "description": "name and version of the event"},
    "subject": {"type": "string", "description": "the person or unit it is about"},
    "time": {"type": "string", "format": "date-time", "description": "when it was decided"},
    "datacontenttype": {"const": "application/json"},
    "dataschema": {"type": "string", "format": "uri"},
    "stream": {"type": "string", "description": "what has changed: kind/id"},
    "version": {"type": "integer", "minimum": 1, "description": "of the stream, without gaps"},
    "command": {"type": "string", "description": "what led to it; given again, it adds nothing"},
    "actor": {"type": "string", "description": "opaque id of who decided"},
    "cause": {"type": "string", "description": "id of the event that led to it, or empty"},
    "correlation": {"type": "string", "description": "shared from first request to last effect"},
    "basis": {
        "type": "string",
        "description": "facts outside its own stream it rests on: service:stream@version",
    },
    "data": {"type": "object"},
    "recordedtime": {
        "type": "string",
        "format": "date-time",
        "description": "when the log took it",
    },
}
"""The attributes of every record: CloudEvents 1.0 and its extensions."""

HEADERS = {
    "type": {"type": "string", "description": "as in the record"},
    "position": {"type": "string", "description": "in the log, decimal; without gaps"},
    "after": {
        "type": "string",
        "description": (
            "the link of the record before it in this partition; 32 bytes. A record's link is the SHA-256"
            " of: after, its position (8 bytes, big-endian), the length of its key (4), its key, its value."
            " The first follows the SHA-256 of 'kinerja partition\\0TOPIC/PARTITION'"
        ),
    },
}
"""Beside every record in Kafka."""

SIGNATURE = {
    "key": {"type": "string", "description": "id of the key: its thumbprint (RFC 7638)"},
    "signature": {
        "type": "string",
        "description": (
            "Ed25519 (RFC 8032), 64 bytes, of 'kinerja link\\0', the record's link, 'TOPIC/PARTITION'; by a"
            " key that the service tells at /keys. It proves this record and all that its links reach"
            " back to; what none reaches back to is not the log's"
        ),
    },
}
"""Beside the last record of each batch, and at times of others."""


def asyncapi() -> dict[str, Any]:
    """AsyncAPI 3.0: a channel per service, a message per event version."""
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    for service in SERVICES:
        own = [model for model in EVENTS if model.service == service]
        for model in own:
            messages[f"{service}.{model.__name__}.v{model.version}"] = {
                "name": model.wire_type(),
                "summary": (model.__doc__ or model.__name__).strip().splitlines()[0],
                "contentType": "application/cloudevents+json",
                "headers": {"$ref": "#/components/schemas/headers"},
                "payload": {
                    "allOf": [{"$ref": "#/components/schemas/record"}],
                    "properties": {
                        "type": {"const": model.wire_type()},
                        "dataschema": {"const": model.schema_id()},
                        "data": {"$ref": f"./schemas/{file_name(model)}"},
                    },
                },
            }
        channels[service] = {
            "address": topic(service),
            "bindings": {
                "kafka": {"partitions": PARTITIONS, "topicConfiguration": {"retention.ms": -1}}
            },
            "messages": {
                f"{m.__name__}.v{m.version}": {
                    "$ref": f"#/components/messages/{service}.{m.__name__}.v{m.version}"
                }
                for m in own
            },
        }
        operations[f"receive-{service}"] = {
            "action": "receive",
            "channel": {"$ref": f"#/channels/{service}"},
        }
    channels["checkpoints"] = {
        "address": CHECKPOINTS,
        "messages": {"checkpoint": {"$ref": "#/components/messages/checkpoint"}},
    }
    operations["receive-checkpoints"] = {
        "action": "receive",
        "channel": {"$ref": "#/channels/checkpoints"},
    }
    messages["checkpoint"] = {
        "name": "checkpoint",
        "summary": "What a log held at a size, signed: a C2SP tlog-checkpoint, keyed by its origin.",
        "contentType": "text/plain",
        "payload": {"type": "string"},
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Kinerja events",
            "version": "1.0.0",
            "description": "One CloudEvents 1.0 document an event (structured mode), keyed by subject.",
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": channels,
        "operations": operations,
        "components": {
            "messages": messages,
            "schemas": {
                "record": _object(RECORD),
                "headers": _object(HEADERS, **SIGNATURE),
            },
        },
    }


def _object(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    properties = {**required, **optional}
    return {"type": "object", "required": list(required), "properties": properties}


def incompatible(old: dict[str, Any], new: dict[str, Any], at: str = "") -> list[str]:
    """What a reader of `old` could not bear in `new`, in words."""
    found = []
    olds, news = old.get("properties", {}), new.get("properties", {})
    found += [f"{at}{name}: removed" for name in olds.keys() - news.keys()]
    found += [
        f"{at}{name}: newly required"
        for name in set(new.get("required", ())) - set(old.get("required", ()))
    ]
    for name in olds.keys() & news.keys():
        if _shape(olds[name]) != _shape(news[name]):
            found.append(f"{at}{name}: was {_shape(olds[name])}, is {_shape(news[name])}")
        if _SEALED in json.dumps(olds[name]) and _SEALED not in json.dumps(news[name]):
            found.append(f"{at}{name}: no longer sealed")
    for name, part in old.get("$defs", {}).items():
        if (other := new.get("$defs", {}).get(name)) is not None:
            found += incompatible(part, other, f"{at}{name}.")
            if gone := set(part.get("enum", ())) ^ set(other.get("enum", ())):
                found.append(f"{at}{name}: values changed: {sorted(gone)}")
    return sorted(found)


_SEALED = "x-sealed"


def _shape(node: dict[str, Any]) -> str:
    """What a reader relies on: its type and, where it may be absent, what it then is."""
    return json.dumps(_bare(node), sort_keys=True)


def _bare(node: Any) -> Any:
    if isinstance(node, list):
        return [_bare(child) for child in node]
    if isinstance(node, dict):
        words = ("title", "description", _SEALED)
        return {name: _bare(child) for name, child in node.items() if name not in words}
    return node


def render(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def documents() -> dict[Path, str]:
    """What must be committed, by path."""
    return {SCHEMAS / file_name(model): render(schema(model)) for model in EVENTS} | {
        ASYNCAPI: render(asyncapi())
    }


def main() -> int:
    broken = [
        f"{path.name}: {change}"
        for model in EVENTS
        if (path := SCHEMAS / file_name(model)).exists()
        for change in incompatible(json.loads(path.read_text()), schema(model))
    ]
    if broken:
        print("These changes need a new event version:", *broken, sep="\n  ", file=sys.stderr)
        return 1
    SCHEMAS.mkdir(exist_ok=True)
    for path, text in documents().items():
        path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
