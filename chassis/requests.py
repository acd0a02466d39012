"""What every request carries, and what every command answers.

Idempotency-Key   the command's id; the same key again gets the first answer
If-Match          the version of the stream that the sender saw ("3"); else 409 when it moved
At-Least          `service:partition@position`, up to eight, comma-separated: wait until this has
                  arrived in what is read
X-Correlation-Id  shared by everything that follows from this request; else it is the trace's (`traceparent`)
Simulated-Time    the demonstration only: when the request happens

A route says in its signature who may, and which views it reads (`chassis.access`). Authority is
answered before anything else: whoever has none gets the same answer whether a thing exists or not,
whatever it has come to and whatever was to be waited for.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import blake2b
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import uuid4

from fastapi import Response
from pydantic import BaseModel

from chassis import assignments
from chassis.facts import AboutAssignment, Fact, OfAssignment
from chassis.problems import NotCaughtUp, NotFound
from chassis.runtime import Position, Reading, Runtime
from contracts import commands
from contracts.catalogue import READINGS
from contracts.event import Event, Origin
from contracts.settings import TimeZone
from contracts.topics import partition
from eventlog.aggregate import Aggregate
from eventlog.commands import Decided, execute
from eventlog.database import Pool
from eventlog.log import StaleVersion
from law.policy import Policy
from law.refusal import Forbidden
from law.standing import Actor, Assignment, Decider, Standing, Who, must_be

State = TypeVar("State")
Found = TypeVar("Found")
Words = ParamSpec("Words")


class Accepted(BaseModel):
    """A command's answer. `at_least` is what a later request passes on to see its effect."""

    stream: str
    version: int
    at_least: str


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated request, by an actor who may do it in one of the capacities `may`.

    arrived  whether all that the request waited for has come
    path     what is asked for
    _today   once it was asked for, its calendar date in the agency, and the time zone that says so
    """

    runtime: Runtime
    actor: Actor
    at: datetime
    correlation: str
    may: tuple[Who, ...]
    arrived: bool
    path: str
    _today: list[tuple[date, Policy[TimeZone]]] = field(default_factory=list, kw_only=True)

    async def day(self) -> date:
        """The request's calendar date by the agency's time zone. About an assignment it is the unit's
        (`Assignment.day`)."""
        on, _ = await self._day()
        return on

    async def _day(self) -> tuple[date, Policy[TimeZone]]:
        if not self._today:  # once for all rows of a bulk request
            zones = await self.runtime.zones()
            self._today.append(zones.day("", self.at))
        return self._today[0]

    @property
    def pool(self) -> Pool:
        return self.runtime.pool

    async def find(self, read: Reading[Found], key: str) -> Found | None:
        """What a query finds by a key (`Runtime.find`)."""
        return await self.runtime.find(read, key)

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
        or of `assignment`; an officer also before it begins, whose work it is to register it. Raises
        Forbidden, NotCaughtUp."""
        capacities = set(self.actor.capacities)
        if person == self.actor.id:
            capacities.add(Who.EMPLOYEE)
        if not capacities.intersection(self.may):
            for held in await assignments.ever(self.pool, person):
                on, _ = held.day(self.at)
                if held.in_force(on) or held.assignment == assignment:
                    capacities |= held.capacities(self.actor.id, on)
                    capacities |= await self.towards(held, on)
                elif held.start > on:
                    capacities |= {Who.OFFICER} & await self.towards(held, on)
        must_be(capacities, self.may, self.actor.id)
        self.must_have_arrived()
        if capacities.intersection(self.may) == {Who.AUDITOR}:
            await self._record_reading(person)

    async def _record_reading(self, person: str) -> None:
        """Write that an auditor reads about the person, before anything is told: what cannot be
        recorded is not read."""
        service, reading = self.runtime.service.name, uuid4().hex
        event = READINGS[service].model_validate(
            {"person": person, "by": self.actor.id, "path": self.path}
        )
        origin = Origin(
            command=commands.part(commands.of_person(self.actor.id, "read"), reading),
            actor=self.actor.id,
            at=self.at,
            correlation=self.correlation,
        )
        await self.runtime.log.append(f"reading/{reading}", 0, [event], origin, subject=person)

    async def standing(self, assignment: str) -> Standing:
        """Where the actor stands towards an assignment, as of one that a command would be about. Raises
        Forbidden, NotFound, NotCaughtUp."""
        held = await self.find(assignments.find_all, assignment)
        if held is None:
            must_be(self.actor.capacities, self.may, self.actor.id)
            raise NotFound(f"no assignment {assignment}")
        by = await self.stands(held)
        by.must_be(*self.may)
        self.must_have_arrived()
        return by

    async def stands(self, held: Assignment) -> Standing:
        """Where the actor stands towards an assignment that there is."""
        on, _ = held.day(self.at)
        return Standing(self.actor, on, held, await self.towards(held, on))

    async def standings(self, person: str) -> list[Standing]:
        """Where the actor stands towards each thing that a person holds, held or will hold."""
        return [await self.stands(held) for held in await assignments.ever(self.pool, person)]

    def administers(self, person: str, standings: Iterable[Standing]) -> frozenset[Who]:
        """What the actor is by role, and by the unit of any of a person's assignments. Nobody is that to
        themselves."""
        if person == self.actor.id:
            return frozenset()
        return self.actor.capacities.union(*(each.by_unit for each in standings))

    async def look_up(self, aggregate: Aggregate[State], id: str) -> Fact[State]:
        stream = aggregate.stream(id)
        state, version = aggregate.fold(await self.runtime.log.read_stream(stream))
        return Fact(state, f"{self.runtime.service.name}:{stream}@{version}" if version else "")

    async def look_up_all(
        self, aggregate: Aggregate[State], ids: Iterable[str]
    ) -> dict[str, Fact[State]]:
        """Several of one kind, by their ids in the order given, in one round trip."""
        named = list(dict.fromkeys(ids))
        facts = await asyncio.gather(*(self.look_up(aggregate, each) for each in named))
        return dict(zip(named, facts, strict=True))

    async def look_up_others(
        self, aggregate: Aggregate[State], subject: str, id: str
    ) -> list[Fact[State]]:
        """All of one kind about a person, but for this one, as the log holds them now."""
        streams = await self.runtime.log.streams(subject, aggregate.kind)
        ids = (stream.removeprefix(f"{aggregate.kind}/") for stream in streams)
        facts = await self.look_up_all(aggregate, (each for each in ids if each != id))
        return [*facts.values()]

    async def in_unit(self, unit: str, among: Collection[Who]) -> frozenset[Who]:
        """What the actor is by role; and of what is asked, in the unit on the request's day."""
        on = await self.day()
        found = await assignments.by_unit(self.pool, self.actor.id, [unit], on, among)
        return self.actor.capacities | found

    async def towards(self, held: Assignment, on: date, *units: str) -> frozenset[Who]:
        """What the actor is towards an assignment by its unit, and by `units` as well, or as the superior
        of its appraiser; as far as that could give the right."""
        among = frozenset(self.may)
        found = await assignments.by_unit(self.pool, self.actor.id, [held.unit, *units], on, among)
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
    fingerprint: bytes
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

    def also_within(self, *units: str) -> "Commander":
        """About an assignment, and within these units besides its own."""
        return replace(self, units=units)

    def must_have_role(self, who: Who) -> None:
        """Raises Forbidden, NotCaughtUp."""
        must_be(self.actor.capacities, (who,), self.actor.id)
        self.must_have_arrived()

    def part(self, name: str, content: str, *basis: str) -> "Commander":
        """One part of a request, such as a row, as a command of its own; `content` is what it says."""
        return replace(
            self.resting_on(*basis),
            command=commands.part(self.command, name),
            fingerprint=fingerprint_of(self.path, content.encode()),
            expected=None,
        )

    def resting_on(self, *basis: str) -> "Commander":
        """With the facts outside its stream that the command rests on; empty ones are none."""
        return replace(self, basis=basis)

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
            by = Standing(self.actor, on, held, await self.towards(held, on, *self.units))
            by.must_be(*self.may)
            self.must_match(aggregate.stream(id), version)
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
            self.must_match(aggregate.stream(id), version)
            return _decided(decision(state, by, *words, **named), [*self.basis, zone.basis])

        return await self._execute(aggregate, id, deciding)

    async def _held(self, state: object) -> Assignment | None:
        of = state.assignment if isinstance(state, OfAssignment) else ""
        return await self.find(assignments.find_all, self.assignment or of)

    def must_match(self, stream: str, version: int) -> None:
        """What comes after authority and before the decision."""
        self.must_have_arrived()
        if self.expected not in (None, version):
            raise StaleVersion(stream, self.expected or 0, version)

    async def _execute(self, aggregate: Aggregate[State], id: str, deciding: Any) -> Accepted:
        origin = Origin(
            command=self.command,
            actor=self.actor.id,
            at=self.at,
            correlation=self.correlation,
            fingerprint=self.fingerprint,
        )
        receipt = await execute(self.runtime.log, aggregate, id, deciding, origin)
        self.response.headers["ETag"] = f'"{receipt.version}"'
        reached = Position(self.runtime.service.name, partition(receipt.subject), receipt.position)
        return Accepted(stream=receipt.stream, version=receipt.version, at_least=str(reached))


def _decided(events: Event | Sequence[Event], basis: Sequence[str]) -> Decided:
    events = [events] if isinstance(events, Event) else events
    return Decided(events, events[0].subject if events else "", basis)


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


def fingerprint_of(path: str, body: bytes) -> bytes:
    """Of what a command says: the same key for something else is refused."""
    return blake2b(path.encode() + b"\n" + body, digest_size=16).digest()
