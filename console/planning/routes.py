"""SKPs: lists, each one with its acts, the editor; and as documents."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from fastapi import APIRouter, Request, Response

from console.ask.client import Problem, Refused
from console.forms import data, xlsx
from console.forms.renderer import Renderer
from console.planning import editor, lists, places, reads
from console.planning.changed import differences
from console.planning.editor import Sheet
from console.planning.positions.reads import set_template
from console.planning.rows import change
from console.planning.sheet import again, begun, merged
from console.planning.skp import (
    BLANK,
    OF_INDICATOR,
    OF_RESULT,
    ROWS,
    Plan,
    finished,
    to_body,
    to_fields,
)
from console.planning.words import (
    ANNEXES,
    APPROACHES,
    ASPECTS,
    BEGINNINGS,
    BEGUN,
    CADENCES,
    FINDINGS,
    STATES,
    VALUES,
)
from console.show.words import N_
from console.web import forms
from console.web.download import download
from console.web.export import Ending, as_file
from console.web.forms import LARGE, Filled, Typed
from console.web.page import Page, Visit, go

router = APIRouter()
WORDS = {
    "states": STATES,
    "aspects": ASPECTS,
    "cadences": CADENCES,
    "values": VALUES,
    "annexes": ANNEXES,
    "findings": FINDINGS,
    "approaches": APPROACHES,
    "places_of": places.OF,
    "begun": BEGUN,
    "beginnings": BEGINNINGS,
}
DONE = ("submit", "approve", "confirm", "withdraw", "close")
"""Acts of one button; the last two with a reason."""
DECIDED = {"approve": N_("Disetujui."), "return": N_("Dikembalikan.")}
"""Acts of an appraiser, of whom the next SKP waits then."""


@router.get("/skps")
async def several(page: Page, done: int | None = None, left: int = 0) -> Response:
    """One's own SKPs, one's team's, or a unit's. `done`: how many have just been approved; `left`: how many not."""
    chosen = lists.of_skps(page)
    return await page.render(
        "planning/skps.html",
        found=await reads.skps(page.ask, **lists.asked(chosen)),
        chosen=chosen,
        done=done,
        left=left,
        key=forms.made_key(),
        **WORDS,
    )


@router.get("/skps.{ending}")
async def skps_file(page: Page, ending: Ending) -> Response:
    """All of them as a file."""
    rows = reads.all_skps(page.ask, **lists.asked(lists.of_skps(page)))
    return await as_file(ending, "SKP", lists.columns(page.say), rows)


@router.post("/skps/approvals")
async def approve_many(request: Request, form: Filled) -> Response:
    """Those that are ticked, each as it was seen."""
    wanted = [each.rpartition("@") for each in form.all("skp")]
    body = {
        "skps": [
            {"skp": skp, "version": int(version)}
            for skp, _, version in wanted
            if version.isdecimal()
        ]
    }
    back = form.page if form.page.startswith("/skps?") else "/skps?team=true"
    if not body["skps"]:
        return go(f"{back}&done=0")
    told = await form.visit.ask.post_many("planning", "skps", "approvals", key=form.key, body=body)
    await forms.sent(request, form)
    accepted = sum(1 for each in told if each.accepted)
    return go(f"{back}&done={accepted}&left={len(told) - accepted}")


@router.get("/skps/new")
async def new(
    request: Request,
    page: Page,
    assignment: str,
    start: str,
    until: str,
    source: Literal["matrix", "last", "position", "blank"] | None = None,
) -> Response:
    """To draft one: from what the matrices of the year ask, or else from what the last one said, or else from the
    position's template, or else from nothing; or from the one that is wanted."""
    copy: Mapping[str, Any] | None = None
    for told in (source,) if source else ("matrix", "last", "position"):
        if copy := await reads.begun(page.ask, told, assignment, start[:4]):
            break
    begun_from = told if copy else "blank" if source in (None, "blank") else "none"
    fields = to_fields(Plan.model_validate(copy)) if copy else dict(BLANK)
    fields |= {"assignment": assignment, "start": start, "until": until}
    fields["approach"] = copy["approach"] if copy else "quantitative"
    return await begun(request, page, Sheet(fields, source=begun_from), _sheet)


@router.post("/skps/new", max_body_size=LARGE)
async def draft(request: Request, form: Filled) -> Response:
    """Draft it; and submit it, if that is asked for."""
    fields = await _worded(form)
    return await _send(request, form, fields, ("skps",), _draft(form, fields))


@router.post("/skps/checks", max_body_size=LARGE)
async def check(request: Request) -> Response:
    """What had better be mended in what is being typed: pieces of the editor. Nothing once the session has ended,
    or if nobody can say."""
    form = await forms.typed(request)
    if not form.visit.signed_in:
        return Response(status_code=204)
    sent = finished(dict(form.fields))
    kept = bool(form.version)
    checks = await reads.checked(form.visit.ask, _draft(form, sent), kept=kept)
    if checks is None:
        return Response(status_code=204)
    return form.visit.part(
        "planning/_checks.html",
        sheet=editor.checked(dict(form.fields), sent, checks),
        of_result=OF_RESULT,
        of_indicator=OF_INDICATOR,
        annexes=ANNEXES,
        findings=FINDINGS,
    )


def _draft(form: Typed, fields: Mapping[str, str]) -> dict[str, Any]:
    """The body of a draft."""
    of = {name: form[name] for name in ("assignment", "start", "until", "approach")}
    return to_body(fields) | of


@router.get("/skps/{skp}")
async def show(request: Request, page: Page, skp: str, did: str = "") -> Response:
    """An SKP, and what its reader may do with it, as they left it. `did`: what they have just done with another one."""
    shown = await reads.skp(page.ask, skp, page.reader.id)
    draft = await forms.draft(request, page)
    typed = dict(draft.fields) if draft else {}
    saved = any(text for name, text in typed.items() if name != "do")
    return await _show(page, shown, typed, did=DECIDED.get(did, ""), saved=saved)


async def _show(
    page: Visit,
    shown: reads.Shown,
    typed: Mapping[str, str],
    problem: Problem | None = None,
    code: int = 200,
    *,
    did: str = "",
    saved: bool = False,
) -> Response:
    return await page.render(
        "planning/skp.html",
        code,
        shown=shown,
        skp=shown.skp,
        is_in_cascade=places.is_in_cascade,
        typed=typed,
        saved=saved,
        problem=problem,
        did=did,
        differences=differences(shown.skp.plan, shown.skp.says, page.say),
        say=page.say,
        key=forms.made_key(),
        **WORDS,
    )


@router.get("/skps/{skp}/edit")
async def edit(request: Request, page: Page, skp: str, unfit: bool = False) -> Response:
    """To change a draft, what was returned, or what has been agreed. `unfit`: it was to be submitted, and
    something keeps it from that."""
    shown = await reads.skp(page.ask, skp)
    return await begun(request, page, editor.of(shown, unfit=unfit), _sheet)


@router.post("/skps/{skp}/edit", max_body_size=LARGE)
async def revise(request: Request, form: Filled, skp: str) -> Response:
    """Save it; and submit it, if that is asked for."""
    fields = await _worded(form)
    amends = bool(fields.get("amends"))
    body = to_body(fields) | ({"reason": form["reason"]} if amends else {})
    path = ("skps", skp, "amend" if amends else "revise")
    return await _send(request, form, fields, path, body)


@router.post("/skps/{skp}/return")
async def return_(request: Request, form: Filled, skp: str) -> Response:
    """Why, as a whole and by row: a field for each row, named by its ids."""
    rows = []
    for name, text in form.fields:
        result, _, indicator = name.removeprefix("row/").partition("/")
        if name.startswith("row/") and text.strip():
            rows.append({"result": result, "indicator": indicator or None, "reason": text.strip()})
    return await _act(request, form, skp, "return", {"reason": form["reason"], "rows": rows})


@router.post("/skps/{skp}/template")
async def make_template(request: Request, form: Filled, skp: str) -> Response:
    """What it says becomes the template of its position."""
    ask = form.visit.ask
    shown = await reads.skp(ask, skp)
    results = [each.model_dump() for each in shown.skp.plan.results]
    asked = set_template(ask, form.key, shown.position, results)
    done = await forms.given(request, form, asked)
    if isinstance(done, Refused):
        return await _show(form.visit, shown, {}, done.problem, done.status)
    return go(f"/positions/{done.stream.partition('/')[2]}?done=template")


@router.post("/skps/{skp}/act")
async def act(request: Request, form: Filled, skp: str) -> Response:
    """What needs no more than a button, or that and a reason."""
    if form["do"] not in DONE:
        raise Refused(422)
    body = {"reason": form["reason"]} if form["do"] in ("withdraw", "close") else None
    return await _act(request, form, skp, form["do"], body)


async def _act(request: Request, form: Filled, skp: str, do: str, body: object) -> Response:
    asked = form.visit.ask.post(
        "planning", "skps", skp, do, key=form.key, body=body, version=form.version
    )
    done = await forms.given(request, form, asked)
    if isinstance(done, Refused):
        # What has become of it, why this was not done, and what was typed.
        shown = await reads.skp(form.visit.ask, skp)
        return await _show(form.visit, shown, dict(form.fields), done.problem, done.status)
    if do not in DECIDED:
        return go(f"/skps/{skp}")
    following = await reads.waiting(form.visit.ask)
    return go(f"/skps/{following}?did={do}" if following else "/")


async def _worded(form: Filled) -> dict[str, str]:
    """What was typed; and of what was chosen, what it says."""
    fields = dict(form.fields)
    if not places.choosing(fields):
        return fields
    return places.worded(fields, await places.places(form.visit.ask, fields))


async def _send(
    request: Request, form: Filled, fields: dict[str, str], path: tuple[str, ...], body: object
) -> Response:
    """What the editor's buttons do: to a row, or with the whole."""
    do, ask = form["do"], form.visit.ask
    if do not in ("save", "submit"):
        sheet = Sheet(change(fields, do, ROWS), typed=True)
        return await again(request, form, sheet, _sheet)
    try:
        receipt = await ask.post("planning", *path, key=form.key, body=body, version=form.version)
    except Refused as refused:
        if not refused.in_place:
            raise
        sheet = Sheet(fields, typed=True, problem=refused.problem)
        if refused.status == 409 and len(path) > 1:
            shown = await reads.skp(ask, path[1])
            sheet = merged(editor.of(shown, typed=True), fields)
        return await again(request, form, sheet, _sheet, refused.status)
    skp = receipt.stream.partition("/")[2]
    fit = do == "save" or await _submitted(form, skp, receipt.version)
    await forms.sent(request, form)
    return go(f"/skps/{skp}" if fit else f"/skps/{skp}/edit?unfit=true")


async def _submitted(form: Filled, skp: str, version: int) -> bool:
    """What has been saved stays so if it cannot be submitted yet."""
    try:
        await form.visit.ask.post(
            "planning", "skps", skp, "submit", key=f"{form.key}-submit", version=str(version)
        )
    except Refused as refused:
        if refused.status != 422:
            raise
        return False
    return True


async def _sheet(visit: Visit, sheet: Sheet, code: int, page: str, version: str) -> Response:
    return await visit.render(
        "planning/edit.html",
        code,
        sheet=replace(sheet, places=await places.places(visit.ask, sheet.fields)),
        page=page,
        version=version,
        key=forms.made_key(),
        **WORDS,
    )


@router.get("/skps/{skp}/skp.pdf")
async def pdf(page: Page, skp: str, request: Request) -> Response:
    """The form of an SKP with its annexes."""
    form = data.skp(await reads.skp_form(page.ask, skp), page.settings.console_url)
    renderer: Renderer = request.app.state.renderer
    return download(await renderer.pdf("skp.typ", form), form.name, "pdf")


@router.get("/skps/{skp}/skp.xlsx")
async def workbook(page: Page, skp: str) -> Response:
    """The same as a workbook."""
    form = data.skp(await reads.skp_form(page.ask, skp), page.settings.console_url)
    return download(await asyncio.to_thread(xlsx.workbook, form), form.name, "xlsx")
