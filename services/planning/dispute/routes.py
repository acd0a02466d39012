"""HTTP of who is named as an appraiser, and of whoever says that it is not theirs."""

from typing import Annotated, Literal

from fastapi import APIRouter

from chassis import assignments
from chassis.access import asked_by, given_by
from chassis.fields import Body, PathId, Text
from chassis.requests import Accepted, Caller, Commander
from contracts.disputes import Outcome
from law.standing import Standing, Who
from services.planning.dispute import decisions, views
from services.planning.dispute.decisions import AGGREGATE
from services.planning.dispute.views import DISPUTE, AppraiserShown, DisputeRow, NamedShown
from services.planning.person.decisions import AGGREGATE as PERSON
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
    """Who is named as an assignment's appraiser today and on other days, and whether its employee says
    otherwise."""
    standing = await by.standing(assignment)
    held = standing.held
    now = held.appraised_by(standing.on)
    last = await DISPUTE.find(by.pool, assignment)
    is_open = bool(
        last
        and now
        and last.outcome is None
        and (last.appraiser, last.office) == (now.appraiser, now.office)
    )
    record, version = PERSON.fold(await by.runtime.log.read_stream(PERSON.stream(held.person)))
    every = [
        (since, *named)
        for (held_as, since), named in (record.appraising if record else {}).items()
        if held_as == assignment
    ]
    offices = await assignments.find_all(by.pool, {office for _, _, office in every})
    concerned = {held.person, now and now.appraiser, *(who for _, who, _ in every)}
    names = await views.names(by.pool, concerned)
    return AppraiserShown(
        assignment=assignment,
        version=version,
        person=held.person,
        name=names.get(held.person),
        position=held.position,
        appraiser=now.appraiser if now else None,
        appraiser_name=names.get(now.appraiser) if now else None,
        named=[
            NamedShown(
                since=since,
                appraiser=appraiser,
                name=names.get(appraiser),
                office=office,
                position=offices[office].position if office in offices else None,
            )
            for since, appraiser, office in sorted(every, reverse=True)
        ],
        dispute=last,
        open=is_open,
        may=_may(standing, last, is_open=is_open, is_named=now is not None),
    )


def _may(
    standing: Standing, last: DisputeRow | None, *, is_open: bool, is_named: bool
) -> list[Literal["dispute", "answer", "change"]]:
    may: list[Literal["dispute", "answer", "change"]] = []
    if Who.EMPLOYEE in standing.capacities and is_named and not is_open:
        may.append("dispute")
    if standing.capacities & set(ANSWERS):
        may += ["answer", "change"] if last and last.outcome is None else ["change"]
    return may
