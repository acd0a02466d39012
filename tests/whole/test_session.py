"""A session that ends while somebody has typed: they are warned, stay by keyboard, or come back to what they typed.
It is a short one of a console of its own. (Of one that is ended elsewhere: test_keeping.)"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.whole.agency import Agency
from tests.whole.walk import WAYS, Walk, walking

pytestmark = [pytest.mark.browser, pytest.mark.whole, pytest.mark.timeout(300)]

IDLE = {"IDLE_MINUTES": "0.6"}
"""Its owner is warned when half of it is left."""
TYPED, MORE = "Pusat yang belum", " dicatat"


@pytest.fixture(params=["desk", "phone"])
async def walk(
    browser: Browser, agency: Agency, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Walk]:
    with agency.at_another_console(tmp_path, **IDLE) as brief:
        async with walking(browser, brief, "session", WAYS[request.param]) as begun:
            await begun.sign_in("personnel-unit")
            yield begun


def dialog(walk: Walk, name: str) -> Locator:
    return walk.page.get_by_role("dialog", name=walk.say(name))


async def test_who_rests_is_warned_and_loses_nothing_whether_they_stay_or_not(walk: Walk) -> None:
    warned, ended = dialog(walk, "Sesi Anda segera berakhir"), dialog(walk, "Sesi Anda berakhir")
    press = walk.page.keyboard.press
    await walk.page.goto("/units/new")
    name = walk.field("Nama unit")
    await name.fill(TYPED)
    await expect(warned.locator("time")).not_to_be_empty()
    await expect(warned.get_by_role("button", name=walk.say("Tetap masuk"))).to_be_focused()
    await press("Enter")
    await expect(warned).to_be_hidden()
    await expect(name).to_be_focused()
    await expect(name).to_have_value(TYPED)
    await press("End")
    await walk.page.keyboard.type(MORE)

    await expect(warned).to_be_visible()
    await walk.look("warned")
    await expect(ended).to_be_visible()
    await expect(warned).to_be_hidden()
    again = ended.get_by_role("link", name=walk.say("Masuk lagi"))
    await expect(again).to_be_focused()
    await walk.look("ended")
    await again.press("Enter")  # at Keycloak they are signed in still
    await expect(name).to_have_value(TYPED + MORE)
    await expect(walk.main).to_contain_text(walk.say("Isian yang belum dikirim dipulihkan."))
    await walk.button("Mulai dari yang tersimpan").click()
    await expect(name).to_have_value("")
