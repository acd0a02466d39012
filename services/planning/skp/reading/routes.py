"""HTTP of what is asked about SKPs."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from chassis import assignments, policies
from chassis.access import READERS_LATER, asked_by
from chassis.fields import AssignmentId, PathId
from chassis.problems import NotFound, pointer
from chassis.requests import Caller, found
from contracts.settings import SKP_DRAFTING, SKP_DUE, WORKING_CALENDAR
from law.period import skp_due
from law.refusal import Refused
from law.standing import Standing, Who
from law.workdays import Calendar
from services.planning.skp import decisions, views
from services.planning.skp.changes import Amendment, amendments
from services.planning.skp.checks import Warned, past_due, warnings
from services.planning.skp.content import form_of
from services.planning.skp.decisions import AGGREGATE, Status
from services.planning.skp.routes import PLAN_BYTES, Draft, PlanBody, others_of

router = APIRouter()
STANDING = assignments.view("planning")
READERS_OF_SKPS = (*READERS_LATER, Who.PERFORMANCE_TEAM)
Reader = Annotated[Caller, asked_by(*READERS_OF_SKPS, reads=[views.VIEW])]
ReaderWithAssignments = Annotated[Caller, asked_by(*READERS_OF_SKPS, reads=[views.VIEW, STANDING])]


class Finding(BaseModel):
    """What a check has found, and where in what was sent, as a JSON Pointer."""

    code: str
    detail: str
    article: str
    pointer: str


class Checks(BaseModel):
    """`refusals` are what the decision would refuse, all of them; `warnings` are no more than that."""

    refusals: list[Finding]
    warnings: list[Finding]


@router.get("/skps/{skp}")
async def show(skp: PathId, by: Reader) -> views.SKPRow:
    """An SKP. For its owner, the appraiser, personnel and auditors."""
    row = await views.SKP.find(by.pool, skp)
    await by.must_read(row)
    return found(row, f"SKP {skp}")


@router.get("/skps/{skp}/copy")
async def copy(
    skp: PathId,
    by: ReaderWithAssignments,
    assignment: Annotated[
        AssignmentId | None, Query(description="the SKP's own, if not given")
    ] = None,
) -> Draft:
    """What the SKP says, as the draft of the one that follows it: in the same assignment, or in another of
    the same person's, from the day after it until the end of that year. The sender changes it and gives it
    as a draft of their own, so that nothing is on record that nobody has looked at."""
    row = await views.SKP.find(by.pool, skp)
    await by.must_read(row)
    earlier = found(row, f"SKP {skp}")
    held = await assignments.find(by.pool, assignment or earlier.assignment)
    if held is None or held.person != earlier.person:
        raise NotFound(f"no assignment {assignment} of {earlier.person}")
    start = max(earlier.until + timedelta(days=1), held.start)
    until = min(date(start.year, 12, 31), held.until or date.max)
    if until < start:
        raise NotFound(f"no day of {held.assignment} follows {earlier.until}")
    return Draft(
        **PlanBody.model_validate(earlier.plan.model_dump()).model_dump(),
        assignment=held.assignment,
        start=start,
        until=until,
        approach=earlier.approach,
        form=earlier.form,
    )


@router.get("/skps/{skp}/changes")
async def changes(skp: PathId, by: Reader) -> list[Amendment]:
    """What each approved change has changed, by the ids of results and indicators; the first one first."""
    row = await views.SKP.find(by.pool, skp)
    await by.must_read(row)
    found(row, f"SKP {skp}")
    return amendments(await views.AGREED.where(by.pool, skp=skp))


@router.get("/skps/{skp}/checks")
async def checks(skp: PathId, by: ReaderWithAssignments) -> Checks:
    """What keeps what is at hand, the SKP or a change of it, from being submitted, and what it had better
    say. The pointers are into what it says."""
    row = await views.SKP.find(by.pool, skp)
    await by.must_read(row)
    of = found(row, f"SKP {skp}")
    fact = await by.look_up(AGGREGATE, skp)
    held = await assignments.find(by.pool, of.assignment)
    if fact.state is None or held is None:
        raise NotFound(f"no SKP {skp}")
    on, _ = held.day(by.at)
    standing, others = Standing(by.actor, on, held), await others_of(by, skp)
    refusals = decisions.unsubmittable(fact.state, standing, [*others.values()])
    plan, form = fact.state.plan, form_of(fact.state.form, leads=held.leads)
    warned = [*warnings(plan, fact.state.approach, form)]
    if fact.state.status != "withdrawn" and not fact.state.amends:
        warned += past_due(await _due(by, of.start), on)
    return _checks(refusals, warned)


@router.post("/skp-checks", max_body_size=PLAN_BYTES)
async def dry_run(
    body: Draft,
    by: Annotated[Caller, asked_by(Who.EMPLOYEE, Who.PERFORMANCE_TEAM, reads=[STANDING])],
) -> Checks:
    """What a draft would be told, which is not made: `POST /skps` takes the same body."""
    standing = await by.standing(body.assignment)
    skp = decisions.skp_id(body.assignment, body.start)
    others = await others_of(by, skp)
    there = (await by.look_up(AGGREGATE, skp)).state
    drafting = (await policies.settled(by.pool, SKP_DRAFTING)).on(body.start)
    proposal = body.proposal()
    refusals = [
        *decisions.taken(there),
        *decisions.unfit(standing, proposal, [*others.values()], drafting),
    ]
    form = form_of(proposal.form, leads=standing.held.leads)
    warned = [*warnings(proposal.plan, proposal.approach, form)]
    warned += past_due(await _due(by, body.start), standing.on)
    return _checks(refusals, warned)


async def _due(by: Caller, start: date) -> date:
    dues, calendar = await policies.all_settled(by.pool, SKP_DUE, WORKING_CALENDAR)
    return skp_due(start, dues.on(start).value, Calendar(calendar)).day


def _checks(refusals: Iterable[Refused], warned: Iterable[Warned]) -> Checks:
    def told(each: Refused | Warned) -> Finding:
        return Finding(
            code=each.code,
            detail=each.detail,
            article=each.article,
            pointer=pointer(each.field.split(".")),
        )

    return Checks(
        refusals=[told(each) for each in refusals], warnings=[told(each) for each in warned]
    )


@router.get("/skp-states")
async def states(
    by: Annotated[Caller, asked_by(Who.ANYBODY, reads=[views.VIEW])],
) -> dict[Status, int]:
    """How many SKPs are in which state."""
    return await views.states(by.pool)
