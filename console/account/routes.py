"""Signing in and out, at the agency's issuer."""

import re
from typing import Annotated
from urllib.parse import urlencode, urlsplit

import structlog
from fastapi import APIRouter, Form, Request, Response

from console.keep.mailboxes import Mailboxes
from console.keep.sessions import Sessions
from console.web import cookies, forms
from console.web.oidc import Issuer, SignInRefused
from console.web.page import Act, Leave, Page, go

router = APIRouter()

PATH = re.compile(r"(/[\w.~!$&'()*+,;=:@|%-]+)+(\?[\w.~!$&'()*+,;=:@|%/?-]*)?", re.ASCII)
"""A path of the console, perhaps with a query. No part is empty and none has a backslash or a blank: a
browser would read `//`, `/\\` or a tab in between as the beginning of another host."""

logger = structlog.get_logger(__name__)


@router.get("/sign-in")
async def sign_in(request: Request, page: Page, back: str = "/", moved: bool = False) -> Response:
    """Goes to the issuer, and from there to `back`. The issuer sends browsers to one address of the
    console, where alone they bring the cookie of another one's page: so from another the way begins
    there (`moved`: once)."""
    if page.signed_in:
        return go(_of_ours(back))
    if not moved and request.url.netloc != urlsplit(page.settings.console_url).netloc:
        query = urlencode({"back": _of_ours(back), "moved": True})
        return go(f"{page.settings.console_url}/sign-in?{query}")
    issuer, sessions = _ways(request)
    begun = await issuer.begin(page.language)
    response = go(begun.url)
    word = await sessions.begin_sign_in(begun.kept | {"back": _of_ours(back)})
    cookies.give(response, cookies.SIGN_IN, word, page.settings)
    return response


@router.get("/sign-in/done")
async def done(request: Request, page: Page) -> Response:
    """Whither the issuer sends the browser back."""
    issuer, sessions = _ways(request)
    kept = await sessions.finish_sign_in(cookies.word(request, cookies.SIGN_IN))
    try:
        if not kept:
            raise SignInRefused("no such sign-in is under way")
        owner, tokens = await issuer.finish(request.query_params, kept)
    except SignInRefused as refused:
        logger.warning("not signed in", why=str(refused))
        response = await page.render("account/not_signed_in.html", 400)
    else:
        mailboxes: Mailboxes = request.app.state.mailboxes
        await mailboxes.signed_in(owner.person, owner.email, page.language, owner.roles)
        response = go(kept["back"])
        cookies.give(response, cookies.SESSION, await sessions.begin(owner, tokens), page.settings)
    cookies.take(response, cookies.SIGN_IN, page.settings)
    return response


@router.post("/sign-out")
async def sign_out(request: Request, leave: Leave) -> Response:
    """Here, and at the issuer."""
    issuer, sessions = _ways(request)
    assert leave.session
    await sessions.end(leave.session.word)
    response = go(await issuer.sign_out_url(leave.session.tokens))
    cookies.take(response, cookies.SESSION, leave.settings)
    return response


@router.post("/sign-out/told", status_code=204)
async def told(request: Request, logout_token: Annotated[str, Form()]) -> Response:
    """The issuer tells that somebody has signed out (OpenID Connect Back-Channel Logout 1.0). Whoever
    can sign such a token may say so, so it needs no session."""
    issuer, sessions = _ways(request)
    try:
        sid, subject = await issuer.signed_out(logout_token)
    except SignInRefused as refused:
        logger.warning("no sign-out", why=str(refused))
        return Response(status_code=400)
    await sessions.end_all(sid=sid, subject=subject)
    return Response(status_code=204)


@router.post("/session/stay")
async def stay(act: Act) -> int:
    """Somebody is there still: with this request the session has been used. For how many seconds it goes on."""
    return act.left


@router.get("/session/left")
async def left(page: Page) -> int:
    """For how many seconds it does, for a script, whose asking is no use of it."""
    return page.left


@router.post("/drafts", max_body_size=forms.LARGE)
async def save_draft(request: Request) -> Response:
    """What somebody is typing; also after the session has ended, which says whose it is."""
    form = await forms.typed(request)
    await forms.save(request, form)
    template = "account/_saved.html" if form.visit.signed_in else "account/_over.html"
    return form.visit.part(template, page_path=form.page)


@router.post("/drafts/drop")
async def drop_draft(request: Request, form: forms.Filled) -> Response:
    """Begin again from what is kept."""
    await forms.drop(request, form)
    return go(_of_ours(form.page))


def _ways(request: Request) -> tuple[Issuer, Sessions]:
    return request.app.state.issuer, request.app.state.sessions


def _of_ours(path: str) -> str:
    """The page, if it is on this console; home if not."""
    own = path == "/" or PATH.fullmatch(path)
    return path if own and not path.startswith("/sign-in") else "/"
