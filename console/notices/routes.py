"""Notices, and the choice of mail."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from console.ask.client import Refused
from console.keep.mailboxes import Mailboxes
from console.keep.notices import Notices
from console.keep.sessions import Session
from console.notices.reads import latest
from console.show.matters import told
from console.web.page import Act, Page, Visit, go

router = APIRouter()

MOST = 2**63 - 1
"""PostgreSQL's bigint."""
Id = Annotated[int, Query(ge=1, le=MOST)]


@router.get("/notices")
async def notices(request: Request, page: Page, before: Id | None = None) -> Response:
    """The latest first, a page from `before` on."""
    person = _session(page).person
    kept, mailboxes = _keeps(request)
    found = await latest(kept, page.ask, person, before)
    rows = [(notice, told(notice.matter.kind, page.language)) for notice in found.notices]
    return await page.render(
        "notices/notices.html",
        rows=rows,
        names=found.names,
        following=found.following,
        mailbox=await mailboxes.find(person),
    )


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
