"""What anybody may hold a log against: keys, checkpoints and proofs, checked away from the service."""

import asyncio
import stat
from base64 import b64decode
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from aiokafka import ConsumerRecord

from contracts.catalogue import SERVICES
from contracts.topics import PARTITIONS, topic
from eventlog.checkpoints import chain_of
from eventlog.follow import Following
from eventlog.keys import PublicKey, read_key_set
from eventlog.merkle import leaf_hash, verify_consistency, verify_inclusion
from eventlog.notes import Checkpoint, Note
from eventlog.published import read_topic
from eventlog.trust import KeysOfOne
from tests.eventlog.harness import records
from tests.http.api import Answer, Api
from tests.http.world import PERSONNEL, person

pytestmark = pytest.mark.integration


async def get(api: Api, path: str, service: str = "planning") -> Answer:
    """As nobody in particular."""
    return await api.ask(service, "GET", path, at=None)


async def checkpoint(api: Api, at_least: int = 1) -> str:
    """A note that covers this position."""
    async with asyncio.timeout(60):
        while True:
            answer = await get(api, "/checkpoint")
            if answer.status == 200 and read(note := answer.content.decode()).size >= at_least:
                assert answer.headers["Content-Type"].startswith("text/plain")
                return note
            await asyncio.sleep(0.2)


def read(note: str) -> Checkpoint:
    return Checkpoint.read(Note.read(note).text)


async def position(api: Api) -> int:
    return int((await api.see("planning", "/status"))["position"])


def signed(note: str, keys: list[PublicKey]) -> Checkpoint:
    """The checkpoint, if one of the keys has signed it."""
    whole, said = Note.read(note), read(note)
    assert any(
        key.verifies(each, whole.text.encode())
        for key in keys
        for each in whole.of(said.origin, key)
    )
    return said


def proof(answer: Answer) -> list[bytes]:
    assert answer.status == 200, answer
    return [b64decode(each, validate=True) for each in answer.body["hashes"]]


def carried(found: list[ConsumerRecord], keys: list[PublicKey]) -> dict[int, bytes]:
    """The log's records in its topic, by position: other tests have put others there."""
    readings = {
        number: Following(topic("planning"), number, KeysOfOne(keys))
        for number in range(PARTITIONS)
    }
    return {
        proven.position: proven.record
        for record in found
        for proven in readings[record.partition].take([record])
    }


async def test_a_record_and_an_older_log_are_proved_by_note_key_and_proof_alone(api: Api) -> None:
    old = await checkpoint(api, await position(api))
    await api.do("planning", "/directory", {"people": [person("proved")]}, **PERSONNEL)
    new = await checkpoint(api, read(old).size + 1)
    keys = (await get(api, "/keys")).body
    kafka = dict(api.stack.admin)
    theirs = carried(await records(kafka, topic("planning")), read_key_set(keys))
    before, after = signed(old, read_key_set(keys)), signed(new, read_key_set(keys))
    sizes = f"old={before.size}&new={after.size}"
    continued = proof(await get(api, f"/proofs/consistency?{sizes}"))
    places = {1, before.size // 2, before.size, after.size}
    paths = {
        at: proof(await get(api, f"/proofs/inclusion?position={at}&size={after.size}"))
        for at in places
    }

    # From here on, nothing but what was handed over.
    assert verify_consistency(before.size, after.size, before.root, after.root, continued)
    for at, path in paths.items():
        leaf = leaf_hash(theirs[at])
        assert verify_inclusion(leaf, at - 1, after.size, path, after.root)
        other = leaf_hash(theirs[at] + b" ")
        assert not verify_inclusion(other, at - 1, after.size, path, after.root)
    chain = sha256(bytes(32) + (1).to_bytes(8, "big") + theirs[1]).digest()
    for at in range(2, after.size + 1):
        chain = sha256(chain + at.to_bytes(8, "big") + theirs[at]).digest()
    assert chain_of(after) == chain


async def test_every_service_signs_with_a_key_of_its_own_and_publishes(api: Api) -> None:
    seen = set()
    for service in SERVICES:
        keys = read_key_set((await get(api, "/keys", service)).body)
        assert len(keys) == 1
        seen.add(keys[0].id)
        file = api.stack.folder / "keys" / f"{service}.pem"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(seen) == len(SERVICES)

    note = await checkpoint(api)
    kafka = dict(api.stack.admin)
    async with asyncio.timeout(60):
        origin = read(note).origin
        assert origin == "kinerja/demonstration/planning"
        while note not in [c.note async for some in read_topic(kafka, origin) for c in some]:
            await asyncio.sleep(0.2)


async def test_an_older_checkpoint_is_there_by_its_size(api: Api) -> None:
    note = await checkpoint(api)
    size = read(note).size
    assert (await get(api, f"/checkpoint?size={size}")).content.decode() == note
    await api.do("planning", "/directory", {"people": [person("later")]}, **PERSONNEL)
    await checkpoint(api, size + 1)
    assert (await get(api, f"/checkpoint?size={size}")).content.decode() == note


@pytest.mark.parametrize(
    ("path", "status"),
    [("/checkpoint?size=0", 400), ("/checkpoint?size=x", 400), (f"/checkpoint?size={2**63}", 400),
     ("/proofs/inclusion?position=1", 400), ("/proofs/inclusion?position=0&size=1", 400),
     ("/proofs/inclusion?position=2&size=1", 404), (f"/proofs/inclusion?position=1&size={10**12}", 404),
     ("/proofs/consistency?old=0&new=1", 400), ("/proofs/consistency?old=2&new=1", 404),
     (f"/proofs/consistency?old=1&new={10**12}", 404)],
)  # fmt: skip
async def test_what_is_not_there_is_refused(api: Api, path: str, status: int) -> None:
    await checkpoint(api)
    answer = await get(api, path)
    assert (answer.status, answer.problem["status"]) == (status, status)


async def test_few_are_answered_at_once_and_the_others_told_to_come_again(api: Api) -> None:
    """While the kept hashes are locked, as by a long backup, whoever is signed in goes on."""
    size = read(await checkpoint(api)).size
    path = f"/proofs/inclusion?position=1&size={size}"
    owner = urlsplit(api.stack.dsn)._replace(path="/kinerja_planning")
    connection = await asyncpg.connect(urlunsplit(owner))
    try:
        async with connection.transaction():
            await connection.execute("lock table checkpoint in access exclusive mode")
            waiting: list[asyncio.Task[Any]] = [
                asyncio.create_task(get(api, path)) for _ in range(20)
            ]
            async with asyncio.timeout(60):
                while sum(each.done() for each in waiting) < 16:
                    await asyncio.sleep(0.05)
            assert {each.result().status for each in waiting if each.done()} == {503}
            await api.see("planning", "/units", **PERSONNEL)
    finally:
        await connection.close()
    ended = await asyncio.gather(*waiting)
    assert sorted(answer.status for answer in ended) == [200] * 4 + [503] * 16
