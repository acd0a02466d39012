"""Whatever is changed in a log behind its back, verify names the first wrong position and why."""

import json
from hashlib import sha256
from typing import Any

import pytest

from contracts.topics import PARTITIONS, partition
from eventlog.database import Pool
from eventlog.log import EventLog
from eventlog.verify import Verdict, verify, verify_topic
from tests.eventlog.harness import Carrier, relaying, until
from tests.eventlog.ledger import MODELS, Credited, fill, recorded

pytestmark = pytest.mark.integration

REHASH = """
do $$ declare chain bytea := decode(repeat('00', 32), 'hex'); row event; begin
    for row in select * from event order by position loop
        chain := sha256(chain || int8send(row.position) || row.record);
        update event set hash = chain where position = row.position;
    end loop;
    update head set hash = chain;
end $$;
"""
"""What somebody does who knows how the chain is made, before a checkpoint lies elsewhere."""


async def test_an_untouched_log_verifies(pool: Pool, log: EventLog) -> None:
    assert await verify(pool, MODELS) == Verdict(0)
    events = await fill(log, "abc", credits=3)
    assert await verify(pool, MODELS) == Verdict(events)


async def test_the_chain_is_as_documented(pool: Pool, log: EventLog) -> None:
    """SHA-256 over the hash before, the position (eight bytes, big-endian), the record's bytes."""
    await fill(log, "ab", credits=2)
    chain = bytes(32)
    for row in await pool.fetch("select * from event order by position"):
        chain = sha256(chain + row["position"].to_bytes(8, "big") + row["record"]).digest()
        assert row["hash"] == chain
        assert json.loads(row["record"])["stream"] == row["stream"]
    assert await pool.fetchval("select hash from head") == chain


# (what is done to the log of 12, the position that verify names, a part of the reason)
TAMPERED = {
    "a byte of a record": (
        "update event set record = set_byte(record, 200, get_byte(record, 200) # 1)"
        " where position = 5",
        5, "hash",
    ),
    "a record and its hash": (
        "update event set record = convert_to(replace(convert_from(record, 'UTF8'),"
        " '\"amount\":1', '\"amount\":7'), 'UTF8') where position = 6;"
        " update event e set hash = sha256((select hash from event where position = 5)"
        " || int8send(6) || e.record) where position = 6",
        7, "hash",
    ),
    "the order of two": (
        "update event set position = -5 where position = 5;"
        "update event set position = 5 where position = 6;"
        "update event set position = 6 where position = -5",
        5, "hash",
    ),
    "the records of two": (
        "update event a set record = b.record from event b"
        " where (a.position, b.position) in ((5, 6), (6, 5))",
        5, "hash",
    ),
    "one deleted": ("delete from event where position = 5", 5, "missing: the next event is at 6"),
    "the first deleted": ("delete from event where position = 1", 1, "missing"),
    "the last deleted": ("delete from event where position = 12", 12, "missing: the head is at 12"),
    "all deleted": ("delete from event", 1, "missing: the head is at 12"),
    "one deleted and the rest closed up": (
        "delete from event where position = 5;"
        "update event set position = -position where position > 5;"
        "update event set position = -position - 1 where position < 0;"
        "update head set position = 11",
        5, "hash",
    ),
    "one inserted at the end": (
        "insert into event select 13, stream, version + 90, type, subject, 'x', 1, recorded, record,"
        " sha256(hash || int8send(13) || record), fingerprint from event where position = 12",
        13, "columns",
    ),
    "one inserted before the first": (
        "insert into event select 0, stream, version + 90, type, subject, 'x', 1, recorded, record,"
        " hash, fingerprint from event where position = 12",
        1, "missing: the next event is at 0",
    ),
    "the head moved back": ("update head set position = 11", 13, "head"),
    "the head's hash": ("update head set hash = sha256('x')", 13, "head"),
    "a hash": ("update event set hash = sha256('x') where position = 5", 5, "hash"),
    "a stream": ("update event set stream = 'account/z' where position = 5", 5, "columns"),
    "a version": ("update event set version = 99 where position = 5", 5, "columns"),
    "a type": (
        "update event set type = 'kinerja.ledger.Opened.v1' where position = 6", 6, "columns"
    ),
    "a subject": ("update event set subject = 'z' where position = 5", 5, "columns"),
    "a recorded time": (
        "update event set recorded = recorded + interval '1 microsecond' where position = 5",
        5, "columns",
    ),
    "a command": ("update event set command = 'x' where position = 5", 5, "columns"),
    "an ordinal": ("update event set ordinal = 2 where position = 5", 5, "columns"),
    "not JSON, rehashed": (
        "update event set record = 'no' where position = 5;" + REHASH, 5, "not a JSON object"
    ),
    "an unknown type, rehashed": (
        "update event set type = 'x', record = convert_to(replace(convert_from(record, 'UTF8'),"
        f" type, 'x'), 'UTF8') where position = 5;{REHASH}",
        5, "x is of a newer program",
    ),
    "data that no event of its type has, rehashed": (
        "update event set record = convert_to(replace(convert_from(record, 'UTF8'),"
        f" '\"amount\":1', '\"amount\":\"x\"'), 'UTF8') where position = 6;{REHASH}",
        6, "kinerja.ledger.Credited.v1",
    ),
    "one deleted, closed up and rehashed": (
        "delete from event where position = 6;"
        "update event set position = -position where position > 6;"
        "update event set position = -position - 1 where position < 0;"
        f"update head set position = 11;{REHASH}",
        6, "account/b: version 3 after 1",
    ),
    "a recorded time that runs backwards, rehashed": (
        "update event set recorded = '2020-01-01Z', record = convert_to(regexp_replace("
        "convert_from(record, 'UTF8'), '\"recordedtime\":\".*\"', '\"recordedtime\":"
        f"\"2020-01-01T00:00:00Z\"'), 'UTF8') where position = 5;{REHASH}",
        5, "recorded before",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERED)
async def test_tampering_is_found_where_it_begins(
    pool: Pool, owner: Pool, log: EventLog, what: str
) -> None:
    statements, position, reason = TAMPERED[what]
    assert await fill(log, "abc", credits=3) == 12
    await owner.execute(statements)

    verdict = await verify(pool, MODELS)

    assert any(at == position and reason in why for at, why in verdict.faults)
    assert verdict.faults[0].position >= min(
        position, 0 if "before the first" in what else position
    )


async def test_all_that_is_wrong_is_told_and_not_the_first_alone(
    pool: Pool, owner: Pool, log: EventLog
) -> None:
    assert await fill(log, "abc", credits=3) == 12
    await owner.execute(
        "update event set record = set_byte(record, 200, get_byte(record, 200) # 1)"
        " where position in (3, 9); update event set type = 'x' where position = 5;"
        " delete from event where position = 11"
    )
    verdict = await verify(pool, MODELS)
    assert {fault.position for fault in verdict.faults} == {3, 5, 9, 11, 12}
    assert verdict.events == 11


async def test_a_topic_is_held_against_its_log(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """What no relay wrote, however well it is placed, is in a view and in every replay of it."""
    assert await verify_topic(pool, kafka_arguments, topic) == []
    async with relaying(pool, kafka_arguments, topic) as relay:
        count = await fill(log, "abc", credits=3)
        await until(lambda: relay.position == count)
    assert await verify_topic(pool, kafka_arguments, topic) == []

    carrier = Carrier(kafka_arguments, topic)
    whole = await log.read_stream("account/a")
    await carrier.send((whole[0], 0))  # sent once more, as a relay may
    assert await verify_topic(pool, kafka_arguments, topic) == []

    last = whole[-1]
    await carrier.send((recorded(last.position, "a", last.version, Credited(amount=9)), 0))
    await carrier.put(whole[0].record, (partition("a") + 1) % PARTITIONS, [("position", b"1")], "a")
    await carrier.put(whole[0].record, partition("a"), [("position", b"1")], "b")
    await carrier.put(None, partition("a"), [("position", b"1")], "a")
    told = await verify_topic(pool, kafka_arguments, topic)
    assert sorted(each.partition(" is not ")[2] for each in told) == [
        "the log's position 1", "the log's position 1", "the log's position 1",
        f"the log's position {last.position}",
    ]  # fmt: skip


async def test_a_topic_that_lacks_an_event_is_found(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    carrier = Carrier(kafka_arguments, topic)
    await fill(log, "a", credits=3)
    first, _, *rest = await log.read_stream("account/a")
    await carrier.send((first, 0), *((event, 0) for event in rest))
    await pool.execute("insert into relay values ($1, 'x', now(), 4, '{}')", topic)
    assert await verify_topic(pool, kafka_arguments, topic) == [f"{topic} lacks position 2"]
