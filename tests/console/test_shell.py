"""What stands on every page: where one can go, in which language, the year."""

import re
from typing import Any

import aiohttp
import jwt
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from console.ask.calendar import Calendar, Settled
from console.ask.client import Asker, Services
from console.settings import ConsoleSettings
from console.web.reader import Reader, reader
from contracts.catalogue import SERVICES
from contracts.settings import KINDS, PERIODS, TIME_ZONE
from tests.console.conftest import Running, Visitor, ask, settings


def token(**claims: Any) -> str:
    """Signed by nobody that a service knows."""
    return jwt.encode(claims, "k" * 32, algorithm="HS256")


def offered(visitor: Visitor) -> set[str]:
    """Where the page leads, seen from one that is none."""
    return set(re.findall(r'<a href="(/[^"]*)"', visitor.get("/nowhere").text))


def test_a_page_offers_what_its_reader_may_be_shown(console: Running) -> None:
    def to(sub: str, roles: str = "") -> set[str]:
        visitor = Visitor(console)
        visitor.sign_in(sub, roles)
        return offered(visitor)

    everybody = {"/", "/status", "/licences"}
    assert offered(Visitor(console)) == everybody
    everybody |= {"/calendar", "/settings"}
    assert to("p1") == everybody | {"/agreements", "/skps", "/people/p1", "/history/p1"}
    assert to("x", "auditor") == everybody | {"/people"}
    personnel = {"/agreements", "/people", "/completion", "/imports"}
    assert to("x", "personnel") == everybody | personnel
    assert to("x", "operator") == everybody


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_language_stays_once_it_is_chosen(console: Running, language: str) -> None:
    chosen = ask(console, "GET", f"/?lang={language}")
    assert f'<html lang="{language}">' in chosen.text
    cookie = chosen.headers["Set-Cookie"].partition(";")[0]
    later = ask(console, "GET", "/", {"Cookie": cookie})
    assert f'<html lang="{language}">' in later.text
    assert "Set-Cookie" not in later.headers


def test_another_language_shows_the_same(console: Running) -> None:
    page = ask(console, "GET", "/licences?name=a&lang=en&sort=b").text
    assert 'href="/licences?name=a&amp;sort=b&amp;lang=id"' in page


@pytest.mark.parametrize("lang", ["xx", "", "en%0d%0aX:1"])
def test_a_language_that_is_none_is_indonesian(console: Running, lang: str) -> None:
    assert '<html lang="id">' in ask(console, "GET", f"/?lang={lang}").text


def test_the_page_that_one_is_on_is_marked_in_both_bars(console: Running) -> None:
    page = ask(console, "GET", "/status").text
    assert re.findall(r'<a href="([^"]+)" aria-current="page"', page) == ["/status", "/status"]


@pytest.mark.parametrize(
    ("claims", "read"),
    [
        ({"sub": "p1", "name": "Ratna", "roles": ["a", "b"]}, Reader("p1", "Ratna", frozenset("ab"))),
        ({"sub": "p1", "roles": "auditor"}, Reader("p1")),
        ({}, Reader()),
    ],
)  # fmt: skip
def test_a_token_tells_who_reads(claims: dict[str, Any], read: Reader) -> None:
    assert reader(token(**claims), "sub") == read


@pytest.mark.parametrize("text", ["", "a.b.c", "x", "..."])
def test_who_brings_what_is_no_token_is_nobody(text: str) -> None:
    assert reader(text, "sub") == Reader()


def told(unit: str | None, name: str, **value: Any) -> dict[str, Any]:
    return {"setting": name, "unit": unit, "value": value}


async def test_the_year_follows_what_the_agency_has_settled() -> None:
    """Asked for once a minute, by whoever has signed in, and not of units that have their own."""
    asked: list[str] = []
    shipped = [
        told(None, kind.name, **kind.shipped.model_dump(mode="json")) for kind in KINDS.values()
    ]
    answer = [
        *(each for each in shipped if each["setting"] not in (PERIODS.name, TIME_ZONE.name)),
        told(None, PERIODS.name, length="monthly", filling_days=None, later="unknown"),
        told(None, TIME_ZONE.name, zone="WIT"),
        told("u1", TIME_ZONE.name, zone="WITA"),
    ]

    async def settings(request: web.Request) -> web.Response:
        asked.append(request.headers["Authorization"])
        return web.json_response(answer)

    planning = web.Application()
    planning.router.add_get("/settings", settings)
    async with TestServer(planning) as server, aiohttp.ClientSession() as http:
        url = str(server.make_url("")).rstrip("/")
        services = Services(_settings(url), http)
        calendar = Calendar()
        assert await calendar.read(Asker(services, "")) == Settled()
        assert asked == []
        for _ in range(2):
            settled = await calendar.read(Asker(services, "t"))
            assert (settled.months, settled.zone.zone) == (1, "WIT")
        assert asked == ["Bearer t"]
        away = Calendar()
        await server.close()
        assert await away.read(Asker(services, "t")) == Settled()


def _settings(url: str) -> ConsoleSettings:
    return settings(**{f"{service}_url": url for service in SERVICES})
