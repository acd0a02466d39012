"""HTTP of what people have been given."""

from typing import Any

from fastapi import APIRouter

from chassis import assignments
from chassis.fields import PathPersonId
from chassis.http import By
from services.rewards.followup import views

router = APIRouter()


@router.get("/people/{person}/rewards")
async def show(person: PathPersonId, by: By) -> list[dict[str, Any]]:
    """For the person, the appraiser, personnel and auditors."""
    await assignments.must_read_about(by.pool, by.actor, person, by.on)
    return await views.of(by.pool, person)
