"""Documents of planning that are of a unit."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from chassis.fields import Year
from console.forms import matrix_xlsx
from console.forms.matrix import Matrix, matrix
from console.forms.renderer import Renderer
from console.planning import reads
from console.web.download import download
from console.web.page import Page, Visit

router = APIRouter()


@router.get("/matrix/{unit}/matriks.pdf")
async def pdf(page: Page, unit: str, request: Request, year: Annotated[Year, Query()]) -> Response:
    """A unit's role–result matrix of a year."""
    form = await _matrix(page, unit, year)
    renderer: Renderer = request.app.state.renderer
    return download(await renderer.pdf("matrix.typ", form), form.name, "pdf")


@router.get("/matrix/{unit}/matriks.xlsx")
async def workbook(page: Page, unit: str, year: Annotated[Year, Query()]) -> Response:
    """The same as a workbook."""
    form = await _matrix(page, unit, year)
    return download(await asyncio.to_thread(matrix_xlsx.workbook, form), form.name, "xlsx")


async def _matrix(page: Visit, unit: str, year: int) -> Matrix:
    """Raises Refused."""
    return matrix(await reads.matrix_form(page.ask, unit, year), page.settings.console_url)
