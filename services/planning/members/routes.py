"""HTTP of who is in a unit; and of moving them to another one from a day on, because a reorganisation merges or
splits it."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from itertools import groupby
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import Field

from chassis import assignments
from chassis.access import asked_by, given_by
from chassis.facts import Fact
from chassis.fields import AssignmentId, Body, Day, Id, PathId, Text
from chassis.lists import After, Limit, Page, answer
from chassis.outcomes import Outcome, attempted
from chassis.requests import Accepted, Caller, Commander
from law.refusal import Forbidden
from law.standing import Who, must_be
from services.planning.members import views
from services.planning.person import decisions
from services.planning.person import views as people
from services.planning.person.decisions import AGGREGATE, Person, Superior
from services.planning.unit.decisions import AGGREGATE as UNIT
from services.planning.unit.decisions import Unit

router = APIRouter()
READERS = (Who.HEAD, Who.OFFICER, Who.PERSONNEL, Who.AUDITOR)
MAY = (Who.OFFICER, Who.PERSONNEL)
MOST = 1000
"""Assignments of one request."""


class Move(Body):
    """`into` is the unit that they are in from `since` on; `assignments` are those that go there, all of the unit
    if they are not given. `reason` names the decree."""

    into: Id
    since: Day
    assignments: list[AssignmentId] | None = Field(default=None, max_length=MOST)
    reason: Text


class OutcomeOfAssignment(Outcome):
    assignment: str


@router.get("/units/{unit}/assignments", response_model=Page[views.Member])
async def members(
    request: Request,
    unit: PathId,
    by: Annotated[Caller, asked_by(*READERS, reads=[people.VIEW, assignments.view("planning")])],
    on: Annotated[Day | None, Query(description="today, if it is not given")] = None,
    sort: Literal["-leads", "position", "-position", "start", "-start"] = "-leads",
    after: After = "",
    limit: Limit = 50,
) -> Page[views.Member] | StreamingResponse:
    """The assignments that are in force in the unit itself on a date: whoever leads it first, or by what
    they are."""
    must_be(await by.in_unit(unit, READERS), READERS, by.actor.id)
    by.must_have_arrived()
    listing = views.listing(unit, on or await by.day(), sort)
    return await answer(request, by.pool, listing, partial(views.named, by.pool), after, limit)


@router.post("/units/{unit}/move")
async def move(
    unit: PathId,
    body: Move,
    command: Annotated[Commander, given_by(*MAY, reads=[assignments.view("planning")])],
) -> list[OutcomeOfAssignment]:
    """End assignments of the unit on the day before they start in another one, as what they were: each with
    whoever appraised it, by what they hold then, or else with the head of the other unit. Whoever led the
    unit leads the other one if nobody does. Each is decided by itself, as a command of its own: sending the
    whole again after a failure repeats nothing. The caller's own stay, as do those behind the first
    thousand."""
    must_be(await command.in_unit(unit, MAY), MAY, command.actor.id)
    command.must_have_arrived()
    there = await views.held(command.pool, unit, body.since)
    wanted = there if body.assignments is None else {*body.assignments}
    own = command.actor.id
    going = [each for each in sorted(wanted) if decisions.person_of(each) != own][:MOST]
    moving = _Moving(command, unit, body, await command.look_up(UNIT, body.into), there)
    moving.head = await views.head(command.pool, body.into, body.since)
    outcomes = await moving.all(going)
    if outcomes and all(outcome.is_forbidden for outcome in outcomes):
        raise Forbidden(f"{own} may move none of these")
    return outcomes


class _Moving:
    """`head` is the office by which somebody leads the other unit: as the view has it, or moved there just now."""

    def __init__(
        self,
        command: Commander,
        unit: str,
        body: Move,
        into: Fact[Unit],
        held: Mapping[str, views.Held],
    ) -> None:
        self._command, self._body, self._held = command, body, held
        self._from, self._into = unit, into
        self.head: str | None = None

    async def all(self, going: Sequence[str]) -> list[OutcomeOfAssignment]:
        """Whoever leads first, one by one; then side by side, but each behind their appraiser."""
        among = {each: self._held[each] for each in going if each in self._held}
        leading = [each for each in going if each in among and among[each].leads]
        done = {each: await self._tried(each) for each in leading}
        rest = sorted(
            (each for each in going if each not in done), key=lambda each: depth(each, among)
        )
        for _, level in groupby(rest, key=lambda each: depth(each, among)):
            names = list(level)
            found = await asyncio.gather(*(self._tried(each) for each in names))
            done |= dict(zip(names, found, strict=True))
        return [done[each] for each in going]

    async def _tried(self, assignment: str) -> OutcomeOfAssignment:
        found = await attempted(self._command, self._one(assignment))
        return OutcomeOfAssignment(assignment=assignment, **dict(found))

    async def _one(self, assignment: str) -> Accepted:
        body, into = self._body, self._into
        person = decisions.person_of(assignment)
        superior, fact = await self._superior(assignment, person)
        command = self._command.part(
            assignment, body.model_dump_json(exclude={"assignments"}), into.basis, fact
        )
        leads = assignment in self._held and self._held[assignment].leads and self.head is None
        accepted = (
            await command.about(assignment, *command.basis)
            .also_within(body.into)
            .decide(
                AGGREGATE,
                person,
                decisions.move,
                assignment,
                self._from,
                body.into,
                body.since,
                superior,
                body.reason,
                leads=leads,
                unit=into.state.span if into.state else None,
            )
        )
        if leads:
            moved = (await self._command.look_up(AGGREGATE, person)).state
            self.head = _successor(moved, None, body.since)
        return accepted

    async def _superior(self, assignment: str, person: str) -> tuple[Superior | None, str]:
        """Who appraises there, and the fact that this rests on."""
        since = self._body.since
        state = (await self._command.look_up(AGGREGATE, person)).state
        named = state.appraiser_of(assignment, since) if state else None
        heads = (decisions.person_of(self.head), self.head) if self.head else None
        for appraiser, office in (each for each in (named, heads) if each):
            fact = await self._command.look_up(AGGREGATE, appraiser)
            held = _successor(fact.state, office, since)
            if fact.state and held and appraiser != person:
                # Of one that has moved along just now, the view has the former only.
                above = await assignments.persons_above_from(self._command.pool, office, since)
                post = fact.state.posts[held]
                return Superior(appraiser, held, post, above), fact.basis
        return None, ""


def depth(assignment: str, among: Mapping[str, views.Held]) -> int:
    """How many of these are above an assignment, one by the office of the other."""
    above: list[str] = []
    at = assignment
    while at in among and at not in above:
        above.append(at)
        at = among[at].office or ""
    return max(0, len(above) - 1)


def _successor(person: Person | None, office: str | None, on: date) -> str | None:
    """The office, if it is held on a day; else the definitive assignment, or the last begun, of that day."""
    posts = (
        {name: post for name, post in person.posts.items() if post.holds_on(on)} if person else {}
    )
    if office in posts:
        return office
    order = sorted(posts, key=lambda name: (posts[name].kind == "definitive", posts[name].start))
    return order[-1] if order else None
