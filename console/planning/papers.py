"""Documents of planning that are of a unit."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from chassis.fields import Year
from console.forms.matrix import matrix
from console.forms.renderer import Renderer
from console.planning import reads
from console.web.download import download
from console.web.page import Page

router = APIRouter()


@router.get("/matrix/{unit}/matriks.pdf")
async def pdf(page: Page, unit: str, request: Request, year: Annotated[Year, Query()]) -> Response:
    """A unit's role–result matrix of a year."""
    form = matrix(await reads.matrix_form(page.ask, unit, year), page.settings.console_url)
    renderer: Renderer = request.app.state.renderer
    return download(await renderer.pdf("matrix.typ", form), form.name, "pdf")
