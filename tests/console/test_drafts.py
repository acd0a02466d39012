"""Nothing that was typed is lost, and nobody else is shown it."""

import re

import pytest

from console.keep.drafts import Drafts
from console.keep.sealing import Seal
from console.web.forms import merged
from eventlog.database import Pool
from tests.console.conftest import Running, Visitor

FIELDS = (("a", "satu"), ("b", "dua\r\nbaris"), ("a", "tiga"), ("c", ""))


@pytest.fixture
def drafts(pool: Pool, seal: Seal) -> Drafts:
    return Drafts(pool, seal)


async def test_a_draft_is_kept_as_it_was_typed_for_its_person_and_page(drafts: Drafts) -> None:
    await drafts.save("p1", "/a", (("x", "old"),))
    await drafts.save("p1", "/a", FIELDS)
    found = await drafts.find("p1", "/a")
    assert found
    assert found.fields == FIELDS
    assert await drafts.find("p2", "/a") is None
    assert await drafts.find("p1", "/b") is None
    await drafts.drop("p1", "/a")
    assert await drafts.find("p1", "/a") is None


async def test_the_database_alone_reads_no_draft_and_gives_nobody_anothers(
    drafts: Drafts, pool: Pool
) -> None:
    await drafts.save("p3", "/a", (("x", "a secret"),))
    sealed = await pool.fetchval("select sealed from draft where person = 'p3'")
    assert b"secret" not in sealed
    await pool.execute("insert into draft values ('p4', '/a', $1)", sealed)
    assert await drafts.find("p4", "/a") is None
    await pool.execute("update draft set sealed = 'x' where person = 'p3'")
    assert await drafts.find("p3", "/a") is None


async def test_a_draft_goes_after_a_month(drafts: Drafts, pool: Pool) -> None:
    await drafts.save("p5", "/a", FIELDS)
    await pool.execute("update draft set saved = now() - interval '31 days' where person = 'p5'")
    await drafts.save("p6", "/a", FIELDS)
    assert await drafts.find("p5", "/a") is None


async def test_a_draft_may_have_as_many_fields_as_a_large_matrix(
    console: Running, drafts: Drafts
) -> None:
    mine = Visitor(console)
    mine.sign_in("filler")
    cells = {f"i{n}/sri.a/text": "x" for n in range(5000)}
    assert mine.post("/drafts", csrf=mine.csrf(), page="/matrix/u1/edit", **cells).status == 200
    found = await drafts.find("filler", "/matrix/u1/edit")
    assert found
    assert dict(found.fields) == cells


async def test_a_draft_is_found_on_its_page_however_that_is_written(
    console: Running, drafts: Drafts
) -> None:
    mine = Visitor(console)
    mine.sign_in("writer")
    page = "/skps/auth0%7Csri%40dinas.a.20260101?did=a%26b"
    assert mine.post("/drafts", csrf=mine.csrf(), page=page, reason="x").status == 200
    assert await drafts.find("writer", "/skps/auth0|sri@dinas.a.20260101?did=a%26b")


def test_a_form_that_is_too_large_is_told_so_on_a_page(console: Running) -> None:
    mine = Visitor(console)
    mine.sign_in("hoarder")
    answer = mine.post("/drafts", csrf=mine.csrf(), page="/x", text="x" * 1_200_000)
    assert answer.status == 413
    assert "<h1>Terlalu besar</h1>" in answer.text
    assert "Content-Security-Policy" in answer.headers


async def test_what_is_typed_after_the_session_has_ended_is_its_owners(
    console: Running, drafts: Drafts, pool: Pool
) -> None:
    mine = Visitor(console)
    mine.sign_in("typist")
    word = mine.csrf()
    saved = mine.post("/drafts", csrf=word, page="/skps/x/edit", key="k", text="pertama")
    assert saved.status == 200
    assert "tersimpan" in saved.text
    await pool.execute(
        "update session set seen = now() - interval '1 hour' where person = 'typist'"
    )
    over = mine.post("/drafts", csrf=word, page="/skps/x/edit", text="kedua")
    assert "Sesi berakhir" in over.text
    assert 'href="/sign-in?back=/skps/x/edit"' in over.text
    found = await drafts.find("typist", "/skps/x/edit")
    assert found
    assert found.fields == (("text", "kedua"),)  # neither the session's word nor the key


async def test_who_sends_a_form_too_late_comes_back_to_its_page(
    console: Running, pool: Pool
) -> None:
    """Where it is sent to shows nothing; home, where it says no page."""
    mine = Visitor(console)
    mine.sign_in("typist-5")
    word = mine.csrf()
    await pool.execute(
        "update session set seen = now() - interval '1 hour' where person = 'typist-5'"
    )
    late = mine.post("/skps/x/act", csrf=word, page="/skps/x", do="close", reason="selesai")
    assert late.status == 401
    assert late.text.count('"/sign-in?back=/skps/x"') == 2
    assert 'href="/skps/x?lang=en"' in late.text
    assert mine.post("/notices/read", csrf=word, upto="1").text.count('"/sign-in?back=/"') == 2


async def test_what_is_typed_in_a_form_of_an_earlier_session_is_kept_and_not_done(
    console: Running, drafts: Drafts
) -> None:
    """Who signed in again elsewhere sends it from its page once more; nobody else's is kept."""
    earlier, mine, theirs = Visitor(console), Visitor(console), Visitor(console)
    earlier.sign_in("typist-6")
    word = earlier.csrf()
    mine.sign_in("typist-6")
    theirs.sign_in("typist-7")
    late = mine.post("/skps/x/act", csrf=word, page="/skps/x", do="close", reason="selesai")
    assert (late.status, 'href="/skps/x"' in late.text) == (412, True)
    found = await drafts.find("typist-6", "/skps/x")
    assert found
    assert found.fields == (("do", "close"), ("reason", "selesai"))
    # A button alone costs nothing that was typed there.
    pressed = mine.post("/skps/x/act", csrf=word, page="/skps/x", do="approve")
    assert (pressed.status, "Buka lagi halamannya" in pressed.text) == (412, True)
    assert await drafts.find("typist-6", "/skps/x") == found
    assert mine.post("/drafts", csrf=word, page="/skps/x", reason="rampung").status == 200
    assert mine.post("/session/stay", csrf=word).status == 403
    other = theirs.post("/skps/x/act", csrf=word, page="/skps/x", do="close", reason="selesai")
    assert (other.status, 'href="/skps/x"' in other.text) == (403, False)
    assert theirs.post("/drafts", csrf=word, page="/skps/x", reason="x").status == 403
    assert await drafts.find("typist-7", "/skps/x") is None


def test_a_draft_needs_a_session_its_word_and_a_page(console: Running) -> None:
    assert Visitor(console).post("/drafts", page="/a", text="x").status == 401
    mine = Visitor(console)
    mine.sign_in("typist-2")
    assert mine.post("/drafts", page="/a", text="x").status == 403
    for page in ("", "a", "https://elsewhere.example", "/" + "a" * 500):
        assert mine.post("/drafts", csrf=mine.csrf(), page=page, text="x").status == 422


async def test_a_draft_that_is_not_wanted_goes(console: Running, drafts: Drafts) -> None:
    mine = Visitor(console)
    mine.sign_in("typist-3")
    mine.post("/drafts", csrf=mine.csrf(), page="/a", text="x")
    assert mine.post("/drafts/drop", csrf=mine.csrf(), page="/a").location == "/a"
    assert await drafts.find("typist-3", "/a") is None
    assert mine.post("/drafts/drop", csrf=mine.csrf(), page="//x").status == 422


async def test_who_is_there_still_stays_signed_in(visitor: Visitor, pool: Pool) -> None:
    """And every answer says for how long: what has just been done counts, what a script asks does not."""

    async def rested(minutes: int) -> None:
        await pool.execute(
            "update session set seen = now() - make_interval(mins => $1) where person = 'typist-4'",
            minutes,
        )

    visitor.sign_in("typist-4")
    word = visitor.csrf()
    await rested(29)
    left = visitor.get("/session/left", **{"HX-Request": "true"})
    assert (left.status, 40 < int(left.text) <= 60) == (200, True)
    stayed = visitor.post("/session/stay", csrf=word)
    assert (stayed.status, 1790 < int(stayed.text) <= 1800) == (200, True)
    await rested(29)
    page = visitor.get("/").text
    assert 1790 < int(re.search(r'id="ending"[^>]* data-left="(\d+)"', page)[1]) <= 1800  # type: ignore[index]
    await rested(29)
    saved = visitor.post("/drafts", csrf=word, page="/a", text="x")
    assert 1790 < int(saved.headers["Session-Left"]) <= 1800
    # Nobody stays for longer than a session lasts at most.
    await pool.execute(
        "update session set began = now() - interval '11 hours 59 minutes' where person = 'typist-4'"
    )
    assert int(visitor.post("/session/stay", csrf=word).text) <= 60
    await rested(31)
    assert visitor.get("/session/left", **{"HX-Request": "true"}).text == "0"
    assert visitor.post("/session/stay", csrf=word).status == 401
    assert 'id="ending"' not in Visitor(visitor.console).get("/").text


def test_a_merge_takes_what_one_side_has_changed_and_shows_what_both_have() -> None:
    base = {"a": "1", "b": "1", "c": "1", "d": "1", "gone": "1"}
    theirs = {"a": "2", "b": "1", "c": "2", "d": "2", "new": "2"}
    mine = {"a": "1", "b": "3", "c": "3", "d": "2", "gone": "1"}
    merge = merged(base, theirs, mine)
    assert merge.fields == {"a": "2", "b": "3", "c": "3", "d": "2", "gone": "", "new": "2"}
    assert merge.both == {"c": ("3", "2")}
    assert merge.theirs == {"a", "c", "d", "gone", "new"}
