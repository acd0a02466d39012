"""A unit's matrix: to read, and to fill."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from fastapi import APIRouter, Request, Response

from chassis.fields import Year
from console.ask.client import Problem, Refused
from console.planning import sheet
from console.planning.matrix import reads
from console.planning.matrix.fields import (
    Wanted,
    added,
    columns,
    field_at,
    place,
    rows,
    to_fields,
    wanted,
)
from console.planning.matrix.reads import Guests, Row, Shown, Top
from console.planning.rows import base
from console.planning.sheet import again, begun, merged
from console.planning.words import FINDINGS, ROLES, WAYS
from console.web import forms
from console.web.forms import LARGE, Filled
from console.web.page import Page, Visit, go

router = APIRouter()
WORDS = {"roles": ROLES, "findings": FINDINGS}


@dataclass(frozen=True)
class Part:
    """What of a matrix one types in: the page of people, below a team leader or nobody, and one indicator
    or all."""

    unit: str
    year: Year
    under: str = ""
    indicator: str = ""
    after: str = ""


@dataclass(frozen=True)
class Sheet(sheet.Sheet):
    """shown   the matrix
    part    what of it
    sent    the cells of the command that was refused
    guests  who was added and has no cell yet, by assignment
    found   those of the name that was looked for; None if none was
    """

    shown: Shown | None = None
    part: Part | None = None
    sent: tuple[str, ...] = ()
    guests: Mapping[str, Row] = field(default_factory=dict)
    found: Guests | None = None

    @property
    def under(self) -> str | None:
        return (self.part and self.part.under) or None

    @property
    def columns(self) -> list[Top]:
        assert self.shown
        assert self.part
        return columns(self.shown.grid, self.under, self.part.indicator)

    @property
    def people(self) -> list[Row]:
        assert self.shown
        return rows(self.shown.grid, self.under, self.fields, self.guests)

    def field_at(self, pointer: str) -> str:
        return field_at(self.sent, pointer)


@router.get("/matrix/{unit}")
async def show(
    page: Page, unit: str, year: Year | None = None, after: str = "", idle: bool = False
) -> Response:
    """Who carries what of the head's indicators; what nobody serves, and who serves nothing."""
    of = year or (await page.today()).year
    shown = await reads.matrix(page.ask, unit, of, after=after, idle=idle)
    return await page.render(
        "planning/matrix/matrix.html", shown=shown, grid=shown.grid, idle=idle, after=after, **WORDS
    )


@router.get("/matrix/{unit}/edit")
async def edit(
    request: Request,
    page: Page,
    unit: str,
    year: Year,
    under: str = "",
    indicator: str = "",
    after: str = "",
) -> Response:
    """To fill it."""
    kept = await _kept(page, Part(unit, year, under, indicator, after))
    if not kept.shown or "put" not in kept.shown.grid.may:
        raise Refused(403)
    return await begun(request, page, kept, _sheet)


@router.post("/matrix/{unit}/edit", max_body_size=LARGE)
async def fill(
    request: Request,
    form: Filled,
    unit: str,
    year: Year,
    under: str = "",
    indicator: str = "",
    after: str = "",
) -> Response:
    """Fill it, and empty what was emptied."""
    fields = dict(form.fields)
    part = Part(unit, year, under, indicator, after)
    typed = replace(await _kept(form.visit, part), fields=fields, typed=True)
    if form["do"] != "save":
        act, _, guest = form["do"].partition("/")
        told = _with_guest(typed, guest) if act == "guest" else typed
        return await again(request, form, told, _sheet)
    to_do = wanted(fields, base(fields))
    if to_do.empty and not form["reason"]:
        missing = Problem(type="urn:problem:missing", field="reason")
        return await again(request, form, replace(typed, problem=missing), _sheet, 422)
    version = form.version
    try:
        version = await _put(form, part, to_do, version)
        await _empty(form, part, to_do, version)
    except _RefusedCells as refused:
        told = replace(typed, problem=refused.problem, sent=refused.cells)
        if refused.status == 409:
            told = merged(replace(typed, fields=typed.kept or {}), fields)
        elif (
            version != form.version
        ):  # cells have been put, and only what was to be emptied is left
            kept = await _kept(form.visit, part)
            left = fields | {"base": kept.base}
            told = replace(
                kept, fields=left, typed=True, problem=refused.problem, sent=refused.cells
            )
            return await again(request, form, told, _sheet, refused.status, version=kept.version)
        return await again(request, form, told, _sheet, refused.status)
    await forms.sent(request, form)
    return go(f"/matrix/{unit}?year={year}" + (f"&after={after}" if after else ""))


class _RefusedCells(Refused):
    def __init__(self, refused: Refused, cells: tuple[str, ...]) -> None:
        super().__init__(refused.status, refused.problem)
        self.cells = cells


async def _put(form: Filled, part: Part, to_do: Wanted, version: str) -> str:
    """Gives the version that this has made. Raises _RefusedCells."""
    for n, cells in enumerate(to_do.bodies(dict(form.fields), part.under or None)):
        body = {"unit": part.unit, "year": part.year, "cells": cells}
        sent = tuple(f"{cell['indicator']}/{cell['assignment']}" for cell in cells)
        version = await _send(form, ("matrix",), f"{form.key}-{n}", body, version, sent)
    return version


async def _empty(form: Filled, part: Part, to_do: Wanted, version: str) -> None:
    """Raises _RefusedCells."""
    if not to_do.empty:
        return
    matrix = f"{part.unit}.{part.year}"
    places = [place(matrix, cell, part.under or None) for cell in to_do.empty]
    body = {"unit": part.unit, "year": part.year, "cells": places, "reason": form["reason"]}
    await _send(form, ("matrix", "remove"), f"{form.key}-empty", body, version, to_do.empty)


async def _send(
    form: Filled,
    path: tuple[str, ...],
    key: str,
    body: object,
    version: str,
    cells: tuple[str, ...],
) -> str:
    try:
        receipt = await form.visit.ask.post("planning", *path, key=key, body=body, version=version)
    except Refused as refused:
        if not refused.in_place:
            raise
        raise _RefusedCells(refused, cells) from refused
    return str(receipt.version)


def _with_guest(typed: Sheet, assignment: str) -> Sheet:
    """With an empty row for somebody of another unit."""
    if not assignment or "/" in assignment or not typed.columns:
        return typed
    name = f"{typed.columns[0].indicator}/{assignment}/role"
    return replace(typed, fields={name: "", **typed.fields})


async def _kept(visit: Visit, part: Part) -> Sheet:
    shown = await reads.matrix(visit.ask, part.unit, part.year, after=part.after)
    says = to_fields(shown.grid, part.under or None, part.indicator)
    return Sheet(says, kept=says, version=str(shown.grid.version), shown=shown, part=part)


async def _sheet(visit: Visit, told: Sheet, code: int, page: str, version: str) -> Response:
    assert told.shown
    assert told.part
    unit, year, name = told.part.unit, told.part.year, told.get("guest").strip()
    guests = await reads.rows(visit.ask, unit, year, added(told.shown.grid, told.fields))
    found = await reads.guests(visit.ask, unit, year, name[:300]) if name else None
    return await visit.render(
        "planning/matrix/edit.html",
        code,
        sheet=replace(told, guests=guests, found=found),
        grid=told.shown.grid,
        page=page,
        version=version,
        key=forms.made_key(),
        roles={"": "", **ROLES},
        roles_below={
            "": "",
            **{code: text for code, text in ROLES.items() if code != "responsible"},
        },
        ways=WAYS,
        findings=FINDINGS,
    )
