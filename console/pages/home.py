"""The year as it happens."""

import asyncio
from typing import Any

from fastapi import APIRouter, Response

from console.page import Page, Refused, Visit
from console.words import N_
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
    return page.render("home/year.html", **await _now(page, predicates=bool(page.token)))


@router.get("/now")
async def now(page: Page, predicates: bool = False) -> Response:
    """The part of the year's page that changes. It asks for the predicates only where the page showed
    them: a service notes each refusal, and this is asked every second."""
    return page.render("home/now.html", **await _now(page, predicates=predicates))


async def _now(page: Visit, *, predicates: bool) -> dict[str, Any]:
    status, counts = await asyncio.gather(
        page.services.status(), _predicates(page) if predicates else _nothing()
    )
    return {
        "status": status, "stages": STAGES, "cycle": page.settings.cycle,
        "predicates": counts, "order": [predicate.value for predicate in Predicate],
    }  # fmt: skip


async def _predicates(page: Visit) -> dict[str, Any] | None:
    """Counts by the unit's name; None if the reader may not see them. `away` if nobody can say."""
    try:
        counts, units = await asyncio.gather(
            page.get("appraisal", "cycles", page.settings.cycle, "predicates"),
            page.get("planning", "units"),
        )
    except Refused as refused:
        return {"away": True, "units": []} if refused.status >= 500 else None
    names = {unit["unit"]: unit["name"] for unit in units}
    return {"units": [(names.get(unit, unit), found) for unit, found in counts.items()]}


async def _nothing() -> None:
    return None
