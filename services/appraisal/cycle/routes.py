"""HTTP of the cycle."""

from typing import Annotated

from fastapi import APIRouter

from chassis.fields import Body, Day, Id, PathId, Text
from chassis.requests import Accepted, Caller, Commander, asked_by, given_by
from contracts.appraisal import Predicate
from law.standing import Who
from services.appraisal.cycle import decisions, views
from services.appraisal.cycle.decisions import AGGREGATE

router = APIRouter()
ByPersonnel = Annotated[Commander, given_by(Who.PERSONNEL, reads=[views.VIEW])]


class Opening(Body):
    cycle: Id
    rule_set: Text
    start: Day
    until: Day


@router.post("/cycles")
async def open_(body: Opening, command: ByPersonnel) -> Accepted:
    return await command.administer(
        AGGREGATE, body.cycle, decisions.open_, body.cycle, body.rule_set, body.start, body.until
    )


@router.post("/cycles/{cycle}/close")
async def close(cycle: PathId, command: ByPersonnel) -> Accepted:
    finalized, unfinished = await views.progress(command.pool, cycle)
    return await command.administer(
        AGGREGATE, cycle, decisions.close, finalized=finalized, unfinished=unfinished
    )


@router.get("/cycles/{cycle}/predicates")
async def predicates(
    cycle: PathId,
    by: Annotated[Caller, asked_by(Who.PERSONNEL, Who.AUDITOR, reads=[views.VIEW])],
) -> dict[str, dict[Predicate, int]]:
    """Counts by unit and predicate: figures, no persons. For personnel and auditors, since in a
    small unit a count can point at somebody."""
    return await views.predicates(by.pool, cycle)
