"""docs/runbooks/stopped-partition.md, word for word."""

import asyncio
import json

import pytest

from contracts.topics import partition, topic
from tests.http.test_cures import OPERATOR, PERSON, refusing, stop
from tests.pages import page
from tests.runbooks.conftest import Installation

pytestmark = [pytest.mark.rehearsal, pytest.mark.whole, pytest.mark.timeout(600)]


async def test_a_stopped_partition_is_cured(installation: Installation) -> None:
    """Once its cause is gone it goes on; what cannot be applied is passed over."""
    it, api = installation, installation.api
    where = {
        "SERVICE": "planning",
        "NAME": "planning_counts",
        "WHERE": f"{topic('planning')}/{partition(PERSON)}",
    }
    token = await api.token(OPERATOR["actor"], OPERATOR["roles"])
    settings = it.environment(KINERJA_TOKEN=token, **where)
    with page("docs/runbooks/stopped-partition.md", settings) as book:
        async with refusing(api, "planning"):
            found = await stop(api, "planning")
            listed = json.loads(await asyncio.to_thread(book.run, 1))
            assert (listed["subscription"], listed["offset"]) == (where["NAME"], found["offset"])
            shown = json.loads(await asyncio.to_thread(book.run, 1))
            assert shown["subject"] == PERSON
        again = json.loads(await asyncio.to_thread(book.run))
        assert again["goes_on"]
        async with refusing(api, "planning"):
            found = await stop(api, "planning")
            book.environment = {**book.environment, "OFFSET": str(found["offset"])}
            await asyncio.to_thread(book.run)
            await it.well()
        told = [json.loads(line) for line in (await asyncio.to_thread(book.run)).splitlines()]
        assert [each["service"] for each in told if each["trouble"]] == []
