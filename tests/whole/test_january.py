"""What gets in the way of drafting an SKP, in a browser: a reload, another window, a double click, no scripts.
(From last year's to its approval: test_journeys.)"""

import pytest
from playwright.async_api import Browser, FilePayload, Page, expect

from deploy.local.__main__ import YEAR
from ministry.bodies import assignment_of
from ministry.course import course
from tests.whole.browser import choose, sign_in, sign_out
from tests.whole.conftest import PEOPLE
from tests.whole.looks import violations
from tests.whole.teams import NEXT, everybody

pytestmark = [
    pytest.mark.browser,
    pytest.mark.whole,
    pytest.mark.timeout(300),
    pytest.mark.usefixtures("drafting"),
]


async def people(page: Page) -> list[str]:
    """Ids of employees, as an auditor finds them."""
    await sign_in(page)
    await page.goto("/people")
    links = await page.locator("tbody a").all()
    ids = [(await link.get_attribute("href") or "").removeprefix("/people/") for link in links]
    await sign_out(page)
    return ids


async def draft(page: Page, person: str) -> None:
    """From home, what last year's SKP says."""
    await sign_in(page, person)
    await page.goto("/")
    await page.get_by_role("link", name=f"Susun: Susun SKP {NEXT}").click()
    await expect(page.locator("h1")).to_have_text("Susun SKP")


async def test_what_is_typed_is_there_again_after_a_reload_and_after_signing_in_again(
    page: Page,
) -> None:
    person = (await people(page))[6]
    await draft(page, person)
    wanted = page.get_by_label("Rencana hasil kerja").first
    await wanted.fill("Belum dikirim")
    await expect(page.locator(".draft")).to_contain_text("Draf tersimpan")
    await page.reload()
    await expect(wanted).to_have_value("Belum dikirim")
    await expect(page.locator("main")).to_contain_text("dipulihkan")
    # The session ends while somebody types: another one sees nothing of it, the same one all.
    address = page.url
    await page.context.clear_cookies()
    await page.goto("/sign-in")
    await choose(page, (await _another(page, person)))
    await page.goto(address)
    await expect(page.get_by_text("Belum dikirim")).to_have_count(0)
    await page.context.clear_cookies()
    await page.goto("/sign-in")
    await choose(page, person)
    await page.goto(address)
    await expect(wanted).to_have_value("Belum dikirim")
    await page.get_by_role("button", name="Mulai dari yang tersimpan").click()
    await expect(wanted).not_to_have_value("Belum dikirim")


async def _another(page: Page, person: str) -> str:
    value = (
        await page.locator("#people button")
        .first.locator("xpath=..")
        .locator("[name=sub]")
        .get_attribute("value")
    )
    assert value
    assert value != person
    return value


async def test_of_two_windows_neither_loses_what_was_typed(page: Page) -> None:
    """The second to save is shown what the first has changed, and both where both have."""
    person = (await people(page))[7]
    await draft(page, person)
    await page.get_by_role("button", name="Simpan").last.click()
    await expect(page.locator("main")).to_contain_text("Draf")
    edit = f"{page.url}/edit"
    other = await page.context.new_page()
    for window in (page, other):
        await window.goto(edit)
    await other.get_by_label("Rencana hasil kerja").first.fill("Dari jendela lain")
    await other.get_by_label("Catatan dialog").fill("Catatan dari jendela lain")
    await other.get_by_role("button", name="Simpan").last.click()
    await expect(other.locator("main")).to_contain_text("Dari jendela lain")
    await page.get_by_label("Rencana hasil kerja").first.fill("Dari jendela ini")
    await page.get_by_role("button", name="Simpan").last.click()
    await expect(page.get_by_role("alert").first).to_contain_text("diubah di tempat lain")
    await expect(page.get_by_label("Rencana hasil kerja").first).to_have_value("Dari jendela ini")
    await expect(page.locator("q", has_text="Dari jendela lain")).to_be_visible()
    await expect(page.get_by_label("Catatan dialog")).to_have_value("Catatan dari jendela lain")
    await page.get_by_role("button", name="Simpan").last.click()
    await expect(page.locator("main")).to_contain_text("Dari jendela ini")
    await expect(page.locator("main")).to_contain_text("Catatan dari jendela lain")


async def test_a_draft_that_was_left_takes_in_what_was_changed_since(page: Page) -> None:
    """Else what is sent in the end would overwrite it unseen."""
    person = (await people(page))[10]
    await draft(page, person)
    await page.get_by_role("button", name="Simpan").last.click()
    await expect(page.locator("main")).to_contain_text("Draf")
    edit = f"{page.url}/edit"
    await page.goto(edit)
    await page.get_by_label("Rencana hasil kerja").first.fill("Ditinggalkan")
    await expect(page.locator(".draft")).to_contain_text("Draf tersimpan")
    other = await page.context.browser.new_context(base_url=edit)  # type: ignore[union-attr]
    elsewhere = await other.new_page()
    await sign_in(elsewhere, person)
    await elsewhere.goto(edit)
    await elsewhere.get_by_role("button", name="Mulai dari yang tersimpan").click()
    await elsewhere.get_by_label("Catatan dialog").fill("Diubah sejak itu")
    await page.get_by_label("Konsekuensi").fill("Ditinggalkan juga")
    await elsewhere.get_by_role("button", name="Simpan").last.click()
    await expect(elsewhere.locator("main")).to_contain_text("Diubah sejak itu")
    await page.get_by_label("Konsekuensi").press("End")
    await page.get_by_label("Konsekuensi").press_sequentially(".")
    await expect(page.locator(".draft")).to_contain_text("Draf tersimpan")
    await page.wait_for_timeout(3000)
    await page.goto(edit)
    await expect(page.get_by_label("Rencana hasil kerja").first).to_have_value("Ditinggalkan")
    await expect(page.get_by_label("Catatan dialog")).to_have_value("Diubah sejak itu")
    await other.close()


async def test_sending_a_form_twice_does_it_once(page: Page) -> None:
    """A double click, say: the form has the key of its command."""
    person = (await people(page))[11]
    await draft(page, person)
    form = await page.evaluate(
        "() => String(new URLSearchParams(new FormData(document.getElementById('editor'))))"
    )
    at = page.url
    await page.get_by_role("button", name="Simpan").last.click()
    await expect(page.locator("main")).to_contain_text("Draf")
    again = await page.evaluate(
        "async ([at, form]) => (await fetch(at, {method: 'POST', body: new URLSearchParams(form + '&do=save')})).url",
        [at, form],
    )
    assert again == page.url


async def test_it_works_without_javascript_and_by_keyboard(
    browser: Browser, page: Page, address: str
) -> None:
    person = (await people(page))[9]
    context = await browser.new_context(base_url=address, java_script_enabled=False)
    plain = await context.new_page()
    await draft(plain, person)
    before = await plain.get_by_label("Rencana hasil kerja").count()
    await plain.get_by_role("button", name="Tambah hasil kerja").click()
    await expect(plain.get_by_label("Rencana hasil kerja")).to_have_count(before + 1)
    await plain.get_by_role("button", name=f"Hapus hasil kerja {before + 1}").click()
    await expect(plain.get_by_label("Rencana hasil kerja")).to_have_count(before)
    await plain.get_by_label("Rencana hasil kerja").first.focus()
    await plain.keyboard.press("Tab")
    await expect(plain.get_by_label("Hasil kerja pimpinan yang diintervensi").first).to_be_focused()
    await plain.get_by_role("button", name="Simpan").last.focus()
    await plain.keyboard.press("Enter")
    await expect(plain.locator("main")).to_contain_text("Draf")
    await context.close()


async def test_an_skp_begins_with_what_a_file_says(page: Page) -> None:
    """What is wrong in it is told by row, and nothing typed is lost; what is right stands in the editor."""
    await draft(page, (await people(page))[8])
    await page.get_by_label("Rencana hasil kerja").first.fill("Sudah diketik")
    await expect(page.locator(".draft")).not_to_be_empty()
    address = page.url

    async def send(*lines: str) -> None:
        head = "Rencana Hasil Kerja;Jenis;Aspek;Indikator Kinerja Individu;Target"
        content = "\n".join([head, *lines]).encode()
        file = FilePayload(name="skp.csv", mimeType="text/csv", buffer=content)
        await page.locator("summary", has_text="Isi dari berkas").click()
        await page.locator("#file").set_input_files(file)
        await page.get_by_role("button", name="Baca berkas").click()

    await send(";utama;Kuantitas;Jumlah;12")
    await expect(page.locator("tbody")).to_contain_text(
        "Baris pertama harus menyebut hasil kerjanya."
    )
    assert await violations(page) == []
    await page.get_by_role("link", name="Kembali", exact=True).click()
    assert page.url == address
    await expect(page.get_by_label("Rencana hasil kerja").first).to_have_value("Sudah diketik")

    await send("Laporan tersusun;utama;Kuantitas;Jumlah laporan;12", ";;Kualitas;Ketepatan;95")
    await expect(page.get_by_label("Rencana hasil kerja")).to_have_count(1)
    await expect(page.get_by_label("Rencana hasil kerja").first).to_have_value("Laporan tersusun")
    assert await violations(page) == []
    await expect(page.locator("#checks")).not_to_be_empty()  # it moves what is below it
    await page.get_by_role("button", name="Simpan").last.click()
    await expect(page.locator("main")).to_contain_text("Ketepatan")


async def test_what_has_been_changed_in_an_agreed_skp_is_shown(page: Page) -> None:
    person = next(each for each in everybody(PEOPLE) if course(each.id).amended)
    await sign_in(page, person.id)
    await page.goto(f"/skps/{assignment_of(person)}.{YEAR}0101")
    amended = page.locator(".amended")
    await expect(amended).to_contain_text("Penyesuaian anggaran triwulan II")
    await expect(amended.locator("ins")).to_contain_text("(disesuaikan)")
    await expect(amended.locator("del")).not_to_contain_text("(disesuaikan)")
