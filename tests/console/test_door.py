"""What the console lets in: hosts, forms, cookies."""

import re
from urllib.parse import urlencode

import aiohttp
import pytest
import structlog
from pydantic import ValidationError
from starlette.types import Message

from console.app import build
from console.ask.client import Services
from console.settings import ConsoleSettings
from tests.console.conftest import Answer, Running, ask

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
CLERK = urlencode({"sub": "clerk", "roles": ""})
POSTS = ["/sign-in", "/sign-out"]


def sign_in(console: Running, **headers: str) -> Answer:
    own = {"Origin": f"http://{console.authority}"} | headers
    return ask(console, "POST", "/sign-in", FORM | own, CLERK)


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


@pytest.mark.parametrize("path", POSTS)
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
def test_a_form_of_another_site_does_nothing(
    console: Running, sent: dict[str, str], path: str
) -> None:
    own = {key: value.replace("OWN", f"http://{console.authority}") for key, value in sent.items()}
    answer = ask(console, "POST", path, FORM | own, CLERK)
    assert answer.status == 403
    assert "Tidak berwenang" in answer.text
    assert not any("token=" in cookie for cookie in answer.headers.get_all("set-cookie", []))


@pytest.mark.parametrize("path", POSTS)
def test_a_form_of_the_console_does(console: Running, path: str) -> None:
    for sent in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": f"http://{console.authority}"}):
        answer = ask(console, "POST", path, FORM | sent, CLERK)
        assert answer.status == 303
        assert any("token=" in cookie for cookie in answer.headers.get_all("set-cookie", []))


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://127.0.0.1/people", "/people"),
        ("http://127.0.0.1/people/p-1.a_b?lang=en#x", "/people/p-1.a_b"),
        ("http://127.0.0.1/people/a%2Fb", "/people/a%2Fb"),
        ("http://127.0.0.1/", "/"),
        ("http://127.0.0.1/sign-in", "/"),
        ("http://elsewhere.example/people", "/people"),
        ("http://127.0.0.1//elsewhere.example", "/"),
        ("http://127.0.0.1/\\elsewhere.example", "/"),
        ("http://127.0.0.1/\\/elsewhere.example", "/"),
        ("http://127.0.0.1/people//elsewhere.example", "/"),
        ("http://127.0.0.1/\t/elsewhere.example", "/"),
        ("http://127.0.0.1/ /elsewhere.example", "/"),
        ("//elsewhere.example/", "/"),
        ("http://[", "/"),
        ("people", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_after_signing_in_one_is_back_on_this_console(
    console: Running, referer: str, back: str
) -> None:
    answer = sign_in(console, Referer=referer)
    assert (answer.status, answer.headers["location"]) == (303, back)


@pytest.mark.parametrize(
    "cookie",
    [
        'token="a\\012b"',
        'token="a\\015\\012X-Injected: 1"',
        "token=a b",
        'token="\\000"',
        "token=ä",
        "token=",
        'token="',
        "token=" + "a" * 9000,
    ],
)
def test_whoever_brings_a_malformed_token_is_not_signed_in(console: Running, cookie: str) -> None:
    home = ask(console, "GET", "/", {"Cookie": cookie})
    assert home.status == 200
    assert "Keluar" not in home.text
    for path in ("/people", "/people/p1"):
        answer = ask(console, "GET", path, {"Cookie": cookie})
        assert answer.status == 401
        assert "Sebagai auditor" in answer.text


def test_a_service_that_is_away_is_told(console: Running) -> None:
    cookie = {"Cookie": "token=a.b.c"}
    assert ask(console, "GET", "/people", cookie).status == 503
    home = ask(console, "GET", "/", cookie)
    assert home.status == 200
    assert home.text.count("tidak menjawab") == 6  # five services, and the predicates


@pytest.mark.parametrize("path", ["/", "/people", "/nowhere", "/static/nothing.css", "/livez"])
def test_every_answer_says_what_a_browser_may_do_with_it(console: Running, path: str) -> None:
    headers = ask(console, "GET", path).headers
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers.get_all("Cache-Control") == ["no-store"]


def settings(**told: str) -> ConsoleSettings:
    services = ("planning", "monitoring", "appraisal", "rewards", "evaluation")
    usual = {"oidc_issuer": "http://127.0.0.1:8019", "cycle": "2026"}
    urls = {f"{service}_url": "http://127.0.0.1" for service in services}
    return ConsoleSettings.model_validate(usual | urls | told)


@pytest.mark.parametrize(
    "told",
    [
        {"oidc_issuer": "https://sso.example.go.id"},
        {"oidc_issuer": "http://0.0.0.0:8019"},
        {"allowed_hosts": "kinerja.example.go.id"},
        {"allowed_hosts": "127.0.0.1 10.0.0.7"},
    ],
)
def test_signing_in_as_anybody_stays_on_one_machine(told: dict[str, str]) -> None:
    assert settings(**told).issuer_secret == ""
    with pytest.raises(ValidationError, match="for the demonstration on one machine"):
        settings(**told, issuer_secret="known")
    assert settings(issuer_secret="known").issuer_secret == "known"


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
        ("GET", "/?predicates=perhaps", 422, "Isian tidak dapat dibaca"),
        ("POST", "/sign-in", 422, "Isian tidak dapat dibaca"),
        ("POST", "/status", 405, "Tidak ditemukan"),
    ],
)
def test_what_cannot_be_read_is_answered_with_a_page(
    console: Running, method: str, path: str, status: int, told: str
) -> None:
    answer = ask(console, method, path, {"Sec-Fetch-Site": "same-origin"})
    assert answer.status == status
    assert f"<h1>{told}</h1>" in answer.text
