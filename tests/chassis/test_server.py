"""What a connection may send and how long it may take: real sockets, on 127.0.0.1."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import pytest
from structlog.testing import capture_logs

from chassis.server import Limits, Server
from deploy.local import ports
from tests.chassis.asgi import TOKEN, build

PATIENCE = 30.0
"""Seconds for what must come."""
NEVER = 600.0
"""A deadline that no test waits for."""
KNOWN = f"Authorization: Bearer {TOKEN}\r\n".encode()
GET = b"GET /whoami HTTP/1.1\r\nHost: x\r\n" + KNOWN + b"\r\n"


def limits(**chosen: Any) -> Limits:
    """None of the deadlines, but for those chosen."""
    names = ("head_seconds", "body_seconds", "idle_seconds", "write_seconds", "linger_seconds")
    return Limits(**(dict.fromkeys(names, NEVER) | chosen))


@dataclass
class Serving:
    server: Server
    port: int

    @property
    def app(self) -> Any:
        return self.server.config.app

    def serve(self, app: Any) -> None:
        """Serve something else on new connections."""
        self.server.config.loaded_app = app

    @property
    def held(self) -> list[int]:
        """Bytes of bodies that have come and not been asked for."""
        connections: set[Any] = {*self.server.server_state.connections}
        return [len(each.cycle.body) for each in connections if each.cycle]

    @property
    def connections(self) -> int:
        return len(self.server.server_state.connections)

    async def ended(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while self.connections:
                await asyncio.sleep(0.02)


@asynccontextmanager
async def serving(chosen: Limits) -> AsyncIterator[Serving]:
    server = Server(build(chosen), chosen, host="127.0.0.1", port=0, lifespan="off")
    task = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield Serving(server, server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = server.force_exit = True
        await task


@pytest.fixture(scope="module")
async def quick() -> AsyncIterator[Serving]:
    """One that lets go of what it has refused soon."""
    async with serving(limits(linger_seconds=0.1)) as to:
        yield to


class Client:
    """A connection, of which all is decided here."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        async with asyncio.timeout(PATIENCE):
            await self.writer.drain()

    async def answer(self) -> tuple[int, dict[str, str], Any]:
        async with asyncio.timeout(PATIENCE):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.strip().split("\r\n")
            headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
            content = await self.reader.readexactly(int(headers["content-length"]))
        return int(first.split()[1]), headers, json.loads(content) if content else None

    async def problem(self) -> tuple[int, str]:
        status, headers, body = await self.answer()
        assert headers["content-type"] == "application/problem+json"
        assert body["status"] == status
        return status, body["type"].rpartition(":")[2]

    async def closed(self) -> bool:
        """Wait until the server has closed; whether it has said nothing more."""
        async with asyncio.timeout(PATIENCE):
            with suppress(ConnectionError):
                return await self.reader.read() == b""
        return True


@asynccontextmanager
async def connected(to: Serving) -> AsyncIterator[Client]:
    reader, writer = await asyncio.open_connection("127.0.0.1", to.port)
    try:
        yield Client(reader, writer)
    finally:
        writer.close()


async def test_a_request_and_another_on_one_connection() -> None:
    async with serving(limits()) as to, connected(to) as client:
        for _ in range(3):
            await client.send(GET)
            assert (await client.answer())[::2] == (200, "actor-good")
        await client.send(GET * 3)
        for _ in range(3):
            assert (await client.answer())[0] == 200
        assert to.connections == 1


# --- headers ------------------------------------------------------------------------------------

ENDLESS = {
    "one header": b"GET / HTTP/1.1\r\nX: ",
    "a name": b"GET / HTTP/1.1\r\n",
    "a path": b"GET /",
    "a method": b"",
    "trailers": b"POST /sheets HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX: ",
    "a chunk's extension": b"POST /sheets HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;",
}  # fmt: skip


@pytest.mark.parametrize("what", ENDLESS)
async def test_what_is_not_body_is_bounded(quick: Serving, what: str) -> None:
    """However it comes: two megabytes of it are not kept."""
    async with connected(quick) as client:
        await client.send(ENDLESS[what])
        with suppress(ConnectionError):
            for _ in range(32):
                await client.send(b"x" * 65_536)
        statuses = set()
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                status, *_ = await client.answer()
                statuses.add(status)
        assert statuses & {431, 400, 401}, statuses  # some are no HTTP before they are too long
        await quick.ended()


async def test_a_header_too_long_is_told_so(quick: Serving) -> None:
    async with connected(quick) as client:
        await client.send(GET[:-2] + b"X: " + b"x" * 40_000 + b"\r\n\r\n")
        status, headers, body = await client.answer()
        assert (status, body["type"]) == (431, "urn:kinerja:problem:headers-too-large")
        assert headers["connection"] == "close"
        assert await client.closed()


async def test_as_many_headers_as_are_reasonable(quick: Serving) -> None:
    for count, status in ((90, 200), (101, 431)):
        async with connected(quick) as client:
            many = b"".join(b"X-%d: y\r\n" % n for n in range(count - 2))
            await client.send(GET[:-2] + many + b"\r\n")
            assert (await client.answer())[0] == status


async def test_a_long_body_behind_short_headers_is_no_long_header() -> None:
    """In one piece, in many, and in chunks."""
    body = b'{"lines":[' + b" " * 900_000 + b"]}"
    post = b"POST /directory HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + KNOWN
    async with serving(limits()) as to, connected(to) as client:
        for _ in range(2):
            await client.send(post + b"Content-Length: %d\r\n\r\n" % len(body) + body)
            assert (await client.answer())[::2] == (200, 0)
        await client.send(post + b"Transfer-Encoding: chunked\r\n\r\n")
        for start in range(0, len(body), 5000):
            piece = body[start : start + 5000]
            await client.send(b"%x\r\n" % len(piece) + piece + b"\r\n")
        await client.send(b"0\r\n\r\n")
        assert (await client.answer())[::2] == (200, 0)
        await client.send(GET)
        assert (await client.answer())[0] == 200


async def test_a_body_in_chunks_of_one_byte_costs_too_much(quick: Serving) -> None:
    start = (
        b"POST /directory HTTP/1.1\r\nHost: x\r\n" + KNOWN + b"Transfer-Encoding: chunked\r\n\r\n"
    )
    async with connected(quick) as client:
        await client.send(start + b"1\r\nx\r\n" * 20_000)
        assert await client.problem() == (431, "headers-too-large")
        assert await client.closed()
        await quick.ended()


@pytest.mark.parametrize("request_bytes", [
    b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\r\n\r\n", b"X" * 100 + b"\r\n\r\n",
    b"GET /whoami HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n", b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET http://x HTTP/1.1\r\nHost: x\r\n\r\n",
    b"POST /sheets HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST /sheets HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
], ids=lambda b: repr(b[:30]))  # fmt: skip
async def test_what_is_no_http_is_told_as_a_problem(quick: Serving, request_bytes: bytes) -> None:
    async with connected(quick) as client:
        with capture_logs() as lines:
            await client.send(request_bytes)
            assert await client.problem() == (400, "malformed-request")
        assert await client.closed()
        assert [(line["event"], line["code"]) for line in lines] == [
            ("refused", "malformed-request")
        ]


async def test_requests_that_wait_on_one_connection_are_bounded() -> None:
    """Thousands fit into one packet."""
    async with serving(limits()) as to, connected(to) as client:
        await client.send(GET.replace(KNOWN, b"") * 3000)
        answered = 0
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                assert (await client.answer())[0] == 401
                answered += 1
        assert answered <= 1 + Limits().pipelined


async def test_a_pause_of_our_own_is_not_held_against_the_clients() -> None:
    async with serving(limits(head_seconds=1, idle_seconds=1)) as to, connected(to) as client:
        await client.send(GET)
        assert (await client.answer())[0] == 200
        await client.send(GET[:20])
        await asyncio.sleep(0.05)
        client.writer.write(GET[20:])
        time.sleep(1.5)  # noqa: ASYNC251 - that is the pause
        assert (await client.answer())[0] == 200


# --- the token first ----------------------------------------------------------------------------


async def test_the_answer_to_whoever_is_not_known_comes_before_the_body() -> None:
    head = b"POST /directory HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n"
    async with serving(limits(linger_seconds=0.1)) as to, connected(to) as client:
        await client.send(head + b"\r\n")
        assert await client.problem() == (401, "unauthenticated")
        assert await client.closed()  # the rest has not come
        await to.ended()
    async with serving(limits()) as to, connected(to) as client:
        await client.send(head + b"Expect: 100-continue\r\n\r\n")
        assert await client.problem() == (401, "unauthenticated")
        await client.send(b"x" * 1_000_000 + GET)  # the rest is read away
        assert (await client.answer())[0] == 200


async def test_an_unread_body_waits_in_the_network() -> None:
    """Not in the process: what comes while the token is looked at is a piece, no more."""
    asked, go = asyncio.Event(), asyncio.Event()

    async with serving(limits()) as to, connected(to) as client:
        app = to.app

        async def later(scope: Any, receive: Any, send: Any) -> None:
            asked.set()
            await go.wait()
            await app(scope, receive, send)

        to.serve(later)
        async with connected(to) as slow:
            head = b"POST /directory HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000\r\n" + KNOWN
            slow.writer.write(head + b"\r\n" + b"x" * 50_000_000)
            await asyncio.wait_for(asked.wait(), PATIENCE)
            for _ in range(50):
                await asyncio.sleep(0.01)
            (held,) = to.held
            assert held < 1_000_000
            go.set()
            assert await slow.problem() == (413, "too-large")
        await client.send(GET)


# --- time and number ----------------------------------------------------------------------------


async def test_a_connection_that_says_nothing_is_closed() -> None:
    async with serving(limits(head_seconds=0.2)) as to, connected(to) as client:
        assert await client.closed()


async def test_a_head_must_come_in_time_however_often_something_comes() -> None:
    async with serving(limits(head_seconds=0.5, linger_seconds=0.1)) as to, connected(to) as client:

        async def drip() -> None:
            await client.send(b"GET /whoami HTTP/1.1\r\n")
            with suppress(ConnectionError):
                while True:
                    await client.send(b"X: y\r\n")
                    await asyncio.sleep(0.05)

        dripping = asyncio.create_task(drip())
        assert await client.problem() == (408, "too-slow")
        assert await client.closed()
        dripping.cancel()
        await to.ended()


async def test_so_must_the_next_one() -> None:
    chosen = limits(head_seconds=0.5, linger_seconds=0.1)
    async with serving(chosen) as to, connected(to) as client:
        await client.send(GET)
        assert (await client.answer())[0] == 200
        await client.send(GET[:20])
        assert await client.problem() == (408, "too-slow")


async def test_an_idle_connection_is_closed_also_if_line_breaks_come() -> None:
    async with serving(limits(idle_seconds=0.5)) as to, connected(to) as client:
        await client.send(GET)
        assert (await client.answer())[0] == 200

        async def drip() -> None:
            with suppress(ConnectionError):
                while True:
                    await client.send(b"\r\n")
                    await asyncio.sleep(0.05)

        dripping = asyncio.create_task(drip())
        assert await client.closed()
        dripping.cancel()


async def test_a_body_must_come_in_time() -> None:
    chosen = limits(body_seconds=0.3, linger_seconds=0.1)
    async with serving(chosen) as to, connected(to) as client:
        await client.send(
            b"POST /sheets HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n" + KNOWN + b"\r\n{"
        )
        assert await client.problem() == (408, "too-slow")
        assert await client.closed()
        await to.ended()


async def test_a_body_must_come_in_time_however_often_something_comes() -> None:
    chosen = limits(body_seconds=0.5, linger_seconds=0.1)
    async with serving(chosen) as to, connected(to) as client:

        async def drip() -> None:
            await client.send(
                b"POST /sheets HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n" + KNOWN + b"\r\n"
            )
            with suppress(ConnectionError):
                while True:
                    await client.send(b" ")
                    await asyncio.sleep(0.05)

        dripping = asyncio.create_task(drip())
        assert await client.problem() == (408, "too-slow")
        assert await client.closed()
        dripping.cancel()


async def test_a_large_body_that_keeps_coming_may_take_longer() -> None:
    """A second for each `body_rate` bytes."""
    head = b"POST /directory HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + KNOWN
    head += b"Content-Length: 300000\r\n\r\n"
    async with serving(limits(body_seconds=0.5, body_rate=1000)) as to, connected(to) as client:
        await client.send(head + b" " * 299_000)
        await asyncio.sleep(1.5)
        await client.send(b" " * 998 + b"{}")
        assert (await client.answer())[0] == 200


async def test_a_client_that_takes_nothing_is_let_go() -> None:
    async with serving(limits(write_seconds=0.5)) as to, connected(to) as client:
        to.serve(endless)
        async with connected(to) as deaf:
            await deaf.send(GET)
            async with asyncio.timeout(PATIENCE):
                while to.connections == 2:
                    await asyncio.sleep(0.02)
        assert not await gone(client)


async def endless(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(10_000):
        await send({"type": "http.response.body", "body": b"x" * 65_536, "more_body": True})
        await asyncio.sleep(0)
    await send({"type": "http.response.body", "body": b""})


async def gone(client: Client) -> bool:
    await client.send(GET)
    return (await client.answer())[0] != 200


async def test_a_request_at_work_has_no_deadline_here() -> None:
    chosen = limits(head_seconds=0.1, idle_seconds=0.1, linger_seconds=0.1, write_seconds=0.1)
    async with serving(chosen) as to:
        app = to.app

        async def later(scope: Any, receive: Any, send: Any) -> None:
            await asyncio.sleep(2)
            await app(scope, receive, send)

        to.serve(later)
        async with connected(to) as client:
            await client.send(GET)
            assert (await client.answer())[0] == 200


async def test_connections_are_bounded() -> None:
    async with serving(limits(connections=8, linger_seconds=0.1)) as to:
        opened = [await asyncio.open_connection("127.0.0.1", to.port) for _ in range(8)]
        async with asyncio.timeout(PATIENCE):
            while to.connections < 8:
                await asyncio.sleep(0.01)
        async with connected(to) as ninth:
            status, headers, _ = await ninth.answer()
            assert (status, headers["retry-after"], headers["connection"]) == (503, "1", "close")
            assert await ninth.closed()
        opened[0][1].close()
        async with asyncio.timeout(PATIENCE):
            while to.connections > 7:
                await asyncio.sleep(0.01)
        async with connected(to) as again:
            await again.send(GET)
            assert (await again.answer())[0] == 200
        for _, writer in opened:
            writer.close()


async def test_sixty_unfinished_bodies_are_not_all_kept() -> None:
    chosen = limits(bodies=4_000_000, linger_seconds=0.1)
    head = b"POST /directory HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n"
    async with serving(chosen) as to:
        opened = [await asyncio.open_connection("127.0.0.1", to.port) for _ in range(60)]
        for n, (_, writer) in enumerate(opened):
            known = KNOWN.replace(b"good", b"good-%d" % n)
            writer.write(head + known + b"\r\n" + b" " * 900_000)
        refused = 0
        async with asyncio.timeout(PATIENCE):
            while refused < 56:
                await asyncio.sleep(0.02)
                refused = sum(b" 503 " in bytes(vars(reader)["_buffer"]) for reader, _ in opened)
        assert sum(to.held) < 20_000_000
        for _, writer in opened:
            writer.close()


async def test_what_has_not_started_yet_ends_when_it_is_told_to() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "lifespan"
        begun.set()
        await ended.wait()  # for a database that does not come

    server = Server(app, host="127.0.0.1", port=0, lifespan="on")
    task = asyncio.create_task(server._serve())
    async with asyncio.timeout(PATIENCE):
        await begun.wait()
        server.should_exit = True
        await task
    assert not server.started
    ended.set()


async def test_who_comes_before_the_first_tick_gets_the_usual_headers() -> None:
    """As whoever waits at a socket that the process has inherited."""

    async def empty(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    server = Server(empty, lifespan="off", headers=[("Cache-Control", "no-store")])
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    with ports.listen() as listener:
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await server.startup([listener])
        head = await reader.readuntil(b"\r\n\r\n")
        writer.close()
        server.should_exit = True
        await server.shutdown([listener])
    assert b"\r\ncache-control: no-store\r\n" in head.lower()
