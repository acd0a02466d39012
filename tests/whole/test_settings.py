"""Personnel adopt what no rule settles, in a browser; others read it."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.whole.browser import sign_in, sign_out

pytestmark = [pytest.mark.browser, pytest.mark.whole, pytest.mark.timeout(300)]

GROUND = "Keputusan Menteri 12/2026"


async def as_personnel(page: Page) -> None:
    await page.goto("/sign-in")
    await page.get_by_role("button", name="Pengelola kepegawaian").click()


async def test_personnel_adopt_a_setting_and_it_stands_in_the_calendar(page: Page) -> None:
    """What is refused stays as it was typed; what is adopted holds from its day on."""
    await as_personnel(page)
    await page.goto("/settings")
    await page.get_by_role("link", name="Batas waktu penetapan SKP").click()
    await expect(page.locator("main")).to_contain_text("bawaan")
    await page.get_by_label("Tanggal", exact=True).fill("99")
    await page.get_by_label("Berlaku sejak").fill("2027-01-01")
    await page.get_by_label("Dasar: keputusan").fill(GROUND)
    await page.get_by_role("button", name="Tetapkan").click()
    await expect(page.get_by_role("alert")).to_contain_text("di luar batasnya")
    wrong = page.get_by_label("Tanggal", exact=True)
    await expect(wrong).to_have_value("99")
    await expect(wrong).to_have_attribute("aria-invalid", "true")
    await expect(page.get_by_label("Dasar: keputusan")).to_have_value(GROUND)
    await wrong.fill("20")
    await page.get_by_role("button", name="Tetapkan").click()
    await expect(page.get_by_role("status").first).to_contain_text("Penetapan dicatat")
    row = page.locator("tr", has_text="Batas waktu penetapan SKP")
    await expect(row).to_contain_text("bawaan")  # it begins later
    await page.get_by_label("Yang berlaku pada").fill("2027-01-01")
    await page.get_by_role("button", name="Tampilkan").click()
    await expect(row).to_contain_text(GROUND)
    await expect(row).to_contain_text("20")


async def test_a_units_calendar_says_whose_days_they_are(page: Page) -> None:
    await as_personnel(page)
    await page.goto("/settings/time-zone")
    unit = page.locator("#f-unit option").nth(1)
    name, code = await unit.inner_text(), await unit.get_attribute("value") or ""
    await page.get_by_label("Untuk").select_option(code)
    await page.get_by_label("Zona waktu").select_option("WITA")
    await page.get_by_label("Berlaku sejak").fill("2026-01-01")
    await page.get_by_label("Dasar: keputusan").fill(GROUND)
    await page.get_by_role("button", name="Tetapkan").click()
    await expect(page.get_by_role("status").first).to_contain_text("Penetapan dicatat")
    await page.goto("/calendar")
    await expect(page.locator(".lede")).to_contain_text("WIB")
    await page.get_by_label("Unit kerja").select_option(code)
    await page.get_by_role("button", name="Tampilkan").click()
    await expect(page.locator(".lede")).to_contain_text(re.compile(f"WITA.*{re.escape(name)}"))
    await expect(page.locator("tbody").first).to_contain_text("31 Jan 2026 WITA")


async def test_what_is_typed_is_kept_and_whoever_is_no_personnel_adopts_nothing(page: Page) -> None:
    await as_personnel(page)
    await page.goto("/settings/least-service")
    await page.get_by_label("Dasar: keputusan").fill("Belum dikirim")
    await expect(page.locator(".draft")).to_contain_text("Draf tersimpan")
    await page.reload()
    await expect(page.get_by_label("Dasar: keputusan")).to_have_value("Belum dikirim")
    await page.get_by_role("button", name="Mulai dari yang tersimpan").click()
    await expect(page.get_by_label("Dasar: keputusan")).to_have_value("")
    await sign_out(page)
    await sign_in(page)
    await page.goto("/settings/least-service")
    await expect(page.get_by_role("button", name="Tetapkan")).to_have_count(0)
    csrf = await page.locator("[name=csrf]").first.get_attribute("value") or ""
    sent = await page.request.post(
        "/settings/least-service",
        form={"csrf": csrf, "page": "/settings/least-service", "key": "x", "months": "2",
              "since": "2027-01-01", "ground": "X"},
        headers={"Origin": page.url.partition("/settings")[0]},
    )  # fmt: skip
    assert sent.status == 403
