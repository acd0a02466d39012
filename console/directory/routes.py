"""People: who they are."""

from fastapi import APIRouter, Response

from console.directory import reads
from console.web.page import Page

router = APIRouter()


@router.get("/people")
async def people(page: Page, name: str = "") -> Response:
    """Find a person by name."""
    found = await reads.people(page.ask, name)
    return page.render("directory/people.html", found=found, name=name)
