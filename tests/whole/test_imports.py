"""Files of personnel's, in a browser. (From its problems to what has come of it: test_journeys.)"""

from typing import Any

import pytest
from playwright.async_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.whole, pytest.mark.timeout(300)]

HEADINGS = "Tingkat;Nama Unit;Kode Unit"
WRONG = f"\ufeffDaftar unit kerja;;\n{HEADINGS}\nEselon II;Biro Uji Muat;uji-1\nEselon II;;uji-2\nEselon II;#REF!;uji-3\n"


def file(text: str, name: str) -> Any:
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode()}


async def send(page: Page, text: str, name: str = "unit kerja.csv", kind: str = "units") -> None:
    await page.goto("/imports")
    await page.get_by_label("Isi berkas").select_option(kind)
    await page.get_by_label("Berkas (XLSX").set_input_files(file(text, name))
    await page.get_by_role("button", name="Kirim untuk diperiksa").click()


async def test_a_template_is_an_empty_workbook_with_the_headings(page: Page) -> None:
    await page.goto("/sign-in")
    await page.get_by_role("button", name="Pengelola kepegawaian").click()
    await page.goto("/imports")
    async with page.expect_download() as downloading:
        await page.locator("p", has_text="Templat kosong").get_by_role("link").first.click()
    got = await downloading.value
    assert got.suggested_filename == "people.xlsx"
    assert (await got.path()).read_bytes()[:2] == b"PK"


async def test_who_is_no_personnel_sends_nothing(page: Page) -> None:
    await page.goto("/sign-in")
    await page.get_by_role("button", name="Auditor").click()
    await page.goto("/imports")
    await expect(page.locator("h1")).to_have_text("Tidak berwenang")
