"""HTTP of who is named as an appraiser, and of whoever says that it is not theirs."""

from typing import Annotated

from fastapi import APIRouter

from chassis.access import asked_by, given_by
from chassis.fields import Body, PathId, Text
from chassis.requests import Accepted, Caller, Commander
from contracts.disputes import Outcome
from law.standing import Who
from services.planning.dispute import decisions, views
from services.planning.dispute.decisions import AGGREGATE
from services.planning.dispute.views import DISPUTE, AppraiserShown
from services.planning.person.views import VIEW as PEOPLE

router = APIRouter()
ANSWERS = (Who.OFFICER, Who.PERSONNEL)


class DisputeBody(Body):
    reason: Text | None = None


class AnswerBody(Body):
    """`mended` once another appraiser has been named; `kept` if the same one stays."""

    outcome: Outcome
    reason: Text


@router.post("/assignments/{assignment}/dispute")
async def dispute(
    assignment: PathId, body: DisputeBody, command: Annotated[Commander, given_by(Who.EMPLOYEE)]
) -> Accepted:
    """Say that whoever is named as one's appraiser is not one's superior. It stops nothing."""
    return await command.about(assignment).decide(
        AGGREGATE, assignment, decisions.dispute, body.reason
    )


@router.post("/assignments/{assignment}/dispute/answer")
async def answer(
    assignment: PathId, body: AnswerBody, command: Annotated[Commander, given_by(*ANSWERS)]
) -> Accepted:
    """Answer it."""
    return await command.about(assignment).decide(
        AGGREGATE, assignment, decisions.answer, body.outcome, body.reason
    )


@router.get("/assignments/{assignment}/appraiser")
async def show(
    assignment: PathId,
    by: Annotated[Caller, asked_by(Who.EMPLOYEE, *ANSWERS, reads=[views.VIEW, PEOPLE])],
) -> AppraiserShown:
    """Who is named as an assignment's appraiser today, and whether its employee says otherwise."""
    standing = await by.standing(assignment)
    held = standing.held
    named = held.appraised_by(standing.on)
    last = await DISPUTE.find(by.pool, assignment)
    is_open = bool(
        last
        and named
        and last.outcome is None
        and (last.appraiser, last.office) == (named.appraiser, named.office)
    )
    names = await views.names(by.pool, held.person, named.appraiser if named else None)
    may = []
    if Who.EMPLOYEE in standing.capacities and named and not is_open:
        may.append("dispute")
    if standing.capacities & set(ANSWERS) and last and last.outcome is None:
        may.append("answer")
    return AppraiserShown(
        assignment=assignment,
        person=held.person,
        name=names.get(held.person),
        position=held.position,
        appraiser=named.appraiser if named else None,
        appraiser_name=names.get(named.appraiser) if named else None,
        dispute=last,
        open=is_open,
        may=may,
    )
