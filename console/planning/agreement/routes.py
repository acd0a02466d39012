"""Agreements and the strategic plan: of a unit, each one with its amendments, the editor."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from fastapi import APIRouter, Request, Response

from chassis.fields import Year
from console.ask.client import Refused
from console.ask.units import own
from console.planning import sheet
from console.planning.agreement import reads, table
from console.planning.agreement.fields import (
    BLANK,
    PLAN_YEARS,
    ROWS,
    Agreement,
    field_at,
    to_body,
    to_fields,
    years_of,
)
from console.planning.rows import change
from console.planning.sheet import again, begun, merged
from console.planning.words import ASPECTS, FINDINGS
from console.show.words import N_
from console.web import forms
from console.web.export import Ending, as_file
from console.web.forms import LARGE, Filled
from console.web.lists import Chosen
from console.web.page import Page, Visit, go

router = APIRouter()
WORDS = {"aspects": ASPECTS, "findings": FINDINGS}


@dataclass(frozen=True)
class Sheet(sheet.Sheet):
    """first, last  years that it is of
    unit         whose it is
    shown        what is amended; None of a new one
    above        what its objectives may serve, by place
    copied       it was begun from that of the year before
    """

    first: int = 0
    last: int = 0
    unit: str = ""
    shown: reads.Shown | None = None
    above: Mapping[str, str] = field(default_factory=dict)
    copied: bool = False

    @property
    def is_plan(self) -> bool:
        return self.first < self.last

    @property
    def years(self) -> list[int]:
        """The columns of targets; an agreement may look a year further."""
        return years_of(self.first, self.last if self.is_plan else self.first + 1, self.fields)

    @property
    def heads(self) -> Mapping[str, str]:
        """In whose name it can be, by assignment."""
        found = {each.assignment: each.called for each in self.shown.heads} if self.shown else {}
        now = self.get("assignment")
        return found if not now or now in found else {now: now, **found}

    def field_at(self, pointer: str) -> str:
        return field_at(self.fields, pointer, self.first)

    def options(self, name: str) -> Mapping[str, str]:
        """What can be chosen to be served; what is served now is among it."""
        now = self.get(name)
        return self.above if not now or now in self.above else {**self.above, now: now}


@router.get("/agreements")
async def several(page: Page, unit: str = "", year: Year | None = None) -> Response:
    """What a unit has agreed to, the reader's own if none is named; and the units around it."""
    of = year or (await page.today()).year
    named = unit or (await own(page.ask, page.reader.id) if page.signed_in else None) or ""
    found = await reads.overview(page.ask, named, of) if named else await reads.top(page.ask, of)
    return await page.render(
        "planning/agreement/several.html",
        found=found,
        plan_years=PLAN_YEARS,
        own=_chosen(found.unit, of),
        whole=_chosen(found.unit, of, whole=True),
    )


@router.get("/agreements.{ending}")
async def several_file(
    page: Page, ending: Ending, year: Year, unit: str = "", whole: bool = False
) -> Response:
    """What a unit has agreed to, or that with what all below it have; without a unit, what all have."""
    rows = table.all_rows(page.ask, **_chosen(unit, year, whole=whole).query)
    name = f"{page.say(N_('Perjanjian kinerja'))} {year}"
    return await as_file(ending, name, table.columns(page.say), rows)


def _chosen(unit: str, year: int, *, whole: bool = False) -> Chosen:
    filters = {"unit": unit, "year": str(year), "whole": "true" if whole else ""}
    return Chosen("/agreements", filters, "", "")


@router.get("/agreements/new")
async def new(
    request: Request, page: Page, unit: str, assignment: str, year: Year, until: Year | None = None
) -> Response:
    """To set one, from that of the year before or from nothing."""
    last = until or year
    above = await reads.above(page.ask, unit, year, assignment)
    before = None if until else await reads.before(page.ask, unit, year)
    fields = _begun(before, year, above) if before else dict(BLANK)
    made = Sheet(
        fields | {"assignment": assignment},
        first=year,
        last=last,
        unit=unit,
        above=above,
        copied=before is not None,
    )
    return await begun(request, page, made, _sheet)


def _begun(before: Agreement, year: int, above: Mapping[str, str]) -> dict[str, str]:
    """With targets of the year as far as the one before has looked, and what is there still to serve."""
    fields = to_fields(before.objectives)
    return {
        name: "" if name.endswith("/serves") and text not in above else text
        for name, text in fields.items()
        if "/y" not in name or int(name.rpartition("/y")[2]) >= year
    }


@router.post("/agreements/new", max_body_size=LARGE)
async def set_(
    request: Request, form: Filled, unit: str, year: Year, until: Year | None = None
) -> Response:
    """Set it."""
    fields, last = dict(form.fields), until or year
    body = to_body(fields) | {"assignment": form["assignment"], "year": year}
    body |= {"until": until} if until else {}
    above = await reads.above(form.visit.ask, unit, year, form["assignment"])
    typed = Sheet(fields, typed=True, first=year, last=last, unit=unit, above=above)
    return await _send(request, form, typed, ("agreements",), body)


@router.get("/agreements/{agreement}")
async def show(page: Page, agreement: str) -> Response:
    """What has been agreed, and how it was amended."""
    shown = await reads.agreement(page.ask, agreement)
    return await page.render(
        "planning/agreement/agreement.html", shown=shown, agreement=shown.agreement, **WORDS
    )


@router.get("/agreements/{agreement}/edit")
async def edit(request: Request, page: Page, agreement: str) -> Response:
    """To amend it, with the reason."""
    kept = await _kept(page, agreement)
    if not kept.shown or not kept.shown.may_amend:
        raise Refused(403)
    return await begun(request, page, kept, _sheet)


@router.post("/agreements/{agreement}/edit", max_body_size=LARGE)
async def amend(request: Request, form: Filled, agreement: str) -> Response:
    """Amend it."""
    fields = dict(form.fields)
    body = to_body(fields) | {"reason": form["reason"], "assignment": form["assignment"]}
    typed = replace(await _kept(form.visit, agreement), fields=fields, typed=True)
    return await _send(request, form, typed, ("agreements", agreement, "amend"), body)


async def _kept(visit: Visit, agreement: str) -> Sheet:
    shown = await reads.agreement(visit.ask, agreement)
    of = shown.agreement
    says = to_fields(of.objectives)
    return Sheet(
        says | {"assignment": of.assignment},
        kept=says,
        version=str(of.version),
        first=of.first,
        last=of.last,
        unit=of.unit,
        shown=shown,
        above=await reads.above(visit.ask, of.unit, of.first, of.assignment),
    )


async def _send(
    request: Request, form: Filled, typed: Sheet, path: tuple[str, ...], body: object
) -> Response:
    """What the editor's buttons do: to a row, or with the whole."""
    ask, do = form.visit.ask, form["do"]
    if do != "save":
        changed = replace(typed, fields=change(typed.fields, do, ROWS))
        return await again(request, form, changed, _sheet)
    try:
        receipt = await ask.post("planning", *path, key=form.key, body=body, version=form.version)
    except Refused as refused:
        if not refused.in_place:
            raise
        told = replace(typed, problem=refused.problem)
        if refused.status == 409 and typed.shown:
            told = merged(replace(typed, fields=typed.kept or {}), typed.fields)
        return await again(request, form, told, _sheet, refused.status)
    await forms.sent(request, form)
    return go(f"/agreements/{receipt.stream.partition('/')[2]}")


async def _sheet(visit: Visit, told: Sheet, code: int, page: str, version: str) -> Response:
    return await visit.render(
        "planning/agreement/edit.html",
        code,
        sheet=told,
        page=page,
        version=version,
        key=forms.made_key(),
        **WORDS,
    )
