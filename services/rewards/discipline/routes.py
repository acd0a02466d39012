"""HTTP of discipline."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from chassis.fields import AssignmentId, Body, Day, Id, PathId, Text
from chassis.requests import Accepted, Commander, given_by
from law.standing import Who
from services.rewards.discipline import decisions
from services.rewards.discipline.decisions import AGGREGATE

router = APIRouter()


class Opening(Body):
    case: Id
    assignment: AssignmentId
    year: int = Field(ge=2000, le=2200)
    days: int = Field(ge=0, le=366)
    consecutive: int = Field(ge=0, le=366)


class Summons(Body):
    examination: Day


class Examination(Body):
    present: bool
    minutes: Text


ByAppraiser = Annotated[Commander, given_by(Who.APPRAISER_LATER)]


@router.post("/discipline-cases")
async def open_(body: Opening, command: Annotated[Commander, given_by(Who.APPRAISER)]) -> Accepted:
    return await command.about(body.assignment).decide(
        AGGREGATE,
        body.case,
        decisions.open_,
        body.case,
        body.year,
        body.days,
        body.consecutive,
    )


@router.post("/discipline-cases/{case}/summons")
async def summon(case: PathId, body: Summons, command: ByAppraiser) -> Accepted:
    return await command.decide(AGGREGATE, case, decisions.summon, body.examination)


@router.post("/discipline-cases/{case}/examination")
async def examine(case: PathId, body: Examination, command: ByAppraiser) -> Accepted:
    return await command.decide(AGGREGATE, case, decisions.examine, body.present, body.minutes)


@router.post("/discipline-cases/{case}/sanction")
async def issue(
    case: PathId,
    command: Annotated[Commander, given_by(Who.APPRAISER_LATER, Who.AUTHORITY)],
) -> Accepted:
    """A light sanction by the superior, others by the appointing authority."""
    return await command.decide(AGGREGATE, case, decisions.issue)
