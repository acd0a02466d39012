"""The year as it happens."""

from fastapi import APIRouter, Response

from console.home import reads
from console.show.words import N_
from console.web.page import Page, Visit
from contracts.appraisal import Predicate

router = APIRouter()

STAGES = {
    "planning": N_("Perencanaan"),
    "monitoring": N_("Pemantauan"),
    "appraisal": N_("Penilaian"),
    "rewards": N_("Tindak lanjut"),
    "evaluation": N_("Evaluasi"),
}


@router.get("/")
async def year(page: Page) -> Response:
    return await _show(page, "home/year.html", predicates=page.signed_in)


@router.get("/now")
async def now(page: Page, predicates: bool = False) -> Response:
    """The part of the year's page that changes. It asks for the predicates only where the page showed
    them: a service notes each refusal, and this is asked every second."""
    return await _show(page, "home/now.html", predicates=predicates)


async def _show(page: Visit, template: str, *, predicates: bool) -> Response:
    cycle = page.settings.cycle
    found = await reads.year(page.ask, cycle, predicates=predicates)
    order = [predicate.value for predicate in Predicate]
    return page.render(template, year=found, stages=STAGES, cycle=cycle, order=order)
