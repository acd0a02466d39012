"""People: who there is."""

from fastapi import APIRouter, Response

from console.directory import reads
from console.show.words import N_
from console.web.export import Column, Ending, as_file
from console.web.lists import Chosen
from console.web.page import Page, Visit

router = APIRouter()

BY_NAME = "name"


@router.get("/people")
async def people(page: Page) -> Response:
    """Find a person by name."""
    chosen = _chosen(page)
    found = await reads.people(page.ask, **chosen.query)
    return await page.render("directory/people.html", found=found, chosen=chosen)


@router.get("/people.{ending}")
async def people_file(page: Page, ending: Ending) -> Response:
    """All of those found, as a file."""
    columns = [
        Column[reads.PersonFound](page.say(N_("Nama")), 36, lambda row: row.name),
        Column[reads.PersonFound](page.say(N_("Jabatan")), 40, lambda row: row.position),
        Column[reads.PersonFound](page.say(N_("Nomor pegawai")), 24, lambda row: row.person),
    ]
    rows = reads.all_people(page.ask, **_chosen(page).query)
    return await as_file(ending, page.say(N_("Pegawai")), columns, rows)


def _chosen(page: Visit) -> Chosen:
    filters = {"name": page.query.get("name", "")}
    sort = page.query.get("sort") or BY_NAME
    return Chosen("/people", filters, sort, BY_NAME, page.query.get("after", ""))
