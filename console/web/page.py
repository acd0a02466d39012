"""What every page does: know the reader's language and token, render, refuse."""

import re
from functools import partial
from typing import Annotated, Any, TypeAlias

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from console.ask.client import Asker
from console.settings import ConsoleSettings
from console.show.sentences import sentence
from console.show.templates import render
from console.show.words import LANGUAGES, SOURCE

COOKIE = "token"
TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{1,8000}=*")
"""A bearer token (RFC 6750). A cookie may hold anything, line breaks too."""


class Visit:
    """One request of one reader."""

    def __init__(self, request: Request) -> None:
        self.settings: ConsoleSettings = request.app.state.settings
        asked = request.query_params.get("lang") or request.cookies.get("lang")
        self.language = asked if asked in LANGUAGES else SOURCE
        token = request.cookies.get(COOKIE, "")
        self.ask = Asker(request.app.state.services, token if TOKEN.fullmatch(token) else "")

    @property
    def signed_in(self) -> bool:
        return bool(self.ask.token)

    def render(self, template: str, code: int = 200, /, **values: Any) -> Response:
        shared = {
            "language": self.language,
            "languages": LANGUAGES,
            "sentence": partial(sentence, language=self.language),
            "signed_in": self.signed_in,
            "may_sign_in": bool(self.settings.issuer_secret),
        }
        response = HTMLResponse(render(template, self.language, shared | values), code)
        response.set_cookie("lang", self.language, samesite="lax")
        return response

    def refuse(self, status: int) -> Response:
        return self.render("show/refused.html", status, refused=status)


Page: TypeAlias = Annotated[Visit, Depends(Visit)]
"""A handler's parameter."""


def go(path: str) -> Response:
    """The answer to a form: see this page of the console next."""
    return RedirectResponse(path, 303)
