"""The notices' page, and the choice of mail."""

import re
from datetime import date

import pytest

from console.keep.mailboxes import Mailboxes, opened
from console.keep.notices import PAGE, Matter, Notices, Wanted
from console.keep.sealing import Seal
from eventlog.database import Pool
from tests.console.conftest import Running, Visitor

DAY = date(2026, 11, 26)


def owes(person: str, number: int = 0, to: str = "") -> Wanted:
    matter = Matter(id=f"draft-skp/{number}", kind="draft-skp", since=DAY, due=date(2026, 12, 17))
    return Wanted(to or person, person, matter, DAY)


async def noticed(pool: Pool, seal: Seal, person: str, *wanted: Wanted) -> None:
    """What the person owes from now on."""
    notices = Notices(pool, seal)
    await pool.execute("delete from sweep where service = $1", f"test {person}")
    async with notices.step(f"test {person}", DAY) as sweep:
        assert sweep
        await notices.renew(sweep, "planning", [(person, "WIB")], wanted)


def unread(page: str) -> str | None:
    found = re.search(r'class="badge[^>]*>([^<]+)<', page)
    return found and found[1]


async def test_a_notice_is_new_until_it_is_read_and_done_when_it_is_owed_no_more(
    console: Running, pool: Pool, seal: Seal
) -> None:
    visitor = Visitor(console)
    visitor.sign_in("n1")
    assert unread(visitor.get("/").text) is None
    await noticed(pool, seal, "n1", owes("n1"), owes("n1", to="n2"))
    assert unread(visitor.get("/").text) == "1"
    page = visitor.get("/notices").text
    assert "<strong>SKP yang perlu disusun</strong>" in page
    assert "17 Des 2026" in page
    upto = re.search(r'name="upto" value="(\d+)"', page)
    assert upto
    done = visitor.post("/notices/read", csrf=visitor.csrf("/notices"), upto=upto[1])
    assert (done.status, done.location) == (303, "/notices")
    page = visitor.get("/notices").text
    assert unread(page) is None
    assert "<strong>SKP yang" not in page
    assert ">selesai<" not in page
    await noticed(pool, seal, "n1")
    assert ">selesai<" in visitor.get("/notices").text


async def test_a_superior_sees_what_is_late_with_whom(
    console: Running, pool: Pool, seal: Seal
) -> None:
    await noticed(pool, seal, "n3", owes("n3", to="n4"))
    superior = Visitor(console)
    superior.sign_in("n4")
    page = superior.get("/notices?lang=en").text
    assert "SKPs to be drafted" in page
    assert "Late with n3, due 17 Dec 2026" in " ".join(page.split())


async def test_notices_are_narrowed_and_kept_as_a_file(
    console: Running, pool: Pool, seal: Seal
) -> None:
    """All that the page shows, over its pages; and nobody else's."""
    many = [owes("n7", n) for n in range(PAGE + 1)]
    await noticed(pool, seal, "n7", *many)
    await noticed(pool, seal, "n9", owes("n9", to="n7"), owes("n9", to="n8"))
    visitor = Visitor(console)
    visitor.sign_in("n7")
    file = visitor.get("/notices.csv").text
    assert file.startswith(
        "\ufeffPemberitahuan;Terlambat pada;Diingatkan oleh;Sejak;Tenggat;Keadaan"
    )
    assert len(file.splitlines()) == 1 + PAGE + 1 + 1
    assert file.count(";n9;") == 1
    others = visitor.get("/notices?whose=others").text
    assert others.count('class="due-t"') == 1
    assert "Tandai semua dibaca" not in others
    await noticed(pool, seal, "n7", *many[1:])
    closed = visitor.get("/notices.csv?state=closed&whose=own&lang=en").text.splitlines()
    assert [line.rpartition(";")[2] for line in closed[1:]] == ["Done"]
    assert (
        "Tidak ada pemberitahuan yang cocok"
        in visitor.get("/notices?state=closed&whose=others").text
    )
    for unknown in ("state=gone", "whose=mine", "after=0", "after=x", f"after={'9' * 30}"):
        assert visitor.get(f"/notices?{unknown}").status == 422
    assert Visitor(console).get("/notices.csv").status == 401


async def test_notices_are_read_page_by_page_by_their_reader_alone(
    console: Running, pool: Pool, seal: Seal
) -> None:
    await noticed(pool, seal, "n5", *(owes("n5", n) for n in range(PAGE + 1)))
    visitor = Visitor(console)
    visitor.sign_in("n5")
    first = visitor.get("/notices").text
    assert first.count('class="due-t"') == PAGE
    more = re.search(r'href="(/notices\?after=\d+)"', first)
    assert more
    second = visitor.get(more[1]).text
    assert second.count('class="due-t"') == 1
    assert "Berikutnya" not in second
    another = Visitor(console)
    another.sign_in("n6")
    assert 'class="due-t"' not in another.get("/notices").text
    another.post("/notices/read", csrf=another.csrf("/notices"), upto="9" * 18)
    assert unread(visitor.get("/").text) == str(PAGE + 1)
    assert Visitor(console).get("/notices").status == 401


async def test_the_address_is_what_the_issuer_tells_last(
    console: Running, pool: Pool, seal: Seal
) -> None:
    async def address() -> str | None:
        sealed = await pool.fetchval("select sealed from mailbox where person = 'n7'")
        return opened(seal, "n7", sealed)

    for told in ("n7@agency.example", "seven@agency.example", ""):
        Visitor(console).sign_in("n7", email=told)
        assert await address() == (told or None)


@pytest.mark.parametrize("language", ["id", "en"])
async def test_mail_is_stopped_and_begun_again(
    console: Running, pool: Pool, seal: Seal, language: str
) -> None:
    visitor, mailboxes = Visitor(console), Mailboxes(pool, seal)
    visitor.get(f"/?lang={language}")
    visitor.sign_in(f"n8{language}", email="n8@agency.example")
    for wanted in ("false", "true"):
        page = visitor.get("/notices")
        assert f'name="wanted" value="{wanted}"' in page.text
        sent = visitor.post("/notices/mail", csrf=visitor.csrf("/notices"), wanted=wanted)
        assert sent.status == 303
        assert (await mailboxes.find(f"n8{language}")).off == (wanted == "false")
    chosen = await pool.fetchval("select language from mailbox where person = $1", f"n8{language}")
    assert chosen == language
    assert visitor.post("/notices/mail", csrf="x", wanted="false").status == 403
