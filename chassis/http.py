"""What every request carries, and what every command answers.

Idempotency-Key   the command's id; the same key again gets the first answer
If-Match          the version of the stream that the sender saw ("3"); else 409 when it moved
At-Least          `service:stream@version`, comma-separated: wait until this has arrived here
X-Correlation-Id  shared by everything that follows from this request
Simulated-Time    the demonstration only: when the request happens
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Annotated, Protocol, TypeVar
from urllib.parse import quote
from uuid import uuid4
from zoneinfo import ZoneInfo

import structlog
from fastapi import Depends, Request, Response
from pydantic import BaseModel

from chassis import assignments
from chassis.assignments import Assignment
from chassis.fields import Body, Id, Name, PathId, PathPersonId, PersonId, Text
from chassis.identity import Actor
from chassis.problems import BadRequest, NotFound
from chassis.runtime import Runtime
from contracts.catalogue import SERVICES
from contracts.event import Event, Origin
from eventlog.commands import Aggregate, execute
from eventlog.database import Pool
from eventlog.log import Recalled

__all__ = [
    "JAKARTA", "Body", "By", "Caller", "Command", "Commander", "Id", "Name", "PathId", "PathPersonId",
    "PersonId", "Receipt", "Text",
]  # fmt: skip

State = TypeVar("State")


class OfAssignment(Protocol):
    """The state of what one assignment is about: an SKP, a need, a case."""

    @property
    def assignment(self) -> str: ...


StateOfAssignment = TypeVar("StateOfAssignment", bound=OfAssignment)

JAKARTA = ZoneInfo("Asia/Jakarta")
"""Dates in the rules are calendar dates at the seat of government."""

_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_SEEN = re.compile(r"(\w+):([\x21-\x7e]{1,300})@([0-9]{1,9})")


class Receipt(BaseModel):
    """A command's answer. `at_least` is what a later request passes on to see its effect."""

    stream: str
    version: int
    at_least: str


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated request."""

    runtime: Runtime
    actor: Actor
    at: datetime
    correlation: str

    @property
    def on(self) -> date:
        """The calendar date in Jakarta."""
        return self.at.astimezone(JAKARTA).date()

    @property
    def pool(self) -> Pool:
        return self.runtime.pool


@dataclass(frozen=True, slots=True)
class Commander(Caller):
    """An authenticated request that gives a command."""

    command: str
    expected: int | None
    response: Response

    def part(self, name: str) -> "Commander":
        """One row of a bulk request as a command of its own."""
        return replace(self, command=f"{self.command}:{name}", expected=None)

    async def execute_on(
        self,
        aggregate: Aggregate[StateOfAssignment],
        id: str,
        decide: Callable[[StateOfAssignment | None, Assignment], Event | Sequence[Event]],
    ) -> Receipt:
        """Run a decision about the assignment that a stream, begun already, is about. Raises
        NotFound."""
        recalled = await self.runtime.log.recall(aggregate.stream(id), self.command)
        state, _ = aggregate.fold(recalled.history)
        if state is None:
            raise NotFound(f"no {aggregate.kind} {id}")
        held = await assignments.get(self.pool, state.assignment)
        return await self.execute_about(
            held, aggregate, id, lambda current: decide(current, held), recalled=recalled
        )

    async def execute_about(
        self,
        held: Assignment,
        aggregate: Aggregate[State],
        id: str,
        decide: Callable[[State | None], Event | Sequence[Event]],
        *basis: str,
        recalled: Recalled | None = None,
    ) -> Receipt:
        """Run a decision about an assignment: its subject is the holder, and it rests on what is
        known here of the assignment and of the actor's own, and on `basis`."""
        known = [*basis, *held.basis(self.actor.id, self.on)]
        return await self.execute(
            aggregate, id, decide, subject=held.person, basis=known, recalled=recalled
        )

    async def execute(
        self,
        aggregate: Aggregate[State],
        id: str,
        decide: Callable[[State | None], Event | Sequence[Event]],
        *,
        subject: str,
        basis: Sequence[str] = (),
        recalled: Recalled | None = None,
    ) -> Receipt:
        """Run the decision and answer with what it reached."""
        origin = Origin(
            command=self.command,
            actor=self.actor.id,
            at=self.at,
            cause="",
            correlation=self.correlation,
            basis=tuple(basis),
        )
        receipt = await execute(
            self.runtime.log, aggregate, id, decide, origin, subject=subject,
            expected=self.expected, recalled=recalled,
        )  # fmt: skip
        self.response.headers["ETag"] = f'"{receipt.version}"'
        return Receipt(
            stream=receipt.stream,
            version=receipt.version,
            at_least=f"{self.runtime.service.name}:{receipt.stream}@{receipt.version}",
        )


async def caller(request: Request) -> Caller:
    """Wait for what the request wants to have arrived."""
    runtime: Runtime = request.app.state.runtime
    actor: Actor = request.state.actor  # whom the door has let in
    if wanted := request.headers.get("At-Least"):
        for part in wanted.split(","):
            if not (found := _SEEN.fullmatch(part.strip())):
                raise BadRequest("expected service:stream@version", "At-Least")
            if found[1] not in SERVICES:
                raise BadRequest(f"no service {found[1]}", "At-Least")
            await runtime.wait_for(found[1], found[2], int(found[3]))
    correlation = request.headers.get("X-Correlation-Id") or uuid4().hex
    if not _KEY.fullmatch(correlation):
        raise BadRequest("1 to 200 printable characters without spaces", "X-Correlation-Id")
    structlog.contextvars.bind_contextvars(correlation=correlation, actor=actor.id)
    return Caller(runtime, actor, _moment(request, runtime), correlation)


async def commander(
    request: Request, response: Response, by: Annotated[Caller, Depends(caller)]
) -> Commander:
    key = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(key):
        raise BadRequest(
            "1 to 200 printable characters without spaces are required", "Idempotency-Key"
        )
    expected = None
    if (condition := request.headers.get("If-Match")) is not None:
        if not (found := re.fullmatch(r'"(\d{1,9})"', condition)):
            raise BadRequest('a version in quotes, such as "3"', "If-Match")
        expected = int(found[1])
    # Scoped by actor: nobody learns another's answer, or takes another's key. Quoted, since both
    # may hold colons.
    command = f"{quote(by.actor.id, safe='')}:{key}"
    return Commander(by.runtime, by.actor, by.at, by.correlation, command, expected, response)


def _moment(request: Request, runtime: Runtime) -> datetime:
    said = request.headers.get("Simulated-Time")
    if said is None:
        return datetime.now(UTC)
    if not runtime.settings.simulated_time:
        raise BadRequest("only the demonstration has a simulated time", "Simulated-Time")
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        raise BadRequest("an ISO 8601 time with an offset", "Simulated-Time") from None
    # The years that dates can be reckoned with, both ways.
    if at.tzinfo is None or not 1900 <= at.year < 2200:
        raise BadRequest("an ISO 8601 time with an offset, 1900 to 2199", "Simulated-Time")
    return at.astimezone(UTC)


By = Annotated[Caller, Depends(caller)]
Command = Annotated[Commander, Depends(commander)]
