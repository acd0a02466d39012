"""What the console is made of."""

from fastapi import APIRouter, Response

from console.show.assets import manifest
from console.web.page import Page

router = APIRouter()


@router.get("/licences")
async def licences(page: Page) -> Response:
    """The licences of what browsers are served and others have written, whole."""
    return page.render("operation/licences.html", licences=manifest().licences)
