"""What the tests in a browser share."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, ConsoleMessage, Page


@asynccontextmanager
async def opened(browser: Browser, **how: Any) -> AsyncIterator[Page]:
    """A page of somebody's own; no script fails in it, and nothing breaks the policy."""
    context = await browser.new_context(**how)
    page = await context.new_page()
    failures: list[Any] = []

    def note(said: ConsoleMessage) -> None:
        if "Content Security Policy" in said.text:
            failures.append(said.text)

    page.on("pageerror", lambda error: failures.append(error))
    page.on("console", note)
    yield page
    assert not failures
    await context.close()


async def sign_in(page: Page, person: str = "") -> tuple[str, str]:
    """As a person, or as an auditor; gives two people's ids to the latter."""
    await page.goto("/sign-in")
    if person:
        await choose(page, person)
        return person, ""
    await page.get_by_role("button", name="Auditor").click()
    await page.goto("/people")
    links = page.locator("tbody a")
    one, other = [await links.nth(n).get_attribute("href") or "" for n in (3, 4)]
    return one.removeprefix("/people/"), other.removeprefix("/people/")


async def choose(page: Page, person: str) -> None:
    """At the issuer, to be that person."""
    await page.locator("#sub").fill(person)
    await page.locator("#by-id").click()


async def sign_out(page: Page) -> None:
    await page.get_by_role("button", name="Keluar").click()


async def personnel(page: Page) -> None:
    await page.goto("/sign-in")
    await page.get_by_role("button", name="Pengelola kepegawaian").click()


async def head(page: Page) -> tuple[str, str]:
    """The id of who leads the unit at the top, and the unit's, as personnel finds them; who is signed in then."""
    await personnel(page)
    await page.goto("/agreements?year=2026")
    matrix = await page.get_by_role("link", name="Matriks peran hasil").get_attribute("href")
    unit = (matrix or "").removeprefix("/matrix/").partition("?")[0]
    await page.get_by_role("link", name="Perjanjian kinerja 2026").click()
    name = (await page.locator(".lede").inner_text()).partition(" · ")[0]
    await page.goto(f"/people?name={name}")
    link = await page.get_by_role("link", name=name, exact=True).first.get_attribute("href")
    return (link or "").removeprefix("/people/"), unit
