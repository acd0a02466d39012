"""Notices, and the choice of mail."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from console.ask.client import Refused
from console.keep.mailboxes import Mailboxes
from console.keep.notices import Notices
from console.keep.sessions import Session
from console.notices.lists import MOST, STATES, WHOSE, columns, of_notices
from console.notices.reads import every, latest
from console.show.matters import told
from console.show.words import N_
from console.web.export import Ending, as_file
from console.web.page import Act, Page, Visit, go

router = APIRouter()


@router.get("/notices")
async def notices(request: Request, page: Page) -> Response:
    """The latest first."""
    person, chosen = _session(page).person, of_notices(page)
    kept, mailboxes = _keeps(request)
    found, following = await latest(kept, page.ask, person, chosen)
    return await page.render(
        "notices/notices.html",
        rows=[(each, told(each.kind, page.language)) for each in found],
        following=following,
        chosen=chosen,
        states=STATES,
        whose=WHOSE,
        mailbox=await mailboxes.find(person),
    )


@router.get("/notices.{ending}")
async def notices_file(request: Request, page: Page, ending: Ending) -> Response:
    person, (kept, _) = _session(page).person, _keeps(request)
    rows = every(kept, page.ask, person, of_notices(page))
    return await as_file(ending, page.say(N_("Pemberitahuan")), columns(page), rows)


@router.post("/notices/read")
async def read(request: Request, act: Act, upto: Annotated[int, Form(ge=1, le=MOST)]) -> Response:
    """The reader has seen all up to one."""
    kept, _ = _keeps(request)
    await kept.read(_session(act).person, upto)
    return go("/notices")


@router.post("/notices/mail")
async def mail(request: Request, act: Act, wanted: Annotated[bool, Form()]) -> Response:
    """Whether the reader gets the day's mail; notices stay."""
    _, mailboxes = _keeps(request)
    await mailboxes.turn(_session(act).person, act.language, off=not wanted)
    return go("/notices")


def _session(visit: Visit) -> Session:
    """Raises Refused (401) for whoever has not signed in."""
    if not visit.signed_in or not visit.session:
        raise Refused(401)
    return visit.session


def _keeps(request: Request) -> tuple[Notices, Mailboxes]:
    return request.app.state.notices, request.app.state.mailboxes
