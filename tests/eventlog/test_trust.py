"""A log and its topic that are no longer of one mind, and keys that come and go."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from contracts.event import Recorded
from contracts.topics import PARTITIONS, partition
from eventlog import relay as relaying_module
from eventlog import trust as trust_module
from eventlog.database import Pool
from eventlog.feed import Feed
from eventlog.keys import PublicKey, SigningKey
from eventlog.log import EventLog
from eventlog.recovery import Contradicted, TakenBack, TopicHasGap, take_back
from eventlog.relay import Relay
from eventlog.tips import looking
from eventlog.trust import KeptTrust, KeysOfOne, read_trust
from eventlog.verify import verify
from tests.eventlog.effects import ONE, OTHER, Effects, chain
from tests.eventlog.harness import (
    Carrier,
    cancelled,
    consuming,
    feeding,
    header,
    length,
    records,
    relaying,
    until,
)
from tests.eventlog.ledger import MODELS, Credited, append, fill, recorded
from tests.eventlog.signing import KEY, KEYS, OTHER_KEY, Known

pytestmark = pytest.mark.integration

RESTORED = """
delete from event where position > 6;
update head set position = 6, hash = (select hash from event where position = 6);
update relay set position = least(position, 6)
"""
"""What a backup brings back that was made after the sixth event."""


async def carried(relay: Relay, log: EventLog) -> None:
    head = await log.head()
    await until(lambda: relay.position == head)


async def carry(pool: Pool, log: EventLog, kafka: dict[str, object], topic: str) -> None:
    """Have a relay carry all of the log, and resign."""
    async with relaying(pool, kafka, topic) as relay:
        await carried(relay, log)


# -- an older backup ----------------------------------------------------------------------------


async def test_a_log_from_an_older_backup_is_not_carried_and_every_relay_says_so(
    owner: Pool, pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, object]
) -> None:
    await fill(log, "abc", credits=3)
    await carry(pool, log, kafka_arguments, topic)
    await owner.execute(RESTORED)
    for account in "xyz":
        await append(log, account, 0)
    before = await length(kafka_arguments, topic)
    async with (
        relaying(pool, kafka_arguments, topic) as first,
        relaying(pool, kafka_arguments, topic) as second,
    ):
        for each in (first, second):
            told = await until(lambda: each.refuses)  # noqa: B023  asked before the next
            assert "position" in told
            assert not each.leading
        # Also one that has not looked itself, while another has the lease.
        await pool.execute(
            "update relay set leader = 'other', lease_until = now() + interval '2 s'"
        )
        third = Relay(pool, kafka_arguments, topic, KEY, KEYS)
        assert await third._take_lease() is None
        assert third.refuses == told
    assert await length(kafka_arguments, topic) == before


async def test_a_relay_whose_key_is_none_of_the_log_s_sends_nothing(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, object]
) -> None:
    """It would find nothing of the log on the topic, and send all of it again."""
    await fill(log, "ab", credits=1)
    relay = Relay(pool, kafka_arguments, topic, OTHER_KEY, KEYS)
    running = asyncio.create_task(relay.run())
    try:
        told = await until(lambda: relay.failure)
    finally:
        await cancelled(running)
    assert told == f"OwnKeyUnknown('{OTHER_KEY.id}')"
    assert await length(kafka_arguments, topic) == 0


async def test_a_backup_restored_under_a_relay_that_leads_is_seen(
    owner: Pool, pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, object]
) -> None:
    await fill(log, "abc", credits=3)
    async with relaying(pool, kafka_arguments, topic) as relay:
        await carried(relay, log)
        await owner.execute(RESTORED)
        await append(log, "x", 0)
        before = await length(kafka_arguments, topic)
        await until(lambda: relay.refuses)
        assert await length(kafka_arguments, topic) == before


async def test_a_relay_goes_on_once_the_whole_log_is_there_again(
    owner: Pool, pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, object]
) -> None:
    await fill(log, "abc", credits=3)
    await carry(pool, log, kafka_arguments, topic)
    await owner.execute("create table whole as table event; create table top as table head")
    await owner.execute(RESTORED)
    async with relaying(pool, kafka_arguments, topic) as relay:
        await until(lambda: relay.refuses)
        await owner.execute(
            "truncate event, head; insert into event table whole; insert into head table top"
        )
        await until(lambda: relay.leading)
        assert relay.refuses is None
        await append(log, "late", 0)
        await carried(relay, log)
    assert await length(kafka_arguments, topic) == 13


async def test_what_a_stranger_has_put_there_keeps_no_relay_from_leading(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, object]
) -> None:
    await fill(log, "a", credits=3)
    carrier = Carrier(kafka_arguments, topic)
    forged = recorded(10**6, ONE, 99, Credited(amount=1))
    headers = carrier.headers(forged.record, ONE, forged.position, 0, by=OTHER_KEY)
    for _ in range(300):  # more than the first look reads
        await carrier.put(forged.record, 0, headers, ONE)
    async with relaying(pool, kafka_arguments, topic) as relay:
        await carried(relay, log)
        assert relay.refuses is None


# -- a topic that was lost ----------------------------------------------------------------------


async def make_anew(kafka: dict[str, object], topic: str) -> None:
    admin = AIOKafkaAdminClient(**kafka)
    await admin.start()
    try:
        await admin.delete_topics([topic])
        while topic in await admin.list_topics():
            await asyncio.sleep(0.05)
        while (await admin.create_topics([NewTopic(topic, PARTITIONS, 1)])).topic_errors[0][1]:
            await asyncio.sleep(0.05)
    finally:
        await admin.close()


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relaying_module, "LOOK", 0.2)


@pytest.mark.usefixtures("often")
async def test_a_topic_that_is_made_anew_is_seen_at_once_and_sent_again(
    effects: Effects, pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """Also while nothing happens; and whoever has applied it goes on."""
    count = await fill(log, "abcdef", credits=3)
    async with (
        relaying(pool, kafka_arguments, topic) as relay,
        consuming(kafka_arguments, effects.subscription),
    ):
        await until(lambda: pool.fetchval("select count(*) = $1 from effect", count))
        await make_anew(kafka_arguments, topic)

        async def all_there() -> bool:
            return relay.leading and await length(kafka_arguments, topic) == count

        await until(all_there)
        await append(log, "late", 0)
        await carried(relay, log)
        await until(lambda: pool.fetchval("select count(*) = $1 from effect", count + 1))
    assert sorted(await effects.positions()) == list(range(1, count + 2))


async def test_of_a_topic_that_was_cut_short_the_rest_is_sent_again(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """By a broker that lost power: some of what it had acknowledged, of some partitions, is gone."""
    await fill(log, "abcdef", credits=3)
    await carry(pool, log, kafka_arguments, topic)
    whole = await records(kafka_arguments, topic)
    await make_anew(kafka_arguments, topic)
    carrier = Carrier(kafka_arguments, topic)
    kept = [each for each in whole if each.offset < 3 or each.partition % 2]
    for each in kept:
        await carrier.put(each.value, each.partition, list(each.headers), each.key.decode())
    async with relaying(pool, kafka_arguments, topic) as relay:
        await until(lambda: relay.leading)
        await append(log, "late", 0)
        await carried(relay, log)
    found = await records(kafka_arguments, topic)
    positions = {int(dict(each.headers)["position"]) for each in found}
    assert positions == set(range(1, await log.head() + 1))
    async with looking(kafka_arguments, topic, KEYS) as tips:
        assert max(tip.position for tip in await tips.find()) == await log.head()


async def test_what_lies_in_front_of_its_place_in_a_topic_made_anew_is_searched_for(
    effects: Effects, pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """The new topic lacks the doubles of the old one: its offsets are lower."""
    first, second, third, fourth = chain(ONE, 4)
    carrier = Carrier(kafka_arguments, topic)
    await carrier.send(first)
    async with consuming(kafka_arguments, effects.subscription):
        await effects.reaches(1)
    await pool.execute("update place set next_offset = next_offset + 1")
    await carrier.send((second, 1), (third, 2))
    again = Effects(pool, topic, called=effects.name)
    async with consuming(kafka_arguments, again.subscription):
        await again.reaches(1, 2, 3)
        await carrier.send((fourth, 3))
        await again.reaches(1, 2, 3, 4)
        await until(lambda: not again.subscription.trouble())


# -- keys ---------------------------------------------------------------------------------------


class Owner:
    """Tells keys while it is there."""

    def __init__(self, *keys: PublicKey) -> None:
        self.keys: Sequence[PublicKey] = keys
        self.away = False
        self.asked = 0

    async def ask(self) -> Sequence[PublicKey]:
        self.asked += 1
        if self.away:
            raise OSError("away")
        return self.keys


@asynccontextmanager
async def trusting(pool: Pool, topic: str, owner: Owner) -> AsyncIterator[KeptTrust]:
    trust = KeptTrust(pool, {topic: owner.ask})
    await trust.load()
    task = asyncio.create_task(trust.run())
    try:
        yield trust
    finally:
        await cancelled(task)


def signed_by(
    kafka: dict[str, Any], topic: str, key: SigningKey, event: Recorded, after: int
) -> Any:
    """Send an event that follows the one at a position, signed by a key."""
    carrier = Carrier(kafka, topic)
    headers = carrier.headers(event.record, ONE, event.position, after, by=key)
    return carrier.put(event.record, partition(ONE), headers, ONE)


async def test_what_waits_for_a_key_is_applied_when_its_owner_has_told_it(
    effects: Effects,
    pool: Pool,
    topic: str,
    kafka_arguments: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing else need come."""
    monkeypatch.setattr(trust_module, "PATIENCE", 0.2)
    owner = Owner(KEY.public)
    owner.away = True
    await Carrier(kafka_arguments, topic).send(*chain(ONE, 3))
    async with trusting(pool, topic, owner) as trust:
        feed = Feed(effects.name, [effects.subscription], kafka_arguments, trust)
        async with feeding(kafka_arguments, feed):
            await until(lambda: feed.prover.unproven())
            assert await effects.positions() == []
            owner.away = False
            await effects.reaches(1, 2, 3)
            assert not feed.account.foreign.get(effects.tp)
    assert (await read_trust(pool, [topic])).of(topic).find(KEY.id)


async def test_a_key_that_was_kept_serves_while_its_owner_is_away(
    effects: Effects, pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    owner = Owner(KEY.public)
    async with trusting(pool, topic, owner) as trust:
        await until(lambda: trust.of(topic).find(KEY.id))
        await until(lambda: pool.fetchval("select count(*) from known_key"))
    owner.away = True
    await Carrier(kafka_arguments, topic).send(*chain(ONE, 2))
    async with trusting(pool, topic, owner) as trust:
        feed = Feed(effects.name, [effects.subscription], kafka_arguments, trust)
        async with feeding(kafka_arguments, feed):
            await effects.reaches(1, 2)


async def test_a_key_that_its_owner_tells_no_longer_proves_nothing_more(
    pool: Pool, log: EventLog, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trust_module, "REFRESH", 0.1)
    owner = Owner(KEY.public, OTHER_KEY.public)
    async with trusting(pool, topic, owner) as trust:
        await until(lambda: trust.of(topic).find(KEY.id))
        owner.keys = [OTHER_KEY.public]
        await until(lambda: not trust.of(topic).find(KEY.id))
        assert trust.of(topic).find(OTHER_KEY.id)
        await until(lambda: pool.fetchval("select count(*) = 1 from known_key"))


async def test_a_new_key_is_asked_for_once_and_one_that_is_none_of_the_owners_proves_nothing(
    effects: Effects,
    pool: Pool,
    topic: str,
    kafka_arguments: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(trust_module, "REFRESH", 3600.0)  # at which it would be found by the way
    first, second, third = chain(ONE, 3)
    stranger = SigningKey.generate()
    owner = Owner(KEY.public)
    async with trusting(pool, topic, owner) as trust:
        feed = Feed(effects.name, [effects.subscription], kafka_arguments, trust)
        async with feeding(kafka_arguments, feed):
            await signed_by(kafka_arguments, topic, KEY, first, 0)
            await effects.reaches(1)
            owner.keys = [KEY.public, OTHER_KEY.public]
            await signed_by(kafka_arguments, topic, OTHER_KEY, second, 1)
            await effects.reaches(1, 2)
            for nth in range(20):
                forged = recorded(100 + nth, ONE, 3, Credited(amount=nth))
                await signed_by(kafka_arguments, topic, stranger, forged, 2)
            asked = owner.asked
            await signed_by(kafka_arguments, topic, OTHER_KEY, third, 2)
            await effects.reaches(1, 2, 3)
            assert owner.asked - asked <= 2
            assert len(feed.account.foreign[effects.tp]) == 20


async def test_what_a_withdrawn_key_has_signed_stays_where_a_good_one_covers_it(
    effects: Effects, pool: Pool, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """A chain reaches back; but nothing new is proven by it."""
    first, second, third = chain(ONE, 3)
    await signed_by(kafka_arguments, topic, OTHER_KEY, first, 0)
    await signed_by(kafka_arguments, topic, KEY, second, 1)
    await signed_by(kafka_arguments, topic, OTHER_KEY, third, 2)
    feed = Feed(effects.name, [effects.subscription], kafka_arguments, Known(KEY.public))
    async with feeding(kafka_arguments, feed):
        await effects.reaches(1, 2)
        await until(lambda: feed.prover.unproven() == {effects.tp: 1})
    assert await effects.positions() == [1, 2]


async def test_a_relay_with_a_new_key_goes_on_where_the_old_one_was(
    effects: Effects, pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    both = KeysOfOne([KEY.public, OTHER_KEY.public])
    for version, key in enumerate((KEY, OTHER_KEY)):
        relay = Relay(pool, kafka_arguments, topic, key, both)
        task = asyncio.create_task(relay.run())
        await append(log, ONE, version)
        await carried(relay, log)
        await cancelled(task)
        await relay.resign()
    assert await length(kafka_arguments, topic) == 2
    feed = Feed(effects.name, [effects.subscription], kafka_arguments, Known(OTHER_KEY.public))
    async with feeding(kafka_arguments, feed):
        await effects.reaches(1, 2)


async def test_what_a_withdrawn_key_alone_has_signed_is_sent_again_signed_by_a_good_one(
    pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    await append(log, ONE, 0)
    await carry(pool, log, kafka_arguments, topic)
    good = KeysOfOne([OTHER_KEY.public])
    relay = Relay(pool, kafka_arguments, topic, OTHER_KEY, good)
    task = asyncio.create_task(relay.run())
    try:
        await until(lambda: _long(kafka_arguments, topic, 2))
    finally:
        await cancelled(task)


async def _long(kafka: dict[str, Any], topic: str, count: int) -> bool:
    return await length(kafka, topic) == count


# -- taking back --------------------------------------------------------------------------------


async def test_what_an_older_backup_lacks_is_taken_back_from_the_topic_and_goes_on(
    owner: Pool, pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    """The same bytes at the same positions, so that the chain and the checkpoints hold; and it is recorded."""
    await fill(log, "abc", credits=3)
    await carry(pool, log, kafka_arguments, topic)
    whole = await pool.fetch("select position, record, hash, command, ordinal from event")
    top = await pool.fetchrow("select position, hash from head")
    await owner.execute(RESTORED)
    carrier = Carrier(kafka_arguments, topic)
    await carrier.put(b"{}", 0, carrier.headers(b"{}", ONE, 7, 0, by=OTHER_KEY), ONE)

    take = partial(
        take_back, owner, kafka_arguments, topic, KEYS, MODELS, by="op-1", why="disk lost"
    )
    assert await take() == TakenBack(after=6, events=6)
    assert await take() == TakenBack(after=12, events=0)
    assert (await verify(owner, MODELS)).faults == ()
    assert await pool.fetch("select position, record, hash, command, ordinal from event") == whole
    assert await pool.fetchrow("select position, hash from head") == top
    (row,) = await owner.fetch("select after, events, by, why from taken_back")
    assert tuple(row) == (6, 6, "op-1", "disk lost")
    async with relaying(pool, kafka_arguments, topic) as relay:
        await append(log, "late", 0)
        await carried(relay, log)
        assert relay.refuses is None


async def test_a_log_that_went_another_way_takes_nothing_back(
    owner: Pool, pool: Pool, log: EventLog, topic: str, kafka_arguments: dict[str, Any]
) -> None:
    await fill(log, "abc", credits=3)
    await carry(pool, log, kafka_arguments, topic)
    await owner.execute(RESTORED)
    await append(log, "x", 0)
    before = await pool.fetch("select * from event")
    with pytest.raises(Contradicted, match="position 7 is another"):
        await take_back(owner, kafka_arguments, topic, KEYS, MODELS, by="op-1", why="disk lost")
    assert await pool.fetch("select * from event") == before


@pytest.mark.parametrize(
    ("restored", "lost"),
    [
        pytest.param(1, {3}, id="others of its partition follow"),
        pytest.param(1, {2, 3}, id="others of another partition follow"),
        pytest.param(4, {3}, id="the backup holds it"),
    ],
)
async def test_nothing_is_taken_back_where_the_topic_has_a_gap(
    owner: Pool,
    pool: Pool,
    log: EventLog,
    topic: str,
    kafka_arguments: dict[str, Any],
    restored: int,
    lost: set[int],
) -> None:
    """The topic has lost what the backup lacks, or what proves it; until it is written there again, from a
    copy."""
    await fill(log, ONE, credits=3)
    await fill(log, OTHER, credits=1)
    await carry(pool, log, kafka_arguments, topic)
    whole = await records(kafka_arguments, topic)
    await owner.execute(f"delete from event where position > {restored}")
    await owner.execute(
        "update head set (position, hash) = ("
        " select position, hash from event order by position desc limit 1)"
    )
    await make_anew(kafka_arguments, topic)
    carrier = Carrier(kafka_arguments, topic)
    take = partial(
        take_back, owner, kafka_arguments, topic, KEYS, MODELS, by="op-1", why="disk lost"
    )

    async def put(holds: Callable[[int], bool]) -> None:
        for each in whole:
            if holds(int(header(each, "position"))):
                await carrier.put(each.value, each.partition, list(each.headers), each.key.decode())

    await put(lambda position: position not in lost)
    before = await owner.fetch("select * from event, head")
    with pytest.raises(TopicHasGap, match=f"does not prove position {min(lost)}, and"):
        await take()
    assert await owner.fetch("select * from event, head") == before
    assert not await owner.fetch("select from taken_back")
    await put(lambda position: position >= min(lost))
    assert await take() == TakenBack(after=restored, events=6 - restored)
