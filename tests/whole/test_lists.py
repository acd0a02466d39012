"""Lists in a browser: ordered, gone through, and kept as files that hold what the reader may see."""

import csv
from io import BytesIO, StringIO

import pytest
from playwright.async_api import APIResponse, Page, expect
from python_calamine import CalamineWorkbook

from tests.whole.browser import sign_in, sign_out
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


async def test_the_problems_of_a_file_are_kept_beside_it(page: Page) -> None:
    await page.goto("/sign-in")
    await page.get_by_role("button", name="Pengelola kepegawaian").click()
    await send(page, WRONG)
    await expect(page.locator("main")).to_contain_text("2 masalah")
    rows = await as_csv(await page.request.get(f"{page.url}/problems.csv"))
    assert rows[0] == ["Baris", "Kolom", "Judul kolom", "Tertulis", "Yang harus ditulis"]
    assert [(row[1] + row[0], row[3]) for row in rows[1:]] == [("B4", ""), ("B5", "#REF!")]
