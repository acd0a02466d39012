"""The console's outer door: requests for other hosts and forms of other sites stay outside, and what
fails inside comes out as a page."""

from collections.abc import Collection
from urllib.parse import urlsplit
from uuid import uuid4

import structlog
from fastapi import Request
from fastapi.responses import PlainTextResponse
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.web.page import refused

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self';"
    # Bootstrap draws a select's arrow and a box's tick from data in its style.
    " font-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none';"
    # The form that signs out goes on to the issuer.
    " form-action 'self' {issuer}; frame-ancestors 'none'"
)
SAFE = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
HARMLESS = ("GET", "HEAD")
PROBE = "/livez"
"""Asked for by whatever watches the process, under an address of its own."""
NO_FORM = "/sign-out/told"
"""Posted to by the issuer, which proves itself by what it sends."""


logger = structlog.get_logger()


class Guard:
    def __init__(self, app: ASGIApp, hosts: Collection[str], issuer: str) -> None:
        self.app = app
        self.hosts = hosts
        at = urlsplit(issuer)
        policy = POLICY.format(issuer=f"{at.scheme}://{at.netloc}")
        self.safe = SAFE | {"Content-Security-Policy": policy}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def safely(message: Message) -> None:
            nonlocal begun
            begun = True
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self.safe)
                # After sign-out, the next user of this computer must find no cached page.
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        answer = self.app
        asked = Headers(scope=scope)
        if scope["path"] != PROBE and _name(asked.get("Host", "")) not in self.hosts:
            answer = PlainTextResponse(
                "The console does not answer for this host: allowed_hosts does not name it.", 400
            )
        elif not (scope["method"] in HARMLESS or scope["path"] == NO_FORM or _is_own(asked)):
            answer = await refused(Request(scope), 403)
        try:
            await answer(scope, receive, safely)
        except Exception as error:
            number = uuid4().hex[:12]
            path = scope["path"][:200]
            logger.error("unhandled", correlation=number, path=path, exc_info=error)
            if begun:
                raise
            failed = await refused(Request(scope), 500, number)
            await failed(scope, receive, safely)


def _is_own(asked: Headers) -> bool:
    """Whether the form stood on a page of the console. Every browser says one or the other."""
    if site := asked.get("Sec-Fetch-Site"):
        return site == "same-origin"
    return _authority(asked.get("Origin", "")) == asked.get("Host")


def _authority(origin: str) -> str:
    return origin.partition("://")[2]


def _name(host: str) -> str:
    """Without the port; empty for what is no host."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
