"""Lists in a browser: ordered, gone through, and kept as files that hold what the reader may see."""

import csv
from io import BytesIO, StringIO

import pytest
from playwright.async_api import APIResponse, Page, expect
from python_calamine import CalamineWorkbook

from tests.whole.browser import head, personnel, sign_in, sign_out
from tests.whole.conftest import PEOPLE
from tests.whole.test_imports import WRONG, send

pytestmark = [pytest.mark.browser, pytest.mark.whole, pytest.mark.timeout(300)]


async def as_csv(answer: APIResponse) -> list[list[str]]:
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    told = (await answer.body()).decode()
    assert told.startswith("\ufeff")
    return list(csv.reader(StringIO(told[1:]), delimiter=";"))


async def as_workbook(answer: APIResponse) -> list[list[object]]:
    assert answer.status == 200
    book = CalamineWorkbook.from_filelike(BytesIO(await answer.body()))
    return [list(row) for row in book.get_sheet_by_index(0).to_python()]


async def test_a_file_holds_every_person_in_the_order_of_the_page(page: Page) -> None:
    await sign_in(page)
    await page.goto("/people")
    shown = await page.locator("tbody a").all_inner_texts()
    heading = page.get_by_role("columnheader", name="Nama")
    await expect(heading).to_have_attribute("aria-sort", "ascending")
    async with page.expect_download() as downloading:
        await page.locator(".files").get_by_role("link", name="CSV").click()
    assert (await downloading.value).suggested_filename == "Pegawai.csv"
    rows = await as_csv(await page.request.get("/people.csv"))
    assert rows[0] == ["Nama", "Jabatan", "Nomor pegawai"]
    names = [row[0] for row in rows[1:]]
    assert names[: len(shown)] == shown
    assert len(names) >= PEOPLE
    assert await as_workbook(await page.request.get("/people.xlsx")) == [
        [cell or "" for cell in row] for row in rows
    ]
    await heading.get_by_role("link").click()
    await expect(heading).to_have_attribute("aria-sort", "descending")
    assert await page.locator("tbody a").first.inner_text() == names[-1]
    await page.goto("/people?name=nobody-at-all")
    await expect(page.locator(".files")).to_have_count(0)
    assert len(await as_csv(await page.request.get("/people.csv?name=nobody-at-all"))) == 1
    english = await as_csv(await page.request.get("/people.csv?lang=en"))
    assert english[0] == ["Name", "Position", "Person's number"]


async def test_a_file_of_skps_holds_what_its_reader_may_see(page: Page) -> None:
    mine, _ = await sign_in(page)
    assert (await page.request.get("/skps.csv?unit=nowhere")).status == 403
    await sign_out(page)
    assert (await page.request.get("/skps.csv")).status == 401
    await sign_in(page, mine)
    await page.goto("/skps")
    shown = await page.locator("tbody tr").count()
    table = await as_csv(await page.request.get("/skps.csv"))
    book = await as_workbook(await page.request.get("/skps.xlsx"))
    assert len(table) == len(book) == shown + 1
    heads = [
        "Pegawai",
        "Jabatan",
        "Unit kerja",
        "Mulai",
        "Sampai",
        "Keadaan",
        "Perubahan",
        "Perlu diperiksa",
    ]
    assert table[0] == book[0] == heads
    # Days are days in both.
    assert [str(row[3]) for row in book[1:]] == [row[3] for row in table[1:]]
    drafts = await as_csv(await page.request.get("/skps.csv?status=draft"))
    assert {row[5] for row in drafts[1:]} <= {"Draf"}
    for refused in ("/people.csv", "/people.xlsx", "/imports/none/problems.csv"):
        assert (await page.request.get(refused)).status == 403, refused


async def test_files_that_were_sent_are_found_and_kept_as_a_list(page: Page) -> None:
    """By name, state and sender; in the order of the page, to whoever may see them."""
    await personnel(page)
    for name in ("terdaftar b.csv", "Terdaftar a.csv"):
        await send(page, WRONG, name)
        await expect(page.locator("main")).to_contain_text("2 masalah")
    await page.goto("/imports")
    found = page.get_by_role("form", name="Cari berkas")
    await found.get_by_label("Nama berkas").fill("terdaftar")
    await found.get_by_label("Keadaan").select_option("checked")
    await found.get_by_role("button", name="Tampilkan").click()
    links = page.locator("tbody th a")
    await expect(links).to_have_text(["Terdaftar a.csv", "terdaftar b.csv"])
    heading = page.get_by_role("columnheader", name="Dikirim")
    await expect(heading).to_have_attribute("aria-sort", "descending")
    await heading.get_by_role("link").click()
    await expect(links).to_have_text(["terdaftar b.csv", "Terdaftar a.csv"])
    await expect(found.get_by_label("Nama berkas")).to_have_value("terdaftar")
    told = await page.locator(".files a").last.get_attribute("href") or ""
    rows = await as_csv(await page.request.get(told))
    heads = ["Berkas", "Isi berkas", "Keadaan", "Baris", "Masalah", "Dikirim", "Pengirim"]
    assert rows[0] == [*heads, "SHA-256"]
    assert [(row[0], row[2], row[4], row[6]) for row in rows[1:]] == [
        (name, "Sudah diperiksa", "2", "personnel-unit")
        for name in ("terdaftar b.csv", "Terdaftar a.csv")
    ]
    assert len(await as_workbook(await page.request.get(told.replace(".csv", ".xlsx")))) == 3
    await found.get_by_label("Keadaan").select_option("loaded")
    await found.get_by_role("button", name="Tampilkan").click()
    await expect(page.locator("main")).to_contain_text("Tidak ada berkas yang cocok.")
    await page.get_by_role("link", name="Tampilkan semua").click()
    await expect(links.filter(has_text="Terdaftar a.csv").first).to_be_visible()
    await sign_out(page)
    await sign_in(page)
    assert (await page.request.get("/imports.csv")).status == 403


async def test_agreements_are_kept_as_a_file_that_can_be_loaded(page: Page) -> None:
    """Of a unit, and of all below it; what is loaded as it was kept changes nothing."""
    _, unit = await head(page)
    await page.goto(f"/agreements?unit={unit}&year=2026")
    own, whole = page.locator(".files").first, page.locator(".files").last
    async with page.expect_download() as downloading:
        await own.get_by_role("link", name="CSV").click()
    assert (await downloading.value).suggested_filename == "Perjanjian kinerja 2026.csv"
    links = [await each.locator("a").last.get_attribute("href") or "" for each in (own, whole)]
    mine, every = [await as_csv(await page.request.get(link)) for link in links]
    assert {row[0] for row in mine[1:]} == {unit}
    assert len({row[0] for row in every[1:]}) > 1
    assert [row for row in every if row[0] == unit] == mine[1:]
    workbook = await page.request.get(f"/agreements.xlsx?unit={unit}&year=2026")
    assert len(await as_workbook(workbook)) == len(mine)
    await send(page, await (await page.request.get(links[0])).text(), "p.csv", "agreements")
    await expect(page.locator("h2", has_text="Sudah diperiksa")).to_be_visible()
    await expect(page.locator("main")).to_contain_text("0 perubahan")


async def test_a_history_is_kept_as_a_file_in_the_order_and_of_the_stage_that_is_shown(
    page: Page,
) -> None:
    person, _ = await sign_in(page)
    await page.goto(f"/history/{person}")
    shown = await page.locator(".months > .history .told").all_inner_texts()
    rows = await as_csv(await page.request.get(f"/history/{person}/riwayat.csv"))
    assert rows[0] == ["Tanggal", "Peristiwa", "Tahap", "Nomor di catatan", "Aliran", "Versi"]
    assert {"Perencanaan", "Pemantauan", "Penilaian"} < {row[2] for row in rows[1:]}
    assert [row[1] for row in rows[1:] if "auditor" not in row[1]] == shown
    await page.get_by_label("Tahap").select_option("planning")
    await page.get_by_role("button", name="Tampilkan").click()
    await page.get_by_role("link", name="Tampilkan dari yang terbaru").click()
    told = await page.locator(".files a").last.get_attribute("href") or ""
    planned = await as_csv(await page.request.get(told))
    assert {row[2] for row in planned[1:]} == {"Perencanaan"}
    assert [row[1] for row in planned[1:] if "auditor" not in row[1]] == [
        row[1] for row in reversed(rows[1:]) if row[2] == "Perencanaan" and "auditor" not in row[1]
    ]
    await sign_out(page)
    assert (await page.request.get(told)).status == 401


async def test_units_and_who_is_in_one_are_kept_as_files(page: Page) -> None:
    _, unit = await head(page)
    await page.goto("/units")
    rows = await as_csv(await page.request.get("/units.csv"))
    codes = [row[0] for row in rows[1:]]
    assert unit in codes
    assert len(codes) > await page.locator(".ways li").count()
    named = await as_csv(await page.request.get("/units.csv?name=bi"))
    assert {row[1] for row in named[1:]} == {row[1] for row in rows[1:] if "bi" in row[1].lower()}
    await page.goto(f"/units/{unit}")
    table = page.get_by_role("region", name="Pegawai di unit ini").locator("tbody th a")
    shown = await table.all_inner_texts()
    members = await as_csv(await page.request.get(f"/units/{unit}/people.csv"))
    assert [row[0] for row in members[1:]] == shown
    await page.get_by_role("columnheader", name="Jabatan").get_by_role("link").click()
    members = await as_csv(await page.request.get(f"/units/{unit}/people.csv?sort=position"))
    await expect(table).to_have_text([row[0] for row in members[1:]])
    await sign_out(page)
    assert (await page.request.get(f"/units/{unit}/people.csv")).status == 401


async def test_the_problems_of_a_file_are_kept_beside_it(page: Page) -> None:
    await page.goto("/sign-in")
    await page.get_by_role("button", name="Pengelola kepegawaian").click()
    await send(page, WRONG)
    await expect(page.locator("main")).to_contain_text("2 masalah")
    rows = await as_csv(await page.request.get(f"{page.url}/problems.csv"))
    assert rows[0] == ["Baris", "Kolom", "Judul kolom", "Tertulis", "Yang harus ditulis"]
    assert [(row[1] + row[0], row[3]) for row in rows[1:]] == [("B4", ""), ("B5", "#REF!")]
