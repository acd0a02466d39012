"""How pages are looked at: by axe, by their width, and by people, in pictures."""

import os
import re
from collections.abc import Collection

from playwright.async_api import Page

from deploy.assets.npm import MODULES
from deploy.local import LOCAL

WIDTHS = (1280, 360)
"""Of a desk and of a telephone."""
AXE = MODULES / "axe-core" / "axe.min.js"
HOW = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}
"""That rule is of WCAG 2.2, and axe leaves it out unless asked."""
IN_SIGHT = ".top, .foot-nav, .editor > .acts.last, .grid tbody th"
LAID = "([these, how]) => document.querySelectorAll(these).forEach(each => { each.style.position = how })"
BROKEN = """[...document.querySelectorAll(".main-nav span, .tool span")]
    .filter(each => each.offsetHeight > 2 * parseFloat(getComputedStyle(each).fontSize)).map(each => each.textContent)"""
"""Words of the bar that take two lines."""


async def violations(page: Page) -> list[str]:
    """What axe finds. What stays in sight lies, for axe, where it was written: else the size of a target
    would depend on how far the page is scrolled."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text())
    await page.evaluate(LAID, [IN_SIGHT, "static"])
    found = await page.evaluate("how => axe.run(document, how)", HOW)
    await page.evaluate(LAID, [IN_SIGHT, ""])
    return [
        f"{each['id']}: {node['html'][:200]}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


async def look(page: Page, name: str, *, by_axe: Collection[int] = WIDTHS) -> None:
    """Wide and narrow: nothing scrolls sideways, where one can go stands in one line, and at these widths axe
    finds nothing. Its title lacks no word."""
    title = await page.locator("h1").inner_text()
    assert not re.search(r"\s[:,]|\bNone\b", title), title
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 800})
        if width in by_axe:
            assert await violations(page) == [], (name, width)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert await page.evaluate(BROKEN) == [], (name, width)
        await picture(page, f"{name}-{width}")


async def picture(page: Page, name: str) -> None:
    """Of the whole page, for people to look at where they want any (`LOOKS=1`): each costs as much as the page."""
    if os.environ.get("LOOKS"):
        await page.screenshot(path=LOCAL / "looks" / f"{name}.png", full_page=True)
