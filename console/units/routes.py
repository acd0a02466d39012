"""The units, one by one; and what personnel do with them when the agency is reorganised."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request, Response

from console.ask.client import Outcome, Problem, Refused
from console.ask.units import units
from console.keep.drafts import Fields
from console.show.posts import KINDS
from console.show.words import N_
from console.units import lists, reads
from console.units.acts import ACTS, SUCCESSORS, WHY, field_of, new
from console.web import forms
from console.web.export import Ending, as_file
from console.web.forms import Filled
from console.web.page import Page, Visit, go

router = APIRouter()


@router.get("/units")
async def every(page: Page) -> Response:
    """Those at the top, to go down from; or those whose names hold what is looked for."""
    found, chosen = await units(page.ask), lists.of_units(page)
    named = lists.named(found, chosen.filters["name"]) if chosen.is_narrowed else found.below(None)
    rows, following = lists.begun(found, named, chosen.after)
    return await page.render(
        "units/units.html",
        units=found,
        rows=rows,
        next=following,
        total=len(named),
        chosen=chosen,
    )


@router.get("/units.{ending}")
async def every_file(page: Page, ending: Ending) -> Response:
    """All that there are, or all whose names hold what is looked for."""
    found = await units(page.ask)
    rows = lists.each(lists.named(found, lists.of_units(page).filters["name"]))
    columns = lists.columns_of_units(page.say, found)
    return await as_file(ending, page.say(N_("Daftar unit kerja")), columns, rows)


@router.get("/units/new")
async def to_register(request: Request, page: Page, parent: str = "") -> Response:
    """The form of a new unit."""
    draft = await forms.draft(request, page)
    return await _new(
        page, draft.fields if draft else (("parent", parent),), at=page.form_page, saved=bool(draft)
    )


async def _new(
    page: Visit,
    fields: Fields,
    problem: Problem | None = None,
    code: int = 200,
    *,
    at: str,
    saved: bool = False,
) -> Response:
    found = await units(page.ask)
    return await _form(page, "new.html", fields, problem, code, saved, at=at, units=found)


@router.post("/units/new")
async def register(request: Request, form: Filled) -> Response:
    """A new unit, from its first day on."""
    asked = form.visit.ask.post("planning", "directory", key=form.key, body=new(form))
    done = await forms.given(request, form, asked)
    if isinstance(done, Refused):
        return await _new(form.visit, form.fields, done.problem, done.status, at=form.page)
    return go(f"/units/{form['unit']}?done=new")


@router.get("/units/{unit}")
async def one(page: Page, unit: str, done: str = "", moved: int = 0) -> Response:
    """What a unit is and was, what is below it, who is in it, and what the reader can do with it."""
    chosen = lists.of_members(page, unit)
    shown = await reads.shown(page.ask, unit, **chosen.query)
    today = await page.today()
    said = ACTS[done].done if done in ACTS else N_("Unit dicatat.") if done == "new" else ""
    return await page.render(
        "units/unit.html",
        unit=unit,
        told=shown.told,
        now=shown.told.on(today),
        units=shown.units,
        members=shown.members,
        chosen=chosen,
        files_of=replace(chosen, path=f"{chosen.path}/people"),
        today=today,
        kinds=KINDS,
        acts=[act for act in ACTS.values() if act.name in shown.told.may],
        said=said,
        moved=moved,
    )


@router.get("/units/{unit}/people.{ending}")
async def people_file(page: Page, unit: str, ending: Ending) -> Response:
    """All who are in the unit, as a file."""
    told, _ = await reads.told_of(page.ask, unit)
    rows = lists.all_members(page.ask, unit, **lists.of_members(page, unit).query)
    name = told.on(await page.today()).name
    return await as_file(ending, name, lists.columns_of_members(page.say), rows)


@router.get("/units/{unit}/{act}")
async def to_do(request: Request, page: Page, unit: str, act: str) -> Response:
    """The form of an act."""
    draft = await forms.draft(request, page)
    return await _act(page, unit, act, draft.fields if draft else (), saved=bool(draft))


async def _act(
    page: Visit,
    unit: str,
    act: str,
    typed: Fields = (),
    problem: Problem | None = None,
    code: int = 200,
    *,
    saved: bool = False,
    left: Sequence[Outcome] = (),
) -> Response:
    if act not in ACTS:
        raise Refused(404)
    told, every = await reads.told_of(page.ask, unit)
    now = told.on(await page.today())
    fields = typed or (("name", now.name), ("level", now.level), ("parent", now.parent or ""))
    return await _form(
        page,
        f"{act}.html",
        fields,
        problem,
        code,
        saved,
        at=f"/units/{unit}/{act}",
        act=ACTS[act],
        unit=unit,
        now=now,
        units=every,
        members=await reads.members(page.ask, unit) if act == "move" else None,
        successors=SUCCESSORS,
        left=left,
    )


async def _form(
    page: Visit,
    template: str,
    fields: Fields,
    problem: Problem | None,
    code: int,
    saved: bool,
    at: str,
    **values: Any,
) -> Response:
    return await page.render(
        f"units/{template}",
        code,
        fields=forms.by_name(fields),
        problem=problem,
        at=field_of(problem) if problem else "",
        why=WHY.get(problem.code, forms.UNREADABLE) if problem else "",
        whys=WHY,
        saved=saved,
        page=at,
        key=forms.made_key(),
        **values,
    )


@router.post("/units/{unit}/move")
async def move(request: Request, form: Filled, unit: str) -> Response:
    """Those who were not moved are told, with the form that they were chosen in."""
    body = ACTS["move"].body(form)
    asked = form.visit.ask.post_many("planning", "units", unit, "move", key=form.key, body=body)
    told = await forms.given(request, form, asked)
    if isinstance(told, Refused):
        return await _act(form.visit, unit, "move", form.fields, told.problem, told.status)
    left = [each for each in told if each.problem]
    if left:
        fields = tuple((name, text) for name, text in form.fields if name != "assignment")
        return await _act(form.visit, unit, "move", fields, code=422, left=left)
    return go(f"/units/{unit}?moved={len(told)}")


@router.post("/units/{unit}/{act}")
async def do(request: Request, form: Filled, unit: str, act: str) -> Response:
    if act not in ACTS:
        raise Refused(404)
    body = ACTS[act].body(form)
    asked = form.visit.ask.post("planning", "units", unit, act, key=form.key, body=body)
    done = await forms.given(request, form, asked)
    if isinstance(done, Refused):
        return await _act(form.visit, unit, act, form.fields, done.problem, done.status)
    return go(f"/units/{unit}?done={act}")
