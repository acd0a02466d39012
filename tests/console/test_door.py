"""What the console lets in: hosts, forms, cookies."""

import re
from urllib.parse import urlencode

import aiohttp
import pytest
import structlog
from cryptography.fernet import Fernet
from pydantic import ValidationError
from starlette.types import Message

from console.app import build
from console.ask.client import Services
from console.keep.sealing import NotOurs
from tests.console.conftest import FORM, Running, Visitor, ask, settings


@pytest.mark.parametrize("path", ["/", "/people", "/static/app.css", "/nowhere", "/people/"])
@pytest.mark.parametrize(
    "host",
    ["elsewhere.example", "elsewhere.example:8000", "127.0.0.1.elsewhere.example", "", "[", "a b",
     "127.0.0.1@elsewhere.example", "elsewhere.example@x"],
)  # fmt: skip
def test_a_request_for_another_host_is_refused(console: Running, host: str, path: str) -> None:
    answer = ask(console, "GET", path, {"Host": host})
    assert answer.status == 400
    assert "allowed_hosts" in answer.text
    assert "location" not in answer.headers


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:1", "LocalHost", "[::1]:8000"])
def test_the_console_answers_for_its_own_hosts(console: Running, host: str) -> None:
    assert ask(console, "GET", "/", {"Host": host}).status == 200


def test_a_probe_needs_no_host_of_ours(console: Running) -> None:
    assert ask(console, "GET", "/livez", {"Host": "10.0.0.7:8000"}).status == 200


@pytest.mark.parametrize("path", ["/people/", "/sign-out", "/static", "//elsewhere.example/"])
def test_no_path_is_redirected(console: Running, path: str) -> None:
    answer = ask(console, "GET", path)
    assert answer.status in (404, 405)
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    "sent",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "OWN"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
        {},
    ],
    ids=str,
)
def test_a_form_of_another_site_does_nothing(console: Running, sent: dict[str, str]) -> None:
    """Not even with the session's word, should it have leaked."""
    visitor = Visitor(console)
    visitor.sign_in("clerk")
    own = {key: value.replace("OWN", console.url) for key, value in sent.items()}
    form = urlencode({"csrf": visitor.csrf()})
    answer = ask(console, "POST", "/sign-out", visitor.headers | FORM | own, form)
    assert answer.status == 403
    assert "Tidak berwenang" in answer.text
    assert "Keluar" in visitor.get("/").text


def test_a_form_of_the_console_does(console: Running) -> None:
    for sent in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": console.url}):
        visitor = Visitor(console)
        visitor.sign_in("clerk")
        form = urlencode({"csrf": visitor.csrf()})
        assert ask(console, "POST", "/sign-out", visitor.headers | FORM | sent, form).status == 303


@pytest.mark.parametrize(
    "cookie",
    [
        'session="a\\012b"',
        'session="a\\015\\012X-Injected: 1"',
        "session=a b",
        'session="\\000"',
        "session=ä",
        "session=",
        'session="',
        "session=guessed",
        "session=" + "a" * 9000,
    ],
)
def test_whoever_brings_another_cookie_is_not_signed_in(console: Running, cookie: str) -> None:
    Visitor(console).sign_in("somebody")
    home = ask(console, "GET", "/", {"Cookie": cookie})
    assert home.status == 200
    assert "Keluar" not in home.text
    for path in ("/people", "/people/p1"):
        answer = ask(console, "GET", path, {"Cookie": cookie})
        assert answer.status == 401
        assert "Masuk dahulu" in answer.text


def test_a_service_that_is_away_is_told(visitor: Visitor) -> None:
    visitor.sign_in("clerk", "auditor")
    assert visitor.get("/people").status == 503
    year = visitor.get("/year")
    assert year.status == 200
    assert year.text.count("tidak menjawab") == 6  # five services, and the predicates


@pytest.mark.parametrize("path", ["/", "/people", "/nowhere", "/static/nothing.css", "/livez"])
def test_every_answer_says_what_a_browser_may_do_with_it(console: Running, path: str) -> None:
    headers = ask(console, "GET", path).headers
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers.get_all("Cache-Control") == ["no-store"]


def test_keys_that_seal_nothing_are_refused_and_not_shown() -> None:
    for wrong in ("", " ", "secret-word", "a" * 43):
        with pytest.raises(ValidationError, match="SEALING_KEYS") as refused:
            settings(sealing_keys=wrong)
        assert "secret-word" not in str(refused.value)
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    sealed = settings(sealing_keys=old).seal.close({"a": 1})
    assert settings(sealing_keys=f"{new} {old}").seal.open(sealed) == {"a": 1}
    with pytest.raises(NotOurs):
        settings(sealing_keys=new).seal.open(sealed)


async def test_a_defect_is_told_by_a_number_that_the_log_has() -> None:
    """The console itself, with a page that fails; asked without a server, which would say it too."""
    app = build(settings(allowed_hosts="here"))

    @app.get("/fails")
    async def fails() -> None:
        raise ZeroDivisionError("of nobody's business")

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async with aiohttp.ClientSession() as http:
        app.state.services = Services(app.state.settings, http)
        scope = {
            "type": "http", "method": "GET", "path": "/fails", "raw_path": b"/fails",
            "query_string": b"", "headers": [(b"host", b"here")],
        }  # fmt: skip
        with structlog.testing.capture_logs() as said:
            await app(scope, receive, send)
    start, body = sent
    page = body["body"].decode()
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    assert start["status"] == 500
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "ZeroDivision" not in page
    assert "business" not in page
    number = re.search(r"<strong>([0-9a-f]{12})</strong>", page)
    assert number
    (line,) = (each for each in said if each["event"] == "unhandled")
    assert line["correlation"] == number[1]
    assert isinstance(line["exc_info"], ZeroDivisionError)


@pytest.mark.parametrize(
    ("method", "path", "status", "told"),
    [
        ("GET", "/year?predicates=perhaps", 422, "Isian tidak dapat dibaca"),
        ("POST", "/sign-in", 405, "Tidak ditemukan"),
        ("POST", "/sign-out/told", 422, "Isian tidak dapat dibaca"),
        ("POST", "/status", 405, "Tidak ditemukan"),
    ],
)
def test_what_cannot_be_read_is_answered_with_a_page(
    console: Running, method: str, path: str, status: int, told: str
) -> None:
    answer = ask(console, method, path, {"Sec-Fetch-Site": "same-origin"})
    assert answer.status == status
    assert f"<h1>{told}</h1>" in answer.text
