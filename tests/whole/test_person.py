"""Personnel register somebody, start what they hold, grant a leave and move them, in a browser and by keyboard."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from console.directory.person.acts import OF_ASSIGNMENT
from console.show.words import LANGUAGES
from tests.whole.browser import head, personnel
from tests.whole.looks import look
from tests.whole.test_appraiser import named

pytestmark = [pytest.mark.browser, pytest.mark.whole, pytest.mark.timeout(300)]
# Long after what other tests are about, and last in every list.
NAME, START, MOVED = "Zulfan Zaenuri", "2032-01-01", "2032-07-01"


async def type_in(page: Page, label: str, text: str) -> None:
    await page.get_by_label(label, exact=True).focus()
    await page.keyboard.type(text)


async def press(page: Page, role: str, name: str) -> None:
    """Of several of the name the first, since the latest assignment is on top."""
    await page.get_by_role(role, name=name).first.focus()  # type: ignore[arg-type]
    await page.keyboard.press("Enter")


async def one_offered(page: Page, text: str) -> str:
    """Of the positions with that in their name."""
    await type_in(page, "Jabatan", text)
    offered = page.locator("#o-position option").first
    await expect(offered).to_have_attribute("value", re.compile(text, re.IGNORECASE))
    return await offered.get_attribute("value") or ""


async def test_personnel_register_start_grant_leave_and_move_by_keyboard(page: Page) -> None:
    leading, unit = await head(page)
    superior = await named(page, leading)
    await page.goto("/people")
    await press(page, "link", "Pegawai baru")

    # From field to field; what is typed wrong is told at its field, and stays.
    await type_in(page, "Nomor pegawai", "zulfan")
    await page.keyboard.press("Tab")
    await page.keyboard.type(NAME)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.type("19900229 201503 1 001")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("Ada angka yang tidak mungkin")
    await expect(page.get_by_label("Nama, dengan gelar")).to_have_value(NAME)
    await look(page, "person-new-refused")
    await press(page, "link", "Ada angka yang tidak mungkin")
    await expect(page.get_by_label("NIP", exact=True)).to_be_focused()
    await page.keyboard.press("Control+A")
    await page.keyboard.type("19900228 201503 1 001")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    await expect(page.locator("main")).to_contain_text("Belum ada penugasan.")

    await press(page, "link", "Mulai penugasan")
    await page.get_by_label("Unit kerja", exact=True).select_option(unit)
    position = await one_offered(page, "ana")
    await page.get_by_label("Jabatan", exact=True).fill(position)
    await page.get_by_label("Hari pertama").fill(START)
    await type_in(page, "Nama atasan", superior.upper())
    await page.keyboard.press("Enter")
    choice = page.get_by_role("radio", name=superior).first
    await choice.focus()
    await page.keyboard.press("Space")
    await look(page, "person-start")
    await press(page, "button", "Mulai penugasan")
    await expect(page.locator("main")).to_contain_text("Penugasan dicatat.")
    await expect(page.get_by_role("heading", name="Yang akan datang")).to_be_visible()
    await expect(page.locator(".post")).to_contain_text("sejak 1 Januari 2032")
    await expect(page.locator(".post")).to_contain_text(superior)

    await press(page, "link", "Catat cuti")
    await page.get_by_label("Jenis").select_option("study")
    await page.get_by_label("Hari pertama").fill("2032-02-01")
    await page.get_by_label("Hari terakhir").fill("2032-04-30")
    await type_in(page, "Dasar: keputusan dan nomornya", "SK 11/2032")
    await press(page, "button", "Catat cuti")
    await expect(page.locator(".post")).to_contain_text("Tugas belajar, 1 Februari 2032")

    await press(page, "link", "Mutasi")
    other = page.get_by_label("Unit kerja", exact=True)
    await other.focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await page.get_by_label("Hari pertama").fill(MOVED)
    await expect(page.get_by_label("Jabatan", exact=True)).to_have_value(position)
    await type_in(page, "Alasan, atau keputusan dan nomornya", "SK 12/2032")
    await press(page, "button", "Catat mutasi")
    await expect(page.locator("main")).to_contain_text("Mutasi dicatat.")
    await expect(page.locator(".post").nth(0)).to_contain_text("sejak 1 Juli 2032")
    await expect(page.locator(".post").nth(1)).to_contain_text("1 Januari 2032 – 30 Juni 2032")

    for language in LANGUAGES:
        for act in OF_ASSIGNMENT:
            await page.goto(f"/people/zulfan/zulfan.20320101/{act}?lang={language}")
            await expect(page.locator("#editor")).to_be_visible()
            await look(page, f"person-{act}-{language}")
        await page.goto(f"/people/zulfan?lang={language}")
        await look(page, f"person-{language}")


async def test_a_leave_ends_without_javascript(browser: Browser, address: str) -> None:
    """Of whoever is registered above."""
    context = await browser.new_context(
        base_url=address, java_script_enabled=False, viewport={"width": 360, "height": 800}
    )
    plain = await context.new_page()
    await personnel(plain)
    await plain.goto("/people/zulfan")
    await plain.get_by_role("link", name="Akhiri cuti").click()
    await plain.get_by_label("Hari terakhir").fill("2032-05-31")
    await plain.get_by_label("Alasan, atau keputusan dan nomornya").fill("Selesai")
    await plain.get_by_role("button", name="Akhiri cuti").click()
    await expect(plain.get_by_role("alert")).to_contain_text("sebelum hari terakhirnya")
    await plain.get_by_label("Hari terakhir").fill("2032-03-31")
    await plain.get_by_role("button", name="Akhiri cuti").click()
    await expect(plain.locator("main")).to_contain_text("1 Februari 2032 – 31 Maret 2032")
    await context.close()
