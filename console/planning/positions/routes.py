"""Positions: the list, each one, and what personnel do with them: describe one, and set what an SKP begins with."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import UploadFile

from console.ask.client import Problem, Receipt, Refused
from console.keep.drafts import Fields
from console.planning import filling
from console.planning.positions import reads
from console.planning.positions.words import DONE, FORMS, KINDS, TEMPLATES, WHY
from console.planning.skp import to_body
from console.planning.words import ASPECTS
from console.show.words import N_
from console.web import forms
from console.web.export import Column, Ending, as_file
from console.web.forms import LARGE, Filled, Typed
from console.web.lists import Chosen
from console.web.page import Page, Visit, go
from contracts.positions import CLASSES

router = APIRouter()
BY_NAME = "name"
WORDS = {"classes": CLASSES, "kinds": KINDS, "skp_forms": FORMS, "aspects": ASPECTS}


@router.get("/positions")
async def several(page: Page) -> Response:
    """Find a position by name or kind."""
    chosen = _chosen(page)
    found = await reads.positions(page.ask, **chosen.query)
    return await page.render(
        "planning/positions/positions.html",
        found=found,
        chosen=chosen,
        templates=TEMPLATES,
        **WORDS,
    )


@router.get("/positions.{ending}")
async def as_a_file(page: Page, ending: Ending) -> Response:
    """All of those found, in the columns of the file that they are loaded from."""
    columns = [
        Column[reads.Position]("Nama Jabatan", 48, lambda row: row.name),
        Column[reads.Position]("Jenis Jabatan", 16, lambda row: KINDS[row.kind]),
        Column[reads.Position]("Jenjang", 16, lambda row: row.level),
        Column[reads.Position]("Kelas Jabatan", 8, lambda row: row.grade),
        Column[reads.Position]("Bentuk SKP", 36, lambda row: FORMS[row.form]),
    ]
    rows = reads.all_positions(page.ask, **_chosen(page).query)
    return await as_file(ending, page.say(N_("Daftar jabatan")), columns, rows)


@router.get("/positions/names")
async def names(page: Page, position: str = "") -> Response:
    """Of positions with a part of a name, for a field in which one is typed."""
    found = await reads.positions(page.ask, name=position) if position.strip() else None
    return page.part("planning/positions/_names.html", found=found)


def _chosen(page: Visit) -> Chosen:
    filters = {name: page.query.get(name, "") for name in ("name", "kind", "template")}
    sort = page.query.get("sort") or BY_NAME
    return Chosen("/positions", filters, sort, BY_NAME, page.query.get("after", ""))


@router.get("/positions/new")
async def to_describe_new(request: Request, page: Page, name: str = "") -> Response:
    """The form of a position that nobody has described."""
    draft = await forms.draft(request, page)
    fields = draft.fields if draft else (("name", name),)
    return await _form(page, "/positions/new", fields, saved=bool(draft))


@router.post("/positions/new")
async def describe_new(request: Request, form: Filled) -> Response:
    return await _describe(request, form, "/positions/new")


@router.get("/positions/{position}")
async def show(page: Page, position: str, done: str = "") -> Response:
    """What a position is, and what an SKP in it begins with."""
    return await _show(page, position, said=DONE.get(done, ""))


async def _show(
    page: Visit, position: str, said: str = "", why: str = "", code: int = 200
) -> Response:
    return await page.render(
        "planning/positions/position.html",
        code,
        shown=await reads.position(page.ask, position),
        said=said,
        why=why,
        key=forms.made_key(),
        **WORDS,
    )


@router.get("/positions/{position}/edit")
async def to_describe(request: Request, page: Page, position: str) -> Response:
    """The form of one that is described anew."""
    shown = await reads.position(page.ask, position)
    draft = await forms.draft(request, page)
    said: Fields = (
        ("name", shown.name),
        ("kind", shown.kind),
        ("level", shown.level or ""),
        ("grade", str(shown.grade or "")),
        ("form", shown.form),
    )
    fields = draft.fields if draft else said
    return await _form(page, f"/positions/{position}/edit", fields, shown, saved=bool(draft))


@router.post("/positions/{position}/edit")
async def describe(request: Request, form: Filled, position: str) -> Response:
    shown = await reads.position(form.visit.ask, position)
    return await _describe(request, form, f"/positions/{position}/edit", shown)


async def _describe(
    request: Request, form: Typed, at: str, shown: reads.Shown | None = None
) -> Response:
    grade = form["grade"]
    body = {
        "name": shown.name if shown else form["name"],
        "kind": form["kind"],
        "level": form["level"] or None,
        "grade": int(grade) if grade.isdecimal() else grade or None,
        "form": form["form"] or None,
        "ground": form["ground"],
    }
    asked = form.visit.ask.post(
        "planning", "positions", key=form.key, body=body, version=form.version
    )
    done = await forms.given(request, form, asked)
    if isinstance(done, Refused):
        return await _form(form.visit, at, form.fields, shown, done.problem, done.status)
    return go(f"/positions/{_of(done)}?done=described")


async def _form(
    page: Visit,
    at: str,
    fields: Fields,
    shown: reads.Shown | None = None,
    problem: Problem | None = None,
    code: int = 200,
    *,
    saved: bool = False,
) -> Response:
    return await page.render(
        "planning/positions/edit.html",
        code,
        fields=forms.by_name(fields),
        shown=shown,
        problem=problem,
        at=problem.place if problem else "",
        why=_why(problem) if problem else "",
        saved=saved,
        page=at,
        key=forms.made_key(),
        **WORDS,
    )


@router.post("/positions/{position}/template", max_body_size=LARGE)
async def set_template(request: Request, form: Filled, position: str) -> Response:
    """From a file in the layout of an SKP's rows; with `do=drop`, none."""
    shown = await reads.position(form.visit.ask, position)
    results: list[dict[str, Any]] = []
    if form["do"] != "drop":
        file = (await request.form()).get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            return await _show(form.visit, position, why=filling.WITHOUT, code=422)
        fields, problems = filling.read(await file.read())
        if problems:
            return await filling.refused(form.visit, f"/positions/{position}", problems=problems)
        results = to_body(fields)["results"]
    asked = reads.set_template(form.visit.ask, form.key, shown.name, results)
    done = await forms.given(request, form, asked)
    if isinstance(done, Refused):
        return await _show(form.visit, position, why=_why(done.problem), code=done.status)
    return go(f"/positions/{position}?done=template")


def _of(done: Receipt) -> str:
    return done.stream.partition("/")[2]


def _why(problem: Problem) -> str:
    return WHY.get(problem.code) or problem.detail or forms.UNREADABLE
