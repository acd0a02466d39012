"""`python -m tests.kubernetes.inside.year RELEASE ISSUER PEOPLE`: last year of some people, lived today."""

import asyncio
import json
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from ministry.bookmark import Bookmark
from ministry.course import Course
from ministry.january import Acting
from ministry.people import Person
from ministry.year import Year
from tests.kubernetes.inside.client import SEED, Inside, addresses, agency, last_year


class LastYear(Year):
    """Without a simulated time all of it happens now, when last year's SKPs are over: but for hearings, which lie seven
    working days behind their summons, and for who stands in for another, moves, or changes what was agreed."""

    def _at(self, month: int, day: int, year: int | None = None) -> datetime:
        return datetime.now(UTC)

    def _acting(self) -> Acting | None:
        return None

    def _course(self, person: Person) -> Course:
        return replace(super()._course(person), amended=False, moves=False)

    async def _discipline(self, person: Person, fate: Course) -> None:
        pass


async def main(release: str, issuer: str, count: int) -> None:
    began = time.monotonic()
    timeout = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(timeout=timeout) as http:
        client = Inside(addresses(release, issuer), http)
        year = LastYear(
            client, agency(), count, SEED, last_year(), Bookmark(Path("/tmp/year.json"))
        )
        await year.live(lambda stage, done, of: None)
        auditor = {"actor": "demonstration-auditor", "roles": "auditor"}
        reports = await client.query("evaluation", f"/cycles/{last_year()}/reports", **auditor)
    print(
        json.dumps(
            {
                "commands": client.commands,
                "seconds": round(time.monotonic() - began, 1),
                "appraised": sum(sum(each["predicates"].values()) for each in reports),
            }
        )
    )


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
