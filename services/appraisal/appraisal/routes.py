"""HTTP of the appraisal."""

from typing import Any

from fastapi import APIRouter

from chassis import assignments
from chassis.http import Body, By, Command, Id, PathId, Receipt, Text
from contracts.appraisal import Rating
from services.appraisal.appraisal import decisions, views
from services.appraisal.appraisal.decisions import AGGREGATE
from services.appraisal.cycle.decisions import AGGREGATE as CYCLE

router = APIRouter()


class RatingBody(Body):
    cycle: Id
    rating: Rating
    reason: Text


class Finalization(Body):
    cycle: Id


@router.post("/appraisals/{skp}/result")
async def rate_result(skp: PathId, body: RatingBody, by: Command) -> Receipt:
    return await _rate(skp, body, by, "result")


@router.post("/appraisals/{skp}/behaviour")
async def rate_behaviour(skp: PathId, body: RatingBody, by: Command) -> Receipt:
    return await _rate(skp, body, by, "behaviour")


async def _rate(skp: str, body: RatingBody, by: Command, what: Any) -> Receipt:
    approved = await views.approved(by.pool, skp)
    held = await assignments.get(by.pool, approved.assignment)
    cycle, version = await CYCLE.load(by.runtime.log, body.cycle)
    return await by.execute_about(
        held, AGGREGATE, skp,
        lambda appraisal: decisions.rate(
            appraisal, by.actor.id, by.on, cycle, approved, held, what, body.rating, body.reason
        ),
        approved.basis, f"appraisal:cycle/{body.cycle}@{version}",
    )  # fmt: skip


@router.post("/appraisals/{skp}/finalize")
async def finalize(skp: PathId, body: Finalization, by: Command) -> Receipt:
    approved = await views.approved(by.pool, skp)
    held = await assignments.get(by.pool, approved.assignment)
    cycle, version = await CYCLE.load(by.runtime.log, body.cycle)
    return await by.execute_about(
        held, AGGREGATE, skp,
        lambda appraisal: decisions.finalize(
            appraisal, by.actor.id, by.on, cycle, approved, held
        ),
        approved.basis, f"appraisal:cycle/{body.cycle}@{version}",
    )  # fmt: skip


@router.get("/appraisals/{skp}")
async def show(skp: PathId, by: By) -> dict[str, Any]:
    """For the person, the appraiser, personnel and auditors."""
    found = await views.appraisal(by.pool, skp)
    approved = await views.approved(by.pool, skp)
    held = await assignments.get(by.pool, approved.assignment)
    await assignments.must_read_about(by.pool, by.actor, held.person, by.on, held)
    return found


@router.get("/cycles/{cycle}/predicates")
async def predicates(cycle: PathId, by: By) -> dict[str, dict[str, int]]:
    """Counts by unit and predicate: figures, no persons. For personnel and auditors, since in a
    small unit a count can point at somebody."""
    by.actor.must_be("personnel", "auditor")
    return await views.predicates(by.pool, cycle)
