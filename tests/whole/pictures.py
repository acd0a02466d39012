"""`python -m tests.whole.pictures`: take the pictures of docs/january.md anew, of a run of its own."""

import asyncio
import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
from playwright.async_api import Page, ViewportSize, async_playwright, expect

from deploy.local import ROOT
from deploy.local.__main__ import YEAR
from ministry.client import Client
from tests.conftest import find_chromium
from tests.whole.browser import sign_in, sign_out
from tests.whole.conftest import Run, services_of
from tests.whole.teams import everybody, find_teams, open_drafting, submit

PEOPLE = 60
SIZE = ViewportSize(width=1280, height=760)


async def take(page: Page, name: str, *, whole: bool = False) -> None:
    await page.evaluate("document.fonts.ready")
    await page.screenshot(path=ROOT / "docs" / "pictures" / f"{name}.png", full_page=whole)


async def of_a_head(page: Page) -> None:
    """What the minister shares out, and where it leads."""
    minister = next(each for each in everybody(PEOPLE) if each.is_leader and not each.appraiser)
    await sign_in(page, minister.id)
    await page.goto(f"/matrix/{minister.unit}/edit?year={YEAR}")
    await expect(page.get_by_role("button", name="Simpan matriks")).to_be_visible()
    await take(page, "matrix")
    await page.goto(f"/cascade?from={minister.unit}.{YEAR}/s1&depth=4")
    await expect(page.locator("#below")).to_be_visible()
    await take(page, "cascade")
    await sign_out(page)


async def of_a_team(page: Page, client: Client) -> None:
    """One of them drafts, three have submitted what they had last year."""
    await open_drafting(client)
    team = max(await find_teams(client, PEOPLE), key=lambda each: len(each.staff))
    for person in team.staff[1:4]:
        await submit(client, person)
    await sign_in(page, team.staff[0].id)
    await page.goto("/")
    draft = page.get_by_role("link", name=re.compile("^Susun: Susun SKP"))
    await expect(draft).to_be_visible()
    await take(page, "home")
    await draft.click()
    await expect(page.locator("h1")).to_have_text("Susun SKP")
    await page.wait_for_load_state("networkidle")  # what its checks find stands beside the cells
    await take(page, "editor")
    await sign_out(page)
    await sign_in(page, team.head.id)
    await page.goto("/")
    review = page.get_by_role("link", name=re.compile("^Tinjau: ")).first
    await expect(review).to_be_visible()
    await take(page, "superior")
    await review.click()
    await expect(page.get_by_role("button", name="Setujui")).to_be_visible()
    await take(page, "review", whole=True)


async def main(folder: Path) -> None:
    run = Run(folder / "data", people=PEOPLE)
    try:
        run.until("addresses.json", 600)
        console = json.loads((folder / "data" / "addresses.json").read_text())["console"]
        expect.set_options(timeout=30_000)
        async with aiohttp.ClientSession() as http, async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"]
            )
            page = await browser.new_page(base_url=console, viewport=SIZE)
            await of_a_head(page)
            await of_a_team(page, Client(services_of(folder / "data"), http))
            await browser.close()
    finally:
        run.interrupt()
        run.ended()


if __name__ == "__main__":
    with TemporaryDirectory() as made:
        Path(made).chmod(0o755)  # PostgreSQL runs as another user when we are root
        asyncio.run(main(Path(made)))
