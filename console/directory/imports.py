"""Files of units and people: sent, looked at, loaded."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import NamedTuple

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict
from starlette.datastructures import UploadFile

from console.ask.client import Asker, Refused
from console.ask.people import names
from console.show.words import N_
from console.web import forms
from console.web.download import download
from console.web.export import Column, Ending, as_file
from console.web.forms import Filled
from console.web.lists import Chosen
from console.web.page import Page, Visit, go

router = APIRouter()
MOST = 25 * 1024 * 1024
"""Bytes: planning takes 24 MiB, and a form has a little more around it."""
PAGE = "50"
"""Files of a list."""
LATEST = "-received"
FILTERS = ("name", "kind", "state", "sent_by")
SHOWN, MANY = "200", "1000"
"""Problems at a time: on a page, for a file."""
KINDS = {
    "people": N_("Pegawai dan penugasan"),
    "units": N_("Unit kerja"),
    "positions": N_("Jabatan"),
    "agreements": N_("Perjanjian kinerja"),
}
STATES = {
    "received": N_("Sedang diperiksa"),
    "checked": N_("Sudah diperiksa"),
    "loading": N_("Sedang dimuat"),
    "loaded": N_("Sudah dimuat"),
    "cancelled": N_("Dibatalkan"),
}
WHY = {
    "too-large": N_("Berkas itu terlalu besar: paling banyak 24 MB. Bagi menjadi beberapa berkas."),
    "has-problems": N_("Perbaiki dahulu semua baris yang bermasalah."),
    "too-late": N_("Berkas itu sudah mulai dimuat."),
    "key-reused": N_("Halaman ini sudah mengirim berkas lain. Pilih berkasnya sekali lagi."),
}


class Import(BaseModel):
    """How far a file has come: `done` of its `rows`; `may` is what can be done with it now."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: str
    name: str
    size: int
    sha256: str
    by: str
    received: datetime
    state: str
    rows: int
    done: int
    events: int
    problems: int
    may: tuple[str, ...]

    @property
    def is_at_work(self) -> bool:
        return self.state in ("received", "loading")


class Imports(BaseModel):
    """A page of a list; `next` is where the following one begins."""

    model_config = ConfigDict(frozen=True)

    items: tuple[Import, ...]
    next: str | None
    total: int


class Wrong(BaseModel):
    """What is wrong in a row; `message` by language says what to write instead."""

    model_config = ConfigDict(frozen=True)

    number: int
    row: int
    column: str
    heading: str
    code: str
    found: str
    message: Mapping[str, str]


def _why(refused: Refused) -> str:
    """In our words, or else planning's."""
    return WHY.get(refused.problem.code, refused.problem.detail)


async def _one(ask: Asker, id: str, after: str) -> tuple[Import, list[Wrong]]:
    told, wrong = await asyncio.gather(
        ask.get("planning", "imports", id),
        ask.get("planning", "imports", id, "problems", after=after, limit=SHOWN),
    )
    return Import.model_validate(told), [Wrong.model_validate(each) for each in wrong]


@router.get("/imports")
async def every(page: Page) -> Response:
    """What has been sent, and a form to send more."""
    return await _list(page)


@router.get("/imports.{ending}")
async def every_file(page: Page, ending: Ending) -> Response:
    """All of those found, as a file."""
    say = page.say
    columns = [
        Column[Sent](say(N_("Berkas")), 40, lambda row: row.of.name),
        Column[Sent](
            say(N_("Isi berkas")), 26, lambda row: say(KINDS.get(row.of.kind, row.of.kind))
        ),
        Column[Sent](say(N_("Keadaan")), 18, lambda row: say(STATES[row.of.state])),
        Column[Sent](say(N_("Baris")), 10, lambda row: row.of.rows),
        Column[Sent](say(N_("Masalah")), 10, lambda row: row.of.problems),
        Column[Sent](say(N_("Dikirim")), 14, lambda row: row.of.received),
        Column[Sent](say(N_("Pengirim")), 32, lambda row: row.sender),
        Column[Sent]("SHA-256", 66, lambda row: row.of.sha256),
    ]
    rows = _every(page.ask, _chosen(page).query)
    return await as_file(ending, say(N_("Muat data dari berkas")), columns, rows)


class Sent(NamedTuple):
    """A file, and who sent it."""

    of: Import
    sender: str


async def _every(ask: Asker, query: Mapping[str, str]) -> AsyncIterator[Sent]:
    """Raises Refused."""
    called: dict[str, str] = {}
    async for each in ask.rows("planning", "imports", of=Import, **query):
        if each.by not in called:
            called |= {each.by: each.by, **await names(ask, [each.by])}
        yield Sent(each, called[each.by])


def _chosen(page: Visit) -> Chosen:
    filters = {name: page.query.get(name, "") for name in FILTERS}
    sort = page.query.get("sort") or LATEST
    return Chosen("/imports", filters, sort, LATEST, page.query.get("after", ""))


async def _list(page: Visit, why: str = "", code: int = 200) -> Response:
    chosen = _chosen(page)
    told = await page.ask.get("planning", "imports", limit=PAGE, **chosen.query)
    found = Imports.model_validate(told)
    senders = {each.by for each in found.items} | {chosen.filters["sent_by"]} - {""}
    called = await names(page.ask, senders)
    return await page.render(
        "directory/imports.html",
        code,
        found=found,
        chosen=chosen,
        names=called,
        others=sorted(senders - {page.reader.id}, key=lambda each: called.get(each, each)),
        kinds=KINDS,
        states=STATES,
        why=why,
        key=forms.made_key(),
    )


@router.post("/imports", max_body_size=MOST)
async def send(request: Request, form: Filled) -> Response:
    """To be checked; nothing is loaded yet."""
    file = (await request.form()).get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return await _list(form.visit, N_("Pilih berkas yang akan dikirim."), 422)
    try:
        told = await form.visit.ask.send(
            "planning",
            "imports",
            key=form.key,
            content=await file.read(),
            kind=form["kind"],
            name=file.filename[-200:],
        )
    except Refused as refused:
        if refused.status not in (400, 413, 422):
            raise
        return await _list(form.visit, _why(refused), refused.status)
    return go(f"/imports/{told['id']}")


@router.get("/imports/{id}")
async def show(page: Page, id: str, after: str = "0") -> Response:
    """How far a file has come, and all that is wrong in it, by row."""
    return await _show(page, id, after)


async def _show(page: Visit, id: str, after: str = "0", why: str = "", code: int = 200) -> Response:
    found, wrong = await _one(page.ask, id, after if after.isdecimal() else "0")
    return await page.render(
        "directory/import.html",
        code,
        found=found,
        wrong=wrong,
        kinds=KINDS,
        states=STATES,
        why=why,
        more=len(wrong) == int(SHOWN),
        key=forms.made_key(),
        shown=page.language,
    )


@router.get("/imports/{id}/problems.{ending}")
async def problems_file(page: Page, id: str, ending: Ending) -> Response:
    """All that is wrong in a file, to be mended beside it."""
    told = Import.model_validate(await page.ask.get("planning", "imports", id))
    columns = [
        Column[Wrong](page.say(N_("Baris")), 8, lambda row: row.row or None),
        Column[Wrong](page.say(N_("Kolom")), 8, lambda row: row.column),
        Column[Wrong](page.say(N_("Judul kolom")), 24, lambda row: row.heading),
        Column[Wrong](page.say(N_("Tertulis")), 32, lambda row: row.found),
        Column[Wrong](
            page.say(N_("Yang harus ditulis")), 60, lambda row: row.message[page.language]
        ),
    ]
    return await as_file(ending, told.name, columns, _all_wrong(page.ask, id))


async def _all_wrong(ask: Asker, id: str) -> AsyncIterator[Wrong]:
    """Raises Refused."""
    after = 0
    while True:
        told = await ask.get("planning", "imports", id, "problems", after=str(after), limit=MANY)
        for each in told:
            yield Wrong.model_validate(each)
        if len(told) < int(MANY):
            return
        after = told[-1]["number"]


@router.post("/imports/{id}/{act}")
async def act(request: Request, form: Filled, id: str, act: str) -> Response:
    """Load it, check it again, or give it up."""
    if act not in ("load", "check", "cancel"):
        raise Refused(404)
    try:
        await form.visit.ask.send("planning", "imports", id, act, key=form.key)
    except Refused as refused:
        if refused.status != 422:
            raise
        return await _show(form.visit, id, why=_why(refused), code=422)
    return go(f"/imports/{id}")


@router.get("/imports/templates/{kind}.xlsx")
async def template(page: Page, kind: str) -> Response:
    """A workbook with the headings, to be filled in."""
    content = await page.ask.get("planning", "import-kinds", kind, "template")
    return download(content, kind, "xlsx")
