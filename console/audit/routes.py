"""What happened to whom."""

from fastapi import APIRouter, Response

from console.audit import reads
from console.web.page import Page

router = APIRouter()


@router.get("/history/{person}")
async def history(page: Page, person: str) -> Response:
    """A person's history in sentences."""
    return await page.render("audit/history.html", history=await reads.history(page.ask, person))
