"""HTTP of the SKP."""

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import Field

from chassis import assignments
from chassis.fields import Body, Day, Id, PathId, Text
from chassis.http import By, Command, Receipt
from contracts.planning import Annexes, Expectation, Indicator, Result, Value
from services.planning.skp import decisions, views
from services.planning.skp.decisions import AGGREGATE, Plan

router = APIRouter()
PLAN_BYTES = 256 * 1024


class IndicatorBody(Body):
    id: Id
    aspect: Literal["quantity", "quality", "time", "cost"] | None = None
    perspective: Text | None = None
    text: Text
    target: Text
    unit: Text | None = None


class ResultBody(Body):
    id: Id
    kind: Literal["main", "additional"]
    text: Text
    serves: Text | None = None
    indicators: list[IndicatorBody] = Field(max_length=50)


class ExpectationBody(Body):
    value: Value
    text: Text


class AnnexesBody(Body):
    resources: list[Text] = Field(default=[], max_length=50)
    accountability: list[Text] = Field(default=[], max_length=50)
    consequences: list[Text] = Field(default=[], max_length=50)


class PlanBody(Body):
    results: list[ResultBody] = Field(max_length=50)
    expectations: list[ExpectationBody] = Field(default=[], max_length=7)
    annexes: AnnexesBody = AnnexesBody()

    def plan(self) -> Plan:
        results = tuple(
            Result(
                id=r.id, kind=r.kind, text=r.text, serves=r.serves,
                indicators=tuple(Indicator(**i.model_dump()) for i in r.indicators),
            )
            for r in self.results
        )  # fmt: skip
        expectations = tuple(Expectation(**e.model_dump()) for e in self.expectations)
        return Plan(results, expectations, Annexes(**self.annexes.model_dump()))


class Draft(PlanBody):
    assignment: Id
    start: Day
    until: Day
    approach: Literal["quantitative", "qualitative"]


class Reason(Body):
    reason: Text


@router.post("/skps", max_body_size=PLAN_BYTES)
async def draft(body: Draft, by: Command) -> Receipt:
    held = await assignments.get(by.pool, body.assignment)
    return await by.execute_about(
        held, AGGREGATE, decisions.skp_id(body.assignment, body.start),
        lambda skp: decisions.draft(
            skp, by.actor.id, by.on, held, body.start, body.until, body.approach, body.plan()
        ),
    )  # fmt: skip


@router.post("/skps/{skp}/revise", max_body_size=PLAN_BYTES)
async def revise(skp: PathId, body: PlanBody, by: Command) -> Receipt:
    return await by.execute_on(
        AGGREGATE, skp,
        lambda current, held: decisions.revise(current, by.actor.id, by.on, held, body.plan()),
    )  # fmt: skip


@router.post("/skps/{skp}/submit")
async def submit(skp: PathId, by: Command) -> Receipt:
    return await by.execute_on(
        AGGREGATE, skp, lambda current, held: decisions.submit(current, by.actor.id, by.on, held),
    )  # fmt: skip


@router.post("/skps/{skp}/return")
async def return_(skp: PathId, body: Reason, by: Command) -> Receipt:
    return await by.execute_on(
        AGGREGATE, skp,
        lambda current, held: decisions.return_(current, by.actor.id, by.on, held, body.reason),
    )  # fmt: skip


@router.post("/skps/{skp}/approve")
async def approve(skp: PathId, by: Command) -> Receipt:
    return await by.execute_on(
        AGGREGATE, skp, lambda current, held: decisions.approve(current, by.actor.id, by.on, held),
    )  # fmt: skip


@router.get("/skps/{skp}")
async def show(skp: PathId, by: By) -> dict[str, Any]:
    """An SKP. For its owner, the appraiser, personnel and auditors."""
    found = await views.skp(by.pool, skp)
    held = await assignments.get(by.pool, found["assignment"])
    await assignments.must_read_about(by.pool, by.actor, held.person, by.on, held)
    return found


@router.get("/skp-states")
async def states(by: By) -> dict[str, int]:
    """How many SKPs are in which state."""
    return await views.states(by.pool)
