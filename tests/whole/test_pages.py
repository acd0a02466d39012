"""Every page as people meet it: on a desk and a telephone, in both languages, by whoever may read it.

With `LOOKS=1` each leaves a picture in .local/looks, to be looked at.
"""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Browser, Page, expect

from console.app import SECTIONS
from console.directory.appraiser import PATH as APPRAISER
from console.directory.person.acts import OF_ASSIGNMENT, OF_PERSON
from console.directory.superior import PATH as SUPERIOR
from console.operation.stopped import PATH as STOPPED
from console.show.words import LANGUAGES
from console.units.acts import ACTS
from contracts.settings import KINDS
from tests.whole.browser import head, personnel, sign_in, sign_out
from tests.whole.looks import BROKEN, WIDTHS, look, picture
from tests.whole.test_imports import WRONG, send

pytestmark = [pytest.mark.browser, pytest.mark.whole, pytest.mark.timeout(300)]

OF_SOME = ("extend", "end-leave")
"""What cannot be done about every assignment: test_person looks at it."""
NEW = "/skps/new?assignment={id}.1&start=2027-01-01&until=2027-12-31"
READERS = {
    "anybody": ("/", "/sign-in/done", "/status", "/licences", "/people", "/nowhere"),
    "auditor": (
        "/",
        "/year",
        "/people",
        "/people?sort=-name",
        "/people?name=nobody",
        "/people/{id}",
        "/history/{person}",
        "/history/{person}?stage=planning&sort=-day",
    ),
    "personnel": (
        "/",
        "/completion",
        "/completion?unit={unit}",
        "/completion/people?unit={unit}&state=set",
        "/people/new",
        "/people/{who}",
        *(f"/people/{{who}}/{act}" for act in OF_PERSON),
        *(f"/people/{{who}}/{{held}}/{act}" for act in OF_ASSIGNMENT if act not in OF_SOME),
        "/units",
        "/units?name=biro",
        "/units/new",
        "/units/{unit}",
        *(f"/units/{{unit}}/{act}" for act in ACTS),
        "/positions",
        "/positions?name=nobody",
        "/positions/new",
        "/positions/{position}",
        "/positions/{position}/edit",
        "/imports",
        "/imports?name=unit&sort=-name&state=loaded",
        "/imports/{upload}",
        "/calendar?unit={unit}",
        "/settings",
        *(f"/settings/{kind}" for kind in KINDS),
    ),
    "planner": (
        "/agreements?unit={unit}&year=2026",
        "/agreements?unit={unit}&year=2030",
        "/agreements/new?unit={unit}&assignment={id}.1&year=2027",
        "/agreements/{agreement}",
        "/agreements/{agreement}/edit",
    ),
    "superior": (
        "/matrix/{unit}?year=2026",
        "/matrix/{unit}/edit?year=2026",
        "/cascade?from={agreement}/s1",
        "/cascade?from={agreement}/s1&depth=4",
    ),
    "operator": ("/status", "/stopped"),
    "employee": (
        "/",
        "/skps",
        "/skps?team=true",
        "/skps/{skp}",
        "/skps/{skp}/edit",
        NEW,
        "/people/{id}",
        "/history/{person}",
        "/people/{other}",
        "/notices",
    ),
}
"""`{id}` and `{person}` are the employee, `{other}` is somebody else, `{skp}` the employee's; of whom plans, `{id}`
leads `{unit}`, whose `{agreement}` it is; `{who}` holds `{held}`."""
FIRST, NEXT = 120_000, 15_000
"""Bytes that a page may cost over the network: with nothing kept yet, and afterwards."""


def test_every_page_is_looked_at() -> None:
    pages = {
        route.path
        for section in SECTIONS
        for route in section.router.routes
        if "GET" in route.methods
    }
    pages -= {STOPPED, APPRAISER, SUPERIOR}  # test_cures and test_appraiser look at them
    # A number, and what a field offers: for a script.
    pages -= {"/session/left", "/positions/names"}
    files = (".pdf", ".xlsx", ".{ending}")  # test_documents and test_lists have them
    pages -= {path for path in pages if path.endswith(files)}
    looked_at = {path.partition("?")[0] for paths in READERS.values() for path in paths}
    # Each of them.
    looked_at |= {"/settings/{kind}", "/units/{unit}/{act}"}
    looked_at |= {"/people/{id}/{act}", "/people/{id}/{assignment}/{act}"}
    assert pages - {"/sign-in"} <= {path.replace("{upload}", "{id}") for path in looked_at}


async def come(page: Page, reader: str) -> dict[str, str]:
    """Signs in; gives what stands for the braces of READERS."""
    if reader == "anybody":
        return {}
    if reader in ("planner", "superior"):
        leading, unit = await head(page)
        if reader == "superior":
            await sign_out(page)
            await sign_in(page, leading)
        return {"id": leading, "unit": unit, "agreement": f"{unit}.2026"}
    if reader == "operator":
        await page.goto("/sign-in")
        await page.get_by_role("button", name="Operator").click()
        return {}
    if reader == "personnel":
        await personnel(page)
        await send(page, WRONG)
        await expect(page.locator("h2", has_text="Sudah diperiksa")).to_be_visible()
        upload = page.url.rpartition("/")[2]
        await page.goto("/completion")
        unit = await page.locator("tbody th a").first.get_attribute("href") or ""
        await page.goto("/positions?template=true")
        position = await page.locator("tbody th a").first.get_attribute("href") or ""
        await page.goto("/people")
        await page.locator("tbody a").nth(5).click()
        held = await page.locator(".post a[href$='/end']").first.get_attribute("href") or ""
        _, _, who, assignment, _ = held.split("/")
        return {
            "upload": upload,
            "unit": parse_qs(urlsplit(unit).query)["unit"][0],
            "position": position.removeprefix("/positions/"),
            "who": who,
            "held": assignment,
        }
    mine, other = await sign_in(page)
    if reader == "employee":
        await sign_out(page)
        await sign_in(page, mine)
    return {"id": mine, "person": mine, "other": other, "skp": f"{mine}.1.20260101"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reader", READERS)
async def test_a_page_can_be_read_by_everybody(page: Page, reader: str, language: str) -> None:
    """Wide and narrow nothing scrolls sideways, and axe finds nothing; the fixture sees that no policy is broken. A
    page's words and its width change different things, so axe meets each language in one of them."""
    people = await come(page, reader)
    await page.goto(f"/?lang={language}")
    for path in READERS[reader]:
        await page.goto(path.format_map(people))
        await page.evaluate("document.fonts.ready")
        assert await page.locator("html").get_attribute("lang") == language
        name = f"{reader}{path.replace('/', '-').replace('?', '-')}-{language}"
        await look(page, name, by_axe=[WIDTHS[[*LANGUAGES].index(language)]])


async def test_where_one_can_go_stands_in_one_line(page: Page) -> None:
    """Of those who may go to most places."""
    await personnel(page)
    for language in LANGUAGES:
        await page.goto(f"/?lang={language}")
        for width in (1024, 1280, 1600):
            await page.set_viewport_size({"width": width, "height": 800})
            assert await page.evaluate(BROKEN) == [], (language, width)
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, width
            await picture(page, f"most-{language}-{width}")


async def test_a_page_holds_at_400_percent_and_with_what_is_long(page: Page) -> None:
    """A desk of 1280 pixels, enlarged four times, is 320 wide. Also when the history tells of an
    auditor's reading, whose path has no blank to break at."""
    person = (await sign_in(page))[0]
    await page.set_viewport_size({"width": 320, "height": 256})
    for path in (
        "/",
        "/year",
        "/people",
        f"/people/{person}",
        f"/history/{person}",
        f"/history/{person}",
    ):
        await page.goto(path)
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320, path
    await page.locator("summary").first.click()
    await expect(page.locator("main")).to_contain_text("Dibaca oleh auditor")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.fixture
async def weighed(page: Page) -> AsyncIterator[dict[str, Any]]:
    """`bytes` that have come over the network, but for what the page fetches to be fresh."""
    counted: dict[str, Any] = {"bytes": 0, "fetched": set()}
    network = await page.context.new_cdp_session(page)
    await network.send("Network.enable")

    def sent(event: dict[str, Any]) -> None:
        if event["type"] == "Fetch":
            counted["fetched"].add(event["requestId"])

    def finished(event: dict[str, Any]) -> None:
        if event["requestId"] not in counted["fetched"]:
            counted["bytes"] += event["encodedDataLength"]

    network.on("Network.requestWillBeSent", sent)
    network.on("Network.loadingFinished", finished)
    yield counted
    await network.detach()


async def test_pages_are_light(page: Page, weighed: dict[str, Any]) -> None:
    await page.goto("/", wait_until="networkidle")
    assert 0 < weighed["bytes"] <= FIRST, weighed["bytes"]
    person = (await sign_in(page))[0]
    for path in (
        "/",
        "/year",
        "/status",
        "/people",
        f"/people/{person}",
        f"/history/{person}",
        "/licences",
    ):
        await page.goto("about:blank")
        weighed["bytes"] = 0
        await page.goto(path)
        await page.evaluate("document.fonts.ready")
        assert 0 < weighed["bytes"] <= NEXT, (path, weighed["bytes"])


async def test_all_of_it_works_without_javascript(browser: Browser, address: str) -> None:
    context = await browser.new_context(base_url=address, java_script_enabled=False)
    page = await context.new_page()
    await sign_in(page)
    name = await page.locator("tbody a").first.inner_text()
    await page.get_by_label("Nama").fill(name)
    await page.get_by_role("button", name="Cari").click()
    await page.get_by_role("link", name=name).first.click()
    await page.get_by_role("link", name="Riwayat").click()
    await expect(page.locator("main")).to_contain_text("SKP ditetapkan")
    await page.get_by_role("link", name="English").click()
    await expect(page.locator("main")).to_contain_text("The SKP was approved")
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    await context.close()


async def test_the_keyboard_leads_past_the_bar(page: Page) -> None:
    await page.goto("/people")
    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Langsung ke isi")
    await expect(skip).to_be_focused()
    assert (await skip.bounding_box() or {"x": -1})["x"] >= 0
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.closest('main') !== null")
    await expect(page.locator("main").get_by_role("link", name="Masuk")).to_be_focused()


async def test_on_paper_there_is_what_was_read_and_no_bar(page: Page) -> None:
    person = (await sign_in(page))[0]
    await page.emulate_media(media="print")
    await page.set_viewport_size({"width": 700, "height": 1000})
    await page.goto(f"/history/{person}")
    await expect(page.locator(".told").first).to_be_visible()
    for bar in (".top", ".foot-nav", ".foot", ".head-do a"):
        await expect(page.locator(bar)).to_be_hidden()
    await picture(page, "history-on-paper")
