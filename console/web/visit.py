"""Who visits: found once for each request, by the session that the browser's cookie names."""

import time

import structlog
from fastapi import Request

from console.ask.client import Refused
from console.keep.database import OUTAGE
from console.keep.sessions import Session, Sessions
from console.web import cookies
from console.web.oidc import Issuer, SignInRefused

STALE = 30.0
"""Seconds before its end that an access token is not used any more."""

logger = structlog.get_logger(__name__)


async def session_of(request: Request) -> Session | None:
    """None of somebody who has not signed in here. Raises Refused (503) if nobody can say."""
    if not hasattr(request.state, "session"):
        request.state.session = None  # what refuses below is shown to nobody
        request.state.session = await _find(request)
    session: Session | None = request.state.session
    return session


async def _find(request: Request) -> Session | None:
    if not (word := cookies.word(request, cookies.SESSION)):
        return None
    sessions: Sessions = request.app.state.sessions
    try:
        session = await sessions.find(word, used=_is_somebodys(request))
        if session and not session.is_over and session.tokens.until < time.time() + STALE:
            return await _with_fresh_tokens(session, sessions, request.app.state.issuer)
        return session
    except OUTAGE as error:
        raise Refused(503) from error


async def _with_fresh_tokens(
    session: Session, sessions: Sessions, issuer: Issuer
) -> Session | None:
    try:
        return await sessions.refresh(session, issuer.refresh)
    except SignInRefused as refused:
        logger.info("session ended by the issuer", why=str(refused))
        await sessions.end(session.word)
        return await sessions.find(session.word, used=False)


def _is_somebodys(request: Request) -> bool:
    """A page that refreshes itself is nobody's doing: only a browser that goes somewhere, and a form."""
    return request.method == "POST" or "HX-Request" not in request.headers
