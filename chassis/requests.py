"""What every request carries, and what every command answers.

Idempotency-Key   the command's id; the same key again gets the first answer
If-Match          the version of the stream that the sender saw ("3"); else 409 when it moved
At-Least          `service:partition@position`, up to eight, comma-separated: wait until this has
                  arrived in what is read
X-Correlation-Id  shared by everything that follows from this request
Simulated-Time    the demonstration only: when the request happens

A route says in its signature who may (`asked_by`, `given_by`) and which views it reads. Authority is
answered before anything else: whoever has none gets the same answer whether a thing exists or not,
whatever it has come to and whatever was to be waited for.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import (
    Any,
    Concatenate,
    ParamSpec,
    TypeVar,
)
from urllib.parse import quote
from uuid import uuid4

import structlog
from fastapi import Depends, Request, Response
from pydantic import BaseModel

from chassis import assignments, policies
from chassis.facts import AboutAssignment, Fact, OfAssignment
from chassis.problems import BadRequest, NotCaughtUp, NotFound
from chassis.runtime import Position, Runtime
from contracts.catalogue import SERVICES
from contracts.event import Event, Origin, Part
from contracts.settings import Kind, TimeZone
from contracts.topics import PARTITIONS, partition
from eventlog.aggregate import Aggregate
from eventlog.commands import Decided, execute
from eventlog.database import Pool
from eventlog.log import StaleVersion
from eventlog.views import View
from law.policy import Policy
from law.refusal import Forbidden
from law.standing import RELATIONS, Actor, Assignment, Decider, Standing, Who, must_be

State = TypeVar("State")
Found = TypeVar("Found")
Words = ParamSpec("Words")
Setting = TypeVar("Setting", bound=Part)

READERS = (Who.EMPLOYEE, Who.APPRAISER, Who.OFFICER, Who.PERSONNEL, Who.AUDITOR)
"""Who may read about a person."""
READERS_LATER = (*READERS, Who.APPRAISER_LATER)
"""Who may read what is about one assignment, on which its appraiser looks back."""


_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_WANTED = re.compile(r"(\w+):(\d{1,3})@(\d{1,18})")
MAX_WANTED = 8
"""Positions that one request may wait for."""


class Accepted(BaseModel):
    """A command's answer. `at_least` is what a later request passes on to see its effect."""

    stream: str
    version: int
    at_least: str


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated request, by an actor who may do it in one of the capacities `may`.

    arrived  whether all that the request waited for has come
    _today   once it was asked for, its calendar date in the agency, and the time zone that says so
    """

    runtime: Runtime
    actor: Actor
    at: datetime
    correlation: str
    may: tuple[Who, ...]
    arrived: bool
    _today: list[tuple[date, Policy[TimeZone]]] = field(default_factory=list, kw_only=True)

    async def day(self) -> date:
        """The request's calendar date by the agency's time zone. About an assignment it is the unit's
        (`Assignment.day`)."""
        on, _ = await self._day()
        return on

    async def _day(self) -> tuple[date, Policy[TimeZone]]:
        if not self._today:  # once for all rows of a bulk request
            zones = await policies.zones_of_agency(self.pool)
            self._today.append(zones.day("", self.at))
        return self._today[0]

    async def policy(self, kind: Kind[Setting], on: date) -> Policy[Setting]:
        """What the agency has settled, in force on the date that the rule is about."""
        return await policies.in_force(self.pool, kind, on)

    @property
    def pool(self) -> Pool:
        return self.runtime.pool

    async def must_read(self, thing: AboutAssignment | None) -> None:
        """Check that the actor may read what is about a person's assignment. Towards what does not
        exist nobody stands in any relation. Raises Forbidden, NotCaughtUp."""
        if thing is None:
            must_be(self.actor.capacities, self.may, self.actor.id)
            self.must_have_arrived()
        else:
            await self.must_read_about(thing.person, thing.assignment)

    async def must_read_about(self, person: str, assignment: str | None = None) -> None:
        """Check that the actor may read about a person, as an appraiser of what they hold on the date
        or of `assignment`. Raises Forbidden, NotCaughtUp."""
        capacities = set(self.actor.capacities)
        if person == self.actor.id:
            capacities.add(Who.EMPLOYEE)
        if not capacities.intersection(self.may):
            for held in await assignments.ever(self.pool, person):
                on, _ = held.day(self.at)
                if held.in_force(on) or held.assignment == assignment:
                    capacities |= held.capacities(self.actor.id, on)
                    capacities |= await self.towards(held, on)
        must_be(capacities, self.may, self.actor.id)
        self.must_have_arrived()

    async def towards(self, held: Assignment, on: date) -> frozenset[Who]:
        """What the actor is towards an assignment by its unit, or as the superior of its appraiser; as
        far as that could give the right."""
        among = frozenset(self.may)
        found = await assignments.by_unit(self.pool, self.actor.id, [held.unit], on, among)
        if Who.SUPERIOR in among and await assignments.is_superior(
            self.pool, self.actor.id, held, on
        ):
            found |= {Who.SUPERIOR}
        return found

    def must_have_arrived(self) -> None:
        """Raises NotCaughtUp. Comes after authority: else the answer would tell of others' things."""
        if not self.arrived:
            raise NotCaughtUp("what the request wants to have arrived has not")


@dataclass(frozen=True, slots=True)
class Commander(Caller):
    """An authenticated request that gives a command; about an assignment, and resting on facts."""

    command: str
    expected: int | None
    response: Response
    assignment: str = ""
    person: str = ""
    units: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()

    def only(self, *who: Who) -> "Commander":
        """Restricted to some of those who may."""
        return replace(self, may=tuple(each for each in self.may if each in who))

    def concerning(self, person: str, *units: str) -> "Commander":
        """The person that a command is about, and the units that it is within."""
        return replace(self, person=person, units=units)

    def must_have_role(self, who: Who) -> None:
        """Raises Forbidden, NotCaughtUp."""
        must_be(self.actor.capacities, (who,), self.actor.id)
        self.must_have_arrived()

    def part(self, name: str, *basis: str) -> "Commander":
        """One row of a bulk request as a command of its own."""
        return replace(self.resting_on(*basis), command=f"{self.command}:{name}", expected=None)

    def resting_on(self, *basis: str) -> "Commander":
        """With the facts outside its stream that the command rests on; empty ones are none."""
        return replace(self, basis=tuple(fact for fact in basis if fact))

    def about(self, assignment: str, *basis: str) -> "Commander":
        """The assignment that a first event is about, and the facts besides that it rests on."""
        return replace(self.resting_on(*basis), assignment=assignment)

    async def decide(
        self,
        aggregate: Aggregate[State],
        id: str,
        decision: Callable[Concatenate[State | None, Standing, Words], Event | Sequence[Event]],
        *words: Words.args,
        **named: Words.kwargs,
    ) -> Accepted:
        """Run a decision about an assignment: the one given (`about`), or the one that the stream is
        of. Raises Forbidden before anything else."""

        async def deciding(state: State | None, version: int) -> Decided:
            held = await self._held(state)
            if held is None:
                must_be(self.actor.capacities, self.may, self.actor.id)
                raise NotFound(f"no {aggregate.kind} {id}")
            on, zone = held.day(self.at)
            by = Standing(self.actor, on, held, await self.towards(held, on))
            by.must_be(*self.may)
            self._must_match(aggregate.stream(id), version)
            basis = [*self.basis, zone.basis, *by.basis]
            return _decided(decision(state, by, *words, **named), basis)

        return await self._execute(aggregate, id, deciding)

    async def administer(
        self,
        aggregate: Aggregate[State],
        id: str,
        decision: Callable[Concatenate[State | None, Decider, Words], Event | Sequence[Event]],
        *words: Words.args,
        **named: Words.kwargs,
    ) -> Accepted:
        """Run a decision that is about no assignment that there is: in a role that the agency gave, or
        by a mandate in the units that it is `within`. Nobody decides about themselves."""

        async def deciding(state: State | None, version: int) -> Decided:
            on, zone = await self._day()
            by = Decider(self.actor, on)
            capacities = by.capacities | await assignments.by_unit(
                self.pool, self.actor.id, self.units, on, self.may
            )
            if self.person == self.actor.id:
                capacities = frozenset()
            must_be(capacities, self.may, self.actor.id)
            self._must_match(aggregate.stream(id), version)
            return _decided(decision(state, by, *words, **named), [*self.basis, zone.basis])

        return await self._execute(aggregate, id, deciding)

    async def look_up(self, aggregate: Aggregate[State], id: str) -> Fact[State]:
        stream = aggregate.stream(id)
        state, version = aggregate.fold(await self.runtime.log.read_stream(stream))
        return Fact(state, f"{self.runtime.service.name}:{stream}@{version}" if version else "")

    async def _held(self, state: object) -> Assignment | None:
        of = state.assignment if isinstance(state, OfAssignment) else ""
        return await assignments.find(self.pool, self.assignment or of)

    def _must_match(self, stream: str, version: int) -> None:
        """What comes after authority and before the decision."""
        self.must_have_arrived()
        if self.expected not in (None, version):
            raise StaleVersion(stream, self.expected or 0, version)

    async def _execute(self, aggregate: Aggregate[State], id: str, deciding: Any) -> Accepted:
        origin = Origin(
            command=self.command, actor=self.actor.id, at=self.at, correlation=self.correlation
        )
        receipt = await execute(self.runtime.log, aggregate, id, deciding, origin)
        self.response.headers["ETag"] = f'"{receipt.version}"'
        reached = Position(self.runtime.service.name, partition(receipt.subject), receipt.position)
        return Accepted(stream=receipt.stream, version=receipt.version, at_least=str(reached))


def _decided(events: Event | Sequence[Event], basis: Sequence[str]) -> Decided:
    events = [events] if isinstance(events, Event) else events
    return Decided(events, events[0].subject if events else "", [fact for fact in basis if fact])


def known(fact: Found | None) -> Found:
    """The fact that a relation rests on. Nobody stands in any relation to what does not exist: raises
    Forbidden."""
    if fact is None:
        raise Forbidden("what it is about does not exist here")
    return fact


def found(row: Found | None, what: str) -> Found:
    """What a query has found, for somebody who may know. Raises NotFound."""
    if row is None:
        raise NotFound(f"no {what}")
    return row


@dataclass(frozen=True)
class Query:
    """A route's dependency: who may, and which views it reads."""

    may: tuple[Who, ...]
    reads: tuple[View, ...] = ()

    async def __call__(self, request: Request) -> Caller:
        """Wait for what the request wants to have arrived in what is read."""
        runtime: Runtime = request.app.state.runtime
        actor: Actor = request.state.actor  # whom the door has let in
        correlation = request.headers.get("X-Correlation-Id") or uuid4().hex
        if not _KEY.fullmatch(correlation):
            raise BadRequest("1 to 200 printable characters without spaces", "X-Correlation-Id")
        structlog.contextvars.bind_contextvars(correlation=correlation, actor=actor.id)
        at = _moment(request, runtime)
        wanted = _wanted(request.headers.get("At-Least", ""))
        arrived = await runtime.has_arrived(actor.id, self._reads(runtime), wanted)
        by = Caller(runtime, actor, at, correlation, self.may, arrived)
        if self.by_role:
            must_be(actor.capacities, self.may, actor.id)
            by.must_have_arrived()
        return by

    @property
    def by_role(self) -> bool:
        """Whether no relation to a person or assignment gives the right."""
        return not any(who in RELATIONS for who in self.may)

    def _reads(self, runtime: Runtime) -> set[str]:
        """The views that must have caught up; relations are read from the assignments, and the day on
        which they stand from the settings."""
        service = runtime.service.name
        related = {assignments.view_name(service), policies.view_name(service)}
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
        # Scoped by actor: nobody learns another's answer, or takes another's key. Quoted, since both
        # may hold colons.
        command = f"{quote(by.actor.id, safe='')}:{key}"
        return Commander(
            by.runtime,
            by.actor,
            by.at,
            by.correlation,
            by.may,
            by.arrived,
            command,
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
