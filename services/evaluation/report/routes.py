"""HTTP of the reports."""

from typing import Annotated

from fastapi import APIRouter

from chassis.fields import PathId
from chassis.requests import Caller, asked_by
from contracts.evaluation import CycleReported
from law.standing import Who
from services.evaluation.report import views

router = APIRouter()


@router.get("/cycles/{cycle}/reports")
async def reports(
    cycle: PathId, by: Annotated[Caller, asked_by(Who.PERSONNEL, Who.AUDITOR, reads=[views.REPORT])]
) -> list[CycleReported]:
    """Every unit's report of a cycle. For personnel and auditors."""
    return [row.report for row in await views.REPORTED.where(by.pool, cycle=cycle)]
