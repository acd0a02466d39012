"""Who is named as an appraiser, and an employee who says that it is not theirs."""

from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict

from console.ask.client import Problem, Refused
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


class Appraiser(BaseModel):
    """`open`: the employee says that this appraiser is not theirs, and nobody has answered."""

    model_config = ConfigDict(frozen=True)

    assignment: str
    person: str
    name: str | None
    position: str
    appraiser: str | None
    appraiser_name: str | None
    dispute: Dispute | None
    open: bool
    may: tuple[str, ...]


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
    told = await page.ask.get("planning", "assignments", assignment, "appraiser")
    return await page.render(
        "directory/appraiser.html",
        code,
        found=Appraiser.model_validate(told),
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
    try:
        await form.visit.ask.post(
            "planning", "assignments", assignment, *act, key=form.key, body=body
        )
    except Refused as refused:
        if not refused.in_place:
            raise
        typed = dict(form.fields)
        return await _show(form.visit, assignment, typed, refused.problem, refused.status)
    await forms.sent(request, form)
    return go(PATH.format(assignment=assignment))
