"""January, by three who live it: each signs in at the agency's Keycloak, and goes from what is due to what has come
of it. On a desk and a telephone, in both languages, and once without JavaScript; every page on the way is looked at."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, expect

from ministry.bodies import assignment_of
from ministry.client import Client
from tests.sheets.making import rows, workbook
from tests.whole.agency import Agency
from tests.whole.teams import NEXT, Team, agree, submit
from tests.whole.walk import WAYS, Walk, walking

pytestmark = [pytest.mark.browser, pytest.mark.whole, pytest.mark.timeout(300)]

ANNEXES = ("Dukungan sumber daya", "Skema pertanggungjawaban", "Konsekuensi")
WAITING = "Menunggu persetujuan Anda."
BOTH = pytest.mark.parametrize("walk", ["desk", "phone"], indirect=True)


@pytest.fixture
async def walk(
    browser: Browser, agency: Agency, request: pytest.FixtureRequest
) -> AsyncIterator[Walk]:
    who = request.function.__name__.split("_")[2]
    async with walking(browser, agency, who, WAYS[request.param]) as begun:
        yield begun


@pytest.mark.parametrize("walk", WAYS, indirect=True)
async def test_an_employee_drafts_from_last_year_and_submits(
    walk: Walk, teams: Sequence[Team]
) -> None:
    """Refused for want of annexes first: what was typed is kept, and each is told beside its field."""
    person = teams[0].staff[[*WAYS.values()].index(walk.way)]
    await walk.sign_in(person.id)
    await expect(walk.page.locator(".due")).to_contain_text(walk.say("Susun SKP {year}", year=NEXT))
    await walk.look("home")
    await walk.page.locator(".due .btn").first.click()
    await expect(walk.main).to_contain_text(walk.say("Disalin dari SKP terakhir Anda."))
    for annex in ANNEXES:
        await walk.field(annex).fill("")
    result = walk.field("Rencana hasil kerja").first
    await result.fill("Terwujudnya layanan yang lebih cepat")
    await walk.button("Ajukan").click()
    wrong = walk.page.locator("#wrong li")
    await expect(wrong).to_have_count(3)
    await expect(result).to_have_value("Terwujudnya layanan yang lebih cepat")
    await walk.look("refused")
    await wrong.first.get_by_role("link").click()
    await expect(walk.field(ANNEXES[0])).to_be_focused()
    for annex in ANNEXES:
        await walk.field(annex).fill(f"{annex}: disepakati dalam dialog")
    await walk.button("Ajukan").click()
    await expect(walk.page.locator(".lede")).to_contain_text(walk.say("Diajukan"))
    await expect(walk.main).to_contain_text("Terwujudnya layanan yang lebih cepat")
    await walk.look("submitted")
    await walk.home()
    await expect(walk.page.locator("h1")).to_be_visible()
    await expect(walk.main).not_to_contain_text(walk.say("Susun SKP {year}", year=NEXT))
    await walk.sign_out()


@BOTH
async def test_a_superior_fills_a_matrix_returns_one_skp_and_approves_the_rest(
    walk: Walk, client: Client, teams: Sequence[Team]
) -> None:
    """One button after another; the row that is to be mended has its reason."""
    team = teams[1 if walk.way == WAYS["desk"] else 2]
    objective = await agree(client, team.head)
    skps = [await submit(client, person) for person in team.staff[:3]]
    carrying = team.staff[3]
    await walk.sign_in(team.head.id)
    await walk.look("home")
    await due(walk, "Isi matriks peran hasil {year}", year=NEXT).click()
    cell = f"{objective['indicators'][0]['id']}/{assignment_of(carrying)}"
    await walk.page.locator(f'[name="{cell}/role"]').select_option("member")
    await walk.page.locator(f'[name="{cell}/text"]').fill("Data layanan lengkap setiap bulan")
    await walk.look("filling")
    await walk.button("Simpan matriks").click()
    filled = walk.page.get_by_role("link", name="Data layanan lengkap setiap bulan")
    await expect(filled.filter(visible=True)).to_have_count(1)
    await walk.look("matrix")

    await walk.home()
    await expect(due(walk, WAITING)).to_have_count(3)
    await due(walk, WAITING).first.click()
    await walk.page.locator("summary", has_text=walk.say("Kembalikan dengan alasan")).click()
    await walk.field("Alasan").fill("Sebutkan ukurannya")
    await walk.page.locator("[name^='row/']").first.fill("Seberapa cepat?")
    await walk.look("returning")
    await walk.button("Kembalikan").click()
    # What comes next is the next one that waits.
    await expect(walk.page.get_by_role("status")).to_contain_text(walk.say("Dikembalikan."))
    await expect(walk.button("Setujui")).to_be_visible()
    await walk.look("next")

    await walk.follow("SKP")
    await walk.follow("SKP tim saya")
    await walk.field("Keadaan").select_option("submitted")
    await walk.button("Tampilkan").click()
    ticks = walk.page.locator("[name=skp]")
    await expect(ticks).to_have_count(2)
    for tick in await ticks.all():
        await tick.check()
    await walk.look("team")
    await walk.button("Setujui yang dipilih").click()
    await expect(walk.page.get_by_role("status")).to_contain_text("2 SKP")
    told = [await client.query("planning", f"/skps/{skp}", actor=team.head.id) for skp in skps]
    assert sorted(each["status"] for each in told) == ["approved", "approved", "returned"]
    [returned] = [each["returned"] for each in told if each["status"] == "returned"]
    assert [row["reason"] for row in returned["rows"]] == ["Seberapa cepat?"]
    await walk.home()
    await expect(due(walk, WAITING)).to_have_count(0)
    await walk.sign_out()

    # Its employee finds the reason beside the row.
    at = [each["status"] for each in told].index("returned")
    await walk.sign_in(team.staff[at].id)
    await due(walk, "SKP Anda dikembalikan").click()
    await expect(walk.main).to_contain_text("Seberapa cepat?")
    await walk.look("returned")
    await walk.field("Rencana hasil kerja").first.fill("Terwujudnya layanan dalam satu hari")
    await walk.button("Ajukan").click()
    await expect(walk.page.locator(".lede")).to_contain_text(walk.say("Diajukan"))
    await walk.sign_out()


def due(walk: Walk, what: str, **fields: object) -> Locator:
    """Buttons of what is due, by what it begins with."""
    rows = walk.page.locator(".due li").filter(has_text=walk.say(what, **fields))
    return rows.locator("a.btn")


@BOTH
async def test_personnel_import_a_ministry_with_problems_mend_them_and_follow_completion(
    walk: Walk, teams: Sequence[Team]
) -> None:
    """A unit from CSV and its people from XLSX, whose numbers a spreadsheet has rounded."""
    code, head = f"uji-{walk.way.width}", teams[0].head
    await walk.sign_in("personnel-unit")
    await walk.follow("Muat data")
    headings = "Tingkat;Nama Unit;Kode Unit;Kode Unit Atasan"
    lines = f"\ufeffDaftar unit kerja\n{headings}\nEselon II;{{}};{code};{head.unit}\n"
    await send(walk, "units", "unit.csv", lines.format("").encode())
    await expect(walk.page.locator("#now tbody tr")).to_have_count(1)
    await send(walk, "units", "unit.csv", lines.format(f"Biro {code}").encode())
    await load(walk)

    born = "19900101" if walk.way == WAYS["desk"] else "19900201"
    people = [["NIP", "Nama", "Kode Unit", "Jabatan", "Mulai", "NIP Atasan"]]
    for n in range(1, 4):
        person = f"Zulkifli {n} {code}"
        people.append([f"{born}202001100{n}", person, code, "Analis", "2026-02-02", str(head.nip)])
    wrong: list[list[Any]] = [list(row) for row in people]
    wrong[1][0], wrong[2][1], wrong[3][4] = float(people[1][0]), "", "kapan-kapan"
    await send(walk, "people", "pegawai.xlsx", workbook(rows(*wrong)))
    problems = walk.page.locator("#now tbody tr")
    await expect(problems.locator("th")).to_have_text(["A2", "B3", "E4"])
    await walk.look("problems")
    await send(walk, "people", "pegawai.xlsx", workbook(rows(*people)))
    await load(walk)
    await walk.look("loaded")

    await walk.follow("Kelengkapan")
    await walk.page.locator("tbody th a").first.click()
    await walk.page.locator(f"tbody th a[href*='unit={head.unit}&']").first.click()
    row = walk.page.locator("tbody tr").filter(has_text=f"Biro {code}")
    while "0%" not in await row.inner_text():  # the view follows what was loaded
        await walk.page.reload()
    await walk.look("completion")
    await row.locator("a[href*='state=none']").filter(visible=True).click()
    await expect(walk.page.locator("tbody tr")).to_have_count(3)
    await expect(walk.main).to_contain_text(f"Zulkifli 1 {code}")
    await walk.look("without")
    await walk.sign_out()


async def send(walk: Walk, kind: str, name: str, content: bytes) -> None:
    await walk.follow("Muat data")
    await walk.field("Isi berkas").select_option(kind)
    file: Any = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    await walk.page.locator("#file").set_input_files(file)
    await walk.button("Kirim untuk diperiksa").click()
    checked = walk.page.locator("h2", has_text=walk.say("Sudah diperiksa"))
    await expect(checked).to_be_visible()


async def load(walk: Walk) -> None:
    await walk.button("Muat").click()
    await expect(walk.page.locator("h2", has_text=walk.say("Sudah dimuat"))).to_be_visible()
