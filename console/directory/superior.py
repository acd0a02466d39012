"""Another appraiser for an assignment: found by name, by the office that makes them one, from a day on."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from console.ask.client import Problem, Refused
from console.directory import offices
from console.directory.appraiser import PATH as OF
from console.directory.appraiser import appraiser
from console.show.posts import KINDS
from console.show.words import N_
from console.web import forms
from console.web.forms import Filled
from console.web.page import Page, Visit, go

router = APIRouter()
PATH = f"{OF}/change"
NOT_CHOSEN = Refused(422, Problem(type="urn:problem:not-chosen", field="superior"))
NO_DAY = Refused(422, Problem(type="urn:problem:no-day", field="since"))
WHY = offices.WHY | {
    "not-chosen": N_("Cari atasannya, lalu pilih salah satu jabatan."),
    "no-day": N_("Tulis hari pertamanya."),
    "not-in-force": N_("Penugasan ini tidak berlaku pada hari itu; pilih hari lain."),
}
AT = offices.FIELDS | {"since": "since"}
"""The form's fields, by those of what is sent."""


@router.get(PATH)
async def show(request: Request, page: Page, assignment: str) -> Response:
    """The form, as the reader left it."""
    draft = await forms.draft(request, page)
    typed = dict(draft.fields) if draft else {"since": (await page.today()).isoformat()}
    return await _show(page, page.form_page, assignment, typed, saved=bool(draft))


@router.post(PATH)
async def change(request: Request, form: Filled, assignment: str) -> Response:
    """Look for people of a name; or name the one that was chosen."""
    typed, visit = dict(form.fields), form.visit
    if form["do"] != "save":
        typed = offices.looked_for(form, "since")
        await forms.save(request, replace(form, fields=tuple(typed.items())))
        return await _show(visit, form.page, assignment, typed, version=form.version)
    done = await forms.given(request, form, _send(form, assignment))
    if isinstance(done, Refused):
        # The record has moved on: it is shown as it is now, and what is sent next was made from that.
        version = "" if done.status == 409 else form.version
        return await _show(visit, form.page, assignment, typed, done, version=version)
    return go(OF.format(assignment=quote(assignment)))


async def _send(form: Filled, assignment: str) -> None:
    """Raises Refused."""
    if not (named := offices.chosen(form)):
        raise NOT_CHOSEN
    if not offices.day_of(form["since"]):
        raise NO_DAY
    await form.visit.ask.post(
        "planning",
        "assignments",
        assignment,
        "appraiser",
        key=form.key,
        body=named | {"since": form["since"]},
        version=form.version,
    )


async def _show(
    visit: Visit,
    page: str,
    assignment: str,
    typed: Mapping[str, str],
    refused: Refused | None = None,
    *,
    version: str = "",
    saved: bool = False,
) -> Response:
    """`page` is where the form stands; it was made from `version`, if that is empty from the one that is shown."""
    found = await appraiser(visit.ask, assignment)
    if "change" not in found.may:
        raise Refused(403)
    return await visit.render(
        "directory/superior.html",
        refused.status if refused else 200,
        found=found,
        fields=forms.by_name(tuple(typed.items())),
        offices=await offices.offices(visit.ask, found.person, typed),
        stale=bool(refused and refused.status == 409),
        problem=refused.problem if refused else None,
        why=_why(refused.problem) if refused else "",
        at=_field(refused.problem) if refused else "",
        kinds=KINDS,
        saved=saved,
        page=page,
        version=version or found.version,
        key=forms.made_key(),
    )


def _why(problem: Problem) -> str:
    """In our words, or else planning's."""
    return WHY.get(problem.code, problem.detail)


def _field(problem: Problem) -> str:
    """The form's field that it is about; empty if none is said."""
    return AT.get(problem.place, "")
