"""What the agency has settled: shown to everybody, adopted by personnel; and the year that follows."""

import asyncio
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict

from console.agency.calendar import WHAT, days_off, marked, zone_of
from console.agency.fields import DAY_KINDS, WORDS, in_words, to_fields, to_value
from console.ask.client import Asker, Problem, Refused
from console.keep.drafts import Fields
from console.show.words import N_
from console.web import forms
from console.web.export import Column, Ending, as_file, each_of
from console.web.forms import Filled, Typed
from console.web.lists import Chosen
from console.web.page import Page, Visit, go

router = APIRouter()
BY = {"agency": N_("instansi"), "default": N_("bawaan")}
"""Who has settled it; a default ships."""
WHY = {
    "over": N_("Yang berlaku sebelum itu sudah selesai; pilih tanggal yang tidak lebih awal."),
    "unknown-unit": N_("Unit itu tidak ada."),
}


class Setting(BaseModel):
    """In force on a day. `unit` is None for the whole agency; a `default` is what ships."""

    model_config = ConfigDict(frozen=True)

    setting: str
    unit: str | None
    value: dict[str, Any]
    since: date | None
    ground: str
    default: bool


class Unit(BaseModel):
    model_config = ConfigDict(frozen=True)

    unit: str
    name: str
    parent: str | None


async def _read(ask: Asker, **query: str) -> tuple[list[Setting], dict[str, Unit]]:
    """What is in force, and the units. Raises Refused."""
    told, units = await asyncio.gather(
        ask.get("planning", "settings", **query), ask.get("planning", "units")
    )
    return (
        [Setting.model_validate(each) for each in told if each["setting"] in WORDS],
        {each["unit"]: Unit.model_validate(each) for each in units},
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@router.get("/settings")
async def settings(page: Page, on: str = "", done: bool = False) -> Response:
    """All that is settled on a day, or what the agency itself has."""
    day = _day(on) or await page.today()
    told, units = await _settled(page, day)
    rows = [(each, in_words(each.setting, each.value, page.language)) for each in told]
    said = {"on": on and day.isoformat(), "by": page.query.get("by", "")}
    return await page.render(
        "agency/settings.html",
        rows=rows,
        units=units,
        words=WORDS,
        on=day,
        done=done,
        by=BY,
        chosen=Chosen("/settings", said, "", ""),
    )


@router.get("/settings.{ending}")
async def settings_file(page: Page, ending: Ending, on: str = "") -> Response:
    day = _day(on) or await page.today()
    told, units = await _settled(page, day)
    say = page.say

    def content(each: Setting) -> str:
        said = in_words(each.setting, each.value, page.language)
        return "; ".join(f"{label}: {text}" for label, text in said)

    def unit(each: Setting) -> str:
        named = units.get(each.unit or "")
        return named.name if named else each.unit or ""

    columns = [
        Column[Setting](say(N_("Aturan")), 36, lambda each: say(WORDS[each.setting].name)),
        Column(say(N_("Unit kerja")), 36, unit),
        Column(say(N_("Isi")), 60, content),
        Column(say(N_("Sejak")), 14, lambda each: each.since),
        Column(say(N_("Ditetapkan")), 14, lambda each: say(BY[_by(each)])),
        Column(
            say(N_("Dasar")),
            48,
            lambda each: say(WORDS[each.setting].source) if each.default else each.ground,
        ),
    ]
    name = f"{say(N_('Aturan instansi'))} {day.isoformat()}"
    return await as_file(ending, name, columns, each_of(told))


async def _settled(page: Visit, day: date) -> tuple[list[Setting], dict[str, Unit]]:
    """What is in force on the day, of whom the page's address says; and the units. Raises Refused."""
    told, units = await _read(page.ask, on=day.isoformat())
    by = page.query.get("by", "")
    return [each for each in told if by in ("", _by(each))], units


def _by(setting: Setting) -> str:
    return "default" if setting.default else "agency"


@router.get("/settings/{kind}")
async def one(request: Request, page: Page, kind: str) -> Response:
    """One of them, and the form to adopt another."""
    draft = await forms.draft(request, page)
    return await _one(page, kind, draft.fields if draft else (), saved=bool(draft))


async def _one(
    page: Visit,
    kind: str,
    typed: Fields = (),
    problem: Problem | None = None,
    code: int = 200,
    *,
    saved: bool = False,
) -> Response:
    if kind not in WORDS:
        raise Refused(404)
    told, units = await _read(page.ask)
    now = [each for each in told if each.setting == kind]
    fields = forms.by_name(typed) if typed else to_fields(kind, now[0].value)
    return await page.render(
        "agency/setting.html",
        code,
        kind=kind,
        about=WORDS[kind],
        now=[(each, in_words(kind, each.value, page.language)) for each in now],
        units=units,
        fields=fields,
        problem=problem,
        at=_field(problem) if problem else "",
        why=WHY.get(problem.code, forms.UNREADABLE) if problem else "",
        saved=saved,
        by_unit=kind == "time-zone",
        page=f"/settings/{kind}",
        key=forms.made_key(),
    )


def _field(problem: Problem) -> str:
    """The form's field that it is about; empty if none is said."""
    return problem.place.removeprefix("value.")


@router.post("/settings/{kind}", max_body_size=forms.LARGE)
async def adopt(request: Request, form: Filled, kind: str) -> Response:
    """Adopt another value from a day on, on the ground of a decree."""
    if kind not in WORDS:
        raise Refused(404)
    body = _adoption(form, kind)
    asked = form.visit.ask.post("planning", "settings", kind, key=form.key, body=body)
    done = await forms.given(request, form, asked)
    if isinstance(done, Refused):
        return await _one(form.visit, kind, form.fields, done.problem, done.status)
    return go("/settings?done=true")


def _adoption(form: Typed, kind: str) -> dict[str, Any]:
    return {
        "unit": form["unit"] or None,
        "value": to_value(kind, forms.by_name(form.fields)),
        "since": form["since"],
        "ground": form["ground"],
    }


@router.get("/calendar")
async def calendar(page: Page, unit: str = "", year: int = 0) -> Response:
    """A unit's year, as settled today; the agency's, if none is chosen."""
    told, units = await _read(page.ask)
    settled = [each.model_dump() for each in told]
    year = year if 1950 <= year < 2200 else (await page.today()).year
    zone, whose = zone_of(
        settled, {each.unit: each.parent for each in units.values()}, unit or None
    )
    return await page.render(
        "agency/calendar.html",
        days=marked(settled, year),
        off=days_off(settled, year),
        units=sorted(units.values(), key=lambda each: each.name),
        names={each.unit: each.name for each in units.values()},
        unit=unit,
        year=year,
        zone=zone,
        whose=whose,
        today=await page.today(),
        what=WHAT,
        kinds=DAY_KINDS,
        words=WORDS,
    )
