"""What every page does: know the reader and their language, render, refuse."""

import re
from datetime import date
from typing import Annotated, Any, TypeAlias

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from console.ask.calendar import Calendar
from console.ask.client import Asker
from console.settings import ConsoleSettings
from console.show.templates import render
from console.show.words import LANGUAGES, SOURCE
from console.show.year import YearLine, year_line
from console.web.reader import reader

COOKIE = "token"
LANGUAGE = "lang"
TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{1,8000}=*")
"""A bearer token (RFC 6750). A cookie may hold anything, line breaks too."""
YEAR = re.compile(r"(?:19|20|21)\d\d")


class Visit:
    """One request of one reader."""

    def __init__(self, request: Request) -> None:
        self.settings: ConsoleSettings = request.app.state.settings
        self.path = request.url.path
        self.chosen = request.query_params.get("lang")
        asked = self.chosen or request.cookies.get(LANGUAGE)
        self.language = asked if asked in LANGUAGES else SOURCE
        token = request.cookies.get(COOKIE, "")
        self.ask = Asker(request.app.state.services, token if TOKEN.fullmatch(token) else "")
        self.reader = reader(self.ask.token)
        self._calendar: Calendar = request.app.state.calendar

    @property
    def signed_in(self) -> bool:
        return bool(self.ask.token)

    async def render(self, template: str, code: int = 200, /, **values: Any) -> Response:
        shared = {
            "path": self.path,
            "reader": self.reader,
            "signed_in": self.signed_in,
            "may_sign_in": bool(self.settings.issuer_secret),
            "year_line": await self._year_line(),
        }
        response = HTMLResponse(render(template, self.language, shared | values), code)
        if self.chosen:
            response.set_cookie(LANGUAGE, self.language, samesite="lax")
        return response

    async def refuse(self, status: int, number: str = "") -> Response:
        """`number`: under which the log tells of a defect."""
        template = "show/sign_in.html" if status == 401 else "show/refused.html"
        return await self.render(template, status, refused=status, number=number)

    async def _year_line(self) -> YearLine:
        settled = await self._calendar.read(self.ask)
        due = settled.skp_due.month, settled.skp_due.day
        return year_line(self._year(settled.today), settled.months, due, settled.today)

    def _year(self, today: date) -> int:
        """By which the cycle is called; the running one if it is called otherwise."""
        named = YEAR.match(self.settings.cycle)
        return int(named[0]) if named else today.year


Page: TypeAlias = Annotated[Visit, Depends(Visit)]
"""A handler's parameter."""


def go(path: str) -> Response:
    """The answer to a form: see this page of the console next."""
    return RedirectResponse(path, 303)
