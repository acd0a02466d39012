"""The editor of an SKP helps while somebody types: what is found stands at its field, what a result serves is chosen."""

import re

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.whole.browser import sign_in, sign_out

pytestmark = [pytest.mark.browser, pytest.mark.whole, pytest.mark.timeout(300)]

ACTIVITY = re.compile("Rumuskan sebagai hasil, bukan kegiatan")


async def edit(page: Page) -> Locator:
    """An employee changes what has been agreed; gives the first result."""
    person, _ = await sign_in(page)
    await sign_out(page)
    await sign_in(page, person)
    await page.goto(f"/skps/{person}.1.20260101/edit")
    return page.locator("fieldset").first


def count(told: str) -> int:
    found = re.search(r"(\d+) hal", told)
    return int(found[1]) if found else 0


async def leave(page: Page) -> None:
    """As it was found: what was typed is not kept."""
    await page.goto(page.url)
    await page.get_by_role("button", name="Mulai dari yang tersimpan").click()


async def test_what_is_found_while_somebody_types_stands_at_its_field(page: Page) -> None:
    result = await edit(page)
    wanted = result.get_by_label("Rencana hasil kerja")
    told = page.locator("#checks[aria-live=polite]")
    before = await told.inner_text()
    await wanted.fill("Menyusun laporan")
    await expect(wanted).to_have_accessible_description(ACTIVITY)
    await expect(told).to_contain_text(f"{count(before) + 1} hal perlu diperiksa")
    await expect(wanted).to_be_focused()
    await expect(wanted).to_have_value("Menyusun laporan")
    await told.get_by_role("link").click()
    await expect(wanted).to_be_in_viewport()
    # A row that is not finished keeps no other from being checked.
    await result.get_by_label("Target").first.fill("")
    await expect(page.locator(".draft")).to_contain_text("Draf tersimpan")
    await expect(wanted).to_have_accessible_description(ACTIVITY)
    await wanted.fill("Tersusunnya laporan")
    await expect(wanted).to_have_accessible_description("")
    await expect(told).to_have_text(before, use_inner_text=True)
    # What is sent and comes back is checked, too.
    await wanted.fill("Menyusun laporan")
    await page.get_by_role("button", name="Tambah hasil kerja").click()
    await expect(wanted).to_have_accessible_description(ACTIVITY)
    await leave(page)


async def test_what_a_result_serves_is_chosen_and_said_without_javascript(
    browser: Browser, address: str
) -> None:
    context = await browser.new_context(base_url=address, java_script_enabled=False)
    page = await context.new_page()
    result = await edit(page)
    place = result.get_by_label("Hasil kerja pimpinan yang diintervensi")
    words = result.get_by_label("Dengan kata-kata")
    await words.fill("")
    other = place.locator("option:not(:checked):not([value=''])").first
    said = await other.inner_text()
    await place.select_option(await other.get_attribute("value"))
    await page.get_by_role("button", name="Tambah hasil kerja").click()
    assert said.startswith(await words.input_value() or "nothing")
    await words.fill("Dengan kata sendiri")
    await page.get_by_role("button", name="Tambah hasil kerja").click()
    await expect(words).to_have_value("Dengan kata sendiri")
    await leave(page)
    await context.close()
