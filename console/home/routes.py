"""The year as it happens."""

from fastapi import APIRouter, Response

from console.home import reads
from console.web.page import Page
from contracts.appraisal import Predicate

router = APIRouter()

SCALE = {predicate.value: 5 - at for at, predicate in enumerate(Predicate)}
"""The predicates, 5 the best."""


@router.get("/")
async def year(page: Page, predicates: bool = True) -> Response:
    """The page refreshes itself from here. A service notes each refusal, so it asks for the predicates
    again only where it has shown them."""
    cycle = page.settings.cycle
    found = await reads.year(page.ask, cycle, predicates=predicates and page.signed_in)
    return await page.render("home/year.html", year=found, cycle=cycle, scale=SCALE)
