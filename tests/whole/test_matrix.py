"""From the agreement to every employee's part of it, in a browser: agreements, the matrix, the cascade."""

import re

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from deploy.local.__main__ import YEAR
from ministry.client import Client
from tests.whole.browser import head, sign_in, sign_out
from tests.whole.conftest import PEOPLE
from tests.whole.looks import look
from tests.whole.teams import NEXT, agree, everybody

pytestmark = [pytest.mark.browser, pytest.mark.whole, pytest.mark.timeout(300)]


async def test_an_agreement_is_written_and_amended(page: Page, client: Client) -> None:
    """Begun from the year before, refused for want of targets, set, amended with a reason."""
    leading, unit = await head(page)
    if NEXT > YEAR + 1:  # of which the run has told nothing
        await agree(client, next(p for p in everybody(PEOPLE) if p.id == leading), NEXT - 1)
    await page.goto(f"/agreements?unit={unit}&year={NEXT}")
    await page.get_by_role("link", name="Susun perjanjian kinerja").click()
    await expect(page.locator("main")).to_contain_text(
        "Disalin dari perjanjian kinerja tahun sebelumnya"
    )
    await page.get_by_role("button", name="Tetapkan").last.click()
    await expect(page.locator("#wrong")).to_contain_text("Tulis target tahun perjanjian")
    targets = page.get_by_label(f"Target {NEXT}", exact=True)
    for n in range(await targets.count()):
        await targets.nth(n).fill(f"{80 + n}")
    await page.get_by_label("Sasaran", exact=True).first.fill("Rakyat yang lebih sehat")
    await page.get_by_role("button", name="Tetapkan").last.click()
    await expect(page.locator("h1")).to_have_text(f"Perjanjian kinerja {NEXT}")
    await expect(page.locator("main")).to_contain_text("Rakyat yang lebih sehat")

    await page.get_by_role("link", name="Ubah dengan alasan").click()
    await page.get_by_label(f"Target {NEXT}", exact=True).first.fill("91")
    await page.get_by_role("button", name="Tetapkan perubahan").click()
    await expect(page.locator("#wrong")).to_contain_text("Isi kolom ini")
    await page.get_by_label("Alasan perubahan").fill("Anggaran bertambah")
    await page.get_by_role("button", name="Tetapkan perubahan").click()
    amended = page.locator(".amended")
    await expect(amended).to_contain_text("Anggaran bertambah")
    await expect(amended.locator("del")).to_contain_text(f"{NEXT}: 80")
    await expect(amended.locator("ins")).to_contain_text(f"{NEXT}: 91")


def role_of(page: Page, name: str) -> Locator:
    """Of somebody, for the first indicator."""
    return page.get_by_role("combobox", name=re.compile(f"^Peran {re.escape(name)} ")).first


def result_of(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=re.compile(f"^Hasil {re.escape(name)} ")).first


async def focused(page: Page, what: str) -> str:
    told = await page.evaluate(f"document.activeElement.{what}")
    assert isinstance(told, str)
    return told


@pytest.mark.usefixtures("drafting")
async def test_a_superior_fills_a_matrix_by_keyboard_and_skps_begin_with_it(page: Page) -> None:
    leading = (await head(page))[0]
    await sign_out(page)
    await sign_in(page, leading)
    await page.goto("/")
    await page.get_by_role("link", name=f"Isi: Isi matriks peran hasil {NEXT}").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text(f"Isi matriks peran hasil {NEXT}")
    # The last one at the left, from the first by Enter.
    names = await page.locator(".typed tbody th b").all_inner_texts()
    await role_of(page, names[0]).focus()
    for _ in names[1:]:
        await page.keyboard.press("Enter")
    whose = (await focused(page, "name")).split("/")[1]
    await page.keyboard.press("A")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("L")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.type("Data layanan lengkap setiap bulan")
    await page.keyboard.press("ArrowRight")
    assert (await focused(page, "name")).endswith(f"/{whose}/role")
    while await focused(page, "innerText") != "Simpan matriks":
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text(f"Matriks peran hasil {NEXT}")
    row = page.locator(".grid tbody tr").filter(has_text="Data layanan lengkap setiap bulan")
    await expect(row).to_contain_text("Anggota · langsung")
    await expect(page.locator("main")).to_contain_text("Belum dilayani siapa pun")
    await sign_out(page)

    await sign_in(page, whose.rpartition(".")[0])
    await page.goto("/")
    await page.get_by_role("link", name=re.compile(f"Susun: Susun SKP {NEXT}")).click()
    await expect(page.locator("main")).to_contain_text("Diisi dari matriks peran hasil")
    await expect(page.get_by_label("Rencana hasil kerja").first).to_have_value(
        "Data layanan lengkap setiap bulan"
    )
    await expect(page.get_by_label("Target", exact=True).first).to_have_value("91")
    await page.get_by_role("link", name="Salin dari SKP terakhir").click()
    await expect(page.locator("main")).to_contain_text("Disalin dari SKP terakhir Anda")


async def test_a_matrix_is_filled_and_emptied_without_javascript(
    browser: Browser, page: Page, address: str
) -> None:
    """On a telephone, an indicator at a time."""
    leading, unit = await head(page)
    context = await browser.new_context(
        base_url=address, java_script_enabled=False, viewport={"width": 360, "height": 800}
    )
    plain = await context.new_page()
    await sign_in(plain, leading)
    await plain.goto(f"/matrix/{unit}?year=2026")
    await plain.locator(".grid-tall").get_by_role("link", name=re.compile("^Isi: ")).nth(1).click()
    name = await plain.locator(".typed tbody th b").last.inner_text()
    await result_of(plain, name).fill("Tanpa peran")
    await plain.get_by_role("button", name="Simpan matriks").click()
    await expect(plain.locator("#wrong")).to_contain_text("Isi kolom ini")
    await expect(result_of(plain, name)).to_have_value("Tanpa peran")
    await role_of(plain, name).select_option("Anggota")
    await plain.get_by_role("button", name="Simpan matriks").click()
    filled = plain.locator(".grid-tall li").filter(has_text="Tanpa peran")
    await expect(filled).to_contain_text(name)

    await plain.locator(".grid-tall").get_by_role("link", name=re.compile("^Isi: ")).nth(1).click()
    await result_of(plain, name).fill("")
    await plain.get_by_role("button", name="Simpan matriks").click()
    await expect(plain.locator("#wrong")).to_contain_text("Isi kolom ini")
    await plain.get_by_label("Alasan, bila ada sel yang dikosongkan").fill("Salah isi")
    await plain.get_by_role("button", name="Simpan matriks").click()
    await expect(plain.locator("h1")).to_have_text("Matriks peran hasil 2026")
    await expect(plain.get_by_text("Tanpa peran")).to_have_count(0)
    await context.close()


async def test_somebody_of_another_unit_is_found_by_name_without_javascript(
    browser: Browser, page: Page, address: str
) -> None:
    leading, unit = await head(page)
    name = await somebody(page, not_in=unit)
    await sign_out(page)
    await sign_in(page, leading)
    await page.goto(f"/matrix/{unit}/edit?year=2026")
    await search(page, name)
    await look(page, "matrix-guests")
    context = await browser.new_context(
        base_url=address, java_script_enabled=False, viewport={"width": 360, "height": 800}
    )
    plain = await context.new_page()
    await sign_in(plain, leading)
    await plain.goto(f"/matrix/{unit}/edit?year=2026")
    await search(plain, name)
    await plain.get_by_role("button", name=f"Tambah baris: {name}").first.click()
    await expect(plain.locator(".typed tbody th b").last).to_have_text(name)
    await role_of(plain, name).select_option("Tambahan")
    await result_of(plain, name).fill("Dukungan unit lain")
    await plain.get_by_role("button", name="Simpan matriks").click()
    await expect(plain.locator("h1")).to_have_text("Matriks peran hasil 2026")
    filled = plain.locator(".grid-tall li").filter(has_text="Dukungan unit lain")
    await expect(filled).to_contain_text(name)
    await context.close()


async def somebody(page: Page, not_in: str) -> str:
    """The name of somebody in a unit below; personnel are signed in."""
    await page.goto(f"/completion?unit={not_in}")
    below = page.locator("tbody th a").nth(1)
    await page.goto(await below.get_attribute("href") or "")
    await page.locator("tbody td a").first.click()
    return await page.locator("tbody th a").last.inner_text()


async def search(page: Page, name: str) -> None:
    more = page.locator("#guests")
    await more.locator("summary").click()
    await page.get_by_label("Nama pegawai").fill(name)
    await page.get_by_label("Nama pegawai").press("Enter")
    await expect(more.locator("li").first).to_contain_text(name)


async def test_of_two_who_fill_one_matrix_neither_loses_a_cell(page: Page) -> None:
    leading, unit = await head(page)
    await sign_out(page)
    await sign_in(page, leading)
    other = await page.context.new_page()
    for window in (page, other):
        await window.goto(f"/matrix/{unit}/edit?year=2026&indicator=i1.2")
    names = await page.locator(".typed tbody th b").all_inner_texts()
    await role_of(other, names[0]).select_option("Anggota")
    await result_of(other, names[0]).fill("Dari jendela lain")
    await other.get_by_role("button", name="Simpan matriks").last.click()
    await expect(other.locator("h1")).to_have_text("Matriks peran hasil 2026")
    await role_of(page, names[1]).select_option("Anggota")
    await result_of(page, names[1]).fill("Dari jendela ini")
    await page.get_by_role("button", name="Simpan matriks").last.click()
    await expect(page.get_by_role("alert").first).to_contain_text("diubah di tempat lain")
    await expect(result_of(page, names[0])).to_have_value("Dari jendela lain")
    await expect(result_of(page, names[1])).to_have_value("Dari jendela ini")
    await page.get_by_role("button", name="Simpan matriks").last.click()
    await expect(page.locator("main")).to_contain_text("Dari jendela ini")
    await expect(page.locator("main")).to_contain_text("Dari jendela lain")


async def test_a_team_is_filled_below_its_leader(page: Page) -> None:
    leading, unit = await head(page)
    await sign_out(page)
    await sign_in(page, leading)
    await page.goto(f"/matrix/{unit}?year=2026")
    await page.locator(".grid").get_by_role("link", name=re.compile("^Isi tim ")).first.click()
    await expect(page.locator("h1")).to_contain_text("Tim ")
    name = await page.locator(".typed tbody th b").last.inner_text()
    await expect(role_of(page, name).locator("option")).to_have_text(["–", "Anggota", "Tambahan"])
    await role_of(page, name).select_option("Anggota")
    await result_of(page, name).fill("Bagian dari hasil ketua tim")
    await page.get_by_role("button", name="Simpan matriks").last.click()
    cell = page.locator(".grid td").filter(has_text="Bagian dari hasil ketua tim")
    await expect(cell).to_contain_text("tim ")
    # The cascade leads from it to the strategic plan.
    await cell.get_by_role("link", name="Bagian dari hasil ketua tim").click()
    await expect(page.locator("h1")).to_have_text("Bagian dari hasil ketua tim")
    await expect(page.locator(".path li")).to_have_count(4)


async def test_the_cascade_opens_step_by_step_and_as_a_whole(page: Page) -> None:
    unit = (await head(page))[1]
    await page.goto(f"/cascade?from={unit}.2025-2029/s1")
    tree = page.locator("#below")
    below = tree.locator("> .tree > li").filter(has=page.locator("details"))
    await below.first.locator("summary").first.click()
    await expect(below.first.locator(".further .node").first).to_be_visible()
    # What has come can be opened in turn.
    await below.first.locator(".further summary").first.click()
    await expect(below.first.locator(".further .further .node").first).to_be_visible()
    await page.get_by_role("link", name="Buka semua tingkat").click()
    await expect(tree.locator(".tree .tree .tree .node-cell").first).to_be_visible()


async def test_who_may_not_is_offered_no_button(page: Page) -> None:
    unit = (await head(page))[1]
    await page.goto(f"/matrix/{unit}?year=2026")
    await expect(page.locator("h1")).to_have_text("Matriks peran hasil 2026")
    await expect(page.get_by_role("link", name="Isi matriks")).to_have_count(0)
    await sign_out(page)
    mine = (await sign_in(page))[0]
    await sign_out(page)
    await sign_in(page, mine)
    await page.goto(f"/agreements/{unit}.2026")
    await expect(page.locator("h1")).to_have_text("Perjanjian kinerja 2026")
    for name in ("Ubah dengan alasan", "Matriks", "Kaskade"):
        await expect(page.get_by_role("link", name=name)).to_have_count(0)
    await page.goto(f"/agreements/{unit}.2026/edit")
    await expect(page.locator("h1")).to_have_text("Tidak berwenang")
