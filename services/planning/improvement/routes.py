"""HTTP of the improvement actions."""

from typing import Annotated

from fastapi import APIRouter

from chassis.fields import PathId
from chassis.requests import Caller, asked_by
from law.standing import Who
from services.planning.improvement import views

router = APIRouter()


@router.get("/units/{unit}/improvement-actions")
async def actions(
    unit: PathId, by: Annotated[Caller, asked_by(Who.ANYBODY, reads=[views.VIEW])]
) -> list[views.ActionRow]:
    """What the unit's next planning should take up."""
    return await views.ACTION.where(by.pool, unit=unit)
