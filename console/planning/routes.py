"""SKPs as documents: to print, and to work on in a spreadsheet."""

import asyncio

from fastapi import APIRouter, Request, Response

from console.forms import data, xlsx
from console.forms.renderer import Renderer
from console.planning import reads
from console.web.download import download
from console.web.page import Page

router = APIRouter()


@router.get("/skps/{skp}/skp.pdf")
async def pdf(page: Page, skp: str, request: Request) -> Response:
    """The form of an SKP with its annexes."""
    form = data.skp(await reads.skp_form(page.ask, skp), page.settings.console_url)
    renderer: Renderer = request.app.state.renderer
    return download(await renderer.pdf("skp.typ", form), form.name, "pdf")


@router.get("/skps/{skp}/skp.xlsx")
async def workbook(page: Page, skp: str) -> Response:
    """The same as a workbook."""
    form = data.skp(await reads.skp_form(page.ask, skp), page.settings.console_url)
    return download(await asyncio.to_thread(xlsx.workbook, form), form.name, "xlsx")
