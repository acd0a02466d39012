"""How many events of each type a service has written: the smallest view, and in every service."""

from collections.abc import Iterable

from contracts.catalogue import EVENTS
from contracts.event import Recorded
from contracts.topics import topic
from eventlog.database import Pool
from eventlog.views import Add, Change, Count, Row, Table, View


class CountRow(Row):
    type: str
    count: Count


COUNT = Table("event_count", CountRow)


def project(recorded: Recorded) -> Iterable[Change]:
    yield Add(COUNT, (recorded.model.__name__,), {"count": 1})


def view(service: str) -> View:
    takes = tuple(model for model in EVENTS if model.service == service)
    # A program that knew fewer types has left the others out.
    return View(
        f"{service}_counts", (topic(service),), takes, (COUNT,), project, version=len(takes)
    )


async def by_type(pool: Pool) -> dict[str, int]:
    return {row.type: row.count for row in await COUNT.where(pool)}
