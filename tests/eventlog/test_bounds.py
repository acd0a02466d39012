"""A stream has an end, and no reading takes more memory than is known beforehand."""

from typing import Any

import pytest

from eventlog import log as kernel
from eventlog import reading
from eventlog.commands import execute
from eventlog.database import Pool, create_pool
from eventlog.log import MAX_RECORD, MAX_STREAM_BYTES, EventLog, StreamFull
from tests.eventlog.harness import wired
from tests.eventlog.ledger import MODELS, Credited, Opened, append, origin
from tests.eventlog.test_commands import ACCOUNT, about_a

pytestmark = pytest.mark.integration

TEXT = "x" * 10_000
STREAM = "account/a"


async def say(log: EventLog, *events: Any) -> int:
    """A command of these events on the account, as every command runs; the version reached."""
    receipt = await execute(log, ACCOUNT, "a", about_a(lambda _: list(events)), origin())
    return receipt.version


async def size(pool: Pool) -> int:
    return int(await pool.fetchval("select sum(octet_length(record)) from event"))


def test_a_stream_has_room_for_several_of_the_largest_records() -> None:
    assert MAX_STREAM_BYTES > 8 * MAX_RECORD


async def test_a_stream_takes_no_more_events_than_it_may(
    log: EventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel, "MAX_STREAM_EVENTS", 5)
    assert await say(log, Opened(owner="o"), Credited(amount=1), Credited(amount=2)) == 3
    with pytest.raises(StreamFull, match=r"account/a .* 5 events"):
        await say(log, *[Credited(amount=1)] * 3)
    # What still fits is taken, and all of it can be read.
    assert await say(log, *[Credited(amount=1)] * 2) == 5
    with pytest.raises(StreamFull):
        await say(log, Credited(amount=1))
    assert len(await log.read_stream(STREAM)) == len((await log.recall(STREAM, "c")).history) == 5
    assert await log.head() == 5


async def test_a_stream_takes_no_more_bytes_than_it_may(
    pool: Pool, log: EventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    await say(log, Opened(owner=TEXT))
    one = await size(pool)
    monkeypatch.setattr(kernel, "MAX_STREAM_BYTES", 3 * one)
    await say(log, Opened(owner=TEXT))
    with pytest.raises(StreamFull, match=r"account/a .* bytes"):
        await say(log, Opened(owner=TEXT), Credited(amount=1))
    assert await say(log, Opened(owner=TEXT)) == 3
    assert await size(pool) == 3 * one  # to the byte
    with pytest.raises(StreamFull):
        await say(log, Credited(amount=1))
    assert len((await log.recall(STREAM, "c")).history) == 3
    assert ACCOUNT.fold(await log.read_stream(STREAM)) == (0, 3)


async def test_a_repeated_command_is_answered_also_when_its_stream_is_full(
    log: EventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel, "MAX_STREAM_EVENTS", 1)
    first = await execute(log, ACCOUNT, "a", about_a(lambda _: Opened(owner="o")), origin("c"))
    again = await execute(log, ACCOUNT, "a", about_a(lambda _: Opened(owner="o")), origin("c"))
    assert again == first._replace(repeated=True)


@pytest.mark.parametrize("bound", ["MAX_STREAM_EVENTS", "MAX_STREAM_BYTES"])
async def test_a_stream_beyond_its_bound_is_refused_before_it_is_fetched(
    database: str, log: EventLog, bound: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was written when the bound was higher, or by another."""
    for version in range(40):
        await append(log, "a", version, Opened(owner=TEXT))
    allowed = {"MAX_STREAM_EVENTS": 5, "MAX_STREAM_BYTES": 50_000}[bound]
    monkeypatch.setattr(kernel, bound, allowed)
    async with wired(database) as (wire, there), create_pool(there, size=1) as far:
        reader = EventLog(far, MODELS)
        for read in (reader.recall(STREAM, "c"), reader.read_stream(STREAM)):
            before = wire.said
            with pytest.raises(StreamFull, match=STREAM):
                await read
            assert wire.said - before < 100_000  # of 400,000


async def test_a_history_is_read_in_pages(log: EventLog) -> None:
    for version in range(7):
        await append(log, "a", version, Credited(amount=version))
        await append(log, "b", version)
    pages, after = [], 0
    while True:
        page = await log.read_subject("a", after, limit=3)
        pages.append([event.position for event in page.events])
        if page.next is None:
            break
        after = page.next
    assert pages == [[1, 3, 5], [7, 9, 11], [13]]
    assert await log.read_subject("a", 13) == ([], None)
    assert await log.read_subject("nobody") == ([], None)


async def test_a_page_that_holds_all_has_no_next(log: EventLog) -> None:
    await append(log, "a", 0, *[Credited(amount=1)] * 3)
    page = await log.read_subject("a", limit=3)
    assert (len(page.events), page.next) == (3, None)


async def test_a_page_ends_before_it_is_too_large(
    log: EventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in range(5):
        await append(log, "a", version, Opened(owner=TEXT))
    monkeypatch.setattr(reading, "MAX_PAGE_BYTES", 25_000)
    page = await log.read_subject("a")
    assert [event.position for event in page.events] == [1, 2]
    page = await log.read_subject("a", page.next or 0)
    assert ([event.position for event in page.events], page.next) == ([3, 4], 4)
    # Who reads the whole log goes on behind each.
    assert [event.position async for event in log.read()] == [1, 2, 3, 4, 5]


async def test_nothing_of_a_long_history_is_left_out(log: EventLog) -> None:
    count = 2 * 200 + 1
    await append(log, "a", 0, *[Credited(amount=1)] * count)
    found, after = 0, 0
    while (page := await log.read_subject("a", after)).next is not None:
        found, after = found + len(page.events), page.next
    assert found + len(page.events) == count
