"""HTTP of development."""

from typing import Any

from fastapi import APIRouter

from chassis import assignments
from chassis.fields import Body, Day, Id, PathId, PathPersonId, Text
from chassis.http import By, Command, Receipt
from contracts.monitoring import DevelopmentForm
from services.monitoring.development import decisions, views
from services.monitoring.development.decisions import AGGREGATE
from services.monitoring.execution.routes import EvidenceBody

router = APIRouter()


class Need(Body):
    need: Id
    assignment: Id
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
async def identify(body: Need, by: Command) -> Receipt:
    held = await assignments.get(by.pool, body.assignment)
    return await by.execute_about(
        held, AGGREGATE, body.need,
        lambda need: decisions.identify(
            need, by.actor.id, by.on, held, body.need, body.topic, body.reason, body.form
        ),
    )  # fmt: skip


@router.post("/development-needs/{need}/training")
async def plan(need: PathId, body: Training, by: Command) -> Receipt:
    return await by.execute_on(
        AGGREGATE, need,
        lambda current, held: decisions.plan(
            current, by.actor.id, by.on, held, body.training, body.title, body.start, body.until
        ),
    )  # fmt: skip


@router.post("/development-needs/{need}/completion")
async def complete(need: PathId, body: Completion, by: Command) -> Receipt:
    evidence = body.evidence.evidence()
    return await by.execute_on(
        AGGREGATE, need,
        lambda current, held: decisions.complete(current, by.actor.id, by.on, held, evidence),
    )  # fmt: skip


@router.get("/people/{person}/development-needs")
async def show(person: PathPersonId, by: By) -> list[dict[str, Any]]:
    """For the person, the appraiser, personnel and auditors."""
    await assignments.must_read_about(by.pool, by.actor, person, by.on)
    return await views.of(by.pool, person)
