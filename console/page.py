"""What every page does: know the reader's language and token, ask the services, render, refuse."""

import re
from functools import cache, partial
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import aiohttp
from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader

from console.sentences import sentence
from console.services import UNREACHED, Services
from console.settings import ConsoleSettings
from console.words import LANGUAGES, SOURCE, translations

TEMPLATES = Path(__file__).parent / "templates"
COOKIE = "token"
TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{1,8000}=*")
"""A bearer token (RFC 6750). A cookie may hold anything, line breaks too."""


class Refused(Exception):
    """The reader gets no page. `status` as in HTTP."""

    def __init__(self, status: int) -> None:
        self.status = status


class Visit:
    """One request of one reader."""

    def __init__(self, request: Request) -> None:
        self.settings: ConsoleSettings = request.app.state.settings
        self.services: Services = request.app.state.services
        asked = request.query_params.get("lang") or request.cookies.get("lang")
        self.language = asked if asked in LANGUAGES else SOURCE
        token = request.cookies.get(COOKIE, "")
        self.token = token if TOKEN.fullmatch(token) else ""

    async def get(self, service: str, /, *path: str, **query: str) -> Any:
        """A service's answer to this reader. Who has not signed in is not asked for. Raises Refused."""
        if not self.token:
            raise Refused(401)
        try:
            return await self.services.get(service, path, self.token, **query)
        except aiohttp.ClientResponseError as error:
            # A success of another kind (a redirect, no JSON) comes from something that is no service.
            raise Refused(error.status if error.status >= 400 else 503) from error
        except UNREACHED as error:
            raise Refused(503) from error

    def render(self, template: str, code: int = 200, /, **values: Any) -> Response:
        page = _templates(self.language).get_template(template)
        shared = {
            "language": self.language,
            "languages": LANGUAGES,
            "sentence": partial(sentence, language=self.language),
            "signed_in": bool(self.token),
            "may_sign_in": bool(self.settings.issuer_secret),
        }
        response = HTMLResponse(page.render(shared | values), code)
        response.set_cookie("lang", self.language, samesite="lax")
        return response

    def refuse(self, status: int) -> Response:
        return self.render("account/refused.html", status, refused=status)


Page: TypeAlias = Annotated[Visit, Depends(Visit)]
"""A handler's parameter."""


def go(path: str) -> Response:
    """The answer to a form: see this page of the console next."""
    return RedirectResponse(path, 303)


@cache
def _templates(language: str) -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, extensions=["jinja2.ext.i18n"]
    )
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    return made
