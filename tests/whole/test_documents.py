"""Documents as people get them."""

import re
import zipfile
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from playwright.async_api import APIResponse, Page, expect
from pypdf import PdfReader

from tests.whole.browser import sign_in, sign_out

pytestmark = [pytest.mark.browser, pytest.mark.whole, pytest.mark.timeout(300)]


async def skp_of(page: Page, person: str) -> str:
    await page.goto(f"/history/{person}")
    record = page.locator("small.from[title^='skp/']").last
    return (await record.get_attribute("title") or "").removeprefix("skp/").partition(" ")[0]


async def both(page: Page, skp: str) -> tuple[APIResponse, APIResponse]:
    pdf, xlsx = [await page.request.get(f"/skps/{skp}/skp.{kind}") for kind in ("pdf", "xlsx")]
    return pdf, xlsx


async def test_an_employee_gets_their_own_skp_and_no_one_elses(page: Page) -> None:
    mine, theirs = await sign_in(page)
    own, another = [await skp_of(page, person) for person in (mine, theirs)]
    name = await page.locator("h1").inner_text()
    await sign_out(page)
    await sign_in(page, mine)
    pdf, xlsx = await both(page, own)
    assert (pdf.status, xlsx.status) == (200, 200)
    assert pdf.headers["content-type"] == "application/pdf"
    for answer, kind in ((pdf, "pdf"), (xlsx, "xlsx")):
        assert answer.headers["cache-control"] == "no-store"
        kept = answer.headers["content-disposition"]
        assert re.fullmatch(rf"attachment; filename\*=UTF-8''SKP%202026%20.+\.{kind}", kept)
    said = "".join(each.extract_text() for each in PdfReader(BytesIO(await pdf.body())).pages)
    assert "SASARAN KINERJA PEGAWAI" in said
    assert "Pejabat Penilai Kinerja" in said
    assert "Ditetapkan" in said
    for skp in (another, f"{mine}.none.20260101"):
        for answer in await both(page, skp):
            assert answer.status == 403
            assert "Tidak berwenang" in await answer.text()
            assert name not in await answer.text()


async def test_its_code_leads_to_the_record_in_the_history(page: Page) -> None:
    mine = (await sign_in(page))[0]
    _, xlsx = await both(page, await skp_of(page, mine))
    with zipfile.ZipFile(BytesIO(await xlsx.body())) as book:
        texts = book.read("xl/sharedStrings.xml").decode()
    address = urlsplit(re.findall(r">(http[^<]+/history/[^<]+)<", texts)[0])
    assert address.path == f"/history/{mine}"
    await page.goto("/")
    await page.goto(address.geturl())
    await expect(page.locator("li:target")).to_contain_text("SKP ditetapkan")
