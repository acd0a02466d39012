"""The log of one service: append with an expected version, read back in order.

PostgreSQL keeps it. A process's appends are grouped (`grouping`), and each group goes to the
`append` function (migrations/0001_log.sql): one round trip, one transaction, one commit.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import NamedTuple

import asyncpg
import structlog

from contracts.event import Event, Origin, Recorded, encode
from eventlog import faults, metrics, tracing
from eventlog.database import OUTAGE, Pool
from eventlog.grouping import Grouping, gathered
from eventlog.reading import Page, fetch_names, fetch_streams, read_page
from eventlog.schema import check

MAX_RECORD = 900_000
"""Bytes of one record. Kafka takes messages of 1 MiB: a larger one would stop the relay for good."""

MAX_STREAM_EVENTS, MAX_STREAM_BYTES = 5_000, 8 * 1024**2
"""Events and bytes that one stream may hold. Every command on a stream reads it whole: that takes some
tens of megabytes for a moment at these bounds. An ordinary stream has tens of events and a few
hundred kilobytes."""

_STAMP = len(b',"recordedtime":"YYYY-MM-DDTHH:MM:SS.UUUUUUZ"}')
"""Bytes that the log adds to each record."""

logger = structlog.get_logger(__name__)


class StaleVersion(Exception):
    """The stream has moved on since it was read. `actual` is its version now."""

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(f"{stream} is at version {actual}, not {expected}")
        self.stream, self.expected, self.actual = stream, expected, actual


class CommandReused(Exception):
    """The command id has been used for another stream, or to say something else: the caller's
    mistake."""


class RecordTooLarge(Exception):
    """The event is larger than Kafka would carry."""


class StreamFull(Exception):
    """The stream holds, or would hold, more than a stream may."""


class LogUnavailable(Exception):
    """The database did not answer in time. Whether the append happened is unknown: giving the
    same command again is safe and tells."""


class Receipt(NamedTuple):
    """A command's answer: the stream's version and the log position it reached, which is in the
    partition of the subject (`contracts.topics.partition`). If nothing was to be done, those of the
    stream's last event; position 0 and nobody if it has none."""

    stream: str
    version: int
    position: int
    repeated: bool = False
    subject: str = ""


class Recalled(NamedTuple):
    """A stream's events, oldest first, and a command's first answer on it, if given: both as of one
    moment, so that a decision never meets its own effect."""

    history: list[Recorded]
    first: Receipt | None


class Append(NamedTuple):
    """One command's events, for `stream`, which must be at version `expected`.

    history  what the decider read of the stream; with these events it must stay within a stream's bounds
    """

    stream: str
    expected: int
    events: Sequence[Event]
    origin: Origin
    subject: str
    history: Sequence[Recorded] = ()


@dataclass(eq=False, slots=True)
class _Call:
    stream: str
    expected: int
    command: str
    subject: str
    fingerprint: bytes
    events: Sequence[tuple[str, bytes]]


class EventLog:
    """The log on a pool whose database holds the kernel's tables; `open` sees that it does.

    agency    goes on every record's source
    patience  seconds that an append waits out a database outage before LogUnavailable
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
        self._appending = Grouping(self._append_group, for_all=LogUnavailable)
        self._reading = Grouping(self._read_group, for_all=Exception)
        self._naming = gathered(partial(fetch_names, pool))

    @classmethod
    async def open(
        cls, pool: Pool, models: dict[str, type[Event]], agency: str = "-"
    ) -> "EventLog":
        """Open a log that has been prepared (`eventlog.prepare`). Raises SchemaIsOlder,
        SchemaIsNewer."""
        await check(pool)
        return cls(pool, models, agency)

    async def close(self) -> None:
        """Finish what is waiting or on its way."""
        await self._appending.close()

    async def append(
        self,
        stream: str,
        expected: int,
        events: Sequence[Event],
        origin: Origin,
        *,
        subject: str,
        history: Sequence[Recorded] = (),
    ) -> Receipt:
        """Append one command's events (`Append` says what is what). The same command id again gets its first
        answer, whatever `expected` says.
        Raises StaleVersion, CommandReused, RecordTooLarge, StreamFull, LogUnavailable.
        """
        call = self._call(Append(stream, expected, events, origin, subject, history))
        began = tracing.now()
        receipt = await self._appending.give(call, stream, origin.command)
        if not receipt.repeated:
            tracing.appended(origin, began)
        return receipt

    async def append_all(self, appends: Sequence[Append]) -> list[Receipt | BaseException]:
        """Append what several commands say, none of which rests on another: for each its receipt, or what
        `append` would raise. Raises RecordTooLarge, StreamFull; then nothing has been appended."""
        calls = [self._call(each) for each in appends]
        began = tracing.now()
        # Futures, not tasks, which would take longer than all else that is done here for a call.
        given = (self._appending.put(call, call.stream, call.command) for call in calls)
        answers = await asyncio.gather(*given, return_exceptions=True)
        for append, answer in zip(appends, answers, strict=True):
            if isinstance(answer, Receipt) and not answer.repeated:
                tracing.appended(append.origin, began)
        return answers

    def _call(self, append: Append) -> _Call:
        stream, expected, events, origin, subject, history = append
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
        if len(history) + len(encoded) > MAX_STREAM_EVENTS:
            raise StreamFull(f"{stream} would hold more than {MAX_STREAM_EVENTS} events")
        held = sum(len(event.record) for event in history)
        if held + sum(len(record) + _STAMP for _, record in encoded) > MAX_STREAM_BYTES:
            raise StreamFull(f"{stream} would hold more than {MAX_STREAM_BYTES} bytes")
        return _Call(stream, expected, origin.command, subject, origin.fingerprint, encoded)

    async def _append_group(self, group: Sequence[_Call]) -> list[Receipt | Exception]:
        calls = [
            (call.command, call.stream, call.expected, call.subject, call.fingerprint)
            for call in group
        ]
        events = [
            (number, ordinal, type_, body)
            for number, call in enumerate(group, start=1)
            for ordinal, (type_, body) in enumerate(call.events, start=1)
        ]
        faults.reach("append.before")
        # After a lost connection the outcome is unknown; the command ids make a second try safe.
        with metrics.APPEND_SECONDS.time():
            (answers,) = await self._through_outage(
                "select * from append($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                [*zip(*calls, strict=True), *zip(*events, strict=True)],
            )
        faults.reach("append.committed")
        metrics.APPEND_GROUP.observe(len(group))
        metrics.APPENDED.inc(
            sum(
                len(call.events)
                for call, outcome in zip(group, answers["outcomes"], strict=True)
                if outcome == "new"
            )
        )
        return [_answer(call, *answer) for call, *answer in zip(group, *answers, strict=True)]

    async def _through_outage(
        self, query: str, arguments: Sequence[object]
    ) -> list[asyncpg.Record]:
        loop = asyncio.get_running_loop()
        deadline, pause = loop.time() + self.patience, 0.05
        while True:
            try:
                # Also to acquire: else it would be given back only when the cancellation of what
                # timed out is acknowledged, by a server that does not answer.
                async with self.pool.acquire(timeout=self.patience) as connection:
                    return await connection.fetch(query, *arguments, timeout=self.patience)
            except OUTAGE as error:
                if loop.time() + pause > deadline:
                    raise LogUnavailable(str(error)) from error
                logger.warning("append waits for the database", error=repr(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, 1.0)

    async def recall(self, stream: str, command: str, fingerprint: bytes = b"") -> Recalled:
        """Read what a decision starts from. Raises CommandReused, StreamFull."""
        rows = await self._reading.give((stream, command))
        if any(row["stream"] != stream for row in rows):
            raise CommandReused(command)
        history = self._whole(stream, rows)
        answers = [row for row in rows if row["command"] == command]
        if not answers:
            return Recalled(history, None)
        last = answers[-1]
        if last["fingerprint"] not in (fingerprint, b""):
            raise CommandReused(command)
        first = Receipt(stream, last["version"], last["position"], True, last["subject"])
        return Recalled(history, first)

    async def head(self) -> int:
        """The last position."""
        return int(await self.pool.fetchval("select position from head"))

    async def read_stream(self, stream: str) -> list[Recorded]:
        """All events of one stream, oldest first. Raises StreamFull."""
        return self._whole(stream, await self._reading.give((stream, None)))

    async def read_streams(self, streams: Sequence[str]) -> list[list[Recorded]]:
        """All events of each of these streams, in one round trip of their own. Raises StreamFull."""
        found = await self._read_group([(stream, None) for stream in streams]) if streams else []
        return [self._whole(stream, rows) for stream, rows in zip(streams, found, strict=True)]

    async def read_subject(self, subject: str, after: int = 0, limit: int = 200) -> Page:
        """The events about one employee or unit behind the position `after`, oldest first."""
        return await read_page(
            self.pool, self.models, "subject = $3 and position > $4", subject, after, limit=limit
        )

    async def streams(self, subject: str, kind: str) -> list[str]:
        """The names of one kind's streams about one employee or unit, as they are committed."""
        return await self._naming((subject, f"{kind}/")) or []

    async def read(
        self, after: int = 0, *, until: datetime | None = None, batch: int = 1000
    ) -> AsyncIterator[Recorded]:
        """The log from the position behind `after`; `until` stops behind the last event recorded
        at that time or before (recorded time never runs backwards, so the first later one ends it)."""
        page = Page([], after)
        while page.next is not None:
            page = await read_page(self.pool, self.models, "position > $3", page.next, limit=batch)
            for event in page.events:
                if until is not None and event.recorded > until:
                    return
                yield event

    async def _read_group(
        self, group: Sequence[tuple[str, str | None]]
    ) -> list[list[asyncpg.Record]]:
        return await fetch_streams(
            self.pool, group, limit=MAX_STREAM_EVENTS + 1, most=MAX_STREAM_BYTES
        )

    def _whole(self, stream: str, rows: Sequence[asyncpg.Record]) -> list[Recorded]:
        if len(rows) > MAX_STREAM_EVENTS or any(row["record"] is None for row in rows):
            raise StreamFull(
                f"{stream} holds more than {MAX_STREAM_EVENTS} events or {MAX_STREAM_BYTES} bytes"
            )
        return [Recorded(row["record"], row["position"], self.models) for row in rows]


def _answer(call: _Call, outcome: str, version: int, position: int) -> Receipt | Exception:
    match outcome:
        case "new" | "repeat":
            return Receipt(call.stream, version, position, outcome == "repeat", call.subject)
        case "reused":
            return CommandReused(call.command)
        case _:
            return StaleVersion(call.stream, call.expected, version)
