"""The log of one service: append with an expected version, read back in order.

PostgreSQL keeps it. Appends go through one appender per process, which passes what is waiting in
groups to the `append` function (schema.sql): one round trip, one transaction, one commit a group.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from importlib.resources import files
from typing import NamedTuple

import asyncpg
import structlog

from contracts.event import Event, Origin, Recorded, encode
from eventlog import faults
from eventlog.database import OUTAGE, Pool, lock_schema

LEAST_GROUP, MAX_GROUP = 16, 1000
"""Calls in one transaction, if so many wait. The most bounds how long the head row stays locked."""

MAX_RECORD = 900_000
"""Bytes of one record. Kafka takes messages of 1 MiB: a larger one would stop the relay for good."""

logger = structlog.get_logger(__name__)


class StaleVersion(Exception):
    """The stream has moved on since it was read. `actual` is its version now."""

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(f"{stream} is at version {actual}, not {expected}")
        self.stream, self.expected, self.actual = stream, expected, actual


class CommandReused(Exception):
    """The command id has been used for another stream: the caller's mistake."""


class RecordTooLarge(Exception):
    """The event is larger than Kafka would carry."""


class LogUnavailable(Exception):
    """The database did not answer in time. Whether the append happened is unknown: giving the
    same command again is safe and tells."""


class Receipt(NamedTuple):
    """A command's answer: the stream's version and the log position it reached."""

    stream: str
    version: int
    position: int
    repeated: bool = False


class Recalled(NamedTuple):
    """What the log holds of a stream and of a command on it, both as of one moment, so that a
    decision never meets its own effect: all events, oldest first, and the first answer, if given."""

    history: list[Recorded]
    first: Receipt | None


@dataclass(eq=False, slots=True)
class _Call:
    stream: str
    expected: int
    command: str
    subject: str
    events: Sequence[tuple[str, bytes]]
    answer: asyncio.Future[Receipt] = field(repr=False)


class EventLog:
    """Opens on a pool whose database holds `schema.sql`; `open` makes it so.

    agency  goes on every record's source
    patience  seconds an append waits out a database outage before LogUnavailable
    """

    def __init__(
        self,
        pool: Pool,
        models: dict[str, type[Event]],
        agency: str = "-",
        patience: float = 10.0,
    ) -> None:
        self.pool = pool
        self.models = models
        self.agency = agency
        self.patience = patience
        self._waiting: deque[_Call] = deque()
        self._due = False
        self._groups: set[asyncio.Task[None]] = set()
        """On their way; `_sent` calls in all, whose streams and commands are `_held`."""
        self._sent = 0
        self._held: set[str] = set()

    @classmethod
    async def open(
        cls, pool: Pool, models: dict[str, type[Event]], agency: str = "-"
    ) -> "EventLog":
        async with pool.acquire() as connection, connection.transaction():
            await lock_schema(connection)
            await connection.execute(files("eventlog").joinpath("schema.sql").read_text())
        return cls(pool, models, agency)

    async def close(self) -> None:
        """Finish what is waiting or on its way, then stop."""
        while self._waiting or self._groups:
            await asyncio.sleep(0.01)

    async def append(
        self, stream: str, expected: int, events: Sequence[Event], origin: Origin, *, subject: str
    ) -> Receipt:
        """Append one command's events to `stream`, which must be at version `expected`.

        The same command id again gets its first answer, whatever `expected` says. Raises
        StaleVersion, CommandReused, RecordTooLarge, LogUnavailable.
        """
        if not events:
            raise ValueError("a command that changes nothing is not appended")
        encoded = [
            (
                event.wire_type(),
                encode(
                    event,
                    origin,
                    agency=self.agency,
                    stream=stream,
                    version=expected + ordinal,
                    ordinal=ordinal,
                    subject=subject,
                ),
            )
            for ordinal, event in enumerate(events, start=1)
        ]
        if (size := max(len(record) for _, record in encoded)) > MAX_RECORD:
            raise RecordTooLarge(f"{size} bytes; at most {MAX_RECORD}")
        answer: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Call(stream, expected, origin.command, subject, encoded, answer))
        self._send_soon()
        return await answer

    def _send_soon(self) -> None:
        """Send what waits, behind the callers who are about to give theirs in this turn of the loop."""
        if self._waiting and not self._due and self._may_send():
            self._due = True
            asyncio.get_running_loop().call_soon(self._send)

    def _may_send(self) -> bool:
        """Two groups take turns: while the database has the one, those whom it has answered give
        their next for the other. A second much smaller than the first would be a commit for little."""
        return len(self._groups) < 2 and 2 * len(self._waiting) >= self._sent

    def _send(self) -> None:
        self._due = False
        while self._may_send() and (group := self._take_group()):
            task = asyncio.create_task(self._answer(group), name="append")
            task.add_done_callback(partial(self._answered, group))
            self._groups.add(task)
            self._sent += len(group)

    def _answered(self, group: Sequence[_Call], task: "asyncio.Task[None]") -> None:
        self._groups.discard(task)
        self._sent -= len(group)
        for call in group:
            self._held -= {call.stream, call.command}
        self._send_soon()

    def _take_group(self) -> list[_Call]:
        """Half of what has no answer yet, up to the first call whose stream or command is held by one
        that is on its way: the calls of a group are judged together, those of a stream in order."""
        group: list[_Call] = []
        half = (len(self._waiting) + self._sent + 1) // 2
        most = min(MAX_GROUP, max(LEAST_GROUP, half))
        while self._waiting and len(group) < most:
            call = self._waiting[0]
            if call.stream in self._held or call.command in self._held:
                break
            self._held |= {call.stream, call.command}
            group.append(self._waiting.popleft())
        return group

    async def _answer(self, group: Sequence[_Call]) -> None:
        try:
            await self._append_group(group)
        except Exception as error:  # the callers learn of it; the appender lives on
            if len(group) > 1 and not isinstance(error, LogUnavailable):
                # One call that the database cannot take fails the statement: each by itself, then.
                for call in group:
                    await self._answer([call])
                return
            for call in group:
                if not call.answer.done():
                    call.answer.set_exception(error)

    async def _append_group(self, group: Sequence[_Call]) -> None:
        calls = [(call.command, call.stream, call.expected, call.subject) for call in group]
        events = [
            (number, ordinal, type_, body)
            for number, call in enumerate(group, start=1)
            for ordinal, (type_, body) in enumerate(call.events, start=1)
        ]
        faults.reach("append.before")
        # After a lost connection the outcome is unknown; the command ids make a second try safe.
        (answers,) = await self._through_outage(
            "select * from append($1, $2, $3, $4, $5, $6, $7, $8)",
            [*zip(*calls, strict=True), *zip(*events, strict=True)],
        )
        faults.reach("append.committed")
        for call, *answer in zip(group, *answers, strict=True):
            if not call.answer.done():  # else the caller has gone away
                _settle(call, *answer)

    async def _through_outage(
        self, query: str, arguments: Sequence[object]
    ) -> list[asyncpg.Record]:
        loop = asyncio.get_running_loop()
        deadline, pause = loop.time() + self.patience, 0.05
        while True:
            try:
                return await self.pool.fetch(query, *arguments, timeout=self.patience)
            except OUTAGE as error:
                if loop.time() + pause > deadline:
                    raise LogUnavailable(str(error)) from error
                logger.warning("append waits for the database", error=repr(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, 1.0)

    async def recall(self, stream: str, command: str) -> Recalled:
        """What a decision starts from. Raises CommandReused."""
        rows = await self.pool.fetch(
            "select position, record, stream, version, command = $2 as answer from event"
            " where stream = $1 or command = $2 order by version",
            stream,
            command,
        )
        if any(row["stream"] != stream for row in rows):
            raise CommandReused(command)
        history = [Recorded(row["record"], row["position"], self.models) for row in rows]
        answers = [row for row in rows if row["answer"]]
        if not answers:
            return Recalled(history, None)
        last = answers[-1]
        first = Receipt(stream, last["version"], last["position"], repeated=True)
        return Recalled(history, first)

    async def head(self) -> int:
        """The last position."""
        return int(await self.pool.fetchval("select position from head"))

    async def read_stream(self, stream: str) -> list[Recorded]:
        """All events of one stream, oldest first."""
        return await self._fetch("stream = $1 order by version", stream)

    async def read_subject(self, subject: str, limit: int = 10_000) -> list[Recorded]:
        """All events about one employee or unit, oldest first."""
        return await self._fetch("subject = $1 order by position limit $2", subject, limit)

    async def read(
        self, after: int = 0, *, until: datetime | None = None, batch: int = 1000
    ) -> AsyncIterator[Recorded]:
        """The log from the position behind `after`; `until` stops behind the last event recorded
        at that time or before (recorded time never runs backwards, so the first later one ends it)."""
        while True:
            events = await self._fetch("position > $1 order by position limit $2", after, batch)
            for event in events:
                if until is not None and event.recorded > until:
                    return
                yield event
            if len(events) < batch:
                return
            after = events[-1].position

    async def _fetch(self, condition: str, *arguments: object) -> list[Recorded]:
        rows = await self.pool.fetch(
            f"select position, record from event where {condition}", *arguments
        )
        return [Recorded(row["record"], row["position"], self.models) for row in rows]


def _settle(call: _Call, outcome: str, version: int, position: int) -> None:
    match outcome:
        case "new" | "repeat":
            receipt = Receipt(call.stream, version, position, repeated=outcome == "repeat")
            call.answer.set_result(receipt)
        case "reused":
            call.answer.set_exception(CommandReused(call.command))
        case _:
            call.answer.set_exception(StaleVersion(call.stream, call.expected, version))
