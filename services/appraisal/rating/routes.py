"""HTTP of the appraisal."""

from typing import Annotated, Literal

from fastapi import APIRouter

from chassis import approved
from chassis.access import READERS_LATER, asked_by, given_by
from chassis.fields import Body, Id, PathId, Text
from chassis.requests import Accepted, Caller, Commander, found, known
from contracts.appraisal import Rating
from contracts.settings import LeastService
from law.policy import Policy, Settled
from law.skp import ApprovedSKP
from law.standing import Who
from services.appraisal.cycle.decisions import AGGREGATE as CYCLE
from services.appraisal.cycle.decisions import Cycle
from services.appraisal.rating import decisions, views
from services.appraisal.rating.decisions import AGGREGATE

router = APIRouter()
FACTS = [approved.view("appraisal")]
ByAppraiser = Annotated[Commander, given_by(Who.APPRAISER_LATER, reads=FACTS)]


class RatingBody(Body):
    cycle: Id
    rating: Rating
    reason: Text


class Finalization(Body):
    cycle: Id


@router.post("/appraisals/{skp}/result")
async def rate_result(skp: PathId, body: RatingBody, command: ByAppraiser) -> Accepted:
    return await _rate(skp, body, command, "result")


@router.post("/appraisals/{skp}/behaviour")
async def rate_behaviour(skp: PathId, body: RatingBody, command: ByAppraiser) -> Accepted:
    return await _rate(skp, body, command, "behaviour")


async def _rate(
    skp: str, body: RatingBody, command: Commander, what: Literal["result", "behaviour"]
) -> Accepted:
    about, settled = known(await command.find(views.facts, skp))
    cycle = await command.look_up(CYCLE, body.cycle)
    least = _least(settled, cycle.state, about)
    return await command.about(about.assignment, about.basis, cycle.basis, least.basis).decide(
        AGGREGATE, skp, decisions.rate, cycle.state, about, least, what, body.rating, body.reason
    )


@router.post("/appraisals/{skp}/finalize")
async def finalize(skp: PathId, body: Finalization, command: ByAppraiser) -> Accepted:
    about, settled = known(await command.find(views.facts, skp))
    cycle = await command.look_up(CYCLE, body.cycle)
    least = _least(settled, cycle.state, about)
    return await command.about(about.assignment, about.basis, cycle.basis, least.basis).decide(
        AGGREGATE, skp, decisions.finalize, cycle.state, about, least
    )


def _least(
    settled: Settled[LeastService], cycle: Cycle | None, skp: ApprovedSKP
) -> Policy[LeastService]:
    """What holds at the end of the cycle, for all who are appraised in it."""
    return settled.on((cycle or skp).until)


@router.get("/appraisals/{skp}")
async def show(
    skp: PathId, by: Annotated[Caller, asked_by(*READERS_LATER, reads=[*FACTS, views.VIEW])]
) -> views.AppraisalRow:
    """For the person, the appraiser and their superior, the appraisal team, personnel and auditors."""
    about = await approved.find(by.pool, skp)
    await by.must_read(about)
    return found(await views.APPRAISAL.find(by.pool, skp), f"appraisal of {skp}")
