"""docs/runbooks/partitions.md, word for word: a topic with too many partitions is found, does no harm, and is mended."""

import asyncio
import json
import subprocess
from collections.abc import Mapping

import pytest

from contracts.topics import topic
from tests.http.test_outages import telling, until
from tests.http.world import PERSONNEL, person
from tests.pages import page
from tests.runbooks.conftest import Installation

pytestmark = [pytest.mark.rehearsal, pytest.mark.whole, pytest.mark.timeout(600)]

SERVICE = "planning"


def add_partitions(environment: Mapping[str, str]) -> None:
    """What nobody should do."""
    subprocess.run(
        ["kafka-topics.sh", "--bootstrap-server", environment["BROKERS"],
         "--command-config", environment["ADMIN"], "--alter", "--topic", topic(SERVICE), "--partitions", "12"],
        env=dict(environment), check=True,
    )  # fmt: skip


async def test_added_partitions_do_no_harm_and_are_taken_away(installation: Installation) -> None:
    it = installation
    await it.known_everywhere("before-they-were-added")
    await asyncio.to_thread(add_partitions, it.environment())
    await it.known_everywhere("after-they-were-added", "before-they-were-added")
    await it.stop(SERVICE)
    it.start(SERVICE)
    await until(it.api, (SERVICE,), telling("KafkaError", "relay"))
    told = [line["error"] for line in it.api.logged(SERVICE) if line["event"] == "relay waits"]
    assert "has 12 partitions, the contract 6" in told[-1]
    body = {"people": [person("while-nothing-is-carried")]}
    await it.api.do(SERVICE, "/directory", body, **PERSONNEL)
    with page("docs/runbooks/partitions.md", it.environment()) as book:
        assert "PartitionCount: 12" in await asyncio.to_thread(book.run)
        found = json.loads(await asyncio.to_thread(book.run))
        assert not [fault for fault in found["faults"] if ", position" in fault]
        await it.stop(SERVICE)
        await asyncio.to_thread(book.run)
        it.start(SERVICE)
        await it.well()
        *_, verified = map(json.loads, (await asyncio.to_thread(book.run)).splitlines())
        assert verified["faults"] == []
    await it.known_everywhere("at-last", "while-nothing-is-carried", "before-they-were-added")
