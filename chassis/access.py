"""What a route says in its signature: who may, and which views it reads.

    by: Annotated[Caller, asked_by(*READERS, reads=[views.VIEW])]
    command: Annotated[Commander, given_by(Who.APPRAISER)]

docs/access.md and the access tests are made from it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from fastapi import Depends, Request, Response

from chassis import assignments
from chassis.problems import BadRequest
from chassis.requests import Caller, Commander, fingerprint_of
from chassis.runtime import Position, Runtime
from contracts import commands
from contracts.catalogue import SERVICES
from contracts.topics import PARTITIONS
from eventlog.views import View
from law.standing import RELATIONS, Actor, Who, must_be

READERS = (Who.EMPLOYEE, Who.APPRAISER, Who.OFFICER, Who.PERSONNEL, Who.AUDITOR)
"""Who may read about a person."""
READERS_LATER = (*READERS, Who.APPRAISER_LATER, Who.SUPERIOR, Who.APPRAISAL_TEAM)
"""Who may read what is about the work in one assignment: also its appraiser, who looks back on it, the
superior, who decides an objection (PP 30/2019 Art 59), and the team that the appraiser is part of."""
READERS_OF_UNITS = (
    Who.HEAD,
    Who.OFFICER,
    Who.PERFORMANCE_TEAM,
    Who.APPRAISAL_TEAM,
    Who.PERSONNEL,
)
"""Who may read what is of a unit's people together. An auditor reads of one person at a time, which is on the
record."""

_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_WANTED = re.compile(r"(\w+):(\d{1,3})@(\d{1,18})")
MAX_WANTED = 8
"""Positions that one request may wait for."""


@dataclass(frozen=True)
class Query:
    """A route's dependency: who may, and which views it reads."""

    may: tuple[Who, ...]
    reads: tuple[View, ...] = ()

    async def __call__(self, request: Request) -> Caller:
        """Wait for what the request wants to have arrived in what is read."""
        runtime: Runtime = request.app.state.runtime
        actor: Actor = request.state.actor  # whom the door has let in
        correlation: str = request.state.correlation
        if not _KEY.fullmatch(correlation):
            raise BadRequest("1 to 200 printable characters without spaces", "X-Correlation-Id")
        structlog.contextvars.bind_contextvars(correlation=correlation, actor=actor.id)
        at = _moment(request, runtime)
        wanted = _wanted(request.headers.get("At-Least", ""))
        arrived = await runtime.has_arrived(actor.id, self._reads(runtime), wanted)
        by = Caller(runtime, actor, at, correlation, self.may, arrived, request.url.path)
        if self.by_role:
            must_be(actor.capacities, self.may, actor.id)
            by.must_have_arrived()
        return by

    @property
    def by_role(self) -> bool:
        """Whether no relation to a person or assignment gives the right."""
        return not any(who in RELATIONS for who in self.may)

    def _reads(self, runtime: Runtime) -> set[str]:
        """The views that must have caught up; relations, and the day on which they stand, are read from
        one."""
        related = {assignments.view_name(runtime.service.name)}
        return {view.name for view in self.reads} | (set() if self.by_role else related)


@dataclass(frozen=True)
class Command(Query):
    """A route's dependency: who may give the command, and which views its facts are read from."""

    async def __call__(self, request: Request, response: Response) -> Commander:  # type: ignore[override]
        by = await super().__call__(request)
        key = request.headers.get("Idempotency-Key", "")
        if not _KEY.fullmatch(key):
            raise BadRequest(
                "1 to 200 printable characters without spaces are required", "Idempotency-Key"
            )
        expected = None
        if (condition := request.headers.get("If-Match")) is not None:
            if not (match := re.fullmatch(r'"(\d{1,9})"', condition)):
                raise BadRequest('a version in quotes, such as "3"', "If-Match")
            expected = int(match[1])
        await by.runtime.reach_database()
        return Commander(
            by.runtime,
            by.actor,
            by.at,
            by.correlation,
            by.may,
            by.arrived,
            by.path,
            # Scoped by actor: nobody learns another's answer, or takes another's key.
            commands.of_person(by.actor.id, key),
            fingerprint_of(by.path, await request.body()),
            expected,
            response,
        )


def asked_by(*may: Who, reads: Sequence[View] = ()) -> Any:
    """Declare in a route's signature who may ask, and which views are read."""
    return Depends(Query(may, tuple(reads)))


def given_by(*may: Who, reads: Sequence[View] = ()) -> Any:
    """Declare in a route's signature who may give the command, and which views its facts come from."""
    return Depends(Command(may, tuple(reads)))


def _wanted(header: str) -> list[Position]:
    parts = [part.strip() for part in header.split(",")] if header else []
    if len(parts) > MAX_WANTED:
        raise BadRequest(f"at most {MAX_WANTED} positions", "At-Least")
    wanted = []
    for part in parts:
        if not (match := _WANTED.fullmatch(part)) or int(match[2]) >= PARTITIONS:
            raise BadRequest("expected service:partition@position", "At-Least")
        if match[1] not in SERVICES:
            raise BadRequest(f"no service {match[1]}", "At-Least")
        wanted.append(Position(match[1], int(match[2]), int(match[3])))
    return wanted


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
