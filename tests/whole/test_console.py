"""The console as people use it, in a real browser."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.whole.browser import choose, sign_in, sign_out
from tests.whole.teams import NEXT

pytestmark = [pytest.mark.browser, pytest.mark.whole, pytest.mark.timeout(300)]


async def test_the_year_is_shown_and_kept_fresh(page: Page) -> None:
    await page.goto("/")
    for stage in ("planning", "monitoring", "appraisal", "rewards", "evaluation"):
        count = await page.locator(f"#stage-{stage} strong").inner_text()
        assert int(count.replace(".", "")) > 0
    # What a person changed by hand is overwritten by the next refresh.
    await page.evaluate("document.querySelector('#stage-planning strong').textContent = '-'")
    await expect(page.locator("#stage-planning strong")).not_to_have_text("-")


async def test_the_systems_status_is_open_and_kept_fresh(page: Page) -> None:
    await page.goto("/status")
    await expect(page.locator("#lag")).to_contain_text("rewards_followup")
    await page.locator("summary").first.click()
    await page.evaluate("document.querySelector('#lag tbody td').textContent = '-'")
    await expect(page.locator("#lag tbody td").first).not_to_have_text("-")
    # What the reader has opened stays open.
    await expect(page.locator("dl.types").first).to_contain_text("SKPApproved")


async def test_predicates_are_shown_to_whom_the_services_show_them(page: Page) -> None:
    await page.goto("/")
    await expect(page.locator("#stage-planning strong")).to_be_visible()
    await expect(page.locator("#predicates")).to_have_count(0)
    mine = (await sign_in(page))[0]
    await page.goto("/year")
    await expect(page.locator("#predicates")).to_contain_text("Baik")
    # They stay when the page refreshes itself.
    await page.evaluate("document.querySelector('#stage-planning strong').textContent = '-'")
    await expect(page.locator("#stage-planning strong")).not_to_have_text("-")
    await expect(page.locator("#predicates")).to_contain_text("Baik")

    await sign_out(page)
    await sign_in(page, mine)
    await expect(page.get_by_role("button", name="Keluar")).to_be_visible()
    await page.goto("/year")
    await expect(page.locator("#stage-planning strong")).to_be_visible()
    await expect(page.locator("#predicates")).to_have_count(0)


async def test_the_demonstration_says_what_awaits_whom(page: Page) -> None:
    await page.goto("/sign-in")
    await page.locator("#awaited button", has_text="SKP untuk ditinjau").click()
    await expect(page.locator(".due")).to_contain_text("Menunggu persetujuan Anda.")


@pytest.mark.usefixtures("drafting")
async def test_home_is_what_is_due(page: Page) -> None:
    """Of the year that is planned: the demonstration has lived the one before."""
    mine = (await sign_in(page))[0]
    await page.goto("/")
    await expect(page.locator("h1")).to_have_text("Tidak ada yang menunggu Anda")
    await sign_out(page)
    await sign_in(page, mine)
    await expect(page.locator("h1")).to_have_text(re.compile(r"\d hal menunggu Anda"))
    await expect(page.locator(".due")).to_contain_text(f"Susun SKP {NEXT}")


async def test_who_brings_a_cookie_of_nobody_sees_what_anybody_sees(
    page: Page, address: str
) -> None:
    await page.context.add_cookies([{"name": "session", "value": "a.b.c", "url": address}])
    await page.goto("/")
    await expect(page.locator("#stage-planning strong")).to_be_visible()
    await expect(page.locator("#predicates")).to_have_count(0)
    await page.goto("/people")
    await expect(page.locator("h1")).to_have_text("Masuk dahulu")


async def test_it_speaks_indonesian_first_and_english(page: Page) -> None:
    await page.goto("/")
    await expect(page.locator("h1")).to_contain_text("Tahun kinerja")
    await page.get_by_role("link", name="English").click()
    await expect(page.locator("h1")).to_contain_text("Performance year")


async def test_an_auditor_reads_a_persons_history_in_sentences(page: Page) -> None:
    person = (await sign_in(page))[0]
    await page.goto(f"/people/{person}")
    await page.get_by_role("link", name="Riwayat").click()
    history = page.locator("main")
    for told in ("dicatat sebagai", "SKP ditetapkan", "Realisasi Triwulan IV 2026", "Predikat kinerja pegawai 2026",
                 "Potongan tunjangan kinerja"):  # fmt: skip
        await expect(history).to_contain_text(told)


async def test_an_employee_reads_their_own_history_and_no_one_elses(page: Page) -> None:
    mine, theirs = await sign_in(page)
    await sign_out(page)
    await page.goto(f"/history/{mine}")
    await page.locator("main").get_by_role("link", name="Masuk").click()
    await choose(page, mine)
    await expect(page.locator("main")).to_contain_text("disusun")
    for kind in ("history", "people"):
        await page.goto(f"/{kind}/{theirs}")
        await expect(page.locator("h1")).to_have_text("Tidak berwenang")


async def test_what_a_person_typed_is_only_text(page: Page) -> None:
    await sign_in(page)
    await page.goto("/people")
    typed = "\"><img src=x onerror=alert(1)>{{ 7 * 7 }}'"
    await page.locator("input[name=name]").fill(typed)
    await page.get_by_role("button", name="Cari").click()
    await expect(page.locator("input[name=name]")).to_have_value(typed)
    await expect(page.locator("main")).to_contain_text("Tidak ada pegawai dengan nama itu")
    await expect(page.locator("img")).to_have_count(0)


async def test_nobody_reads_on_behind_whoever_has_signed_out(page: Page) -> None:
    person = (await sign_in(page))[0]
    await page.goto(f"/history/{person}")
    await expect(page.locator("ol.history").first).to_be_visible()
    await sign_out(page)
    await expect(page.locator("h1")).to_contain_text("Tahun kinerja")
    await page.wait_for_load_state()
    await page.go_back()
    await expect(page.locator("ol.history")).to_have_count(0)


async def test_nothing_comes_from_elsewhere(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto("/")
    assert asked
    assert all(url.startswith(address) for url in asked)
