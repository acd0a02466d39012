"""The documentation as a site: no link leads nowhere, and it opens from a folder, with nothing from elsewhere."""

import html
import json
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from deploy.local import LOCAL, ROOT

LOOKS = LOCAL / "looks"


def build(folder: Path, how: str) -> subprocess.CompletedProcess[str]:
    """As `make docs` does, of a copy of the tree in the folder."""
    tree = folder / "tree"
    return subprocess.run(
        [sys.executable, "-m", "sphinx", "-c", tree / "docs" / "site", "-b", "html",
         "-d", folder / "doctrees", how, "--keep-going", tree, folder / "site"],
        capture_output=True, text=True, timeout=150,
    )  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a tree that a test may change."""
    folder = tmp_path_factory.mktemp("docs")
    tree = folder / "tree"
    shutil.copytree(ROOT / "docs", tree / "docs")
    for file in (*ROOT.glob("*.md"), ROOT / "LICENSE"):
        shutil.copy(file, tree)
    for name in ("contracts", "deploy", "openapi", "reference"):
        (tree / name).symlink_to(ROOT / name)
    built = build(folder, "-aEqW")
    assert built.returncode == 0, built.stderr
    return folder / "site"


def test_make_docs_builds_as_strictly_as_this() -> None:
    told = (ROOT / "Makefile").read_text()
    assert (
        "sphinx-build -c docs/site -b html -d .local/doctrees -aEqW --keep-going . .local/site"
        in told
    )


def test_every_page_of_the_tree_is_in_it(site: Path) -> None:
    for file in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")):
        assert (site / file.relative_to(ROOT)).with_suffix(".html").is_file(), file


def test_every_endpoint_and_every_event_is_in_it(site: Path) -> None:
    """As a reader sees it: the page's text."""
    interfaces = site / "docs" / "site" / "interfaces"
    for document in (ROOT / "openapi").glob("*.json"):
        told = text(interfaces / f"{document.stem}.html")
        for path, methods in json.loads(document.read_text())["paths"].items():
            for method in methods:
                assert f"{method.upper()} {path}" in told, document.name
    events = text(interfaces / "events.html")
    for schema in (ROOT / "contracts" / "schemas").glob("*.json"):
        assert f"kinerja.{schema.stem}" in events
        for name in json.loads(schema.read_text())["properties"]:
            assert name in events, (schema.name, name)


def text(page: Path) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page.read_text()))


def test_it_loads_nothing_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        for tag in re.findall(r"<(?:script|img|link|iframe|source)\b[^>]*>", page.read_text()):
            assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", tag), (page.name, tag)
    for style in site.rglob("*.css"):
        assert not re.search(r"url\(['\"]?(?:https?:)?//|@import", style.read_text()), style.name


@pytest.fixture
async def page(site: Path, chromium: str) -> AsyncIterator[Page]:
    """The site's first page, from its folder, without a network."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = await browser.new_context(offline=True)
        opened = await context.new_page()
        failures: list[object] = []
        opened.on("pageerror", lambda error: failures.append(error))
        await opened.goto((site / "index.html").as_uri())
        await expect(opened.locator("h1")).to_contain_text("Kinerja")
        yield opened
        assert not failures
        await browser.close()


@pytest.mark.browser
async def test_it_is_read_and_searched_from_a_folder_without_a_network(page: Page) -> None:
    await page.get_by_placeholder("Search").fill("older backup")
    await page.keyboard.press("Enter")
    found = page.locator("#search-results")
    await found.get_by_role("link", name="Operations", exact=True).first.click()
    await expect(page.locator("h1")).to_contain_text("Operations")
    await page.screenshot(path=LOOKS / "docs-operations.png")


@pytest.mark.browser
async def test_the_pictures_of_real_pages_are_in_it(page: Page) -> None:
    await page.get_by_role("link", name="January in ten minutes").first.click()
    await expect(page.locator("h1")).to_contain_text("January")
    pictures = await page.locator("article img").all()
    assert len(pictures) >= 4
    for picture in pictures:
        assert await picture.evaluate("image => image.complete && image.naturalWidth > 300")
    await page.screenshot(path=LOOKS / "docs-january.png", full_page=True)


def test_a_link_that_leads_nowhere_is_refused(site: Path) -> None:
    """Only the page that has changed is read anew. Last, for the site has it then."""
    page = site.parent / "tree" / "docs" / "january.md"
    wrong = "[x](no-page.md) [x](operations.md#no-anchor) ![x](pictures/no-picture.png)"
    page.write_text(f"{page.read_text()}\n{wrong}\n")
    built = build(site.parent, "-qW")
    assert built.returncode != 0
    warnings = [line for line in built.stderr.splitlines() if "WARNING" in line]
    assert len(warnings) == 3, warnings
    for missing in ("no-page.md", "no-anchor", "no-picture.png"):
        assert any(missing in line for line in warnings), warnings
