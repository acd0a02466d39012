"""HTTP of what people have been given."""

from typing import Annotated

from fastapi import APIRouter

from chassis.fields import PathPersonId
from chassis.requests import READERS, Caller, asked_by
from services.rewards.followup import views

router = APIRouter()


@router.get("/people/{person}/rewards")
async def show(
    person: PathPersonId, by: Annotated[Caller, asked_by(*READERS, reads=[views.VIEW])]
) -> list[views.RewardRow]:
    """For the person, the appraiser, personnel and auditors."""
    await by.must_read_about(person)
    return await views.REWARD.where(by.pool, person=person)
