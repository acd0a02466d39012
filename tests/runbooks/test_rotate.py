"""docs/runbooks/rotate.md, word for word."""

import asyncio
import json

import asyncpg
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from eventlog.keys import PublicKey, SigningKey
from eventlog.notes import Checkpoint, Note
from tests.http.api import PATIENCE
from tests.pages import page
from tests.runbooks.conftest import Installation

pytestmark = [pytest.mark.rehearsal, pytest.mark.whole, pytest.mark.timeout(600)]


async def restart(it: Installation) -> None:
    await it.stop("planning")
    it.start("planning")
    await it.well()


async def until_signed(it: Installation, key: PublicKey) -> None:
    """Until the last checkpoint is signed by the key."""
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = await it.api.ask("planning", "GET", "/checkpoint")
            note = Note.read(answer.content.decode())
            origin = Checkpoint.read(note.text).origin
            if any(key.verifies(each, note.text.encode()) for each in note.of(origin, key)):
                return
            await asyncio.sleep(0.2)


async def test_keys_and_passwords_are_rotated(installation: Installation) -> None:
    it = installation
    folder = it.stack.folder
    (old,) = (await it.api.see("planning", "/keys"))["keys"]
    before = it.stack.environment("planning")
    with page("docs/runbooks/rotate.md", it.environment(KEYS=str(it.folder))) as book:
        await asyncio.to_thread(book.run)
        (folder / "keys" / "planning.pem").write_bytes((it.folder / "planning-2.pem").read_bytes())
        await restart(it)
        await it.known_everywhere("signed-by-the-new-key")
        new = SigningKey.read((it.folder / "planning-2.pem").read_bytes()).public
        await until_signed(it, new)
        *keys, last = map(json.loads, (await asyncio.to_thread(book.run)).splitlines())
        assert {each["kid"] for each in keys} == {old["kid"], new.id}
        assert last["signed_by"] == [new.id]
        book.environment = {**book.environment, "KID": old["kid"]}
        await asyncio.to_thread(book.run)
        assert json.loads(await asyncio.to_thread(book.run))["faults"] == []
        assert [each["kid"] for each in (await it.api.see("planning", "/keys"))["keys"]] == [new.id]

        await asyncio.to_thread(book.run)
        (folder / "planning.password").write_text(book.environment["password"])
        await restart(it)
        await asyncio.to_thread(book.run)
    await it.known_everywhere("with-the-new-passwords")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(before["DATABASE_URL"])
    client = AIOKafkaAdminClient(
        bootstrap_servers=before["KAFKA_BOOTSTRAP_SERVERS"], security_protocol="SASL_PLAINTEXT",
        sasl_mechanism="SCRAM-SHA-512", sasl_plain_username="planning",
        sasl_plain_password=before["KAFKA_PASSWORD"],
    )  # fmt: skip
    with pytest.raises(KafkaError):
        await client.start()
    await client.close()
