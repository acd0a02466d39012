"""Cycles, how far the appraisals of each are, and their predicates by unit."""

from collections.abc import Iterable
from datetime import date

from contracts.appraisal import (
    AppraisalFinalized,
    BehaviourRated,
    CycleClosed,
    CycleOpened,
    Predicate,
    ResultRated,
)
from contracts.event import Recorded
from contracts.topics import topic
from eventlog.database import Pool
from eventlog.views import Add, Change, Count, Put, Row, Table, View


class CycleRow(Row):
    cycle: str
    version: int
    start: date
    until: date
    closed: bool


class BegunRow(Row):
    """An appraisal that was begun in a cycle."""

    cycle: str
    skp: str
    final: bool


class PredicateRow(Row):
    cycle: str
    unit: str
    predicate: Predicate
    count: Count


CYCLE = Table("cycle", CycleRow)
BEGUN = Table("begun", BegunRow, key=2)
PREDICATE = Table("predicate", PredicateRow, key=3)


def project(recorded: Recorded) -> Iterable[Change]:
    version = {"version": recorded.version}
    match recorded.event:
        case CycleOpened() as e:
            row = {"start": e.start, "until": e.until, "closed": False}
            yield Put(CYCLE, (e.cycle,), row | version)
        case CycleClosed() as e:
            yield Put(CYCLE, (e.cycle,), {"closed": True} | version)
        case ResultRated() | BehaviourRated() as e:
            yield Put(BEGUN, (e.cycle, e.skp), {"final": False})
        case AppraisalFinalized() as e:
            yield Put(BEGUN, (e.cycle, e.skp), {"final": True})
            yield Add(PREDICATE, (e.cycle, e.unit, e.predicate), {"count": 1})


UNFINISHED = """(not b.final and not exists (
    select from view.approved_skp s where s.skp = b.skp and s.cancelled offset 0))"""
"""In SQL, of what was begun (`b`): that of an SKP that was cancelled is never finished."""

VIEW = View(
    "appraisal_cycle",
    (topic("appraisal"),),
    (CycleOpened, CycleClosed, ResultRated, BehaviourRated, AppraisalFinalized),
    (CYCLE, BEGUN, PREDICATE),
    project,
    version=2,
)


async def progress(pool: Pool, cycle: str) -> tuple[int, int]:
    """How many appraisals of a cycle are final, and how many are begun and not final."""
    row = await pool.fetchrow(
        f"select count(*) filter (where final), count(*) filter (where {UNFINISHED})"
        " from view.begun b where cycle = $1",
        cycle,
    )
    assert row
    return row[0], row[1]


async def predicates(pool: Pool, cycle: str) -> dict[str, dict[Predicate, int]]:
    """Predicate counts by unit."""
    by_unit: dict[str, dict[Predicate, int]] = {}
    for row in await PREDICATE.where(pool, cycle=cycle):
        by_unit.setdefault(row.unit, {})[row.predicate] = row.count
    return by_unit
