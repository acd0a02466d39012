"""HTTP of progress and feedback."""

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import Field

from chassis import assignments
from chassis.fields import Body, Id, Link, PathId, Text
from chassis.http import By, Command, Receipt
from contracts.monitoring import Evidence
from services.monitoring.execution import decisions, views
from services.monitoring.execution.decisions import AGGREGATE

router = APIRouter()


class EvidenceBody(Body):
    title: Text
    link: Link

    def evidence(self) -> Evidence:
        return Evidence(title=self.title, link=str(self.link))


class Progress(Body):
    """`period`: a year, half-year, quarter or month, such as 2026, 2026-H1, 2026-Q3, 2026-11."""

    indicator: Id
    period: str = Field(pattern=r"^(19|20|21)[0-9]{2}(-(H[12]|Q[1-4]|0[1-9]|1[0-2]))?$")
    realisation: Text
    evidence: list[EvidenceBody] = Field(max_length=20)


class Feedback(Body):
    kind: Literal["feedback", "guidance", "counselling"] = "feedback"
    text: Text
    result: Id | None = None


@router.post("/skps/{skp}/progress")
async def report_progress(skp: PathId, body: Progress, by: Command) -> Receipt:
    approved = await views.approved(by.pool, skp)
    held = await assignments.get(by.pool, approved.assignment)
    evidence = tuple(item.evidence() for item in body.evidence)
    return await by.execute_about(
        held, AGGREGATE, skp,
        lambda execution: decisions.report_progress(
            execution, by.actor.id, by.on, approved, held, body.indicator, body.period,
            body.realisation, evidence,
        ),
        approved.basis,
    )  # fmt: skip


@router.post("/skps/{skp}/feedback")
async def give_feedback(skp: PathId, body: Feedback, by: Command) -> Receipt:
    approved = await views.approved(by.pool, skp)
    held = await assignments.get(by.pool, approved.assignment)
    return await by.execute_about(
        held, AGGREGATE, skp,
        lambda execution: decisions.give_feedback(
            execution, by.actor.id, by.on, approved, held, body.kind, body.text, body.result
        ),
        approved.basis,
    )  # fmt: skip


@router.get("/skps/{skp}/execution")
async def show(skp: PathId, by: By) -> dict[str, Any]:
    """Realisations and feedback. For the owner, the appraiser, personnel and auditors."""
    approved = await views.approved(by.pool, skp)
    held = await assignments.get(by.pool, approved.assignment)
    await assignments.must_read_about(by.pool, by.actor, held.person, by.on, held)
    return await views.execution(by.pool, skp)
