"""Who is let in, and how much they may bring."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI, Request
from fastapi.routing import APIRoute

from chassis.door import Door
from chassis.server import Limits
from tests.chassis.asgi import ask, build

KIB = 1024


@pytest.mark.parametrize(
    "body", [b"{}", b"[" * 100_000, b"x" * 10_000_000], ids=["", "deep", "huge"]
)
async def test_nothing_is_read_for_whoever_is_not_known(body: bytes) -> None:
    for token in (None, "bad"):
        said = await ask(build(), "POST", "/sheets", body, token=token)
        assert (said.status, said.code, said.taken) == (401, "unauthenticated", 0)
        assert said.headers["www-authenticate"] == "Bearer"


async def test_nor_is_told_what_there_is() -> None:
    for method, path in (
        ("GET", "/nothing"),
        ("PUT", "/sheets"),
        ("GET", "/docs"),
        ("GET", "/livez/"),
    ):
        assert (await ask(build(), method, path, token=None)).status == 401


async def test_probes_are_answered_to_anybody() -> None:
    for path in ("/livez", "/openapi.json"):
        assert (await ask(build(), "GET", path, token=None)).status == 200


async def test_the_actor_is_there_for_the_route() -> None:
    assert (await ask(build(), "GET", "/whoami")).body == "actor-good"


@pytest.mark.parametrize("scheme", ["bearer good", "BEARER good"])
async def test_a_token_comes_as_bearer_in_any_case(scheme: str) -> None:
    said = await ask(build(), "GET", "/whoami", token=None, headers={"Authorization": scheme})
    assert said.status == 200


@pytest.mark.parametrize("header", ["good", "Basic good", "Bearer", "Bearer ", "Bearergood", ""])
async def test_and_not_otherwise(header: str) -> None:
    said = await ask(build(), "GET", "/whoami", token=None, headers={"Authorization": header})
    assert said.status == 401


async def test_each_route_says_how_much_it_takes() -> None:
    text = {"lines": [{"text": "x" * 1000}] * 100}
    assert (await ask(build(), "POST", "/directory", text)).body == 100
    said = await ask(build(), "POST", "/sheets", text)
    assert (said.status, said.code, said.taken) == (413, "too-large", 0)
    assert said.headers["content-type"] == "application/problem+json"
    declared = {r.path: r.max_body_size for r in build().routes if isinstance(r, APIRoute)}
    assert declared["/directory"] == KIB * KIB
    assert declared["/sheets"] is None  # the default


async def test_what_does_not_tell_its_length_is_read_no_further_than_that() -> None:
    for path, most in (("/sheets", 64), ("/directory", 1024)):
        chunks = (b"x" * 4 * KIB for _ in range(100_000))
        said = await ask(build(), "POST", path, chunks=chunks)
        assert (said.status, said.code) == (413, "too-large")
        assert said.taken <= most // 4 + 1


async def test_a_length_that_is_not_true_helps_nobody() -> None:
    chunks = (b"x" * 4 * KIB for _ in range(100_000))
    said = await ask(build(), "POST", "/sheets", chunks=chunks, headers={"Content-Length": "2"})
    assert (said.status, said.taken) == (413, 17)


async def stuck(content: bytes, begun: asyncio.Event, end: asyncio.Event) -> AsyncIterator[bytes]:
    yield content
    begun.set()
    await end.wait()
    yield b"{}"


async def test_all_bodies_together_are_bounded() -> None:
    app = build(Limits(bodies=100 * KIB))
    end = asyncio.Event()
    events = [asyncio.Event() for _ in range(2)]
    waiting = [
        asyncio.create_task(
            ask(app, "POST", "/sheets", chunks=stuck(b" " * 40 * KIB, begun, end), token=f"good-{n}")
        )
        for n, begun in enumerate(events)
    ]  # fmt: skip
    await asyncio.gather(*(begun.wait() for begun in events))
    said = await ask(app, "POST", "/sheets", b" " * 40 * KIB)
    assert (said.status, said.code, said.headers["retry-after"]) == (503, "busy", "1")
    assert (await ask(app, "POST", "/sheets", {})).status == 200
    end.set()
    assert [said.status for said in await asyncio.gather(*waiting)] == [200, 200]
    assert (await ask(app, "POST", "/sheets", b" " * 60 * KIB + b"{}")).status == 200


async def test_so_are_requests_and_no_actor_has_more_than_half() -> None:
    app = build(Limits(requests=4))
    end = asyncio.Event()

    async def begin(token: str) -> "asyncio.Task[object]":
        begun = asyncio.Event()
        task = asyncio.create_task(
            ask(app, "POST", "/sheets", chunks=stuck(b" ", begun, end), token=token)
        )
        await begun.wait()
        return task

    waiting = [await begin("good-1") for _ in range(2)]
    third = await ask(app, "GET", "/whoami", token="good-1")
    assert (third.status, third.code, third.headers["retry-after"]) == (503, "busy", "1")
    assert (await ask(app, "GET", "/whoami", token="good-2")).status == 200
    waiting += [await begin(f"good-{n}") for n in (2, 3)]
    assert (await ask(app, "GET", "/whoami", token="good-4")).status == 503
    assert (await ask(app, "GET", "/livez", token=None)).status == 200
    assert (await ask(app, "GET", "/whoami", token="bad")).status == 401
    end.set()
    await asyncio.gather(*waiting)
    assert (await ask(app, "GET", "/whoami", token="good-1")).status == 200


async def test_without_tokens_only_bounds_hold() -> None:
    """As before the console and the issuer."""
    inner = FastAPI()

    @inner.post("/form")
    async def form(request: Request) -> int:
        return len(await request.body())

    app = Door(inner)
    assert (await ask(app, "POST", "/form", b"x" * 64 * KIB, token=None)).body == 64 * KIB
    assert (await ask(app, "POST", "/form", b"x" * 65 * KIB, token=None)).status == 413
    chunks = (b"x" * 4 * KIB for _ in range(100_000))
    assert (await ask(app, "POST", "/form", token=None, chunks=chunks)).status == 413


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'{"name":"a","name":"b"}', "#/name"),
        (b'{"lines":[{"text":"a"},{"text":"a","text":"a"}]}', "#/lines/1/text"),
        (b'{"a/b":{"~":1,"~":2}}', "#/a~1b/~0"),
        ('{"é":1,"\\u00e9":2}'.encode(), "#/%C3%A9"),
        (b"[" * 300 + b'{"":1,"":2}' + b"]" * 300, "#" + "/0" * 300 + "/"),
    ],
    ids=["top", "row", "escaped", "one written as an escape", "deep"],
)  # fmt: skip
async def test_a_field_said_twice(body: bytes, pointer: str) -> None:
    said = await ask(build(), "POST", "/sheets", body)
    assert (said.status, said.code) == (400, "malformed-request")
    (error,) = said.body["errors"]
    assert (error["pointer"], error["code"]) == (pointer, "duplicate")


async def test_one_field_in_many_objects_is_no_field_twice() -> None:
    body = b'{"lines":[{"text":"name"},{"text":"b"}],"name":"text"}'
    assert (await ask(build(), "POST", "/sheets", body)).body == 2


@pytest.mark.parametrize("word", [b"NaN", b"Infinity", b'{"name":-Infinity}'])
async def test_what_is_no_number_in_json(word: bytes) -> None:
    said = await ask(build(), "POST", "/sheets", word)
    assert (said.status, said.body["errors"][0]["code"]) == (400, "json_invalid")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b"9" * 10_000, b"[" * 60_000, b'"\xed\xa0\x80"', b"nul"]
)  # fmt: skip
async def test_what_is_no_json_is_malformed(body: bytes) -> None:
    said = await ask(build(), "POST", "/sheets", body)
    assert said.status == 400
