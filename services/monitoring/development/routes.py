"""HTTP of development."""

from typing import Annotated

from fastapi import APIRouter

from chassis.access import READERS, asked_by, given_by
from chassis.fields import AssignmentId, Body, Day, Id, PathId, PathPersonId, Text
from chassis.requests import Accepted, Caller, Commander
from contracts.monitoring import DevelopmentForm
from law.standing import Who
from services.monitoring import views as finals
from services.monitoring.development import decisions, views
from services.monitoring.development.decisions import AGGREGATE
from services.monitoring.evidence import EvidenceBody

router = APIRouter()


class Need(Body):
    need: Id
    assignment: AssignmentId
    topic: Text
    reason: Text
    form: DevelopmentForm = "training"


class Training(Body):
    training: Id
    title: Text
    start: Day
    until: Day


class Completion(Body):
    evidence: EvidenceBody


@router.post("/development-needs")
async def identify(
    body: Need, command: Annotated[Commander, given_by(Who.EMPLOYEE, Who.APPRAISER)]
) -> Accepted:
    return await command.about(body.assignment).decide(
        AGGREGATE, body.need, decisions.identify, body.need, body.topic, body.reason, body.form
    )


@router.post("/development-needs/{need}/training")
async def plan(
    need: PathId, body: Training, command: Annotated[Commander, given_by(Who.APPRAISER)]
) -> Accepted:
    return await command.decide(
        AGGREGATE, need, decisions.plan, body.training, body.title, body.start, body.until
    )


@router.post("/development-needs/{need}/completion")
async def complete(
    need: PathId,
    body: Completion,
    command: Annotated[Commander, given_by(Who.EMPLOYEE_LATER, reads=[finals.VIEW])],
) -> Accepted:
    known_need = (await command.look_up(AGGREGATE, need)).state
    final = (
        await finals.last_of_assignment(command.pool, known_need.assignment) if known_need else None
    )
    return await command.resting_on(final.basis if final else "").decide(
        AGGREGATE, need, decisions.complete, body.evidence.evidence(), final
    )


@router.get("/people/{person}/development-needs")
async def show(
    person: PathPersonId, by: Annotated[Caller, asked_by(*READERS, reads=[views.VIEW])]
) -> list[views.NeedRow]:
    """For the person, the appraiser, personnel and auditors."""
    await by.must_read_about(person)
    return await views.NEED.where(by.pool, person=person)
