"""OpenAPI and AsyncAPI as pages of the documentation's site (docs/site/conf.py): from the committed documents alone."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
Schema = Mapping[str, Any]
REFUSALS = {"HTTPValidationError", "ValidationError"}
"""What FastAPI says of a refusal; ours are problems (RFC 9457)."""


def openapi(service: str) -> str:
    """The endpoints of a service, and what goes in and out, in Markdown."""
    document = json.loads((ROOT / "openapi" / f"{service}.json").read_text())
    lines = ["## Endpoints"]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            lines += ["", f"### `{method.upper()} {path}`", "", *endpoint(operation)]
    lines += ["", "## What goes in and out"]
    for name, schema in document["components"]["schemas"].items():
        if name not in REFUSALS:
            lines += described(name, schema, 3)
    return "\n".join(lines) + "\n"


def endpoint(operation: Mapping[str, Any]) -> Iterator[str]:
    """What it does, and a line of what it takes and answers."""
    yield operation.get("description") or f"{operation['summary']}."
    yield ""
    takes = [kind(each["schema"]) for each in contents(operation.get("requestBody"))]
    asked = [each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"]
    answers = [kind(each.get("schema", {})) for each in contents(operation["responses"]["200"])]
    yield "; ".join(
        f"{name} {', '.join(each)}"
        for name, each in (
            ("Takes", takes),
            ("query", [f"`{each}`" for each in asked]),
            ("answers", answers),
        )
        if each
    )


def asyncapi() -> str:
    """Every event of every topic, in Markdown."""
    folder = ROOT / "contracts"
    document = json.loads((folder / "asyncapi.json").read_text())
    components = document["components"]
    lines = [*described("Headers of a record", components["schemas"]["headers"], 2)]
    lines += described("The record, a CloudEvent", components["schemas"]["record"], 2)
    for channel in document["channels"].values():
        lines += ["", f"## {channel['address']}", "", channel.get("description", "")]
        for message in channel["messages"].values():
            told = components["messages"][message["$ref"].rpartition("/")[2]]
            lines += ["", f"### {told['name']}", "", told.get("summary", "")]
            data = told["payload"].get("properties", {}).get("data")
            if data:
                schema = json.loads((folder / data["$ref"]).read_text())
                lines += fields(schema)
                for name, part in schema.get("$defs", {}).items():
                    lines += ["", f"`{name}`: {part.get('description', '')}", *fields(part)]
    return "\n".join(lines) + "\n"


def described(name: str, schema: Schema, level: int) -> list[str]:
    return ["", f"{'#' * level} {name}", "", schema.get("description", ""), *fields(schema)]


def fields(schema: Schema) -> list[str]:
    """A table of an object's fields; of anything else what it is."""
    if "properties" not in schema:
        return ["", kind(schema)]
    required = schema.get("required", ())
    lines = ["", "| field | is | |", "|---|---|---|"]
    for name, each in schema["properties"].items():
        notes = [] if name in required else ["may be absent"]
        notes += [f"else `{json.dumps(each['default'])}`"] if "default" in each else []
        notes += [f"sealed: {each['x-sealed']}"] if "x-sealed" in each else []
        notes += [each["description"]] if "description" in each else []
        lines.append(row(f"`{name}`", kind(each), "; ".join(notes)))
    return lines


def kind(schema: Schema) -> str:
    """What a value is, in words."""
    match schema:
        case {"$ref": str(reference)}:
            return f"`{reference.rpartition('/')[2]}`"
        case {"const": value}:
            return f"`{json.dumps(value)}`"
        case {"enum": values}:
            return " or ".join(f"`{json.dumps(value)}`" for value in values)
        case {"anyOf": among}:
            return " or ".join(kind(each) for each in among)
        case {"type": "array"}:
            return f"list of {kind(schema.get('items', {}))}"
        case {"type": str(name)}:
            return f"{name} ({schema['format']})" if "format" in schema else name
    return "anything"


def contents(part: Any) -> Iterator[Schema]:
    yield from (part or {}).get("content", {}).values()


def row(*cells: str) -> str:
    told = (" ".join(cell.split()).replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(told)} |"
