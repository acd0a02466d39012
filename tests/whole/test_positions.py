"""Positions in a browser: personnel describe them and set their templates, and an employee's SKP begins there."""

import pytest
from playwright.async_api import FilePayload, Page, expect

from tests.whole.browser import personnel, sign_in, sign_out
from tests.whole.looks import violations

pytestmark = [pytest.mark.browser, pytest.mark.whole, pytest.mark.timeout(300)]
ROWS = (
    "Rencana Hasil Kerja;RHK Pimpinan;Aspek;Indikator;Target;Satuan\n"
    "Arsip yang mudah ditemukan;Tata kelola yang baik;Kualitas;Arsip ditemukan dalam sehari;95;persen\n"
)


def file(content: str) -> FilePayload:
    return {"name": "templat.csv", "mimeType": "text/csv", "buffer": content.encode()}


async def test_a_position_is_described_and_given_a_template_by_keyboard(page: Page) -> None:
    """What is refused stands at its field, and what was typed stays."""
    await personnel(page)
    await page.goto("/positions")
    await page.get_by_role("link", name="Catat jabatan").press("Enter")
    await page.get_by_label("Nama jabatan").fill("Arsiparis Uji Ahli Muda")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Pelaksana")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Ahli Muda")
    await page.keyboard.press("Tab")
    await page.keyboard.type("9")
    await page.get_by_label("Dasar (SK dan nomornya)").fill("SK 12/2026")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    level = page.get_by_label("Jenjang")
    await expect(level).to_have_accessible_description(
        "Jenjang hanya untuk jabatan fungsional; kosongkan, atau ubah jenisnya."
    )
    assert await violations(page) == []
    await expect(page.get_by_label("Nama jabatan")).to_have_value("Arsiparis Uji Ahli Muda")
    await page.get_by_label("Jenis jabatan").select_option("functional")
    await page.get_by_role("button", name="Simpan jabatan").press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("Jabatan dicatat.")
    await expect(page.locator("main")).to_contain_text("JA dan JF")

    sent = page.get_by_label("Berkas (XLSX atau CSV), satu baris tiap indikator")
    await sent.set_input_files(file(ROWS.replace("Kualitas", "Mutu")))
    await page.get_by_role("button", name="Kirim", exact=True).click()
    await expect(page.locator("main")).to_contain_text("Mutu")
    await page.get_by_role("link", name="Kembali").click()
    await sent.set_input_files(file(ROWS))
    await page.get_by_role("button", name="Kirim", exact=True).click()
    await expect(page.get_by_role("status")).to_contain_text("Templat SKP jabatan dicatat.")
    await expect(page.locator(".results")).to_contain_text("Arsip yang mudah ditemukan")
    await expect(page.locator("main")).not_to_contain_text("Tata kelola yang baik")
    await page.get_by_role("button", name="Hapus templat").click()
    await expect(page.locator("main")).to_contain_text("Belum ada templat untuk jabatan ini.")


async def test_an_skp_becomes_a_template_and_another_one_begins_with_it(page: Page) -> None:
    await personnel(page)
    await page.goto("/people")
    row = page.locator("tbody tr").nth(3)
    href = await row.get_by_role("link").first.get_attribute("href") or ""
    person = href.removeprefix("/people/")
    position = await row.locator("td").first.inner_text()
    skp = f"/skps/{person}.1.20260101"

    await page.goto(f"/positions/new?name={position}")
    await page.get_by_label("Jenis jabatan").select_option("supervisor")
    await page.get_by_label("Bentuk SKP").select_option("jpt")
    await page.get_by_label("Dasar (SK dan nomornya)").fill("SK 13/2026")
    await page.get_by_role("button", name="Simpan jabatan").click()
    await expect(page.locator("h1")).to_have_text(position)
    drop = page.get_by_role("button", name="Hapus templat")
    if await drop.count():  # as the demonstration has it
        await drop.click()
    await expect(page.locator("main")).to_contain_text("Belum ada templat untuk jabatan ini.")

    await page.goto(skp)
    results = await page.locator(".result b").all_inner_texts()
    make = page.get_by_role("button", name="Jadikan templat jabatan")
    for where, told in (
        (".note[role=status]", "Templat SKP jabatan dicatat."),
        (".note[role=alert]", "Belum ada yang berubah."),
    ):
        await page.goto(skp)
        await page.locator("summary", has_text="Jadikan templat jabatan").click()
        await make.click()
        await expect(page.locator(where)).to_contain_text(told)
        await expect(page.locator(".results")).to_contain_text(results[0])
    await sign_out(page)
    await sign_in(page, person)
    new = f"/skps/new?assignment={person}.1&start=2027-01-01&until=2027-12-31"
    await page.goto(f"{new}&source=position")
    await expect(page.locator(".note-info")).to_contain_text("Diisi dari templat jabatan")
    await expect(page.get_by_label("Rencana hasil kerja").first).to_have_value(results[0])
