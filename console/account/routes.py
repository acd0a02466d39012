"""Signing in and out."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request, Response

from console.ask.client import UNREACHED, Refused
from console.web.page import COOKIE, Page, go

router = APIRouter()

PATH = re.compile(r"(/[\w.~!$&'()*+,;=:@%-]+)+", re.ASCII)
"""A path of the console. No part is empty and none has a backslash or a blank: a browser would read
`//`, `/\\` or a tab in between as the beginning of another host."""


@router.get("/sign-in")
async def sign_in_page(page: Page) -> Response:
    return await page.render("show/sign_in.html")


@router.post("/sign-in")
async def sign_in(
    request: Request, page: Page, sub: Annotated[str, Form()], roles: Annotated[str, Form()] = ""
) -> Response:
    """The demonstration's sign-in: at the local issuer, as anybody."""
    if not page.settings.issuer_secret:
        raise Refused(404)
    try:
        token = await page.ask.services.sign_in(sub, roles)
    except UNREACHED as error:
        raise Refused(503) from error
    response = go(_back(request))
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict")
    return response


@router.post("/sign-out")
async def sign_out() -> Response:
    response = go("/")
    response.delete_cookie(COOKIE)
    return response


def _back(request: Request) -> str:
    """The page that the form stood on, on this console and nowhere else."""
    try:
        path = urlsplit(request.headers.get("Referer", "")).path
    except ValueError:
        return "/"
    return path if PATH.fullmatch(path) and path != "/sign-in" else "/"
