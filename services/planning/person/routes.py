"""HTTP of people and what they hold."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Annotated, Concatenate, Literal, ParamSpec

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import StringConstraints

from chassis import assignments
from chassis.access import READERS, asked_by, given_by
from chassis.fields import (
    AssignmentId,
    Body,
    Code,
    Day,
    Id,
    Name,
    PathId,
    PathPersonId,
    PersonId,
    Text,
)
from chassis.lists import After, Limit, Page, answer
from chassis.requests import Accepted, Caller, Commander, found, known
from contracts.event import Event
from contracts.planning import AssignmentKind, LeaveKind, NIPTaken, PersonStatus
from law.standing import Decider, Standing, Who
from services.planning.nip import decisions as nips
from services.planning.nip.decisions import Owner
from services.planning.person import decisions, leaves, views
from services.planning.person.decisions import AGGREGATE, Identity, Person, Post
from services.planning.unit.decisions import AGGREGATE as UNIT

Words = ParamSpec("Words")
router = APIRouter()
ByPersonnel = Annotated[Commander, given_by(Who.PERSONNEL)]
ByOfficers = Annotated[Commander, given_by(Who.OFFICER, Who.PERSONNEL)]


class IdentityBody(Body):
    nip: Annotated[str, StringConstraints(pattern=r"^[0-9]{18}$")] | None = None
    name: Name
    status: PersonStatus

    def identity(self) -> Identity:
        return Identity(self.nip, self.name, self.status)


class PostBody(Body):
    unit: Id
    position: Name
    level: Name | None = None
    kind: AssignmentKind = "definitive"
    leads: bool = False
    start: Day
    until: Day | None = None

    def post(self) -> Post:
        return Post(
            self.unit,
            self.position,
            self.level,
            self.kind,
            self.leads,
            self.start,
            self.until,
        )


class PersonCorrection(IdentityBody):
    reason: Text


class AssignmentCorrection(PostBody):
    reason: Text


class Extension(Body):
    until: Day
    reason: Text


class SuperiorBody(Body):
    """An appraiser, and the assignment of their own that makes them one."""

    appraiser: PersonId
    office: AssignmentId


class AppraiserChange(SuperiorBody):
    since: Day


class NewPost(PostBody):
    """`code` tells one person's assignments apart: the assignment is `person.code` from then on. Without
    one it is of the first day and kind."""

    code: Code | None = None
    superior: SuperiorBody | None = None

    def assignment_of(self, person: str) -> str | None:
        return decisions.assignment_id(person, self.code) if self.code else None


class Transfer(NewPost):
    """What is held from `start` on."""

    reason: Text


class End(Body):
    on: Day
    reason: Text


class Leave(Body):
    kind: LeaveKind
    start: Day
    until: Day
    ground: Text


class LeaveEnd(Body):
    start: Day
    on: Day
    reason: Text


async def take_nip(
    command: Commander, person: str, identity: Identity, first: Callable[[Decider], object]
) -> None:
    """Take the NIP for the person before they are known by it. What they are to be known as is decided `first`:
    no number is taken for what is refused."""
    nip = identity.nip
    if nip is None:
        return

    def taking(owner: Owner | None, by: Decider) -> Sequence[NIPTaken]:
        taken = nips.take(owner, by, nip, identity.status, person)
        if taken:  # else the command may be one that comes again
            first(by)
        return taken

    part = command.part("nip", f"{nip} {person}")
    await part.administer(nips.AGGREGATE, nips.nip_id(nip), taking)


@router.post("/people/{person}/correct")
async def correct(person: PathPersonId, body: PersonCorrection, command: ByPersonnel) -> Accepted:
    """Correct who somebody is. A NIP that was not theirs is free for its owner then."""
    command, identity = command.concerning(person), body.identity()
    stream = AGGREGATE.stream(person)
    before, version = AGGREGATE.fold(await command.runtime.log.read_stream(stream))
    if before:

        def first(by: Decider) -> None:
            command.must_match(stream, version)
            decisions.correct(before, by, identity, body.reason)

        await take_nip(command, person, identity, first)
    accepted = await command.administer(AGGREGATE, person, decisions.correct, identity, body.reason)
    # Also of an earlier correction that was cut short.
    state = known((await command.look_up(AGGREGATE, person)).state)
    for nip in sorted(state.nips - {state.identity.nip}):
        await command.part(f"release.{nips.nip_id(nip)}", nip).administer(
            nips.AGGREGATE, nips.nip_id(nip), nips.release, nip, person, body.reason
        )
    return accepted


async def superior(
    command: Commander, named: SuperiorBody, on: date
) -> tuple[decisions.Superior, str]:
    """The appraiser that is named, as they stand; and the fact that a decision rests on then."""
    fact = await command.look_up(AGGREGATE, named.appraiser)
    post = fact.state.posts.get(named.office) if fact.state else None
    above = await assignments.persons_above_from(command.pool, named.office, on)
    return decisions.Superior(named.appraiser, named.office, post, above), fact.basis


async def _decide(
    command: Commander,
    decision: Callable[Concatenate[Person | None, Standing, str, Words], Event | Sequence[Event]],
    *words: Words.args,
    **named: Words.kwargs,
) -> Accepted:
    """Run a decision about the command's assignment, which is one of its person's record."""
    assignment = command.assignment
    return await command.decide(
        AGGREGATE, decisions.person_of(assignment), decision, assignment, *words, **named
    )


@router.post("/assignments/{assignment}/correct")
async def correct_assignment(
    assignment: PathId, body: AssignmentCorrection, command: ByOfficers
) -> Accepted:
    unit = await command.look_up(UNIT, body.unit)
    return await _decide(
        command.about(assignment, unit.basis).also_within(body.unit),
        decisions.correct_assignment,
        body.post(),
        body.reason,
        unit=unit.state.span if unit.state else None,
    )


@router.post("/assignments/{assignment}/extend")
async def extend(assignment: PathId, body: Extension, command: ByOfficers) -> Accepted:
    person = await command.look_up(AGGREGATE, decisions.person_of(assignment))
    held = person.state.posts.get(assignment) if person.state else None
    unit = await command.look_up(UNIT, held.unit) if held else None
    return await _decide(
        command.about(assignment, unit.basis if unit else ""),
        decisions.extend,
        body.until,
        body.reason,
        unit=unit.state.span if unit and unit.state else None,
    )


@router.post("/assignments/{assignment}/appraiser")
async def change_appraiser(
    assignment: PathId, body: AppraiserChange, command: ByOfficers
) -> Accepted:
    named, fact = await superior(command, body, body.since)
    return await _decide(
        command.about(assignment, fact), decisions.change_appraiser, named, body.since
    )


@router.post("/assignments/{assignment}/end")
async def end(assignment: PathId, body: End, command: ByOfficers) -> Accepted:
    return await _decide(command.about(assignment), decisions.end, body.on, body.reason)


@router.post("/assignments/{assignment}/transfer")
async def transfer(assignment: PathId, body: Transfer, command: ByOfficers) -> Accepted:
    """End the assignment on the day before another one starts. A personnel officer moves people between
    the units of their mandate."""
    unit = await command.look_up(UNIT, body.unit)
    named, fact = (
        await superior(command, body.superior, body.start) if body.superior else (None, "")
    )
    return await _decide(
        command.about(assignment, unit.basis, fact).also_within(body.unit),
        decisions.transfer,
        body.assignment_of(decisions.person_of(assignment)),
        body.post(),
        named,
        body.reason,
        unit=unit.state.span if unit.state else None,
    )


@router.post("/assignments/{assignment}/leaves")
async def grant_leave(assignment: PathId, body: Leave, command: ByOfficers) -> Accepted:
    return await _decide(
        command.about(assignment),
        leaves.grant_leave,
        body.kind,
        body.start,
        body.until,
        body.ground,
    )


@router.post("/assignments/{assignment}/leaves/end")
async def end_leave(assignment: PathId, body: LeaveEnd, command: ByOfficers) -> Accepted:
    return await _decide(
        command.about(assignment), leaves.end_leave, body.start, body.on, body.reason
    )


@router.get("/people", response_model=Page[views.PersonFound])
async def people(
    request: Request,
    by: Annotated[
        Caller,
        asked_by(Who.PERSONNEL, Who.AUDITOR, reads=[views.VIEW, assignments.view("planning")]),
    ],
    name: Annotated[str, Query(description="what their names hold, in any spelling")] = "",
    sort: Literal["name", "-name", "person"] = "name",
    after: After = "",
    limit: Limit = 50,
) -> Page[views.PersonFound] | StreamingResponse:
    """People by name. For personnel and auditors."""
    return await answer(
        request, by.pool, views.named(name, sort), partial(views.found, by.pool), after, limit
    )


@router.get("/people/names")
async def names(
    by: Annotated[Caller, asked_by(Who.ANYBODY, reads=[views.VIEW])],
    ids: Annotated[tuple[str, ...], Query(max_length=200)] = (),
) -> list[views.PersonNamed]:
    """The names of people, to show beside what names them by id alone. For everybody who is signed in:
    who knows no id learns none here."""
    return await views.names(by.pool, [id.replace("\0", "") for id in ids])


@router.get("/people/{person}")
async def person(
    person: PathPersonId, by: Annotated[Caller, asked_by(*READERS, reads=[views.VIEW])]
) -> views.PersonShown:
    """A person, what they hold, held or will hold, and their leaves."""
    await by.must_read_about(person)
    standings = await by.standings(person)
    held = [each.held for each in standings]
    told = found(await views.person(by.pool, person, held, await by.day()), f"person {person}")
    for each, shown in zip(standings, told.assignments, strict=True):
        leaves = [leave for leave in told.leaves if leave.assignment == shown.assignment]
        shown.may.extend(_may(each, leaves))
    administers = by.administers(person, standings)
    if administers & {Who.OFFICER, Who.PERSONNEL}:
        told.may.append("start")
    if Who.PERSONNEL in administers:
        told.may.append("correct")
    return told


def _may(by: Standing, leaves: Sequence[views.LeaveRow]) -> list[views.Act]:
    """What one may do about an assignment with these leaves; of one that has ended, put right what is on record."""
    found: list[views.Act] = []
    if by.capacities & {Who.EMPLOYEE, Who.OFFICER, Who.PERSONNEL}:
        found.append("read-appraiser")
    if by.capacities & {Who.OFFICER, Who.PERSONNEL}:
        found.append("correct")
        if by.held.until:
            found.append("extend")
        if by.held.until is None or by.held.until >= by.on:
            found += ["name-appraiser", "end", "transfer", "grant-leave"]
        if any(leave.start < leave.until and leave.until >= by.on for leave in leaves):
            found.append("end-leave")
    return found
