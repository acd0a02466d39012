"""SKPs as they stand."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Json

from contracts.event import Recorded
from contracts.planning import (
    Annexes,
    Dialogue,
    Expectation,
    Form,
    Result,
    RowReason,
    SKPApproved,
    SKPDrafted,
    SKPReturned,
    SKPRevised,
    SKPSubmitted,
)
from contracts.topics import topic
from eventlog.database import Pool
from eventlog.views import Change, Put, Row, Table, View
from services.planning.skp.content import Approach
from services.planning.skp.decisions import Status


class PlanShown(BaseModel):
    results: tuple[Result, ...]
    expectations: tuple[Expectation, ...]
    annexes: Annexes
    dialogue: Dialogue = Dialogue()


class ReturnShown(BaseModel):
    by: str
    reason: str
    rows: tuple[RowReason, ...]


class SKPRow(Row):
    """It is in its `status` since the moment `since`. `returned` is why it was returned, until it is submitted
    again."""

    skp: str
    version: int
    person: str
    assignment: str
    start: date
    until: date
    approach: Approach
    form: Form | None
    status: Status
    since: datetime
    plan: Json[PlanShown]
    returned: Json[ReturnShown] | None


SKP = Table("skp", SKPRow, indexes=("assignment",))


def project(recorded: Recorded) -> Iterable[Change]:
    version: dict[str, Any] = {"version": recorded.version}
    since = version | {"since": recorded.at}
    match recorded.event:
        case SKPDrafted() as e:
            row: dict[str, Any] = {
                "person": e.person,
                "assignment": e.assignment,
                "start": e.start,
                "until": e.until,
                "approach": e.approach,
                "form": e.form,
                "status": "draft",
                "plan": _plan(e),
            }
            yield Put(SKP, (e.skp,), row | since)
        case SKPRevised() as e:
            yield Put(SKP, (e.skp,), {"plan": _plan(e)} | version)
        case SKPSubmitted() as e:
            yield Put(SKP, (e.skp,), {"status": "submitted", "returned": None} | since)
        case SKPReturned() as e:
            yield Put(SKP, (e.skp,), {"status": "returned", "returned": _reasons(e)} | since)
        case SKPApproved() as e:
            yield Put(SKP, (e.skp,), {"status": "approved"} | since)


def _plan(event: SKPDrafted | SKPRevised) -> str:
    return event.model_dump_json(include={"results", "expectations", "annexes", "dialogue"})


def _reasons(event: SKPReturned) -> str:
    return event.model_dump_json(include={"by", "reason", "rows"})


VIEW = View(
    "planning_skp",
    (topic("planning"),),
    (SKPDrafted, SKPRevised, SKPSubmitted, SKPReturned, SKPApproved),
    (SKP,),
    project,
    version=2,
)


async def states(pool: Pool) -> dict[Status, int]:
    rows = await pool.fetch(
        "select status, count(*) as count from view.skp group by status order by status"
    )
    return {row["status"]: row["count"] for row in rows}
