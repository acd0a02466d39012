"""HTTP of what the official forms of planning print: with the names of who signs them."""

from typing import Annotated

from fastapi import APIRouter

from chassis.access import READERS_LATER, asked_by
from chassis.fields import PathId
from chassis.requests import Caller, found
from law.standing import Who
from services.planning.forms import views
from services.planning.person import views as people
from services.planning.skp import views as skps
from services.planning.unit import views as units

router = APIRouter()


@router.get("/skps/{skp}/form")
async def skp_form(
    skp: PathId,
    by: Annotated[
        Caller,
        asked_by(*READERS_LATER, Who.PERFORMANCE_TEAM, reads=[skps.VIEW, people.VIEW, units.VIEW]),
    ],
) -> views.SKPForm:
    """All that the form of an SKP prints. For whom the SKP is."""
    row = await skps.SKP.find(by.pool, skp)
    await by.must_read(row)
    return found(await views.skp_form(by.runtime.log, row, by.at), f"SKP {skp}")
