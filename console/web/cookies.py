"""The console's cookies that say who somebody is: a random word each, read by no script."""

from fastapi import Request, Response

from console.settings import ConsoleSettings

SESSION = "session"
SIGN_IN = "sign-in"


def word(request: Request, name: str) -> str:
    """Empty if the browser brings none."""
    settings: ConsoleSettings = request.app.state.settings
    return request.cookies.get(_full(name, settings), "")


def give(response: Response, name: str, value: str, settings: ConsoleSettings) -> None:
    """`value` until the browser closes. Lax: a link in a mail leads in, a form elsewhere does not."""
    response.set_cookie(
        _full(name, settings), value, httponly=True, samesite="lax", secure=settings.is_secure
    )


def take(response: Response, name: str, settings: ConsoleSettings) -> None:
    response.delete_cookie(
        _full(name, settings), httponly=True, samesite="lax", secure=settings.is_secure
    )


def _full(name: str, settings: ConsoleSettings) -> str:
    # No other host, and nobody without TLS, can put a cookie of this name (RFC 6265bis, 4.1.3.2).
    return f"__Host-{name}" if settings.is_secure else name
