"""Nothing typed is lost, whatever comes in between: a session that ends, a service or a line that is away, a view that
is behind. (Of two windows, a double click and a reload: test_january.)"""

import json
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from playwright.async_api import Browser, expect

from ministry.bodies import assignment_of
from ministry.people import Person
from tests.whole.agency import Agency
from tests.whole.teams import NEXT, Team
from tests.whole.walk import WAYS, Walk, walking

pytestmark = [pytest.mark.browser, pytest.mark.whole, pytest.mark.timeout(300)]

TYPED = "Belum dikirim"


@pytest.fixture
def person(teams: Sequence[Team]) -> Person:
    """Who begins to draft, and one test after another goes on with it."""
    return teams[0].staff[3]


@pytest.fixture
async def walk(browser: Browser, agency: Agency, person: Person) -> AsyncIterator[Walk]:
    async with walking(browser, agency, "keeping", WAYS["desk"]) as begun:
        await begun.sign_in(person.id)
        await begun.page.goto(editor(person))
        yield begun


@pytest.fixture
async def planning(folder: Path) -> AsyncIterator[asyncpg.Connection]:
    """Its database."""
    told = json.loads((folder / "addresses.json").read_text())
    connection = await asyncpg.connect(told["environment"]["planning"]["DATABASE_URL"])
    yield connection
    await connection.close()


def editor(person: Person) -> str:
    days = f"start={NEXT}-01-01&until={NEXT}-12-31"
    return f"/skps/new?assignment={assignment_of(person)}&{days}"


async def test_what_is_typed_after_the_session_has_ended_is_there_for_its_owner_alone(
    walk: Walk, agency: Agency, person: Person, teams: Sequence[Team]
) -> None:
    """Keycloak ends it while the form stands there; what is typed and sent then is kept, and not done."""
    agency.keycloak.sign_out_everywhere(person.id)
    result = walk.field("Rencana hasil kerja").first
    await result.fill(TYPED)
    await expect(walk.page.locator(".draft")).to_contain_text("Sesi berakhir; isian disimpan.")
    await walk.look("session-over")
    await walk.field("Catatan dialog").fill("Diketik sesudahnya")
    await walk.button("Simpan").click()
    await expect(walk.main).to_contain_text("Isian Anda disimpan. Masuk lagi")
    await walk.look("sent-too-late")
    # Another, at the same computer.
    address = editor(person)
    await walk.page.context.clear_cookies()
    await walk.page.goto("/")
    await walk.follow("Masuk")
    await walk.prove(teams[0].staff[0].id)
    await walk.page.goto(address)
    await expect(walk.page.get_by_text(TYPED)).to_have_count(0)
    await walk.sign_out()
    await walk.page.goto(address)
    await walk.main.get_by_role("link", name="Masuk").click()
    await walk.prove(person.id)
    await expect(result).to_have_value(TYPED)
    await expect(walk.field("Catatan dialog")).to_have_value("Diketik sesudahnya")
    await walk.button("Mulai dari yang tersimpan").click()


async def test_a_form_from_before_its_person_signed_in_again_is_kept_and_sent_from_its_page(
    walk: Walk, person: Person
) -> None:
    await walk.page.context.clear_cookies()
    elsewhere = replace(walk, page=await walk.page.context.new_page())
    await elsewhere.sign_in(person.id)
    await elsewhere.page.close()
    result = walk.field("Rencana hasil kerja").first
    await result.fill(TYPED)
    await walk.button("Simpan").click()
    await expect(walk.page.locator("h1")).to_have_text("Belum terkirim")
    await walk.look("of-an-earlier-session")
    await walk.follow("Kembali ke isian")
    await expect(result).to_have_value(TYPED)
    await walk.button("Mulai dari yang tersimpan").click()


async def test_a_form_that_no_service_takes_is_sent_again_with_its_key(
    walk: Walk, agency: Agency
) -> None:
    await walk.field("Rencana hasil kerja").first.fill("Dikirim sewaktu layanan pergi")
    with agency.doors["planning"].away():
        await walk.button("Simpan").click()
        await expect(walk.page.locator("h1")).to_have_text("Belum terkirim")
        key = await walk.page.locator("[name=key]").get_attribute("value")
        await walk.look("unsent")
        await walk.button("Coba lagi").click()
        await expect(walk.page.locator("h1")).to_have_text("Belum terkirim")
        assert await walk.page.locator("[name=key]").get_attribute("value") == key
    await walk.button("Coba lagi").click()
    await expect(walk.page.locator(".lede")).to_contain_text("Draf")
    await expect(walk.main).to_contain_text("Dikirim sewaktu layanan pergi")


async def test_a_form_that_is_sent_while_the_line_is_cut_waits_for_it(
    walk: Walk, person: Person
) -> None:
    await walk.page.goto(f"/skps/{skp(person)}/edit")
    result = walk.field("Rencana hasil kerja").first
    await result.fill("Diketik tanpa sambungan")
    await walk.page.context.set_offline(True)
    line = walk.page.locator("#line")
    await expect(line).to_contain_text("Tidak terhubung")
    await walk.button("Simpan").click()
    await expect(line).to_contain_text("Dikirim begitu tersambung lagi")
    await expect(result).to_have_value("Diketik tanpa sambungan")
    await walk.page.evaluate(
        "scrollTo(0, document.body.scrollHeight)"
    )  # the bar covers nothing there
    await walk.look("line-cut")
    await walk.page.context.set_offline(False)
    await expect(walk.page.locator(".lede")).to_contain_text("Draf")
    await expect(walk.main).to_contain_text("Diketik tanpa sambungan")


async def test_what_is_saved_is_told_before_its_view_follows(
    walk: Walk, person: Person, planning: asyncpg.Connection
) -> None:
    await walk.page.goto(f"/skps/{skp(person)}/edit")
    await walk.field("Rencana hasil kerja").first.fill("Tampilannya menyusul")
    async with planning.transaction():
        # Nobody writes to it meanwhile; it can be read.
        await planning.execute("lock table view.skp in exclusive mode")
        await walk.button("Simpan").click()
        await expect(walk.page.locator("h1")).to_have_text("Tersimpan")
        still = replace(walk, page=await walk.page.context.new_page())
        await still.page.route(re.compile("/app[^/]*js"), lambda route: route.abort())
        await still.page.goto(walk.page.url)
        await still.look("behind")
    await expect(walk.main).to_contain_text("Tampilannya menyusul")
    await expect(walk.page.locator(".lede")).to_contain_text("Draf")
    # However long it took, what was sent is no draft any more.
    await walk.page.goto(f"/skps/{skp(person)}/edit")
    await expect(walk.main).not_to_contain_text("dipulihkan")


async def test_what_had_better_be_mended_is_told_while_one_types(
    walk: Walk, person: Person
) -> None:
    await walk.page.goto(f"/skps/{skp(person)}/edit")
    result = walk.field("Rencana hasil kerja").first
    await result.fill("Melaksanakan rapat")
    activity = re.compile("Rumuskan sebagai hasil, bukan kegiatan")
    await expect(result).to_have_accessible_description(activity)
    await walk.look("checks")
    await result.fill("Rapat yang menghasilkan keputusan")
    await expect(result).not_to_have_accessible_description(activity)


async def test_a_reason_is_kept_like_what_is_drafted(
    walk: Walk, agency: Agency, person: Person
) -> None:
    """Through the session's end, and where it is refused."""
    await walk.page.goto(f"/skps/{skp(person)}")
    act = walk.page.locator("details", has_text="Tarik kembali")
    await act.locator("summary").click()
    reason = act.get_by_label("Alasan")
    await reason.fill("Ditarik karena")
    await expect(act.locator(".draft")).to_contain_text("Draf tersimpan")
    await walk.look("reason")
    agency.keycloak.sign_out_everywhere(person.id)
    await reason.fill("Ditarik karena salah tahun")
    await act.get_by_role("button").click()
    await walk.main.get_by_role("link", name="Masuk").click()
    await walk.prove(person.id)
    await expect(reason).to_be_visible()
    await expect(reason).to_have_value("Ditarik karena salah tahun")
    await walk.look("reason-restored")
    # As a page of another state of it.
    await act.locator("[name=version]").evaluate("field => field.value++")
    await act.get_by_role("button").click()
    await expect(walk.page.get_by_role("alert")).to_contain_text("sejak halaman ini dibuka")
    await expect(reason).to_have_value("Ditarik karena salah tahun")
    await act.get_by_role("button").click()
    await expect(walk.page.locator(".lede")).to_contain_text("Ditarik")


def skp(person: Person) -> str:
    return f"{assignment_of(person)}.{NEXT}0101"
