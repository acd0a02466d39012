"""How the system does, and what the console is made of."""

from fastapi import APIRouter, Response

from console.ask.status import statuses
from console.show.assets import manifest
from console.web.page import Page

router = APIRouter()


@router.get("/status")
async def status(page: Page) -> Response:
    """What each service tells of itself; it refreshes itself from here."""
    return await page.render("operation/status.html", status=await statuses(page.ask))


@router.get("/licences")
async def licences(page: Page) -> Response:
    """The licences of what browsers are served and others have written, whole."""
    return await page.render("operation/licences.html", licences=manifest().licences)
