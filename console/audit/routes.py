"""What happened to whom."""

from dataclasses import replace
from urllib.parse import quote

from fastapi import APIRouter, Response

from console.audit import reads
from console.audit.reads import Entry, History
from console.show.sentences import sentence
from console.show.words import N_
from console.web.export import Column, Ending, as_file, each_of
from console.web.lists import Chosen
from console.web.page import Page, Visit

router = APIRouter()
OLDEST, LATEST = "day", "-day"
STAGES = {
    "planning": N_("Perencanaan"),
    "monitoring": N_("Pemantauan"),
    "appraisal": N_("Penilaian"),
    "rewards": N_("Tindak lanjut"),
    "evaluation": N_("Evaluasi"),
}


@router.get("/history/{person}")
async def history(page: Page, person: str) -> Response:
    """A person's history in sentences."""
    chosen = _chosen(page, person)
    return await page.render(
        "audit/history.html",
        history=await _history(page, person, chosen),
        chosen=chosen,
        files_of=replace(chosen, path=f"{chosen.path}/riwayat"),
        stages=STAGES,
    )


@router.get("/history/{person}/riwayat.{ending}")
async def history_file(page: Page, person: str, ending: Ending) -> Response:
    """All of it as a file, also who has read it."""
    say = page.say
    columns = [
        Column[Entry](say(N_("Tanggal")), 14, lambda row: row.day),
        Column[Entry](say(N_("Peristiwa")), 90, lambda row: sentence(dict(row), page.language)),
        Column[Entry](say(N_("Tahap")), 16, lambda row: say(STAGES[row.service])),
        Column[Entry](say(N_("Nomor di catatan")), 16, lambda row: row.position),
        Column[Entry](say(N_("Aliran")), 40, lambda row: row.stream),
        Column[Entry](say(N_("Versi")), 8, lambda row: row.version),
    ]
    found = await _history(page, person, _chosen(page, person))
    return await as_file(
        ending, f"{say(N_('Riwayat'))} {found.name}", columns, each_of(found.entries)
    )


def _chosen(page: Visit, person: str) -> Chosen:
    filters = {"stage": page.query.get("stage", "")}
    return Chosen(
        f"/history/{quote(person, safe='')}", filters, page.query.get("sort") or OLDEST, OLDEST
    )


async def _history(page: Visit, person: str, chosen: Chosen) -> History:
    latest = chosen.sort == LATEST
    return await reads.history(page.ask, person, chosen.filters["stage"], latest=latest)
