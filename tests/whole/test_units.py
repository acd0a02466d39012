"""Personnel reorganise, in a browser: a unit is renamed, somebody moves to a new one, and one is dissolved."""

import pytest
from playwright.async_api import Page, expect

from tests.whole.browser import head, sign_in, sign_out
from tests.whole.looks import look

pytestmark = [pytest.mark.browser, pytest.mark.whole, pytest.mark.timeout(300)]
GROUND = "Perpres 1/2031"
# Long after what other tests are about.
SINCE, LAST = "2031-03-01", "2031-02-28"


async def send(page: Page, button: str) -> None:
    await page.locator("#editor").get_by_role("button", name=button).click()


async def test_personnel_register_fill_change_and_dissolve_units(page: Page) -> None:
    _, unit = await head(page)
    await page.goto("/people")
    await page.get_by_role("link", name="Daftar unit kerja").click()
    await page.get_by_role("link", name="Unit baru").click()
    await page.get_by_label("Kode").fill("790100000000")
    await page.get_by_label("Nama unit").fill("Pusat Persiapan")
    await page.get_by_label("Tingkat").fill("Eselon II")
    await page.get_by_label("Unit atasan").select_option(unit)
    await page.get_by_label("Hari pertama").fill(SINCE)
    await send(page, "Catat unit")
    await expect(page.get_by_role("heading", name="Pusat Persiapan")).to_be_visible()
    await expect(page.locator("main")).to_contain_text("Unit dicatat.")

    # One is moved there; what is typed wrong is told at its field, and stays.
    await page.goto(f"/units/{unit}/move")
    await page.get_by_label("Ke unit").select_option("790100000000")
    await page.get_by_label("Sejak").fill(LAST)
    await page.get_by_label("Dasar").fill(GROUND)
    await page.get_by_label("Yang dicentang di bawah ini").check()
    await page.locator("[name=assignment]").last.check()
    await send(page, "Pindahkan")
    await expect(page.get_by_role("alert").first).to_contain_text("belum ada pada tanggal ini")
    await expect(page.get_by_label("Dasar")).to_have_value(GROUND)
    await look(page, "unit-move-refused")
    await page.get_by_label("Sejak").fill(SINCE)
    await page.get_by_label("Yang dicentang di bawah ini").check()
    await page.locator("[name=assignment]").last.check()
    await send(page, "Pindahkan")
    await expect(page.locator("main")).to_contain_text("1 penugasan dipindahkan.")

    # With somebody in it, it cannot go.
    await page.goto("/units/790100000000/end")
    await page.get_by_label("Hari terakhir").fill("2031-12-31")
    await page.get_by_label("Unit yang melanjutkan 1").select_option(unit)
    await page.get_by_label("Dasar").fill(GROUND)
    await send(page, "Bubarkan unit")
    await expect(page.get_by_role("alert").first).to_contain_text("Masih ada pegawai")
    await expect(page.get_by_label("Unit yang melanjutkan 1")).to_have_value(unit)
    await look(page, "unit-end-refused")

    # What is typed and not sent is there again.
    await page.goto("/units/790100000000/change")
    async with page.expect_response("**/drafts"):
        await page.get_by_label("Nama unit").fill("Pusat Percepatan")
    await page.goto("/units/790100000000/change")
    await expect(page.get_by_label("Nama unit")).to_have_value("Pusat Percepatan")
    await page.get_by_label("Berlaku sejak").fill("2031-07-01")
    await page.get_by_label("Dasar").fill(GROUND)
    await send(page, "Catat perubahan")
    await expect(page.locator("main")).to_contain_text("Perubahan dicatat.")
    await expect(page.locator("table").first).to_contain_text("1 Juli 2031")
    await look(page, "unit-changed")


async def test_an_employee_reads_what_a_unit_is_and_nothing_more(page: Page) -> None:
    mine, _ = await sign_in(page)
    await sign_out(page)
    await sign_in(page, mine)
    await page.goto(f"/people/{mine}")
    await page.locator(".post dd a").first.click()
    await expect(page.get_by_role("heading", name="Data unit")).to_be_visible()
    await expect(page.get_by_role("heading", name="Pegawai di unit ini")).to_have_count(0)
    await expect(page.locator(".head-do")).to_have_count(0)
