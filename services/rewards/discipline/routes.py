"""HTTP of discipline."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from chassis import assignments
from chassis.access import READERS, asked_by, given_by
from chassis.fields import AssignmentId, Body, Day, Id, PathId, PathPersonId, Text
from chassis.requests import Accepted, Caller, Commander, known
from law.standing import Who
from services.rewards.discipline import decisions, views
from services.rewards.discipline.decisions import dossier

router = APIRouter()


class Opening(Body):
    case: Id
    assignment: AssignmentId
    absent: list[Day] = Field(min_length=1, max_length=366)


class Summons(Body):
    examination: Day


class Examination(Body):
    present: bool
    minutes: Text
    not_proven: list[Day] = Field(default=[], max_length=366)


class Closing(Body):
    reason: Text


ByAppraiser = Annotated[Commander, given_by(Who.APPRAISER_LATER)]
ByIssuer = Annotated[Commander, given_by(Who.APPRAISER_LATER, Who.AUTHORITY)]
CASE = "/people/{person}/discipline-cases/{case}"


@router.post("/discipline-cases")
async def open_(body: Opening, command: Annotated[Commander, given_by(Who.APPRAISER)]) -> Accepted:
    person = known(await assignments.find(command.pool, body.assignment)).person
    return await command.about(body.assignment).decide(
        dossier(body.case), person, decisions.open_, body.case, body.absent
    )


@router.post(CASE + "/summons")
async def summon(
    person: PathPersonId, case: PathId, body: Summons, command: ByAppraiser
) -> Accepted:
    return await command.decide(dossier(case), person, decisions.summon, body.examination)


@router.post(CASE + "/examination")
async def examine(
    person: PathPersonId, case: PathId, body: Examination, command: ByAppraiser
) -> Accepted:
    return await command.decide(
        dossier(case), person, decisions.examine, body.present, body.minutes, body.not_proven
    )


@router.post(CASE + "/sanction")
async def issue(person: PathPersonId, case: PathId, command: ByIssuer) -> Accepted:
    """A light sanction by the superior, others by the appointing authority."""
    return await command.decide(dossier(case), person, decisions.issue)


@router.post(CASE + "/close")
async def close(person: PathPersonId, case: PathId, body: Closing, command: ByIssuer) -> Accepted:
    """Without a sanction, by whoever may issue the one that it would lead to."""
    return await command.decide(dossier(case), person, decisions.close, body.reason)


@router.get("/people/{person}/discipline-cases")
async def show(
    person: PathPersonId, by: Annotated[Caller, asked_by(*READERS, reads=[views.VIEW])]
) -> list[views.CaseRow]:
    """For the person, the appraiser, personnel and auditors."""
    await by.must_read_about(person)
    return await views.CASE.where(by.pool, person=person)
