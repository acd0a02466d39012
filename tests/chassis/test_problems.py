"""What a refusal tells the client, and what the log."""

import json
from typing import Any

import pytest
from structlog.testing import capture_logs

from chassis import problems
from chassis.problems import ANSWERS, MAX_ERRORS, pointer
from law.refusal import Refused, must_be_none
from tests.chassis.asgi import ask, build


async def test_every_field_that_is_wrong_is_told() -> None:
    body = {
        "name": "\u200b",
        "lines": [{"text": ""}, {"text": "a", "on": 0}, {}, {"text": "a", "more/~": 1}],
    }
    said = await ask(build(), "POST", "/sheets", body)
    assert (said.status, said.code) == (400, "malformed-request")
    assert [(error["pointer"], error["code"]) for error in said.body["errors"]] == [
        ("#/name", "name_invisible"),
        ("#/lines/0/text", "string_too_short"),
        ("#/lines/1/on", "day"),
        ("#/lines/2/text", "missing"),
        ("#/lines/3/more~1~0", "extra_forbidden"),
    ]
    assert all(error["detail"] for error in said.body["errors"])
    assert said.body["field"] == "body.name"
    assert said.body["detail"].startswith("5 errors; the first: ")


async def test_values_are_not_sent_back() -> None:
    for value in ("rahasia\0", {"rahasia": ["rahasia"]}, ["rahasia"]):
        body = {"name": value, "lines": [{"text": value, "on": value}, [value]]}
        said = await ask(build(), "POST", "/sheets", body)
        assert said.status == 400
        assert b"rahasia" not in said.content


async def test_a_directory_full_of_errors_is_answered_in_short() -> None:
    said = await ask(build(), "POST", "/directory", {"lines": [{}] * 5000})
    assert len(said.body["errors"]) == MAX_ERRORS
    assert said.body["detail"].startswith("5000 errors")


async def test_what_is_not_in_the_body_is_told_by_name() -> None:
    said = await ask(build(), "GET", "/whoami", query="n=x")
    (error,) = said.body["errors"]
    assert (error["in"], error["name"], error["code"]) == ("query", "n", "int_parsing")
    said = await ask(build(), "GET", "/refusals/bad")
    (error,) = said.body["errors"]
    assert (error["in"], error["name"]) == ("header", "If-Match")


def test_all_that_a_rule_finds_is_told_by_where_it_is() -> None:
    found = [
        Refused("no-main-result", "None is", article="Art 9", field="results"),
        Refused("no-aspect", "It has none", field="results.0.indicators.1.aspect"),
    ]
    with pytest.raises(Refused) as refused:
        must_be_none(found)
    told = json.loads(bytes(ANSWERS[Refused](refused.value).body))
    assert (told["type"], told["field"]) == ("urn:kinerja:problem:no-main-result", "results")
    assert told["errors"] == [
        {"pointer": "#/results", "code": "no-main-result", "detail": "None is", "article": "Art 9"},
        {
            "pointer": "#/results/0/indicators/1/aspect",
            "code": "no-aspect",
            "detail": "It has none",
        },
    ]
    with pytest.raises(Refused) as refused:
        must_be_none(found[:1])
    assert "errors" not in json.loads(bytes(ANSWERS[Refused](refused.value).body))
    must_be_none([])


def test_a_pointer_passes_over_what_is_no_part_of_the_body() -> None:
    """Pydantic's path names the alternatives of a union, too."""
    error = {
        "loc": ("body", "rows", 0, "Person", "nip"),
        "type": "missing",
        "msg": "Field required",
    }
    told = problems._field_error(error, {"rows": [{"kind": "Person"}]})
    assert told["pointer"] == "#/rows/0/nip"


def test_the_one_message_that_holds_a_value_does_not() -> None:
    error = {
        "loc": ("body",), "type": "union_tag_invalid", "msg": "Input tag 'rahasia' found",
        "ctx": {"tag": "rahasia", "expected_tags": "'a', 'b'"},
    }  # fmt: skip
    assert problems._field_error(error, {})["detail"] == "Input should be one of 'a', 'b'"


@pytest.mark.parametrize(
    ("path", "told"),
    [([], "#"), (["a", 0], "#/a/0"), (["a/b~"], "#/a~1b~0"), ([""], "#/"), (["\ud800"], "#/%ED%A0%80"), (["é%"], "#/%C3%A9%25")],
)  # fmt: skip
def test_a_pointer(path: list[Any], told: str) -> None:
    assert pointer(path) == told


LOGGED = {
    "forbidden": (403, "forbidden", "sri is not the appraiser of a1"),
    "refused": (422, "final", None),
    "bad": (400, "malformed-request", None),
    "absent": (404, "not-found", None),
    "newer": (503, "newer-program", None),
}


@pytest.mark.parametrize("kind", LOGGED)
async def test_every_refusal_is_logged(kind: str) -> None:
    status, code, reason = LOGGED[kind]
    with capture_logs() as lines:
        said = await ask(build(), "GET", f"/refusals/{kind}")
    assert (said.status, said.code) == (status, code)
    (line,) = lines
    assert line == {
        "event": "refused", "log_level": "info", "status": status, "code": code, "method": "GET",
        "path": f"/refusals/{kind}", "actor": "actor-good", "reason": reason,
    }  # fmt: skip
    if kind == "forbidden":
        assert said.body == {"type": "urn:kinerja:problem:forbidden", "title": "Not allowed", "status": 403}  # fmt: skip


async def test_also_who_is_not_let_in_and_what_is_malformed() -> None:
    with capture_logs() as lines:
        await ask(build(), "GET", "/whoami", token="bad-secret")
        await ask(build(), "POST", "/sheets", {"name": ["rahasia"]}, query="name=rahasia")
        await ask(build(), "POST", "/sheets", b"x" * 100_000)
        await ask(build(), "GET", "/nothing")
    codes = [(line["status"], line["code"], line["actor"]) for line in lines]
    assert codes == [
        (401, "unauthenticated", None), (400, "malformed-request", "actor-good"),
        (413, "too-large", "actor-good"), (404, "http", "actor-good"),
    ]  # fmt: skip
    assert "secret" not in str(lines)
    assert "rahasia" not in str(lines)


async def test_a_mistake_of_ours_is_an_error() -> None:
    with capture_logs() as lines:
        said = await ask(build(), "GET", "/refusals/broken")
    assert (said.status, said.code) == (500, "internal")
    assert [line["log_level"] for line in lines] == ["error"]


async def test_no_refusal_takes_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: Any) -> None:
        raise AssertionError

    monkeypatch.setattr("starlette._exception_handler.run_in_threadpool", never)
    monkeypatch.setattr("starlette.middleware.errors.run_in_threadpool", never)
    for kind, status in (*((kind, LOGGED[kind][0]) for kind in LOGGED), ("broken", 500)):
        assert (await ask(build(), "GET", f"/refusals/{kind}")).status == status


def test_each_kind_is_answered_by_the_nearest_of_the_table() -> None:
    app = build()
    assert set(ANSWERS) <= set(app.exception_handlers)
