"""SKPs as they stand."""

import json
from collections.abc import Iterable
from typing import Any

from chassis.problems import NotFound
from contracts.event import Recorded
from contracts.planning import SKPApproved, SKPDrafted, SKPReturned, SKPRevised, SKPSubmitted
from contracts.topics import topic
from eventlog.database import Pool
from eventlog.views import Change, Put, Table, View

SKP = Table(
    "skp",
    {
        "skp": "text", "version": "integer", "person": "text", "assignment": "text",
        "start": "date", "until": "date", "status": "text", "plan": "text",
    },
)  # fmt: skip


def project(recorded: Recorded) -> Iterable[Change]:
    event = recorded.event
    match event:
        case SKPDrafted() as e:
            row: dict[str, Any] = {
                "person": e.person, "assignment": e.assignment, "start": e.start, "until": e.until,
                "status": "draft", "plan": _plan(e),
            }  # fmt: skip
        case SKPRevised() as e:
            row = {"plan": _plan(e)}
        case SKPSubmitted():
            row = {"status": "submitted"}
        case SKPReturned():
            row = {"status": "returned"}
        case SKPApproved():
            row = {"status": "approved"}
        case _:
            return
    yield Put(SKP, (event.skp,), row | {"version": recorded.version})


def _plan(event: SKPDrafted | SKPRevised) -> str:
    return event.model_dump_json(include={"results", "expectations", "annexes"})


VIEW = View("planning_skp", (topic("planning"),), (SKP,), project)


async def skp(pool: Pool, skp: str) -> dict[str, Any]:
    """Raises NotFound."""
    row = await pool.fetchrow("select * from view.skp where skp = $1", skp)
    if row is None:
        raise NotFound(f"no SKP {skp}")
    return dict(row) | {"plan": json.loads(row["plan"])}


async def states(pool: Pool) -> dict[str, int]:
    rows = await pool.fetch(
        "select status, count(*) as count from view.skp group by status order by status"
    )
    return {row["status"]: row["count"] for row in rows}
