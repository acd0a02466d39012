"""HTTP of what is asked about SKPs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from chassis import assignments, policies
from chassis.access import READERS_LATER, READERS_OF_UNITS, asked_by
from chassis.fields import AssignmentId, Id, PathId, PersonId
from chassis.lists import After, Limit, Listing, Page, answer
from chassis.problems import BadRequest, NotFound, pointer
from chassis.requests import Caller, found
from contracts.planning import Form
from contracts.settings import APPRAISER_CHANGE, SKP_DRAFTING, SKP_DUE, WORKING_CALENDAR
from contracts.succession import AppraiserChange
from eventlog.database import Record
from law.period import skp_due
from law.policy import Settled
from law.refusal import Refused
from law.standing import Assignment, Standing, Who, must_be
from law.succession import rule_of
from law.workdays import Calendar
from services.planning.agreement.views import VIEW as AGREEMENTS
from services.planning.matrix.views import VIEW as MATRICES
from services.planning.person import views as people
from services.planning.skp import decisions, views
from services.planning.skp.acts import acts
from services.planning.skp.changes import Amendment, amendments
from services.planning.skp.checks import Count, Warned, misplaced, past_due, warnings
from services.planning.skp.content import Plan, form_of
from services.planning.skp.decisions import AGGREGATE, Act, Status
from services.planning.skp.drafts.views import unserved
from services.planning.skp.reading.views import Called, names, places
from services.planning.skp.routes import PLAN_BYTES, Draft, PlanBody, meant, others_of, proposed
from services.planning.unit import views as units

router = APIRouter()
STANDING = assignments.view("planning")
READERS_OF_SKPS = (*READERS_LATER, Who.PERFORMANCE_TEAM)
Reader = Annotated[Caller, asked_by(*READERS_OF_SKPS, reads=[views.VIEW])]
ReaderWithAssignments = Annotated[Caller, asked_by(*READERS_OF_SKPS, reads=[views.VIEW, STANDING])]
SERVED = (AGREEMENTS, MATRICES)
ReaderWithServed = Annotated[
    Caller, asked_by(*READERS_OF_SKPS, reads=[views.VIEW, STANDING, *SERVED])
]


class Finding(BaseModel):
    """What a check has found, and where in what was sent, as a JSON Pointer."""

    code: str
    detail: str
    article: str
    pointer: str


class Checks(BaseModel):
    """`refusals` are what the decision would refuse, all of them; `warnings` are no more than that. `unserved` are
    ids of main results that are agreed, and that nobody serves whom the employee appraises."""

    refusals: list[Finding]
    warnings: list[Finding]
    unserved: list[str] = []


class SKPListed(BaseModel):
    """`may` is what the caller may do with it now, whatever they would say. `name` and `unit_name` are null of
    what has none yet. `warnings` counts those of what it says, as its checks have them, as long as that is to be
    agreed; those of its date and of what its results serve are the checks' alone."""

    skp: str
    version: int
    person: str
    name: str | None
    assignment: str
    unit: str
    unit_name: str | None
    position: str
    start: date
    until: date
    form: Form | None
    status: Status
    amendment: Literal["draft", "submitted", "returned"] | None
    warnings: int
    may: list[Act]


COUNTED = tuple(f"warned_{name}" for name in Count._fields)
LISTED = (
    "skp",
    "version",
    "person",
    "assignment",
    "start",
    "until",
    "approach",
    "form",
    "status",
    "amendment",
    "appraiser",
    *COUNTED,
)
"""Columns that a list tells of: what an SKP says is not read for it."""
TO_BE_AGREED = ("draft", "submitted", "returned")
"""How far it has come, or its change."""


@router.get("/skps", response_model=Page[SKPListed])
async def several(
    request: Request,
    by: Annotated[
        Caller, asked_by(Who.ANYBODY, reads=[views.VIEW, STANDING, people.VIEW, units.VIEW])
    ],
    team: Annotated[
        Literal["me"] | None, Query(description="those whom the caller appraises")
    ] = None,
    assignment: AssignmentId | None = None,
    person: PersonId | None = None,
    unit: Id | None = None,
    status: Annotated[
        Status | None, Query(description="of the SKP, or of the change of it that is at hand")
    ] = None,
    sort: Literal["skp", "start", "-start", "person", "status", "-status"] = "-start",
    after: After = "",
    limit: Limit = 50,
) -> Page[SKPListed] | StreamingResponse:
    """The caller's own SKPs; or those of their team, of an assignment or a person about whom they may read,
    or of a unit in which they have a mandate or which they lead, and for personnel of any."""
    chosen = [each for each in (team, assignment, person, unit) if each is not None]
    if len(chosen) > 1:
        raise BadRequest("one of team, assignment, person and unit", "team", "query")
    where, arguments = await _scope(by, team, assignment, person, unit)
    if status is not None:
        where.append("coalesce(t.amendment, t.status) = $2")
        arguments.append(status)
    listing = Listing(views.SKP, where, arguments, sort, LISTED)

    async def dress(rows: Sequence[Record]) -> list[SKPListed]:
        held = await assignments.find_all(by.pool, {row["assignment"] for row in rows})
        of = {row["person"] for row in rows}
        called = await names(by.pool, of, {each.unit for each in held.values()}, await by.day())
        change = await policies.settled(by.pool, APPRAISER_CHANGE)
        return [await _listed(by, row, held[row["assignment"]], called, change) for row in rows]

    return await answer(request, by.pool, listing, dress, after, limit)


async def _scope(
    by: Caller, team: str | None, assignment: str | None, person: str | None, unit: str | None
) -> tuple[list[str], list[object]]:
    """Raises Forbidden."""
    reader = replace(by, may=READERS_OF_SKPS)
    if team is not None:
        appraised = await assignments.team(by.pool, by.actor.id, by.at)
        return ["t.assignment = any($1)"], [[held.assignment for held in appraised]]
    if unit is not None:
        must_be(await by.in_unit(unit, READERS_OF_UNITS), READERS_OF_UNITS, by.actor.id)
        of_unit = "select a.assignment from view.assignment a where a.unit = $1"
        return [f"t.assignment in ({of_unit})"], [unit]
    if assignment is not None:
        held = await assignments.find(by.pool, assignment)
        await reader.must_read(held)
        return ["t.assignment = $1"], [assignment]
    if person is not None:
        await reader.must_read_about(person)
    return ["t.person = $1"], [person or by.actor.id]


async def _listed(
    by: Caller,
    row: Record,
    held: Assignment,
    called: Called,
    change: Settled[AppraiserChange],
) -> SKPListed:
    agreed = row["status"] in ("approved", "closed")
    on, _ = held.day(by.at)
    at_hand = row["amendment"] or row["status"]
    # Where it makes a difference, for it is asked for one by one.
    ends = agreed and held.until is not None and held.until < row["until"]
    ends = ends or rule_of(held, row["appraiser"], on, change) == "replace"
    closing = replace(by, may=decisions.MAY["close"])
    by_unit = await closing.towards(held, on) if ends else frozenset[Who]()
    standing = Standing(by.actor, on, held, by_unit)
    return SKPListed(
        **{name: row[name] for name in SKPListed.model_fields if name in row},
        name=called.people.get(row["person"]),
        unit=held.unit,
        unit_name=called.units.get(held.unit),
        position=held.position,
        warnings=_warned(row, held) if at_hand in TO_BE_AGREED else 0,
        may=acts(standing, at_hand, (row["start"], row["until"]), row["appraiser"], change),
    )


def _warned(row: Record, held: Assignment) -> int:
    count = Count(*(row[name] for name in COUNTED))
    return count.of(row["approach"], form_of(row["form"], leads=held.leads))


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
    the same person's, from the day after it until the end of that year; of one that was cancelled, for its own
    days. The sender changes it and gives it as a draft of their own, so that nothing is on record that nobody has
    looked at."""
    row = await views.SKP.find(by.pool, skp)
    await by.must_read(row)
    earlier = found(row, f"SKP {skp}")
    held = await assignments.find(by.pool, assignment or earlier.assignment)
    if held is None or held.person != earlier.person:
        raise NotFound(f"no assignment {assignment} of {earlier.person}")
    after = earlier.until + timedelta(days=1)
    start = max(earlier.start if earlier.status == "cancelled" else after, held.start)
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
async def checks(skp: PathId, by: ReaderWithServed) -> Checks:
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
    warned += misplaced(plan, await _known(by, held.assignment, plan))
    if fact.state.status not in decisions.GONE and not fact.state.amends:
        warned += await _late(by, of.start, on)
    told = _checks(refusals, warned)
    if fact.state.status == "approved":
        told.unserved = await unserved(by.pool, skp, of.person, of.start, of.until)
    return told


@router.post("/skp-checks", max_body_size=PLAN_BYTES)
async def dry_run(
    body: Draft,
    by: Annotated[
        Caller, asked_by(Who.EMPLOYEE, Who.PERFORMANCE_TEAM, reads=[views.VIEW, STANDING, *SERVED])
    ],
    changes: Annotated[bool, Query(description="the SKP that there is")] = False,
) -> Checks:
    """What a draft would be told, which is not made: `POST /skps` takes the same body. Or what a change of the SKP
    would be told that there is for the assignment and day: its last day, approach and form are its own."""
    standing = await by.standing(body.assignment)
    skp, others = await meant(by, body)
    there = (await by.look_up(AGGREGATE, skp)).state
    proposal, _ = await proposed(by, body)
    kept = found(there, f"SKP {skp}") if changes else None
    if kept:
        approach, form = kept.approach, form_of(kept.form, leads=standing.held.leads)
        refusals = [*decisions.unchangeable(kept, standing, proposal.plan)]
    else:
        drafting = (await policies.settled(by.pool, SKP_DRAFTING)).on(body.start)
        approach, form = proposal.approach, proposal.form
        refusals = [
            *decisions.taken(there),
            *decisions.unfit(standing, proposal, [*others.values()], drafting),
        ]
    warned = [*warnings(proposal.plan, approach, form)]
    warned += misplaced(proposal.plan, await _known(by, body.assignment, proposal.plan))
    if not (kept and kept.amends):
        warned += await _late(by, body.start, standing.on)
    return _checks(refusals, warned)


async def _known(by: Caller, assignment: str, plan: Plan) -> frozenset[str]:
    return await places(by.pool, assignment, {r.serves_at for r in plan.results if r.serves_at})


async def _late(by: Caller, start: date, on: date) -> Iterator[Warned]:
    dues, calendar = await policies.all_settled(by.pool, SKP_DUE, WORKING_CALENDAR)
    rule = dues.on(start)
    return past_due(start, skp_due(start, rule.value, Calendar(calendar)).day, rule, on)


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
