"""People: who they are."""

from fastapi import APIRouter, Response

from console.page import Page

router = APIRouter()


@router.get("/people")
async def people(page: Page, name: str = "") -> Response:
    """Find a person by name."""
    found = await page.get("planning", "people", name=name)
    return page.render("directory/people.html", found=found, name=name)
