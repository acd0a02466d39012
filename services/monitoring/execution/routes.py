"""HTTP of progress and feedback."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from chassis import approved
from chassis.access import READERS_LATER, asked_by, given_by
from chassis.fields import Body, Id, PathId, Text
from chassis.requests import Accepted, Caller, Commander, found, known
from contracts.monitoring import FeedbackKind
from law.standing import Who
from services.monitoring.evidence import EvidenceBody
from services.monitoring.execution import decisions, views
from services.monitoring.execution.decisions import AGGREGATE
from services.monitoring.views import VIEW, facts

router = APIRouter()
FACTS = [approved.view("monitoring"), VIEW]


class Progress(Body):
    """`period`: a year, half-year, quarter or month, such as 2026, 2026-H1, 2026-Q3, 2026-11."""

    indicator: Id
    period: str = Field(pattern=r"^(19|20|21)[0-9]{2}(-(H[12]|Q[1-4]|0[1-9]|1[0-2]))?$")
    realisation: Text
    evidence: list[EvidenceBody] = Field(max_length=20)


class Feedback(Body):
    kind: FeedbackKind = "feedback"
    text: Text
    result: Id | None = None


@router.post("/skps/{skp}/progress")
async def report_progress(
    skp: PathId,
    body: Progress,
    command: Annotated[Commander, given_by(Who.EMPLOYEE_LATER, reads=FACTS)],
) -> Accepted:
    about, final, periods = known(await command.find(facts, skp))
    # What holds on the year's first day, for all of the year.
    of_year = periods.on(date(int(body.period[:4]), 1, 1))
    basis = [about.basis, of_year.basis, final.basis if final else ""]
    return await command.about(about.assignment, *basis).decide(
        AGGREGATE,
        skp,
        decisions.report_progress,
        about,
        of_year,
        body.indicator,
        body.period,
        body.realisation,
        tuple(item.evidence() for item in body.evidence),
        final,
    )


@router.post("/skps/{skp}/feedback")
async def give_feedback(
    skp: PathId,
    body: Feedback,
    command: Annotated[Commander, given_by(Who.APPRAISER_LATER, reads=FACTS)],
) -> Accepted:
    about, final, _ = known(await command.find(facts, skp))
    basis = [about.basis, final.basis if final else ""]
    return await command.about(about.assignment, *basis).decide(
        AGGREGATE, skp, decisions.give_feedback, about, body.kind, body.text, body.result, final
    )


@router.get("/skps/{skp}/execution")
async def show(
    skp: PathId,
    by: Annotated[
        Caller, asked_by(*READERS_LATER, Who.PERFORMANCE_TEAM, reads=[*FACTS, views.EXECUTION])
    ],
) -> views.ExecutionShown:
    """Realisations and feedback. For the owner, the appraiser and their superior, the teams, personnel and
    auditors."""
    about = await approved.find(by.pool, skp)
    await by.must_read(about)
    return await views.execution(by.pool, found(about, f"approved SKP {skp}").skp)
