"""People: who they are."""

from fastapi import APIRouter, Response

from console.directory import reads
from console.show.words import N_
from console.web.page import Page

router = APIRouter()

KINDS = {"definitive": N_("definitif"), "plt": N_("Plt"), "plh": N_("Plh"), "pj": N_("Pj")}


@router.get("/people")
async def people(page: Page, name: str = "") -> Response:
    """Find a person by name."""
    found = await reads.people(page.ask, name)
    return await page.render("directory/people.html", found=found, name=name)


@router.get("/people/{id}")
async def person(page: Page, id: str) -> Response:
    """A person and what they have held."""
    who, units = await reads.person(page.ask, id)
    return await page.render("directory/person.html", who=who, units=units, kinds=KINDS)
