"""Approved SKPs as planning told of them; appraisals as they stand; predicates by unit."""

from collections.abc import Iterable
from typing import Any

from chassis.problems import NotFound
from contracts.appraisal import AppraisalFinalized, BehaviourRated, ResultRated
from contracts.event import Recorded
from contracts.planning import SKPApproved
from contracts.topics import topic
from eventlog.database import Pool
from eventlog.views import Add, Change, Put, Table, View
from services.appraisal.appraisal.decisions import ApprovedSKP

APPROVED_SKP = Table(
    "approved_skp",
    {"skp": "text", "version": "integer", "assignment": "text", "start": "date", "until": "date"},
)


def project_approved(recorded: Recorded) -> Iterable[Change]:
    match recorded.event:
        case SKPApproved() as e:
            row = {"assignment": e.assignment, "start": e.start, "until": e.until}
            yield Put(APPROVED_SKP, (e.skp,), row | {"version": recorded.version})


APPROVED = View("appraisal_approved_skp", (topic("planning"),), (APPROVED_SKP,), project_approved)


async def approved(pool: Pool, skp: str) -> ApprovedSKP:
    """Raises NotFound."""
    row = await pool.fetchrow("select * from view.approved_skp where skp = $1", skp)
    if row is None:
        raise NotFound(f"no approved SKP {skp}")
    return ApprovedSKP(**row)


APPRAISED = Table(
    "appraisal",
    {
        "skp": "text", "version": "integer", "cycle": "text", "person": "text", "unit": "text",
        "result": "text", "behaviour": "text", "predicate": "text",
    },
)  # fmt: skip
PREDICATE = Table(
    "predicate", {"cycle": "text", "unit": "text", "predicate": "text", "count": "bigint"}, key=3
)


def project_appraisal(recorded: Recorded) -> Iterable[Change]:
    event = recorded.event
    match event:
        case ResultRated() as e:
            row = {"cycle": e.cycle, "person": e.person, "result": e.rating}
        case BehaviourRated() as e:
            row = {"cycle": e.cycle, "person": e.person, "behaviour": e.rating}
        case AppraisalFinalized() as e:
            row = {"unit": e.unit, "predicate": e.predicate}
            yield Add(PREDICATE, (e.cycle, e.unit, e.predicate), {"count": 1})
        case _:
            return
    yield Put(APPRAISED, (event.skp,), row | {"version": recorded.version})


APPRAISAL = View(
    "appraisal_appraisals", (topic("appraisal"),), (APPRAISED, PREDICATE), project_appraisal
)


async def appraisal(pool: Pool, skp: str) -> dict[str, Any]:
    """Raises NotFound."""
    row = await pool.fetchrow("select * from view.appraisal where skp = $1", skp)
    if row is None:
        raise NotFound(f"no appraisal of {skp}")
    return dict(row)


async def progress(pool: Pool, cycle: str) -> tuple[int, int]:
    """How many appraisals of a cycle are final, and how many are begun and not final."""
    row = await pool.fetchrow(
        "select count(predicate), count(*) - count(predicate) from view.appraisal where cycle = $1",
        cycle,
    )
    assert row
    return row[0], row[1]


async def predicates(pool: Pool, cycle: str) -> dict[str, dict[str, int]]:
    """Predicate counts by unit."""
    by_unit: dict[str, dict[str, int]] = {}
    for row in await pool.fetch(
        "select unit, predicate, count from view.predicate where cycle = $1 order by unit", cycle
    ):
        by_unit.setdefault(row["unit"], {})[row["predicate"]] = row["count"]
    return by_unit
