"""Bukan atasan saya: one click of an employee's, and personnel's answer; and who is named, in a browser."""

import pytest
from playwright.async_api import Browser, Page, expect

from console.show.words import LANGUAGES
from tests.whole.browser import head, personnel, sign_in, sign_out
from tests.whole.looks import look

pytestmark = [pytest.mark.browser, pytest.mark.whole, pytest.mark.timeout(300)]


async def test_an_employee_says_it_in_one_click_and_personnel_answer(page: Page) -> None:
    mine, other = await sign_in(page)
    await sign_out(page)
    await sign_in(page, mine)
    await page.goto(f"/skps/{mine}.1.20260101")
    await page.get_by_role("button", name="Bukan atasan saya").click()
    await expect(page.get_by_role("status")).to_contain_text("disampaikan kepada pengelola")
    await expect(page.get_by_role("button", name="Bukan atasan saya")).to_have_count(0)
    await look(page, "appraiser-disputed")
    address = page.url
    # Nothing has stopped.
    await page.goto(f"/skps/{mine}.1.20260101")
    await expect(page.locator("main")).to_contain_text("menunggu jawaban kepegawaian")
    await sign_out(page)

    await sign_in(page, other)
    assert (await page.request.get(address)).status == 403
    await sign_out(page)

    await page.goto("/sign-in")
    await page.get_by_role("button", name="Pengelola kepegawaian").click()
    await page.goto(address)
    await page.get_by_label("Hasil pemeriksaan").select_option("mended")
    await page.get_by_label("Dasar atau penjelasan").fill("SK 9/2026")
    await page.get_by_role("button", name="Jawab").click()
    await expect(page.get_by_role("alert")).to_contain_text("masih tercatat")
    await expect(page.get_by_label("Dasar atau penjelasan")).to_have_value("SK 9/2026")
    await look(page, "appraiser-answer")
    await page.get_by_label("Hasil pemeriksaan").select_option("kept")
    await page.get_by_role("button", name="Jawab").click()
    await expect(page.locator("main")).to_contain_text("Tetap: sudah benar")
    await expect(page.get_by_role("button", name="Jawab")).to_have_count(0)
    await sign_out(page)

    await sign_in(page, mine)
    await page.goto(address)
    await expect(page.locator("main")).to_contain_text("SK 9/2026")
    await expect(page.get_by_role("button", name="Bukan atasan saya")).to_be_visible()


async def named(page: Page, person: str) -> str:
    await page.goto(f"/people/{person}")
    return await page.locator("h1").inner_text()


async def test_personnel_name_another_appraiser_by_keyboard(page: Page) -> None:
    mine = (await sign_in(page))[0]
    await sign_out(page)
    leading = (await head(page))[0]
    name = await named(page, leading)
    await named(page, mine)
    await page.get_by_role("link", name="Ubah pejabat penilai").first.focus()
    await page.keyboard.press("Enter")
    await page.get_by_label("Nama atasan").focus()
    await page.keyboard.type(name.upper())
    await page.keyboard.press("Enter")
    choice = page.get_by_role("radio", name=name).first
    await expect(choice).to_be_visible()
    await choice.focus()
    await page.keyboard.press("Space")
    # What is looked for next, and the first day that is none, take nothing away.
    await page.get_by_label("Hari pertama").fill("1999-01-01")
    await page.get_by_role("button", name="Tetapkan pejabat penilai").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("Penugasan ini tidak berlaku")
    await expect(choice).to_be_checked()
    await expect(page.get_by_label("Hari pertama")).to_have_value("1999-01-01")
    address = page.url
    for language in LANGUAGES:
        await page.goto(f"{address}?lang={language}")
        await expect(page.get_by_role("radio", checked=True)).to_have_count(1)
        await look(page, f"superior-{language}")
    await page.goto(f"{address}?lang=id")
    await page.get_by_label("Hari pertama").fill("2026-12-01")
    await page.get_by_role("button", name="Tetapkan pejabat penilai").click()
    await expect(page.locator("h1")).to_contain_text("Pejabat penilai")
    await expect(page.locator("main")).to_contain_text("1 Desember 2026")
    await look(page, "appraiser-named")
    await named(page, mine)
    await look(page, "person-appraiser")


async def test_an_appraiser_is_named_without_javascript(
    browser: Browser, page: Page, address: str
) -> None:
    other = (await sign_in(page))[1]
    await sign_out(page)
    leading = (await head(page))[0]
    name = await named(page, leading)
    context = await browser.new_context(
        base_url=address, java_script_enabled=False, viewport={"width": 360, "height": 800}
    )
    plain = await context.new_page()
    await personnel(plain)
    await plain.goto(f"/people/{other}")
    await plain.get_by_role("link", name="Ubah pejabat penilai").first.click()
    await plain.get_by_label("Nama atasan").fill(name)
    await plain.get_by_role("button", name="Cari").click()
    await plain.get_by_label("Hari pertama").fill("2026-12-02")
    await plain.get_by_role("radio", name=name).first.check()
    await plain.get_by_role("button", name="Tetapkan pejabat penilai").click()
    await expect(plain.locator("main")).to_contain_text("2 Desember 2026")
    await context.close()
