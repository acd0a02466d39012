"""The HTTP server: uvicorn, with bounds on what a connection may send and on how long it may take.

uvicorn's fast parser has none: it keeps a header of any size, copying all of it for each piece that
comes, and waits for the rest of a request for ever.
"""

import asyncio
import sys
from contextlib import ExitStack
from functools import partial
from math import inf
from socket import socket
from typing import Any, cast

import structlog
import uvicorn
from pydantic_settings import BaseSettings, SettingsConfigDict
from starlette.types import ASGIApp
from uvicorn.config import STARTUP_FAILURE
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from chassis.problems import problem
from chassis.settings import Listening
from eventlog.tasks import end

HELD_UP = 1.0
"""Seconds between two looks at the connections: of more, the clients are not to blame."""

logger = structlog.get_logger(__name__)


class Limits(BaseSettings):
    """What a process takes from its clients; `LIMIT_HEAD` and so on in the environment.

    head            bytes of a request beside its body: request line, headers, sizes of chunks
    headers         of a request
    connections     at a time
    pipelined       requests that wait for another's answer on their connection
    requests        at work at a time; half of them for one actor
    body            bytes of a request's body, where its route does not say otherwise
    bodies          bytes of all bodies of the requests at work

    Seconds:
    head_seconds    for the head of a request, from its first byte or the connection's beginning
    body_seconds    for a body, and one more for each `body_rate` bytes of it
    idle_seconds    between two requests of a connection
    write_seconds   for the client to take something of what has been written
    linger_seconds  for the rest of a request that has been answered before its end
    """

    model_config = SettingsConfigDict(env_prefix="limit_", frozen=True)

    head: int = 32 * 1024
    headers: int = 100
    connections: int = 500
    pipelined: int = 16
    requests: int = 200
    body: int = 64 * 1024
    bodies: int = 32 * 1024 * 1024
    head_seconds: float = 10
    body_seconds: float = 20
    body_rate: int = 16 * 1024
    idle_seconds: float = 20
    write_seconds: float = 30
    linger_seconds: float = 3


class Protocol(HttpToolsProtocol):
    """One connection. `Server` looks now and then whether it is overdue: a timer for each step of
    each request would cost more."""

    def __init__(self, *arguments: Any, limits: Limits, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.limits = limits
        self._head = 0
        """Bytes of the request that comes in, other than its body's."""
        self._begun = False
        self._refused = False
        self._due = inf
        """When the client must have sent what it owes: a head, a body, the next request."""
        self._unsent = 0
        self._unsent_since = inf

    # --- what comes in ---------------------------------------------------------------------------

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._due = self.loop.time() + self.limits.head_seconds
        if (over := len(self.connections) - self.limits.connections) > 0:
            self._refuse(503, "busy", "Try again shortly")
        if over > self.limits.connections // 4:  # those that have been refused stay for a moment
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        while len(data) > (room := self.limits.head - self._head) and not self._refused:
            if room <= 0:
                self._refuse(431, "headers-too-large", "Request Header Fields Too Large")
                return
            self._feed(data[:room])
            data = data[room:]
        if not self._refused:  # else read away, so that the refusal is not lost with the connection
            self._feed(data)

    def _feed(self, data: bytes) -> None:
        self._head += len(data)
        super().data_received(data)
        if self._working and self.cycle.more_body:
            self.flow.pause_reading()  # until the application asks for more

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._begun = True
        self._due = self.loop.time() + self.limits.head_seconds

    def on_headers_complete(self) -> None:
        if len(self.headers) > self.limits.headers:
            self._refuse(431, "headers-too-large", "Request Header Fields Too Large")
            raise ValueError  # the parser stops
        if len(self.pipeline) >= self.limits.pipelined:
            self._refuse(503, "busy", "Try again shortly")
            raise ValueError
        super().on_headers_complete()
        self._due = self.loop.time() + self.limits.body_seconds

    def on_body(self, body: bytes) -> None:
        self._head -= len(body)
        self._due += len(body) / self.limits.body_rate
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._head, self._begun = 0, False
        super().on_message_complete()
        self.cycle.more_body = False  # also where it was read away
        self._due = self.loop.time() + self.limits.idle_seconds

    def on_response_complete(self) -> None:
        """Of a request that may not have come to its end; what is still to come is read away."""
        super().on_response_complete()
        self._unset_keepalive_if_required()  # `_due` says it
        if self._working:  # on the next, which came behind it
            wait = self.limits.body_seconds
        else:
            unread = self.cycle.more_body
            wait = self.limits.linger_seconds if unread else self.limits.idle_seconds
        self._due = self.loop.time() + wait

    # --- refusals --------------------------------------------------------------------------------

    def send_400_response(self, msg: str) -> None:
        """Called by uvicorn for what is no HTTP."""
        if not self._refused:
            self._refuse(400, "malformed-request", "The request is malformed")

    def _refuse(self, status: int, code: str, title: str) -> None:
        """Answer without the application, and take no more of this connection."""
        self._refused = True
        logger.info("refused", status=status, code=code)
        if self._working and not self.cycle.more_body:
            self.cycle.keep_alive = False  # its answer is the last
            return
        if self._working and (self.pipeline or self.cycle.response_started):
            self.transport.close()  # this answer would come amidst others
            return
        if self._working:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        again = {"Retry-After": "1"} if status == 503 else None
        answer = problem(status, code, title, {"Connection": "close", **(again or {})})
        lines = [*self.server_state.default_headers, *answer.raw_headers]
        head = b"".join(b"%s: %s\r\n" % line for line in lines)
        self.transport.write(STATUS_LINE[status] + head + b"\r\n" + bytes(answer.body))
        # Not closed at once: bytes that nobody has read would make the client lose the answer.
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._due = self.loop.time() + self.limits.linger_seconds

    # --- time ------------------------------------------------------------------------------------

    @property
    def _working(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def end_if_overdue(self, now: float) -> None:
        unsent = self.transport.get_write_buffer_size()
        if unsent != self._unsent:
            self._unsent, self._unsent_since = unsent, now
        if unsent:
            if now > self._unsent_since + self.limits.write_seconds:
                self.transport.abort()
        elif now > self._due and (self._refused or not self._working or self.cycle.more_body):
            if self.transport.is_closing():
                self.transport.abort()
            elif self._begun and not self._refused and not self._answered:
                self._refuse(408, "too-slow", "Request Timeout")
            else:
                self.transport.close()

    @property
    def _answered(self) -> bool:
        """Whether the body that still comes in is of a request that has its answer."""
        return self.cycle is not None and self.cycle.response_complete and self.cycle.more_body


class Server(uvicorn.Server):
    """Serves an application within limits. `options` are uvicorn's."""

    def __init__(self, app: ASGIApp, limits: Limits | None = None, **options: Any) -> None:
        protocol = partial(Protocol, limits=limits or Limits())
        super().__init__(
            uvicorn.Config(
                app, http=cast("type[Protocol]", protocol), ws="none", log_config=None,
                access_log=False, **options,
            )
        )  # fmt: skip
        self._looked = -inf

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """As uvicorn's, but that an application that waits for what it stands on ends when it is told to."""
        # Before the first tick, which sets them, the first requests may come.
        self.server_state.default_headers = self.config.encoded_headers
        starting = asyncio.create_task(super().startup(sockets=sockets))
        while not starting.done() and not self.should_exit:
            await asyncio.wait([starting], timeout=0.1)
        if starting.done():
            await starting
        else:
            await end([starting])

    async def on_tick(self, counter: int) -> bool:
        """Called ten times a second."""
        now = asyncio.get_running_loop().time()
        # Not when we have been held up: what came meanwhile has yet to be read.
        if now - self._looked < HELD_UP:
            for connection in [*self.server_state.connections]:
                cast(Protocol, connection).end_if_overdue(now)
        self._looked = now
        return await super().on_tick(counter)


def run(app: ASGIApp, at: Listening, *, limits: Limits | None = None, **options: Any) -> None:
    """Serve the application in this process until SIGTERM, where the settings say."""
    server = Server(app, limits, host=at.host, port=at.port, timeout_graceful_shutdown=5, **options)
    with ExitStack() as stack:
        # Not uvicorn's own `fd`: it takes the socket for a Unix one, and small answers would then wait
        # for a peer's delayed acknowledgement (no TCP_NODELAY).
        inherited = at.listen_fd
        sockets = None if inherited is None else [stack.enter_context(socket(fileno=inherited))]
        try:
            server.run(sockets)
        except KeyboardInterrupt:
            pass
    if not server.started:
        sys.exit(STARTUP_FAILURE)
