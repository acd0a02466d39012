"""Approved SKPs as planning told of them, as they were last agreed: the view that services keep whose decisions rest on one."""

import json
from collections.abc import Iterable
from datetime import date

from pydantic import Json

from chassis.duties import each
from contracts.event import Recorded
from contracts.planning import SKPApproved, SKPClosed
from contracts.succession import SKPCancelled
from contracts.topics import topic
from eventlog.database import Pool, Record
from eventlog.views import Change, Put, Row, Table, View
from law.skp import ApprovedSKP


class ApprovedSKPRow(Row):
    """`cancelled` if no day of it is left: nothing more is done with it, and what was done stays."""

    skp: str
    version: int
    person: str
    assignment: str
    start: date
    until: date
    results: Json[frozenset[str]]
    indicators: Json[frozenset[str]]
    cancelled: bool | None


APPROVED_SKP = Table("approved_skp", ApprovedSKPRow, indexes=("assignment",))
EACH = each("approved_skp", "s", but="t.cancelled")
"""The join of the approved SKPs `s` of each assignment `a`, as a duty's query has it."""


def project(recorded: Recorded) -> Iterable[Change]:
    match recorded.event:
        case SKPApproved() as e:
            yield Put(
                APPROVED_SKP,
                (e.skp,),
                {
                    "version": recorded.version,
                    "person": e.person,
                    "assignment": e.assignment,
                    "start": e.start,
                    "until": e.until,
                    "results": json.dumps([r.id for r in e.results]),
                    "indicators": json.dumps([i.id for r in e.results for i in r.indicators]),
                },
            )

        case SKPClosed() as e:
            yield Put(APPROVED_SKP, (e.skp,), {"version": recorded.version, "until": e.until})
        case SKPCancelled() as e:
            yield Put(APPROVED_SKP, (e.skp,), {"version": recorded.version, "cancelled": True})


def view(service: str) -> View:
    """The view, under a subscription of `service`'s own."""
    return View(
        f"{service}_approved_skp",
        (topic("planning"),),
        (SKPApproved, SKPClosed, SKPCancelled),
        (APPROVED_SKP,),
        project,
        version=3,
    )


async def find(pool: Pool, skp: str) -> ApprovedSKP | None:
    """Also one that was cancelled."""
    row = await APPROVED_SKP.find(pool, skp)
    return _skp(row) if row else None


def select(*columns: str) -> str:
    """The query for approved SKPs `s` that were not cancelled, and for what else a decision about one rests on: one round
    trip, which `read` takes apart."""
    return f"select {', '.join(('s.*', *columns))} from view.approved_skp s where s.skp = any($1) and s.cancelled is null"


def read(row: Record) -> ApprovedSKP:
    own = {name: row[name] for name in APPROVED_SKP.columns}
    return _skp(ApprovedSKPRow.model_validate(own))


def _skp(row: ApprovedSKPRow) -> ApprovedSKP:
    return ApprovedSKP(**row.model_dump(exclude={"cancelled"}))
