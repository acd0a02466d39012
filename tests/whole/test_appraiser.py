"""Bukan atasan saya: one click of an employee's, and personnel's answer, in a browser."""

import pytest
from playwright.async_api import Page, expect

from deploy.local import LOCAL
from tests.whole.browser import sign_in, sign_out
from tests.whole.test_pages import violations

pytestmark = [pytest.mark.browser, pytest.mark.whole, pytest.mark.timeout(300)]


async def look(page: Page, name: str) -> None:
    for width in (1280, 360):
        await page.set_viewport_size({"width": width, "height": 800})
        assert await violations(page) == [], name
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, name
        await page.screenshot(path=LOCAL / "looks" / f"{name}-{width}.png", full_page=True)


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
