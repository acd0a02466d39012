"""HTTP of discipline."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from chassis import assignments, policies
from chassis.access import READERS, asked_by, given_by
from chassis.fields import AssignmentId, Body, Day, Id, PathId, PathPersonId, Text
from chassis.requests import Accepted, Caller, Commander, known
from contracts.settings import (
    MEDIUM_SANCTIONS,
    SUMMONS_DISTANCE,
    SUPERIOR_SANCTIONS,
    WORKING_CALENDAR,
)
from eventlog.database import Pool
from law.standing import Who
from law.workdays import Calendar
from services.rewards.discipline import decisions, views
from services.rewards.discipline.decisions import Rules, dossier

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
    rules = await _rules(command.pool)
    return await command.about(body.assignment, *rules.basis).decide(
        dossier(body.case), person, decisions.open_, rules, body.case, body.absent
    )


@router.post(CASE + "/summons")
async def summon(
    person: PathPersonId, case: PathId, body: Summons, command: ByAppraiser
) -> Accepted:
    rules = await _rules(command.pool)
    return await command.resting_on(*rules.basis).decide(
        dossier(case), person, decisions.summon, rules, body.examination
    )


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
    rules = await _rules(command.pool)
    return await command.resting_on(*rules.basis).decide(
        dossier(case), person, decisions.issue, rules
    )


@router.post(CASE + "/close")
async def close(person: PathPersonId, case: PathId, body: Closing, command: ByIssuer) -> Accepted:
    """Without a sanction, by whoever may issue the one that it would lead to."""
    rules = await _rules(command.pool)
    return await command.resting_on(*rules.basis).decide(
        dossier(case), person, decisions.close, rules, body.reason
    )


@router.get("/people/{person}/discipline-cases")
async def show(
    person: PathPersonId,
    by: Annotated[Caller, asked_by(*READERS, Who.AUTHORITY, reads=[views.VIEW])],
) -> list[views.CaseRow]:
    """For the person, the appraiser, the appointing authority, personnel and auditors."""
    await by.must_read_about(person)
    return await views.CASE.where(by.pool, person=person)


async def _rules(pool: Pool) -> Rules:
    calendar, *others = await policies.all_settled(
        pool, WORKING_CALENDAR, SUMMONS_DISTANCE, MEDIUM_SANCTIONS, SUPERIOR_SANCTIONS
    )
    return Rules(Calendar(calendar), *others)
