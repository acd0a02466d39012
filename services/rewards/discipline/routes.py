"""HTTP of discipline."""

from fastapi import APIRouter
from pydantic import Field

from chassis import assignments
from chassis.fields import Body, Day, Id, PathId, Text
from chassis.http import Command, Receipt
from services.rewards.discipline import decisions
from services.rewards.discipline.decisions import AGGREGATE

router = APIRouter()


class Opening(Body):
    case: Id
    assignment: Id
    year: int = Field(ge=2000, le=2200)
    days: int = Field(ge=0, le=366)
    consecutive: int = Field(ge=0, le=366)


class Summons(Body):
    examination: Day


class Examination(Body):
    present: bool
    minutes: Text


@router.post("/discipline-cases")
async def open_(body: Opening, by: Command) -> Receipt:
    held = await assignments.get(by.pool, body.assignment)
    return await by.execute_about(
        held, AGGREGATE, body.case,
        lambda case: decisions.open_(
            case, by.actor, by.on, held, body.case, body.year, body.days, body.consecutive
        ),
    )  # fmt: skip


@router.post("/discipline-cases/{case}/summons")
async def summon(case: PathId, body: Summons, by: Command) -> Receipt:
    return await by.execute_on(
        AGGREGATE, case,
        lambda current, held: decisions.summon(current, by.actor, by.on, held, body.examination),
    )  # fmt: skip


@router.post("/discipline-cases/{case}/examination")
async def examine(case: PathId, body: Examination, by: Command) -> Receipt:
    return await by.execute_on(
        AGGREGATE, case,
        lambda current, held: decisions.examine(
            current, by.actor, by.on, held, body.present, body.minutes
        ),
    )  # fmt: skip


@router.post("/discipline-cases/{case}/sanction")
async def issue(case: PathId, by: Command) -> Receipt:
    return await by.execute_on(
        AGGREGATE, case, lambda current, held: decisions.issue(current, by.actor, by.on, held),
    )  # fmt: skip
