"""HTTP of the cycle."""

from fastapi import APIRouter

from chassis.fields import Body, Day, Id, PathId, Text
from chassis.http import Command, Receipt
from services.appraisal.appraisal import views as appraisals
from services.appraisal.cycle import decisions
from services.appraisal.cycle.decisions import AGGREGATE

router = APIRouter()


class Opening(Body):
    cycle: Id
    rule_set: Text
    start: Day
    until: Day


@router.post("/cycles")
async def open_(body: Opening, by: Command) -> Receipt:
    return await by.execute(
        AGGREGATE, body.cycle,
        lambda cycle: decisions.open_(
            cycle, by.actor, body.cycle, body.rule_set, body.start, body.until
        ),
        subject=body.cycle,
    )  # fmt: skip


@router.post("/cycles/{cycle}/close")
async def close(cycle: PathId, by: Command) -> Receipt:
    finalized, unfinished = await appraisals.progress(by.pool, cycle)
    return await by.execute(
        AGGREGATE, cycle,
        lambda current: decisions.close(
            current, by.actor, by.on, finalized=finalized, unfinished=unfinished
        ),
        subject=cycle,
    )  # fmt: skip
