"""HTTP of the SKP."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from chassis import assignments, policies
from chassis.access import given_by
from chassis.fields import AssignmentId, Body, Day, Id, MadeId, PathId, Place, Text
from chassis.outcomes import Outcome, attempted
from chassis.requests import Accepted, Caller, Commander
from contracts.planning import (
    Annexes,
    Cadence,
    Dialogue,
    Expectation,
    Form,
    Indicator,
    Result,
    RowReason,
    Value,
)
from contracts.settings import APPRAISER_CHANGE, SKP_DRAFTING
from law.refusal import Forbidden
from law.standing import Who
from services.planning.position.decisions import AGGREGATE as POSITION
from services.planning.position.decisions import position_id
from services.planning.skp import decisions, succession
from services.planning.skp.content import USUAL, Approach, Plan
from services.planning.skp.decisions import AGGREGATE, MAY, SKP, Proposal

router = APIRouter()
PLAN_BYTES = 256 * 1024
"""An SKP of fifty results of fifty indicators in full sentences."""


class IndicatorBody(Body):
    id: Id
    aspect: Literal["quantity", "quality", "time", "cost"] | None = None
    perspective: Text | None = None
    text: Text
    target: Text
    unit: Text | None = None
    baseline: Text | None = None


class ResultBody(Body):
    id: Id
    kind: Literal["main", "additional"]
    text: Text
    serves: Text | None = None
    serves_at: Place | None = None
    decision: Text | None = None
    indicators: list[IndicatorBody] = Field(max_length=50)


class ExpectationBody(Body):
    value: Value
    text: Text


class AnnexesBody(Body):
    resources: list[Text] = Field(default=[], max_length=50)
    accountability: list[Text] = Field(default=[], max_length=50)
    consequences: list[Text] = Field(default=[], max_length=50)


class DialogueBody(Body):
    """What has been agreed besides: how often feedback is given, and notes of the dialogue."""

    feedback: Cadence | None = None
    notes: Text | None = None


class PlanBody(Body):
    """`annexes` may be empty until the SKP is submitted."""

    results: list[ResultBody] = Field(max_length=50)
    expectations: list[ExpectationBody] = Field(default=[], max_length=7)
    annexes: AnnexesBody = AnnexesBody()
    dialogue: DialogueBody = DialogueBody()

    def plan(self) -> Plan:
        return Plan(
            results_of(self.results),
            tuple(Expectation(**e.model_dump()) for e in self.expectations),
            Annexes(**self.annexes.model_dump()),
            Dialogue(**self.dialogue.model_dump()),
        )


def results_of(bodies: Sequence[ResultBody]) -> tuple[Result, ...]:
    return tuple(
        Result(
            **each.model_dump(exclude={"indicators"}),
            indicators=tuple(Indicator(**inner.model_dump()) for inner in each.indicators),
        )
        for each in bodies
    )


class Draft(PlanBody):
    """Without a `form`, it is that of the assignment's position; if nobody has described that, the one for JA and
    JF."""

    assignment: AssignmentId
    start: Day
    until: Day
    approach: Approach
    form: Form | None = None


class AmendmentBody(PlanBody):
    """What the SKP is to say, as a whole, and why."""

    reason: Text


class Reason(Body):
    reason: Text


class RowReasonBody(Body):
    result: Id
    indicator: Id | None = None
    reason: Text


class Return(Body):
    """Why the whole is returned, and why some of its results or indicators."""

    reason: Text
    rows: list[RowReasonBody] = Field(default=[], max_length=50)

    def reasons(self) -> tuple[RowReason, ...]:
        return tuple(RowReason(**row.model_dump()) for row in self.rows)


class Approval(Body):
    """`version` is the one that the appraiser has seen."""

    skp: MadeId
    version: Annotated[int, Field(ge=1, lt=2**31)] | None = None


class Approvals(Body):
    skps: list[Approval] = Field(min_length=1, max_length=200)


class OutcomeOfSKP(Outcome):
    skp: str


@router.post("/skps", max_body_size=PLAN_BYTES)
async def draft(
    body: Draft, command: Annotated[Commander, given_by(Who.EMPLOYEE, Who.PERFORMANCE_TEAM)]
) -> Accepted:
    skp, others = await meant(command, body)
    drafting = (await policies.settled(command.pool, SKP_DRAFTING)).on(body.start)
    proposal, position = await proposed(command, body)
    return await command.about(body.assignment, drafting.basis, position, *others).decide(
        AGGREGATE, skp, decisions.draft, proposal, [*others.values()], drafting
    )


async def proposed(by: Caller, body: Draft) -> tuple[Proposal, str]:
    """What is drafted, in the form of the assignment's position unless it says one; and what that rests on."""
    said = Proposal(body.start, body.until, body.approach, body.form or USUAL, body.plan())
    held = None if body.form else await by.find(assignments.find_all, body.assignment)
    if held is None:
        return said, ""
    position = await by.look_up(POSITION, position_id(held.position))
    form = position.state.description.form if position.state else USUAL
    return replace(said, form=form), position.basis


async def meant(by: Caller, body: Draft) -> tuple[str, dict[str, SKP]]:
    """The id of the SKP that a draft is of, and the others of the assignment."""
    every = await _of_assignment(by, body.assignment)
    skp = decisions.skp_id(body.assignment, body.start, every.values())
    return skp, {basis: state for basis, state in every.items() if state.skp != skp}


async def others_of(by: Caller, skp: str) -> dict[str, SKP]:
    """The other SKPs of the assignment that an SKP is of, by the facts that they are."""
    return await _of_assignment(by, decisions.of(skp), but=skp)


async def _of_assignment(by: Caller, assignment: str, but: str = "") -> dict[str, SKP]:
    facts = await by.look_up_others(AGGREGATE, decisions.of(assignment), but)
    return {
        fact.basis: fact.state
        for fact in facts
        if fact.state and fact.state.assignment == assignment
    }


@router.post("/skps/{skp}/amend", max_body_size=PLAN_BYTES)
async def amend(
    skp: PathId, body: AmendmentBody, command: Annotated[Commander, given_by(*MAY["amend"])]
) -> Accepted:
    """Draft a change of an approved SKP, which is revised, submitted and approved in turn. Until then the
    SKP stays as it was agreed."""
    return await command.decide(AGGREGATE, skp, decisions.amend, body.plan(), body.reason)


@router.post("/skps/{skp}/revise", max_body_size=PLAN_BYTES)
async def revise(
    skp: PathId, body: PlanBody, command: Annotated[Commander, given_by(*MAY["revise"])]
) -> Accepted:
    return await command.decide(AGGREGATE, skp, decisions.revise, body.plan())


@router.post("/skps/approvals")
async def approve_many(
    body: Approvals, command: Annotated[Commander, given_by(*MAY["approve"])]
) -> list[OutcomeOfSKP]:
    """Approve several SKPs, each decided by itself, as a command of its own: sending the whole again
    after a failure repeats nothing. Whoever may approve none of them is told that, and no more."""
    outcomes = await asyncio.gather(*(_approve(command, row) for row in body.skps))
    if all(outcome.is_forbidden for outcome in outcomes):
        raise Forbidden(f"{command.actor.id} may approve none of these")
    return outcomes


async def _approve(command: Commander, row: Approval) -> OutcomeOfSKP:
    part = replace(command.part(row.skp, row.model_dump_json()), expected=row.version)
    found = await attempted(command, part.decide(AGGREGATE, row.skp, decisions.approve))
    return OutcomeOfSKP(skp=row.skp, **dict(found))


@router.post("/skps/{skp}/submit")
async def submit(skp: PathId, command: Annotated[Commander, given_by(*MAY["submit"])]) -> Accepted:
    others = await others_of(command, skp)
    return await command.resting_on(*others).decide(
        AGGREGATE, skp, decisions.submit, [*others.values()]
    )


@router.post("/skps/{skp}/withdraw")
async def withdraw(
    skp: PathId, body: Reason, command: Annotated[Commander, given_by(*MAY["withdraw"])]
) -> Accepted:
    """Give up what has not been approved: an SKP, or a change of one that has."""
    return await command.decide(AGGREGATE, skp, decisions.withdraw, body.reason)


@router.post("/skps/{skp}/close")
async def close(
    skp: PathId,
    body: Reason,
    command: Annotated[
        Commander,
        given_by(*MAY["close"]),
    ],
) -> Accepted:
    """Close an SKP whose assignment has ended, at the assignment's last day; or, where SKPs are replaced then, one
    whose appraiser is another one now, on the day before they followed. If that is before the SKP, it is cancelled."""
    change = await policies.settled(command.pool, APPRAISER_CHANGE)
    return await command.resting_on(change.basis).decide(
        AGGREGATE, skp, succession.close, body.reason, change
    )


@router.post("/skps/{skp}/confirm")
async def confirm(
    skp: PathId, command: Annotated[Commander, given_by(*MAY["confirm"])]
) -> Accepted:
    """Take over, as the appraiser of today, what was agreed with an earlier one."""
    change = await policies.settled(command.pool, APPRAISER_CHANGE)
    return await command.resting_on(change.basis).decide(AGGREGATE, skp, succession.confirm, change)


@router.post("/skps/{skp}/return")
async def return_(
    skp: PathId, body: Return, command: Annotated[Commander, given_by(*MAY["return"])]
) -> Accepted:
    return await command.decide(AGGREGATE, skp, decisions.return_, body.reason, body.reasons())


@router.post("/skps/{skp}/approve")
async def approve(
    skp: PathId, command: Annotated[Commander, given_by(*MAY["approve"])]
) -> Accepted:
    return await command.decide(AGGREGATE, skp, decisions.approve)
