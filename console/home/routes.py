"""What is due, and the year as it happens."""

from fastapi import APIRouter, Response

from console.home import reads
from console.home.duties import told
from console.web.page import Page, Visit
from contracts.appraisal import Predicate

router = APIRouter()

SCALE = {predicate.value: 5 - at for at, predicate in enumerate(Predicate)}
"""The predicates, 5 the best."""


@router.get("/")
async def home(page: Page) -> Response:
    """What is due from whoever has signed in; to anybody else the year."""
    if not page.signed_in:
        return await _year(page, predicates=False)
    due = await reads.due(page.ask)
    today = await page.today()
    rows = [(duty, told(duty, due.names, page.language)) for duty in due.duties]
    return await page.render(
        "home/due.html", due=due, rows=rows, today=today, cycle=page.settings.cycle
    )


@router.get("/year")
async def year(page: Page, predicates: bool = True) -> Response:
    """The year as it happens. The page refreshes itself from here; a service notes each refusal, so it asks
    for the predicates again only where it has shown them."""
    return await _year(page, predicates=predicates and page.signed_in)


async def _year(page: Visit, *, predicates: bool) -> Response:
    cycle = page.settings.cycle
    found = await reads.year(page.ask, cycle, predicates=predicates)
    return await page.render("home/year.html", year=found, cycle=cycle, scale=SCALE)
