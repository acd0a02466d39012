"""A word in every form that only its session's own pages know, beside what the browser says of where a form stood
(OWASP: encrypted token). Each answer seals it anew, so that compressing an answer beside something that an attacker
chose tells nothing of it (BREACH, 2013). It says whose the session is, too: what somebody typed in a form of an
earlier session of theirs is not done, but is theirs to keep."""

import hashlib
import hmac

from console.keep.sealing import NotOurs, Seal
from console.keep.sessions import Session

FIELD = "csrf"


def made(seal: Seal, session: Session) -> str:
    """For a form; another one each time."""
    return seal.close({"form": _mark(session), "person": session.person}).decode()


def holds(seal: Seal, token: str, session: Session) -> bool:
    """Whether the form stood on a page of the session."""
    return hmac.compare_digest(_said(seal, token).get("form", ""), _mark(session))


def is_theirs(seal: Seal, token: str, session: Session) -> bool:
    """Whether it stood on a page of this or another session of the same person."""
    return _said(seal, token).get("person") == session.person


def _mark(session: Session) -> str:
    return hashlib.sha256(b"csrf" + session.word.encode()).hexdigest()


def _said(seal: Seal, token: str) -> dict[str, str]:
    try:
        said: dict[str, str] = seal.open(token.encode())
    except NotOurs:
        return {}
    return said
