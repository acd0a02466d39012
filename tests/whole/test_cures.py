"""A partition that stands, and an operator who cures it, in a browser."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from playwright.async_api import Page, expect

from tests.whole.browser import sign_in, sign_out
from tests.whole.looks import look

pytestmark = [pytest.mark.browser, pytest.mark.whole, pytest.mark.timeout(300)]

WHY = "Tabelnya rusak, bacaan ini tidak dihitung"


@asynccontextmanager
async def refusing(folder: Path) -> AsyncIterator[asyncpg.Connection]:
    """While planning's counts cannot be written about what auditors read."""
    told = json.loads((folder / "addresses.json").read_text())
    connection = await asyncpg.connect(told["environment"]["planning"]["DATABASE_URL"])
    table = "alter table view.event_count"
    await connection.execute(f"{table} add constraint c check (type <> 'RecordRead') not valid")
    try:
        yield connection
    finally:
        await connection.execute(f"{table} drop constraint if exists c")
        await connection.close()


async def stop(page: Page) -> None:
    """An auditor reads of a person; then an operator is signed in, and looks at what stands."""
    person, _ = await sign_in(page)
    await page.goto(f"/people/{person}")
    await sign_out(page)
    await page.goto("/sign-in")
    await page.get_by_role("button", name="Operator").click()
    await until(page, standing=True)


async def until(page: Page, *, standing: bool) -> None:
    """Look again until something stands, or nothing does any more."""
    await page.goto("/stopped")
    for _ in range(120):
        if bool(await page.locator("tbody tr").count()) == standing:
            return
        await page.wait_for_timeout(500)
        await page.goto("/stopped")
    raise AssertionError(await page.locator("main").inner_text())


async def test_an_operator_has_it_tried_again_and_passes_over_it(page: Page, folder: Path) -> None:
    async with refusing(folder) as planning:
        await stop(page)
        await look(page, "stopped")
        await page.locator("tbody a").click()
        await expect(page.locator("main")).to_contain_text("kinerja.planning.RecordRead.v1")
        await look(page, "stopped-one")
        address = page.url
        # Tried again while the cause is there, it stands again.
        await page.get_by_role("button", name="Coba lagi sekarang").click()
        await expect(page.get_by_role("status")).to_contain_text("dicoba lagi")
        await until(page, standing=True)
        await page.goto(address)
        await page.get_by_text("Lewati catatan ini").click()
        await page.get_by_label("Alasan").fill(WHY)
        await page.get_by_role("button", name="Lanjut").click()
        # Nothing is done before what follows from it has been read.
        await expect(page.locator("main")).to_contain_text("tidak dapat dibatalkan")
        await expect(page.locator("main")).to_contain_text(WHY)
        await look(page, "pass-over")
        await page.get_by_role("button", name="Ya, lewati").click()
        await expect(page.get_by_role("status")).to_contain_text("dilewati")
        await until(page, standing=False)
        (record,) = await planning.fetch(
            "select record from event where type = 'kinerja.planning.RecordPassedOver.v1'"
        )
        said = json.loads(record["record"])["data"]
        assert (said["why"], said["by"]) == (WHY, "operator-1")
    await page.goto(address)
    await expect(page.locator("h1")).to_have_text("Tidak ditemukan")


async def test_whoever_is_no_operator_sees_and_does_nothing(page: Page) -> None:
    await sign_in(page)
    for path in ("/stopped", "/stopped/planning/planning_counts/kinerja.planning.events/0"):
        assert (await page.request.get(path)).status == 403
    await page.goto("/status")
    await expect(page.get_by_role("link", name="Partisi yang berhenti")).to_have_count(0)
