"""HTTP of development."""

from datetime import date
from typing import Any

from fastapi import APIRouter

from chassis import assignments
from chassis.assignments import Assignment
from chassis.http import Body, By, Command, Commander, Id, PathId, Receipt, Text
from chassis.problems import NotFound
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
    start: date
    until: date


class Completion(Body):
    evidence: EvidenceBody


@router.post("/development-needs")
async def identify(body: Need, by: Command) -> Receipt:
    held = await assignments.get(by.pool, body.assignment)
    return await by.execute(
        AGGREGATE, body.need,
        lambda need: decisions.identify(
            need, by.actor.id, by.on, held, body.need, body.topic, body.reason, body.form
        ),
        subject=held.person, basis=held.basis(by.actor.id, by.on),
    )  # fmt: skip


@router.post("/development-needs/{need}/training")
async def plan(need: PathId, body: Training, by: Command) -> Receipt:
    held = await _held(by, need)
    return await by.execute(
        AGGREGATE, need,
        lambda current: decisions.plan(
            current, by.actor.id, by.on, held, body.training, body.title, body.start, body.until
        ),
        subject=held.person, basis=held.basis(by.actor.id, by.on),
    )  # fmt: skip


@router.post("/development-needs/{need}/completion")
async def complete(need: PathId, body: Completion, by: Command) -> Receipt:
    held = await _held(by, need)
    evidence = body.evidence.evidence()
    return await by.execute(
        AGGREGATE, need,
        lambda current: decisions.complete(current, by.actor.id, by.on, held, evidence),
        subject=held.person, basis=held.basis(by.actor.id, by.on),
    )  # fmt: skip


async def _held(by: Commander, need: str) -> Assignment:
    current, _ = await AGGREGATE.load(by.runtime.log, need)
    if current is None:
        raise NotFound(f"no development need {need}")
    return await assignments.get(by.pool, current.assignment)


@router.get("/people/{person}/development-needs")
async def show(person: PathId, by: By) -> list[dict[str, Any]]:
    """For the person, the appraiser, personnel and auditors."""
    await assignments.must_read_about(by.pool, by.actor, person, by.on)
    return await views.of(by.pool, person)
