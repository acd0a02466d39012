"""The console at a real Keycloak, set up as an agency would."""

import asyncio
import re
import time
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlencode, urlsplit

import aiohttp
import pytest

from chassis.identity import Verifier
from console.ask.client import Refused
from console.keep.mailboxes import Mailboxes
from console.keep.sealing import Seal
from console.notify.token import Token
from deploy.local import ports
from eventlog.database import Pool
from tests.console.conftest import FORM, Answer, Running, Visitor, fetch, notifier, running
from tests.keycloak import Keycloak

pytestmark = pytest.mark.timeout(300)

USERS = {"dewi": [], "rina": ["personnel"]}


@pytest.fixture(scope="module")
def keycloak(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keycloak]:
    server = Keycloak(tmp_path_factory.mktemp("keycloak"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def console(
    keycloak: Keycloak, dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """Who somebody is to the services says their name at Keycloak, not the number that it gives them."""
    listening = {"console": ports.listen()}
    url = f"http://{ports.HOST}:{listening['console'].getsockname()[1]}"
    keycloak.make_realm(url, "of Keycloak's", USERS)
    settings = {
        "OIDC_ISSUER": keycloak.issuer,
        "OIDC_CLIENT_SECRET": "of Keycloak's",
        "OIDC_CLAIM": "preferred_username",
        "DATABASE_URL": dsn,
    }
    folder = tmp_path_factory.mktemp("console")
    with running(listening, {"console": "console"}, folder, **settings) as made:
        yield made


class Browser:
    """The issuer's cookies, and its pages."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}

    def go(self, url: str, form: dict[str, str] | None = None) -> Answer:
        held = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": held} if held else {}
        if form is None:
            answer = fetch(url, "GET", headers)
        else:
            answer = fetch(url, "POST", headers | FORM, urlencode(form))
        for line in answer.headers.get_all("set-cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer


def sign_in(visitor: Visitor, browser: Browser, name: str) -> Answer:
    """Through Keycloak's own page."""
    asked = visitor.get("/sign-in?back=/status")
    page = browser.go(asked.location)
    found = re.search(r'<form id="kc-form-login"[^>]* action="([^"]+)"', page.text)
    assert found, page.text[:2000]
    answer = browser.go(unescape(found[1]), {"username": name, "password": name})
    assert answer.status == 302, answer.text[:2000]
    return visitor.get(answer.location.removeprefix(visitor.console.url))


async def tokens(pool: Pool, seal: Seal, person: str) -> dict[str, str]:
    sealed = await pool.fetchval(
        "select tokens from session where person = $1 and ended is null", person
    )
    found: dict[str, str] = seal.open(sealed)
    return found


async def test_people_sign_in_stay_and_sign_out_at_keycloak(
    console: Running, keycloak: Keycloak, pool: Pool, seal: Seal
) -> None:
    """The access token, by which the services know them, is renewed on the way."""
    visitor, browser = Visitor(console), Browser()
    assert sign_in(visitor, browser, "rina").location == "/status"
    home = visitor.get("/").text
    assert 'title="rina"' in home
    assert "Rina Wulandari" in home
    assert 'href="/people"' in home

    before = await tokens(pool, seal, "rina")
    verifier = Verifier(keycloak.issuer, "kinerja", "preferred_username")
    actor = await verifier.actor(before["access"])
    assert actor.id == "rina"
    assert "personnel" in actor.roles
    visitor.get("/")
    after = await tokens(pool, seal, "rina")
    assert after["access"] != before["access"]
    assert (await verifier.actor(after["access"])).id == "rina"

    out = visitor.post("/sign-out", csrf=visitor.csrf())
    assert out.location.startswith(f"{keycloak.issuer}/protocol/openid-connect/logout?")
    back = browser.go(out.location)
    assert back.location.startswith(f"{console.url}/")
    # Signed out there too: it asks who it is again.
    assert "kc-form-login" in browser.go(visitor.get("/sign-in").location).text


async def test_who_is_signed_out_at_keycloak_is_signed_out_here(
    console: Running, keycloak: Keycloak, pool: Pool
) -> None:
    """Keycloak itself tells it, by the back channel: before a page asks for fresh tokens, which it would refuse."""
    dewi, rina = Visitor(console), Visitor(console)
    sign_in(dewi, Browser(), "dewi")
    sign_in(rina, Browser(), "rina")
    assert "Keluar" in dewi.get("/").text
    left = "select count(*) from session where person = 'dewi' and ended is null"
    assert await pool.fetchval(left)
    keycloak.sign_out_everywhere("dewi")
    deadline = time.monotonic() + 30
    while await pool.fetchval(left):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)
    assert "Keluar" not in dewi.get("/").text
    assert "Sesi Anda sudah berakhir" in dewi.get("/people").text
    assert "Keluar" in rina.get("/").text


async def test_keycloak_tells_where_people_get_mail_once_they_have_proved_it(
    console: Running, pool: Pool, seal: Seal
) -> None:
    mailboxes = Mailboxes(pool, seal)
    for name in USERS:
        sign_in(Visitor(console), Browser(), name)
    assert (await mailboxes.find("rina")).has_address
    assert not (await mailboxes.find("dewi")).has_address


async def test_the_notifier_gets_a_token_of_its_own_at_keycloak(keycloak: Keycloak) -> None:
    settings = notifier(oidc_issuer=keycloak.issuer, notifier_client_secret="of Keycloak's")
    async with aiohttp.ClientSession() as http:
        token = await Token(settings, http).get()
        with pytest.raises(Refused) as refused:
            await Token(notifier(oidc_issuer=keycloak.issuer), http).get()
    actor = await Verifier(keycloak.issuer, "kinerja", "preferred_username").actor(token)
    assert "notifier" in actor.roles
    assert refused.value.status == 401


def test_keycloak_gives_no_code_without_pkce_nor_to_another(
    console: Running, keycloak: Keycloak
) -> None:
    at = urlsplit(Visitor(console).get("/sign-in").location)
    without = "&".join(
        part for part in at.query.split("&") if not part.startswith("code_challenge")
    )
    assert "error=invalid_request" in fetch(at._replace(query=without).geturl()).location
    elsewhere = at.query.replace(str(console.port), "1")
    assert fetch(at._replace(query=elsewhere).geturl()).status == 400
