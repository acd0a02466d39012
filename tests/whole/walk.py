"""Somebody's way through the console of an agency with a Keycloak, looked at on the way."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Browser, Locator, Page, expect

from console.show.words import translate
from tests.whole.agency import Agency
from tests.whole.browser import opened
from tests.whole.looks import picture, violations


@dataclass(frozen=True)
class Way:
    """In which window, in which language, and whether its scripts run."""

    width: int
    language: str
    scripts: bool = True


WAYS = {"desk": Way(1280, "id"), "phone": Way(360, "en"), "plain": Way(360, "id", scripts=False)}


@dataclass(frozen=True)
class Walk:
    name: str
    way: Way
    page: Page

    def say(self, text: str, **fields: object) -> str:
        """A text of the console's in the language of the way."""
        return translate(text, self.way.language).format(**fields)

    def button(self, text: str) -> Locator:
        """The last of them: at the end of a form."""
        return self.page.get_by_role("button", name=self.say(text), exact=True).last

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(self.say(label), exact=True)

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    async def follow(self, text: str) -> None:
        """The first link of that name that can be seen."""
        link = self.page.get_by_role("link", name=self.say(text), exact=True)
        await link.filter(visible=True).first.click()

    async def sign_in(self, person: str) -> None:
        """At Keycloak, with a password."""
        await self.page.goto(f"/?lang={self.way.language}")
        await self.follow("Masuk")
        await self.prove(person)

    async def prove(self, person: str) -> None:
        """On Keycloak's own page."""
        await self.page.locator("#username").fill(person)
        await self.page.locator("#password").fill(person)
        await self.page.locator("#kc-login").click()
        await expect(self.button("Keluar")).to_be_visible()

    async def sign_out(self) -> None:
        """Here and there."""
        await self.button("Keluar").click()
        await expect(self.page.get_by_role("link", name=self.say("Masuk")).first).to_be_visible()

    async def home(self) -> None:
        await self.page.locator(".brand").click()

    async def look(self, what: str) -> None:
        """axe finds nothing, nothing scrolls sideways. (Its policy the page itself watches.)"""
        assert await self.page.locator("html").get_attribute("lang") == self.way.language
        if self.way.scripts:  # axe is one
            found = await violations(self.page)
            assert found == [], (what, found)
        # A picture of a whole page would scroll a field that one types in into view, at any later moment.
        await self.page.evaluate("document.activeElement.blur()")
        wide = await self.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= self.way.width, what
        await picture(self.page, f"journey-{self.name}-{what}-{self.way.width}-{self.way.language}")


@asynccontextmanager
async def walking(browser: Browser, agency: Agency, name: str, way: Way) -> AsyncIterator[Walk]:
    """No script fails on it, and nothing breaks the policy."""
    size = {"width": way.width, "height": 800}
    async with opened(
        browser, base_url=agency.url, viewport=size, java_script_enabled=way.scripts
    ) as page:
        yield Walk(name, way, page)
