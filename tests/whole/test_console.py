"""The first window, in a real browser."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect

expect.set_options(timeout=30_000)
pytestmark = [pytest.mark.browser, pytest.mark.whole, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        yield started
        await started.close()


def _note_violation(said: ConsoleMessage, failures: list[Any]) -> None:
    if "Content Security Policy" in said.text:
        failures.append(said.text)


@pytest.fixture
async def page(browser: Browser, address: str) -> AsyncIterator[Page]:
    context = await browser.new_context(base_url=address)
    opened = await context.new_page()
    failures: list[Any] = []
    opened.on("pageerror", lambda error: failures.append(error))
    opened.on("console", lambda said: _note_violation(said, failures))
    yield opened
    assert not failures
    await context.close()


async def test_the_year_is_shown_and_kept_fresh(page: Page) -> None:
    await page.goto("/")
    for stage in ("planning", "monitoring", "appraisal", "rewards", "evaluation"):
        count = await page.locator(f"#stage-{stage} strong").inner_text()
        assert int(count.replace(",", "")) > 0
    await expect(page.locator("#lag")).to_contain_text("rewards_followup")
    # What a person changed by hand is overwritten by the next refresh.
    await page.evaluate("document.querySelector('#stage-planning strong').textContent = '-'")
    await expect(page.locator("#stage-planning strong")).not_to_have_text("-")


async def test_predicates_are_shown_to_whom_the_services_show_them(page: Page) -> None:
    await page.goto("/")
    await expect(page.locator("#lag")).to_be_visible()
    await expect(page.locator("#predicates")).to_have_count(0)
    await page.goto("/people")
    await page.get_by_role("button", name="Sebagai auditor").click()
    mine = await page.locator("td a").nth(3).get_attribute("href") or ""
    await page.goto("/")
    await expect(page.locator("#predicates")).to_contain_text("Baik")
    # They stay when the page refreshes itself.
    await page.evaluate("document.querySelector('#stage-planning strong').textContent = '-'")
    await expect(page.locator("#stage-planning strong")).not_to_have_text("-")
    await expect(page.locator("#predicates")).to_contain_text("Baik")

    await page.get_by_role("button", name="Keluar").click()
    await page.goto("/people")
    await page.get_by_placeholder("Id pegawai").fill(mine.removeprefix("/people/"))
    await page.get_by_role("button", name="Sebagai pegawai").click()
    await page.goto("/")
    await expect(page.get_by_role("button", name="Keluar")).to_be_visible()
    await expect(page.locator("#lag")).to_be_visible()
    await expect(page.locator("#predicates")).to_have_count(0)


async def test_who_brings_a_token_of_nobody_sees_what_anybody_sees(
    page: Page, address: str
) -> None:
    await page.context.add_cookies([{"name": "token", "value": "a.b.c", "url": address}])
    await page.goto("/")
    await expect(page.locator("#lag")).to_be_visible()
    await expect(page.locator("#predicates")).to_have_count(0)
    await page.goto("/people")
    await expect(page.get_by_role("button", name="Sebagai auditor")).to_be_visible()


async def test_it_speaks_indonesian_first_and_english(page: Page) -> None:
    await page.goto("/")
    await expect(page.locator("h1")).to_contain_text("Tahun kinerja")
    await page.get_by_role("link", name="English").click()
    await expect(page.locator("h1")).to_contain_text("Performance year")


async def test_an_auditor_reads_a_persons_history_in_sentences(page: Page) -> None:
    await page.goto("/people")
    await page.get_by_role("button", name="Sebagai auditor").click()
    await page.locator("td a").nth(3).click()
    history = page.locator("ol.history")
    for told in ("dicatat sebagai", "SKP ditetapkan", "Realisasi Triwulan IV 2026", "Predikat kinerja pegawai 2026",
                 "Potongan tunjangan kinerja"):  # fmt: skip
        await expect(history).to_contain_text(told)


async def test_an_employee_reads_their_own_history_and_no_one_elses(page: Page) -> None:
    await page.goto("/people")
    await page.get_by_role("button", name="Sebagai auditor").click()
    mine, theirs = [await page.locator("td a").nth(n).get_attribute("href") or "" for n in (3, 4)]
    await page.get_by_role("button", name="Keluar").click()
    await page.goto(mine)
    await page.get_by_placeholder("Id pegawai").fill(mine.removeprefix("/people/"))
    await page.get_by_role("button", name="Sebagai pegawai").click()
    await expect(page.locator("ol.history")).to_contain_text("disusun")
    await page.goto(theirs)
    await expect(page.locator("h1")).to_have_text("Tidak berwenang")


async def test_what_a_person_typed_is_only_text(page: Page) -> None:
    await page.goto("/people")
    await page.get_by_role("button", name="Sebagai auditor").click()
    typed = "\"><img src=x onerror=alert(1)>{{ 7 * 7 }}'"
    await page.locator("input[name=name]").fill(typed)
    await page.get_by_role("button", name="Cari").click()
    await expect(page.locator("input[name=name]")).to_have_value(typed)
    await expect(page.locator("main")).to_contain_text("Tidak ada pegawai dengan nama itu")
    await expect(page.locator("img")).to_have_count(0)


async def test_nobody_reads_on_behind_whoever_has_signed_out(page: Page) -> None:
    await page.goto("/people")
    await page.get_by_role("button", name="Sebagai auditor").click()
    await page.locator("td a").nth(3).click()
    await expect(page.locator("ol.history")).to_be_visible()
    await page.get_by_role("button", name="Keluar").click()
    await expect(page.locator("h1")).to_contain_text("Tahun kinerja")
    await page.wait_for_load_state()
    await page.go_back()
    await expect(page.locator("ol.history")).to_have_count(0)


async def test_no_page_is_wider_than_a_telephone(page: Page) -> None:
    """Also when the history tells of an auditor's reading, whose path has no blank to break at."""
    await page.set_viewport_size({"width": 390, "height": 800})
    await page.goto("/people")
    await page.get_by_role("button", name="Sebagai auditor").click()
    person = await page.locator("td a").nth(3).get_attribute("href") or ""
    await page.goto(person)
    await page.goto(person)
    await expect(page.locator("ol.history")).to_contain_text("Dibaca oleh auditor")
    for path in ("/", "/people", person):
        await page.goto(path)
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390, path


async def test_nothing_comes_from_elsewhere(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto("/")
    assert asked
    assert all(url.startswith(address) for url in asked)
