"""What every page does: know the reader and their language, render, refuse."""

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, TypeAlias
from urllib.parse import parse_qsl, urlencode

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from console.ask.calendar import Calendar
from console.ask.client import Asker, Refused
from console.keep.sessions import Session
from console.settings import ConsoleSettings
from console.show.templates import render
from console.show.words import LANGUAGES, SOURCE, translate
from console.show.year import YearLine, year_line
from console.web import csrf
from console.web.reader import NOBODY, reader
from console.web.visit import session_of

LANGUAGE = "lang"
LEFT = "Session-Left"
"""The header of what a script has asked for: seconds."""
PASSING = (LANGUAGE, "did", "unfit", "source")
"""Parameters of an address that name no other page: what is typed on one is typed on the other."""
YEAR = re.compile(r"(?:19|20|21)\d\d")


class Visit:
    """One request of one reader. `session` is theirs, also when it is over. `back` is where a browser comes back to
    what is shown: of a form that was sent, the page on which it stands."""

    def __init__(self, request: Request, session: Session | None = None) -> None:
        self.settings: ConsoleSettings = request.app.state.settings
        self.path = request.url.path
        self.query: Mapping[str, str] = request.query_params
        self.path_and_query = _with(self.path, request.query_params.multi_items())
        told = [(n, v) for n, v in request.query_params.multi_items() if n not in PASSING]
        self.form_page = _with(self.path, told)
        self.back: str = getattr(request.state, "page", "") or (
            self.path_and_query if request.method == "GET" else "/"
        )
        self.chosen = request.query_params.get("lang")
        asked = self.chosen or request.cookies.get(LANGUAGE)
        self.language = asked if asked in LANGUAGES else SOURCE
        self.session = session
        self.signed_in = session is not None and not session.is_over
        token = session.tokens.access if session and self.signed_in else ""
        done = json.loads(session.at_least) if session and session.at_least else {}
        self.ask = Asker(request.app.state.services, token, done)
        self.reader = reader(token, self.settings.oidc_claim) if token else NOBODY
        self._calendar: Calendar = request.app.state.calendar

    @classmethod
    async def of(cls, request: Request) -> "Visit":
        """Raises Refused (503) if nobody can say whose it is."""
        return cls(request, await session_of(request))

    @property
    def form(self) -> str:
        """What a form's hidden field holds; empty for whoever has no session."""
        return csrf.made(self.settings.seal, self.session) if self.session else ""

    @property
    def left(self) -> int:
        """Seconds until the session is over unless it is used; 0 of who is not signed in."""
        return int(self.session.left.total_seconds()) if self.session and self.signed_in else 0

    def in_language(self, code: str) -> str:
        """The address of what is shown in this language."""
        path, _, query = self.back.partition("?")
        return _with(path, [*(p for p in parse_qsl(query) if p[0] != LANGUAGE), (LANGUAGE, code)])

    def say(self, text: str) -> str:
        """A text of ours in the reader's language."""
        return translate(text, self.language)

    async def render(self, template: str, code: int = 200, /, **values: Any) -> Response:
        shared = {
            "path": self.path,
            "path_and_query": self.path_and_query,
            "back": self.back,
            "in_language": self.in_language,
            "reader": self.reader,
            "signed_in": self.signed_in,
            "session": self.session,
            "left": self.left,
            "warning": int(self.settings.limits.warning.total_seconds()),
            "csrf": self.form,
            "year_line": await self._year_line(),
        }
        response = HTMLResponse(render(template, self.language, shared | values), code)
        if self.chosen:
            response.set_cookie(LANGUAGE, self.language, samesite="lax")
        return response

    def part(self, template: str, code: int = 200, /, **values: Any) -> Response:
        """A piece of a page, for a script that puts it there; and how long the session goes on with that."""
        piece = render(template, self.language, {"csrf": self.form} | values)
        return HTMLResponse(piece, code, {LEFT: str(self.left)})

    async def refuse(
        self, status: int, number: str = "", saved: bool = False, behind: bool = False
    ) -> Response:
        """`number`: under which the log tells of a defect. `saved`: what was typed. `behind`: what was done, and the
        page does not show it yet."""
        template = "show/sign_in.html" if status == 401 else "show/refused.html"
        template = "show/behind.html" if behind else template
        return await self.render(template, status, refused=status, number=number, saved=saved)

    async def today(self) -> date:
        """Of the agency."""
        return (await self._calendar.read(self.ask)).today

    async def _year_line(self) -> YearLine:
        settled = await self._calendar.read(self.ask)
        due = settled.skp_due.month, settled.skp_due.day
        return year_line(self._year(settled.today), settled.months, due, settled.today)

    def _year(self, today: date) -> int:
        """By which the cycle is called; the running one if it is called otherwise."""
        named = YEAR.match(self.settings.cycle)
        return int(named[0]) if named else today.year


async def refused(
    request: Request, status: int, number: str = "", saved: bool = False, behind: bool = False
) -> Response:
    """The page that says so; shown as to nobody, if nobody can say who it is."""
    try:
        visit = await Visit.of(request)
    except Refused as error:
        visit, status = Visit(request), error.status
    return await visit.refuse(status, number, saved, behind)


Page: TypeAlias = Annotated[Visit, Depends(Visit.of)]
"""The parameter of a handler that shows something."""


async def _leaving(request: Request) -> Visit:
    visit = await Visit.of(request)
    if not visit.session:
        raise Refused(401)
    sent = (await request.form()).get(csrf.FIELD)
    if not isinstance(sent, str) or not csrf.holds(visit.settings.seal, sent, visit.session):
        raise Refused(403)
    return visit


Leave: TypeAlias = Annotated[Visit, Depends(_leaving)]
"""As `Act`, also of a session that is over: at the issuer its person is signed in still."""


async def _acting(request: Request) -> Visit:
    visit = await _leaving(request)
    if not visit.signed_in:
        raise Refused(401)
    return visit


Act: TypeAlias = Annotated[Visit, Depends(_acting)]
"""The parameter of a handler that does something: whoever asks has a session, and the form stood on one
of its pages."""


def _with(path: str, query: list[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def go(url: str) -> Response:
    """The answer to a form: see this page next."""
    return RedirectResponse(url, 303)
