"""Who is named as an appraiser, and an employee who says that it is not theirs."""

from datetime import date, datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict

from console.ask.client import Asker, Problem, Refused
from console.show.words import N_
from console.web import forms
from console.web.forms import Filled
from console.web.page import Page, Visit, go

router = APIRouter()
PATH = "/assignments/{assignment}/appraiser"
OUTCOMES = {
    "kept": N_("Tetap: sudah benar"),
    "mended": N_("Sudah diperbaiki: pejabat penilai lain tercatat"),
}
WHY = {
    "disputed": N_("Ini sudah disampaikan dan sedang menunggu jawaban."),
    "no-appraiser": N_("Belum ada pejabat penilai yang tercatat."),
    "no-dispute": N_("Ini sudah dijawab."),
    "not-mended": N_("Pejabat penilai yang sama masih tercatat; ubah dahulu datanya."),
}


class Dispute(BaseModel):
    model_config = ConfigDict(frozen=True)

    reason: str | None
    at: datetime
    outcome: str | None
    answer: str | None


class Named(BaseModel):
    """Who appraises from `since` on, by which office."""

    model_config = ConfigDict(frozen=True)

    since: date
    appraiser: str
    name: str | None
    office: str
    position: str | None

    @property
    def called(self) -> str:
        return self.name or self.appraiser


class Appraiser(BaseModel):
    """`named` are all, the latest first, as the record has them at `version`; `open`: the employee says that
    today's is not theirs, and nobody has answered."""

    model_config = ConfigDict(frozen=True)

    assignment: str
    version: int
    person: str
    name: str | None
    position: str
    appraiser: str | None
    appraiser_name: str | None
    named: tuple[Named, ...]
    dispute: Dispute | None
    open: bool
    may: tuple[str, ...]

    @property
    def called(self) -> str:
        return self.name or self.person


async def appraiser(ask: Asker, assignment: str) -> Appraiser:
    """Raises Refused."""
    told = await ask.get("planning", "assignments", assignment, "appraiser")
    return Appraiser.model_validate(told)


@router.get(PATH)
async def show(request: Request, page: Page, assignment: str) -> Response:
    """Who is named, and what can be said or answered."""
    draft = await forms.draft(request, page)
    return await _show(page, assignment, dict(draft.fields) if draft else {})


async def _show(
    page: Visit,
    assignment: str,
    typed: dict[str, str],
    problem: Problem | None = None,
    code: int = 200,
) -> Response:
    return await page.render(
        "directory/appraiser.html",
        code,
        found=await appraiser(page.ask, assignment),
        typed=typed,
        problem=problem,
        why=WHY,
        outcomes=OUTCOMES,
        key=forms.made_key(),
    )


@router.post("/assignments/{assignment}/dispute")
async def dispute(request: Request, form: Filled, assignment: str) -> Response:
    """Bukan atasan saya: one click."""
    return await _send(request, form, assignment, ("dispute",), {"reason": form["reason"] or None})


@router.post("/assignments/{assignment}/dispute/answer")
async def answer(request: Request, form: Filled, assignment: str) -> Response:
    body = {"outcome": form["outcome"], "reason": form["reason"]}
    return await _send(request, form, assignment, ("dispute", "answer"), body)


async def _send(
    request: Request, form: Filled, assignment: str, act: tuple[str, ...], body: object
) -> Response:
    asked = form.visit.ask.post(
        "planning", "assignments", assignment, *act, key=form.key, body=body
    )
    done = await forms.given(request, form, asked)
    if isinstance(done, Refused):
        return await _show(form.visit, assignment, dict(form.fields), done.problem, done.status)
    return go(PATH.format(assignment=assignment))
