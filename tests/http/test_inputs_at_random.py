"""Anything at all, at every endpoint: requests made from OpenAPI, half of them spoiled.

What is accepted changes the agency: what stands on it comes before (in order of the files' names).
"""

import json
import string
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deploy.local.verification import verify
from tests.http.api import Api
from tests.http.endpoints import ACTORS, OPENAPI, OPERATIONS, ROWS
from tests.http.world import PERSONNEL, person

pytestmark = pytest.mark.integration

EXAMPLES = 20
EXPECTED = {200, 400, 401, 403, 404, 405, 409, 413, 422}


KEPT = {"chief.a"}
"""What is changed by nobody: it makes chief the head of the unit, on which the tests after this one rest."""


def _telling() -> dict[str, list[Any]]:
    """By name of field or id: values that the table of endpoints has, so that a request goes far."""
    found: dict[str, list[Any]] = {}

    def collect(name: str, value: Any) -> None:
        if isinstance(value, dict):
            for each, inner in value.items():
                collect(each, inner)
        elif isinstance(value, list):
            for inner in value:
                collect(name, inner)
        elif value not in KEPT and value not in found.setdefault(name, []):
            found[name].append(value)

    for row in ROWS:
        collect("", [row.ids, row.body])
    return found


TELLING = _telling()
MAY = {(row.service, row.method, row.path): row.may for row in ROWS}

# Characters that break things: NUL, escape, half a character, right-to-left, a joined emoji.
characters = st.one_of(
    st.characters(), st.sampled_from("\0\x1b\x7f\ud800\udfff\u202e\ufeff\uffff'\"\\%{}</\n\r;"),
    st.sampled_from(string.ascii_letters),
)  # fmt: skip
junk: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.integers(min_value=2**62), st.floats(),
        st.text(characters, max_size=20), st.just("x" * 5000), st.just(10**500),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(characters, max_size=8), inner, max_size=3)
    ),
    max_leaves=5,
)  # fmt: skip
SPOILED = 12
"""One value of so many is junk, where any is."""


@dataclass(frozen=True)
class Body:
    """Values of one service's JSON Schemas; some are junk if `spoiled`."""

    schemas: dict[str, Any]
    spoiled: bool

    def of(self, schema: dict[str, Any], name: str = "") -> st.SearchStrategy[Any]:
        if not self.spoiled:
            return self._valid(schema, name)
        return st.integers(1, SPOILED).flatmap(
            lambda n: junk if n == 1 else self._valid(schema, name)
        )

    def _valid(self, schema: dict[str, Any], name: str) -> st.SearchStrategy[Any]:
        if reference := schema.get("$ref"):
            return self._valid(self.schemas[reference.rpartition("/")[2]], name)
        if "const" in schema:
            return st.just(schema["const"])
        if "enum" in schema:
            return st.sampled_from(schema["enum"])
        if "anyOf" in schema:
            return st.one_of(*(self.of(each, name) for each in schema["anyOf"]))
        match schema.get("type"):
            case "null":
                return st.none()
            case "boolean":
                return st.booleans()
            case "integer":
                return st.integers(schema.get("minimum"), schema.get("maximum"))
            case "string":
                return st.one_of(st.sampled_from(TELLING.get(name, ["x"])), _string(schema))
            case "array":
                most = min(3, schema.get("maxItems", 3))
                return st.lists(self.of(schema["items"], name), min_size=1, max_size=most)
            case "object" if "properties" not in schema:  # what is in it, OpenAPI does not say
                return st.just({"months": 3}) | st.dictionaries(
                    st.text(characters), junk, max_size=2
                )
            case "object":
                fields = {n: self.of(each, n) for n, each in schema["properties"].items()}
                required = {n: fields.pop(n) for n in schema.get("required", ())}
                return st.fixed_dictionaries(required, optional=fields)
        raise NotImplementedError(schema)


def _string(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    match schema.get("format"):
        case "date":
            return st.dates().map(str)
        case "uri":
            return st.sampled_from(["http://[::1]/", "https://é.go.id/\u202e"])
    if pattern := schema.get("pattern"):
        return st.from_regex(pattern, fullmatch=True)
    return st.text(characters, min_size=1, max_size=20)


# What a client library sends at all; the rest is in test_input, byte by byte.
header = st.text(
    st.characters(codec="latin-1", min_codepoint=32, exclude_categories=["Cc"]), max_size=30
)
instants = st.datetimes().map(lambda at: at.isoformat() + "Z")
HEADERS: dict[str, st.SearchStrategy[str]] = {
    "Idempotency-Key": st.one_of(st.uuids().map(str), header),
    "If-Match": st.one_of(st.integers(0, 4).map(lambda n: f'"{n}"'), header),
    # Only what is there or is malformed: for what never comes, a request waits.
    "At-Least": st.one_of(st.just("planning:0@1"), header.map(lambda h: f"({h}")),
    "X-Correlation-Id": header,
    "Simulated-Time": st.one_of(st.just("2026-10-27T09:00:00+07:00"), instants, header),
    "Authorization": header,
    "Content-Type": st.sampled_from(["application/json", "application/x+json", "text/plain", "x"]),
    "Content-Encoding": st.sampled_from(["gzip", "br"]),
    "Accept": header,
    "Host": header,
}


@st.composite
def requests(draw: st.DrawFn, service: str, method: str, path: str) -> dict[str, Any]:
    document = OPENAPI[service]
    operation = document["paths"][path][method.lower()]
    spoiled = draw(st.booleans())
    ids: dict[str, str] = {}
    query: list[str] = []
    for parameter in operation.get("parameters", ()):
        known, anything = TELLING.get(parameter["name"], ["x"]), st.text(characters, min_size=1)
        text = draw(anything if spoiled and draw(st.booleans()) else st.sampled_from(known))
        quoted = quote(str(text).encode("utf-8", "surrogatepass"), safe="")
        if parameter["in"] == "path":
            ids[parameter["name"]] = quoted
        else:
            query.append(f"{parameter['name']}={quoted}")
    how: dict[str, Any] = {"path": path.format_map(ids) + "?" * bool(query) + "&".join(query)}
    content = operation.get("requestBody", {}).get("content", {})
    if "application/octet-stream" in content:
        how["data"] = draw(st.binary(max_size=100))
    elif content:
        schema = content["application/json"]["schema"]
        body = json.dumps(
            draw(Body(document["components"]["schemas"], spoiled).of(schema))
        ).encode()
        cut = spoiled and draw(st.integers(1, SPOILED)) == 1
        how["data"] = body[: len(body) // 2] if cut else body
    said = draw(st.fixed_dictionaries({}, optional=HEADERS)) if spoiled else {}
    how["headers"] = {"Content-Type": "application/json"} | {
        name: value.strip() for name, value in said.items()
    }
    anybody = spoiled and draw(st.booleans())
    roles = tuple(ACTORS) if anybody else MAY[service, method, path]
    how |= draw(st.sampled_from([ACTORS[role] for role in roles]))
    return how


@pytest.mark.parametrize(("service", "method", "path"), OPERATIONS)
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_every_answer_is_one_of_ours(
    api: Api, service: str, method: str, path: str, data: st.DataObject
) -> None:
    request = data.draw(requests(service, method, path))
    answer = await api.ask(service, method, **request)
    assert answer.status in EXPECTED, answer
    if answer.status != 200:
        assert answer.problem["status"] == answer.status


async def test_nothing_accepted_has_hurt_a_log_or_a_view(api: Api) -> None:
    """After all of it: every hash chain verifies, every view equals a replay, nothing stands still."""
    marker = {"people": [person(f"p{uuid4().hex[:8]}")]}
    receipts = await api.do("planning", "/directory", marker, **PERSONNEL)
    for service in OPENAPI:
        seen = {"At-Least": receipts[0]["at_least"]}
        await api.see(service, "/people/worker/history", headers=seen, **PERSONNEL)
        assert (await api.see(service, "/status"))["stopped"] == []
        await api.until(service, "/status", lambda status: not status["trouble"])
    findings = await verify(api.stack)
    assert not findings.faults
    assert findings.events > 50
    assert findings.views > 15
