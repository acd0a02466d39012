"""The cascade, both ways."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from console.planning.cascade import reads
from console.planning.words import ROLES
from console.web.page import Page

router = APIRouter()
ALL = 4
"""Steps down that are shown at once, for paper."""


@router.get("/cascade")
async def show(
    page: Page,
    place: Annotated[str, Query(alias="from", max_length=1000)],
    depth: Annotated[int, Query(ge=1, le=ALL)] = 1,
    after: str = "",
) -> Response:
    """What a place serves, up to the top, and what serves it: one step down, and each further one when it is
    opened; or as many at once as fit."""
    found = await reads.cascade(page.ask, place, depth, after)
    return await page.render(
        "planning/cascade/cascade.html",
        found=found,
        here=found.here,
        depth=depth,
        all=ALL,
        roles=ROLES,
    )
