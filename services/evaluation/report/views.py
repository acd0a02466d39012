"""What evaluation keeps of the other services' events: the material of its reports."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from pydantic import Json

from chassis import policies
from contracts.appraisal import AppraisalFinalized, CycleOpened, Predicate
from contracts.evaluation import CycleReported
from contracts.event import Recorded
from contracts.monitoring import (
    DevelopmentNeedIdentified,
    FeedbackGiven,
    ProgressReported,
    TrainingCompleted,
)
from contracts.planning import SKPApproved, SKPClosed
from contracts.rewards import (
    AllowanceDetermined,
    ImprovementPlanOpened,
    RecognitionProposed,
    SanctionIssued,
)
from contracts.settings import SKP_DUE, WORKING_CALENDAR
from contracts.succession import SKPCancelled
from contracts.topics import topic
from eventlog.database import Connection, Pool
from eventlog.views import LIVE, Add, Change, Count, Put, Row, Table, View
from law.period import skp_due
from law.workdays import Calendar
from law.zones import Zones
from services.evaluation.report.decisions import Figures


class SKPRow(Row):
    """An SKP and what became of it. Events of other topics may come before its approval. If it was `cancelled`, it
    counts among those that were agreed no more; a predicate that is final stays so."""

    skp: str
    unit: str | None
    start: date | None
    until: date | None
    approved: datetime | None
    cycle: str | None
    predicate: Predicate | None
    answered: bool | None
    plan: bool | None
    recognized: bool | None
    cancelled: bool | None
    reports: Count
    feedback: Count


class NeedRow(Row):
    need: str
    unit: str | None
    identified: datetime | None
    answered: bool | None


class SanctionRow(Row):
    person: str
    case: str
    unit: str
    issued: datetime


class CycleRow(Row):
    cycle: str
    start: date
    until: date


class ReportedRow(Row):
    cycle: str
    unit: str
    report: Json[CycleReported]


SKP = Table("evaluated_skp", SKPRow)
NEED = Table("evaluated_need", NeedRow)
SANCTION = Table("evaluated_sanction", SanctionRow, key=2)
OPENED = Table("evaluated_cycle", CycleRow)
REPORTED = Table("report", ReportedRow, key=2)


def project_cycle(recorded: Recorded) -> Iterable[Change]:
    at = recorded.at  # on which day that was, the unit's time zone says when the figures are read
    match recorded.event:
        case SKPApproved() as e if not e.amends:  # set when it was first approved
            row = {"unit": e.unit, "start": e.start, "until": e.until, "approved": at}
            yield Put(SKP, (e.skp,), row)
        case SKPClosed() as e:
            yield Put(SKP, (e.skp,), {"until": e.until})
        case SKPCancelled() as e:
            yield Put(SKP, (e.skp,), {"cancelled": True})
        case ProgressReported() as e:
            yield Add(SKP, (e.skp,), {"reports": 1})
        case FeedbackGiven() as e:
            yield Add(SKP, (e.skp,), {"feedback": 1})
        case DevelopmentNeedIdentified() as e:
            yield Put(NEED, (e.need,), {"unit": e.unit, "identified": at})
        case TrainingCompleted() as e:
            yield Put(NEED, (e.need,), {"answered": True})
        case CycleOpened() as e:
            yield Put(OPENED, (e.cycle,), {"start": e.start, "until": e.until})
        case AppraisalFinalized() as e:
            yield Put(SKP, (e.skp,), {"cycle": e.cycle, "predicate": e.predicate})
        case RecognitionProposed() as e:
            yield Put(SKP, (e.skp,), {"recognized": True})
        case ImprovementPlanOpened() as e:
            yield Put(SKP, (e.skp,), {"plan": True})
        case AllowanceDetermined() as e:
            yield Put(SKP, (e.skp,), {"answered": True})
        case SanctionIssued() as e:
            yield Put(SANCTION, (e.person, e.case), {"unit": e.unit, "issued": at})


CYCLE = View(
    "evaluation_cycle",
    tuple(topic(s) for s in ("planning", "monitoring", "appraisal", "rewards")),
    (
        SKPApproved,
        SKPClosed,
        SKPCancelled,
        ProgressReported,
        FeedbackGiven,
        DevelopmentNeedIdentified,
        TrainingCompleted,
        CycleOpened,
        AppraisalFinalized,
        RecognitionProposed,
        ImprovementPlanOpened,
        AllowanceDetermined,
        SanctionIssued,
    ),
    (SKP, NEED, SANCTION, OPENED),
    project_cycle,
    version=4,
)


def project_report(recorded: Recorded) -> Iterable[Change]:
    match recorded.event:
        case CycleReported() as e:
            yield Put(REPORTED, (e.cycle, e.unit), {"report": e.model_dump_json()})


REPORT = View(
    "evaluation_report", (topic("evaluation"),), (CycleReported,), (REPORTED,), project_report
)


class Material(NamedTuple):
    """A cycle's last day, its figures by unit, and the settings by which they were reckoned."""

    until: date
    by_unit: dict[str, Figures]
    basis: frozenset[str]


async def figures(pool: Pool, cycle: str, finalized: int) -> Material | None:
    """The cycle's figures by unit, in one snapshot; None before the cycle has arrived here, and as
    many of its appraisals, together with the SKPs that they are of and what follows from them."""
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read"):
        # Before the snapshot, lest it be older than tables that are swapped meanwhile; in their order.
        tables = ", ".join(f"{LIVE}.{table.name}" for table in (*CYCLE.tables, policies.SETTING))
        await connection.execute(f"lock table {tables} in access share mode")
        if await connection.fetchval(_ARRIVED, cycle) < finalized:
            return None
        opened = await OPENED.find(connection, cycle)
        if opened is None:
            return None
        zones = await policies.zones(connection)
        due = await _due(connection, opened, zones)
        within = await _within(connection, opened, zones)
        by_unit: dict[str, dict[str, Any]] = {}
        for query, bounds in (
            (_SKPS, (*due.columns, opened.start)),
            (_NEEDS, within),
            (_SANCTIONS, within),
        ):
            for row in await connection.fetch(query, *bounds):
                by_unit.setdefault(row["unit"], {}).update(dict(row))
        predicates = await connection.fetch(_PREDICATES, cycle)
    for row in predicates:
        by_unit.setdefault(row["unit"], {}).setdefault("predicates", {})[row["predicate"]] = row[
            "count"
        ]
    for unit in due.estimated:
        by_unit.setdefault(unit, {})["estimated"] = True
    reckoned = {
        unit: Figures(**{name: value for name, value in values.items() if name != "unit"})
        for unit, values in sorted(by_unit.items())
    }
    return Material(opened.until, reckoned, due.basis)


Columns = tuple[list[Any], ...]


class _Due(NamedTuple):
    """columns    by unit and first day of SKPs: until and without which moment they are set in time, by
                  what was in force on that day
    basis      the adoptions that say so
    estimated  units of which a day rests on an estimate
    """

    columns: Columns
    basis: frozenset[str]
    estimated: frozenset[str]


async def _due(connection: Connection, cycle: CycleRow, zones: Zones) -> _Due:
    dues = await policies.settled(connection, SKP_DUE)
    calendar = Calendar(await policies.settled(connection, WORKING_CALENDAR))
    rows: list[tuple[Any, ...]] = []
    basis, estimated = set[str](), set[str]()
    for unit, start in await connection.fetch(_STARTS, cycle.start, cycle.until):
        due = dues.on(start)
        last = skp_due(start, due.value, calendar)
        basis |= {due.basis} | ({calendar.basis} if due.value.late_start_working_days else set())
        estimated |= {unit} if last.estimated else set()
        rows.append((unit, start, zones.midnight(unit, last.day + timedelta(days=1))))
    columns = tuple(list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
    return _Due(columns, frozenset(basis - {""}), frozenset(estimated))


async def _within(connection: Connection, cycle: CycleRow, zones: Zones) -> Columns:
    """By unit, when the cycle begins and when it is over there."""
    units = [row["unit"] for row in await connection.fetch(_UNITS)]
    over = cycle.until + timedelta(days=1)
    return (
        units,
        [zones.midnight(unit, cycle.start) for unit in units],
        [zones.midnight(unit, over) for unit in units],
    )


_ARRIVED = """
select count(*) from view.evaluated_skp
where cycle = $1 and predicate is not null and unit is not null and answered"""
_STARTS = """
select distinct unit, start from view.evaluated_skp
where unit is not null and cancelled is null and start <= $2 and until >= $1"""
_UNITS = """
select unit from view.evaluated_need where unit is not null
union select unit from view.evaluated_sanction"""
_SKPS = """
select unit, count(*) as skps_approved, count(*) filter (where approved >= due.over) as skps_late,
       count(*) filter (where feedback = 0) as without_feedback, sum(reports)::int as progress_reports,
       sum(feedback)::int as feedback_given, count(*) filter (where plan) as improvement_plans,
       count(*) filter (where recognized) as recognitions
from view.evaluated_skp
join unnest($1::text[], $2::date[], $3::timestamptz[]) as due (unit, start, over) using (unit, start)
where until >= $4 and cancelled is null group by unit"""
_NEEDS = """
select unit, count(*) as needs_identified, count(*) filter (where answered) as needs_answered
from view.evaluated_need
join unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) as cycle (unit, since, over) using (unit)
where identified >= since and identified < over group by unit"""
_SANCTIONS = """
select unit, count(*) as sanctions from view.evaluated_sanction
join unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) as cycle (unit, since, over) using (unit)
where issued >= since and issued < over group by unit"""
_PREDICATES = """
select unit, predicate, count(*) as count from view.evaluated_skp
where cycle = $1 and predicate is not null and unit is not null group by unit, predicate order by 1, 2"""
