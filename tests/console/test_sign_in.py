"""Signing in and out at the issuer, and how long it lasts."""

import asyncio
import re
import time
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import jwt
import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric import ec

from console.keep import sessions as sessions_module
from console.keep.sealing import Seal
from console.keep.sessions import Limits, Owner, Session, Sessions, Tokens
from console.web import csrf
from console.web.oidc import LOGOUT
from deploy.local.issuer import signing_key
from deploy.local.postgres import Postgres
from eventlog.database import Pool
from eventlog.tasks import end
from tests.console.conftest import FORM, Running, Visitor, ask, fetch


def is_signed_in(visitor: Visitor) -> bool:
    return "Keluar" in visitor.get("/").text


def test_whoever_signs_in_is_who_the_issuer_says(visitor: Visitor) -> None:
    assert not is_signed_in(visitor)
    answer = visitor.sign_in("clerk-7", "personnel", back="/people?name=a")
    assert (answer.status, answer.location) == (303, "/people?name=a")
    home = visitor.get("/").text
    assert 'title="clerk-7"' in home
    assert "Sebagai pengelola kepegawaian" in home
    assert visitor.get("/sign-in?back=/status").location == "/status"


def test_the_code_is_asked_for_with_pkce_and_no_word_is_used_twice(visitor: Visitor) -> None:
    asked = [parse_qs(urlsplit(visitor.get("/sign-in").location).query) for _ in range(2)]
    for one in asked:
        assert one["response_type"] == ["code"]
        assert one["code_challenge_method"] == ["S256"]
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]


@pytest.mark.parametrize(
    ("back", "path"),
    [
        ("/people", "/people"),
        ("/people/p-1.a_b?lang=en", "/people/p-1.a_b?lang=en"),
        ("/people/a%2Fb", "/people/a%2Fb"),
        ("/", "/"),
        ("/sign-in", "/"),
        ("//elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
        ("/people//elsewhere.example", "/"),
        ("/\t/elsewhere.example", "/"),
        ("/ /elsewhere.example", "/"),
        ("/people\n", "/"),
        ("http://elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_after_signing_in_one_is_back_on_this_console(
    visitor: Visitor, back: str, path: str
) -> None:
    assert visitor.sign_in("clerk", back=back).location == path


async def test_an_answer_counts_once_and_for_the_browser_that_asked(
    console: Running, pool: Pool
) -> None:
    mine, theirs = Visitor(console), Visitor(console)
    answer = mine.at_issuer("clerk")
    theirs.get("/sign-in")
    assert theirs.get(answer).status == 400
    assert Visitor(console).get(answer).status == 400
    kept = dict(mine.cookies)
    waiting = "select count(*) from sign_in"
    before = await pool.fetchval(waiting)
    assert mine.get(answer).status == 303
    assert await pool.fetchval(waiting) == before - 1  # whatever the issuer says to the code again
    again = Visitor(console, kept).get(answer)
    assert again.status == 400
    assert "Anda belum masuk" in again.text
    assert not any("session" in cookie for cookie in again.headers.get_all("set-cookie", []))


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "another"}, {"state": None}, {"code": "another"}, {"code": None},
        {"iss": "https://elsewhere.example"}, {"code": None, "error": "access_denied"},
    ],
    ids=str,
)  # fmt: skip
def test_another_answer_signs_nobody_in(visitor: Visitor, changed: dict[str, str | None]) -> None:
    came = {k: v[0] for k, v in parse_qs(urlsplit(visitor.at_issuer("clerk")).query).items()}
    sent = {k: v for k, v in (came | changed).items() if v is not None}
    assert visitor.get(f"/sign-in/done?{urlencode(sent)}").status == 400
    assert not is_signed_in(visitor)


@pytest.mark.parametrize("name", ["code_challenge", "redirect_uri", "client_id", "response_type"])
def test_the_issuer_gives_no_code_to_another(visitor: Visitor, name: str) -> None:
    at = urlsplit(visitor.get("/sign-in").location)
    asked = {k: v[0] for k, v in parse_qs(at.query).items()}
    wrong = asked | {name: "http://127.0.0.1:1/x"}
    url = at._replace(query=urlencode(wrong)).geturl()
    answer = fetch(url, "POST", FORM, urlencode({"sub": "clerk"}))
    if name == "code_challenge":  # told when the code comes with another verifier
        assert visitor.get(answer.location.removeprefix(visitor.console.url)).status == 400
    else:
        assert answer.status == 400


async def test_the_database_alone_makes_nobody_anybody(
    visitor: Visitor, pool: Pool, seal: Seal
) -> None:
    visitor.sign_in("clerk-in-the-database")
    word = visitor.cookies["session"]
    assert len(word) >= 43  # 32 random bytes
    (row,) = await pool.fetch("select * from session where person = 'clerk-in-the-database'")
    assert word.encode() not in row["id"]
    token = seal.open(row["tokens"])["access"]
    assert jwt.decode(token, options={"verify_signature": False})["sub"] == row["person"]
    assert token.encode() not in row["tokens"]
    assert await pool.fetchval("select count(*) from sign_in where sealed like '%nonce%'") == 0


def test_no_script_reads_the_cookie_and_it_ends_with_the_browser(visitor: Visitor) -> None:
    (cookie,) = (
        c for c in visitor.sign_in("clerk").headers.get_all("set-cookie", [])
        if c.startswith("session=")
    )  # fmt: skip
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert attributes == {"httponly", "path=/", "samesite=lax"}


def test_who_has_signed_out_is_nobody_with_the_same_cookie(visitor: Visitor) -> None:
    visitor.sign_in("clerk")
    before = dict(visitor.cookies)
    answer = visitor.post("/sign-out", csrf=visitor.csrf())
    assert answer.location.startswith(f"{visitor.console.issuer}/sign-out?")
    assert "session" not in visitor.cookies
    visitor.cookies = before
    assert not is_signed_in(visitor)
    page = visitor.get("/people")
    assert page.status == 401
    assert "Sesi Anda sudah berakhir" in page.text


async def test_who_signs_out_when_the_session_is_over_is_gone_at_the_issuer_too(
    visitor: Visitor, pool: Pool
) -> None:
    """Else whoever comes next to this computer is signed in as they were, by a press of a button."""
    visitor.sign_in("clerk-l")
    await pool.execute(
        "update session set seen = now() - interval '1 hour' where person = 'clerk-l'"
    )
    (form,) = re.findall(r'<form method="post".*?</form>', visitor.get("/people").text, re.DOTALL)
    assert 'action="/sign-out"' in form
    answer = visitor.post("/sign-out", csrf=visitor.csrf("/people"))
    assert answer.location.startswith(f"{visitor.console.issuer}/sign-out?")
    assert "session" not in visitor.cookies


async def test_an_issuer_that_hangs_keeps_nobody_else_waiting(
    pool: Pool, seal: Seal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose tokens are stale waits for it, and holds connections."""
    monkeypatch.setattr(sessions_module, "PATIENCE", 0.1)
    sessions = Sessions(pool, seal, Limits(timedelta(hours=1), timedelta(hours=9)))

    async def begin(name: str) -> Session:
        word = await sessions.begin(Owner(name, name, None), Tokens(access="", id="", until=0))
        found = await sessions.find(word, used=False)
        assert found
        return found

    async def hang(_: Tokens) -> Tokens:
        await asyncio.Event().wait()
        raise AssertionError

    stale = [await begin(f"stale-{n}") for n in range(2 * pool.get_max_size())]
    tasks = [asyncio.create_task(sessions.refresh(each, hang)) for each in stale]
    try:
        done, waiting = await asyncio.wait(tasks, timeout=1)
        assert len(waiting) == sessions_module.REFRESHING
        assert {type(task.exception()) for task in done} == {TimeoutError}
        async with asyncio.timeout(5):
            assert await sessions.find((await begin("fresh")).word, used=True)
    finally:
        await end(tasks)


def test_a_form_without_the_sessions_word_does_nothing(console: Running, seal: Seal) -> None:
    before, mine, theirs = Visitor(console), Visitor(console), Visitor(console)
    before.sign_in("clerk")
    earlier = before.csrf()
    mine.sign_in("clerk")
    theirs.sign_in("other")
    word = mine.csrf()
    session = Session("guessed", "clerk", Tokens(access="", id="", until=0), False, timedelta(1))
    forged = csrf.made(Seal([Fernet.generate_key().decode()]), session)
    guessed = csrf.made(seal, session)
    for sent in (
        "", "x", "=", "é", theirs.csrf(), earlier, word[:-4], word[4:], forged, guessed
    ):  # fmt: skip
        assert mine.post("/sign-out", csrf=sent).status == 403
    assert mine.post("/sign-out").status == 403
    assert is_signed_in(mine)
    assert mine.csrf() != word  # each page has another, and all of them are good
    assert mine.post("/sign-out", csrf=word).status == 303


def test_a_form_of_nobody_is_answered_with_the_way_in(console: Running) -> None:
    assert Visitor(console).post("/sign-out", csrf="x").status == 401


@pytest.fixture
def logout(console: Running) -> Any:
    """Makes a logout token (OpenID Connect Back-Channel Logout 1.0, 2.4)."""
    key = signing_key(console.folder / "issuer.pem")
    kid = jwt.PyJWKClient(f"{console.issuer}/keys").get_jwk_set().keys[0].key_id

    def make(by: Any = key, **changed: Any) -> str:
        claims = {
            "iss": console.issuer, "aud": "kinerja-console", "iat": 1, "jti": uuid4().hex,
            "events": {LOGOUT: {}}, "sub": "nobody",
        } | changed  # fmt: skip
        said = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(said, by, algorithm="ES256", headers={"kid": kid})

    return make


def told(console: Running, token: str) -> int:
    """As the issuer posts it, which has no page of ours."""
    return ask(console, "POST", "/sign-out/told", FORM, urlencode({"logout_token": token})).status


def test_who_signs_out_elsewhere_is_signed_out_here(console: Running, logout: Any) -> None:
    mine, also_mine, theirs = (Visitor(console) for _ in range(3))
    mine.sign_in("clerk-a")
    also_mine.sign_in("clerk-a")
    theirs.sign_in("clerk-b")
    assert told(console, logout(sub="clerk-a")) == 204
    assert [is_signed_in(each) for each in (mine, also_mine, theirs)] == [False, False, True]
    assert told(console, logout(sub="clerk-a")) == 204


async def test_a_sign_in_named_by_the_issuer_ends_alone(
    console: Running, logout: Any, pool: Pool
) -> None:
    one, other = Visitor(console), Visitor(console)
    one.sign_in("clerk-c")
    await pool.execute("update session set sid = 's-1' where person = 'clerk-c'")
    other.sign_in("clerk-c")
    assert told(console, logout(sub="clerk-c", sid="s-1")) == 204
    assert (is_signed_in(one), is_signed_in(other)) == (False, True)


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://elsewhere.example"}, {"aud": "another"}, {"events": None},
        {"events": {"other": {}}}, {"events": "x"}, {"nonce": "n"}, {"jti": None},
        {"sub": None}, {"by": ec.generate_private_key(ec.SECP256R1())},
    ],
    ids=lambda changed: next(iter(changed)),
)  # fmt: skip
def test_nobody_else_signs_anybody_out(
    visitor: Visitor, logout: Any, changed: dict[str, Any]
) -> None:
    visitor.sign_in("clerk-d")
    assert told(visitor.console, logout(**({"sub": "clerk-d"} | changed))) == 400
    assert told(visitor.console, "x") == 400
    assert is_signed_in(visitor)


async def age(pool: Pool, seal: Seal, person: str, **changed: Any) -> dict[str, Any]:
    """Ends the access token of somebody's session; gives its tokens."""
    sealed = await pool.fetchval("select tokens from session where person = $1", person)
    tokens = seal.open(sealed) | {"until": 0.0} | changed
    await pool.execute(
        "update session set tokens = $2 where person = $1", person, seal.close(tokens)
    )
    return dict(tokens)


async def test_who_stays_gets_new_tokens(visitor: Visitor, pool: Pool, seal: Seal) -> None:
    visitor.sign_in("clerk-e", "auditor")
    await age(pool, seal, "clerk-e", access="gone")
    assert "Sebagai auditor" in visitor.get("/").text
    sealed = await pool.fetchval("select tokens from session where person = 'clerk-e'")
    renewed = seal.open(sealed)
    assert renewed["access"] != "gone"
    assert renewed["until"] > 1e9


async def test_a_session_ends_when_the_issuer_says_so(
    visitor: Visitor, pool: Pool, seal: Seal
) -> None:
    visitor.sign_in("clerk-f")
    await age(pool, seal, "clerk-f", refresh="withdrawn")
    assert not is_signed_in(visitor)
    assert "Sesi Anda sudah berakhir" in visitor.get("/people").text


async def test_a_session_that_no_key_opens_is_none(visitor: Visitor, pool: Pool) -> None:
    visitor.sign_in("clerk-g")
    await pool.execute("update session set tokens = 'x' where person = 'clerk-g'")
    assert not is_signed_in(visitor)


async def test_a_page_that_refreshes_itself_keeps_nobody_signed_in(
    visitor: Visitor, pool: Pool
) -> None:
    async def left() -> float:
        return float(await pool.fetchval(
            "select extract(epoch from now() - seen) from session where person = 'clerk-h'"
        ))  # fmt: skip

    visitor.sign_in("clerk-h")
    await pool.execute(
        "update session set seen = now() - interval '20 minutes' where person = 'clerk-h'"
    )
    visitor.get("/", **{"HX-Request": "true"})
    assert await left() > 1000
    visitor.get("/")
    assert await left() < 60
    await pool.execute(
        "update session set seen = now() - interval '31 minutes' where person = 'clerk-h'"
    )
    assert not is_signed_in(visitor)


async def test_a_session_ends_also_for_whoever_never_rests(visitor: Visitor, pool: Pool) -> None:
    visitor.sign_in("clerk-i")
    await pool.execute(
        "update session set began = now() - interval '13 hours' where person = 'clerk-i'"
    )
    assert not is_signed_in(visitor)


def test_no_form_is_without_the_sessions_word(visitor: Visitor) -> None:
    visitor.sign_in("clerk")
    for form in re.findall(r'<form method="post".*?</form>', visitor.get("/").text, re.DOTALL):
        assert 'name="csrf"' in form


def test_while_its_database_is_away_it_says_so_and_shows_what_anybody_sees(
    visitor: Visitor, postgres: Postgres
) -> None:
    visitor.sign_in("clerk-k")
    form = {"csrf": visitor.csrf(), "page": "/a", "text": "x"}
    postgres.stop()
    try:
        for path in ("/", "/people", "/sign-in"):
            page = visitor.get(path)
            assert page.status == 503, path
            assert "Coba lagi sebentar lagi" in page.text
        assert visitor.post("/drafts", **form).status == 503
        stranger = Visitor(visitor.console)
        assert stranger.get("/").status == 200
        assert stranger.get("/sign-in").status == 503
    finally:
        postgres.start()
    deadline = time.monotonic() + 30
    while visitor.get("/").status != 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert is_signed_in(visitor)
