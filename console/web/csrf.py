"""A word in every form that only the session's own pages know, beside what the browser says of where a
form stood (OWASP: synchronizer token). Each answer masks it anew, so that compressing an answer beside
something that an attacker chose tells nothing of it (BREACH, 2013)."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

FIELD = "csrf"
SIZE = hashlib.sha256().digest_size


def made(session: str) -> str:
    """For a form, from the session's word: another one each time."""
    mask = secrets.token_bytes(SIZE)
    return urlsafe_b64encode(mask + _xor(mask, _secret(session))).decode()


def holds(token: str, session: str) -> bool:
    try:
        raw = urlsafe_b64decode(token.encode())
    except ValueError:
        return False
    return hmac.compare_digest(_xor(raw[:SIZE], raw[SIZE:]), _secret(session))


def _secret(session: str) -> bytes:
    return hmac.digest(session.encode(), b"csrf", "sha256")


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=False))
