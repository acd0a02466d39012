"""What evaluation keeps of the other services' events: the material of its reports."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from pydantic import Json

from contracts.appraisal import AppraisalFinalized, CycleOpened, Predicate
from contracts.evaluation import CycleReported
from contracts.event import Recorded
from contracts.monitoring import (
    DevelopmentNeedIdentified,
    FeedbackGiven,
    ProgressReported,
    TrainingCompleted,
)
from contracts.planning import SKPApproved
from contracts.rewards import (
    AllowanceDetermined,
    ImprovementPlanOpened,
    RecognitionProposed,
    SanctionIssued,
)
from contracts.topics import topic
from eventlog.database import Pool
from eventlog.views import LIVE, Add, Change, Count, Put, Row, Table, View
from law.period import day_in_jakarta, skp_due
from services.evaluation.report.decisions import Figures


class SKPRow(Row):
    """An SKP and what became of it. Events of other topics may come before its approval."""

    skp: str
    unit: str | None
    start: date | None
    until: date | None
    late: bool | None
    cycle: str | None
    predicate: Predicate | None
    answered: bool | None
    plan: bool | None
    recognized: bool | None
    reports: Count
    feedback: Count


class NeedRow(Row):
    need: str
    unit: str | None
    identified: date | None
    answered: bool | None


class SanctionRow(Row):
    person: str
    case: str
    unit: str
    issued: date


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
    on = day_in_jakarta(recorded.at)
    match recorded.event:
        case SKPApproved() as e:
            row = {
                "unit": e.unit,
                "start": e.start,
                "until": e.until,
                "late": on > skp_due(e.start),
            }
            yield Put(SKP, (e.skp,), row)
        case ProgressReported() as e:
            yield Add(SKP, (e.skp,), {"reports": 1})
        case FeedbackGiven() as e:
            yield Add(SKP, (e.skp,), {"feedback": 1})
        case DevelopmentNeedIdentified() as e:
            yield Put(NEED, (e.need,), {"unit": e.unit, "identified": on})
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
            yield Put(SANCTION, (e.person, e.case), {"unit": e.unit, "issued": on})


CYCLE = View(
    "evaluation_cycle",
    tuple(topic(s) for s in ("planning", "monitoring", "appraisal", "rewards")),
    (SKP, NEED, SANCTION, OPENED),
    project_cycle,
    version=2,
)


def project_report(recorded: Recorded) -> Iterable[Change]:
    match recorded.event:
        case CycleReported() as e:
            yield Put(REPORTED, (e.cycle, e.unit), {"report": e.model_dump_json()})


REPORT = View("evaluation_report", (topic("evaluation"),), (REPORTED,), project_report)


async def figures(pool: Pool, cycle: str, finalized: int) -> dict[str, Figures] | None:
    """The cycle's figures by unit, in one snapshot; None before the cycle has arrived here, and as
    many of its appraisals, together with the SKPs that they are of and what follows from them."""
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read"):
        # Before the snapshot, lest it be older than tables that are swapped meanwhile; in their order.
        tables = ", ".join(f"{LIVE}.{table.name}" for table in CYCLE.tables)
        await connection.execute(f"lock table {tables} in access share mode")
        if await connection.fetchval(_ARRIVED, cycle) < finalized:
            return None
        dates = await connection.fetchrow(
            "select start, until from view.evaluated_cycle where cycle = $1", cycle
        )
        if dates is None:
            return None
        by_unit: dict[str, dict[str, Any]] = {}
        for query in (_SKPS, _NEEDS, _SANCTIONS):
            for row in await connection.fetch(query, *dates):
                by_unit.setdefault(row["unit"], {}).update(dict(row))
        predicates = await connection.fetch(_PREDICATES, cycle)
    for row in predicates:
        by_unit.setdefault(row["unit"], {}).setdefault("predicates", {})[row["predicate"]] = row[
            "count"
        ]
    return {
        unit: Figures(**{name: value for name, value in values.items() if name != "unit"})
        for unit, values in sorted(by_unit.items())
    }


_ARRIVED = """
select count(*) from view.evaluated_skp
where cycle = $1 and predicate is not null and unit is not null and answered"""
_SKPS = """
select unit, count(*) as skps_approved, count(*) filter (where late) as skps_late,
       count(*) filter (where feedback = 0) as without_feedback, sum(reports)::int as progress_reports,
       sum(feedback)::int as feedback_given, count(*) filter (where plan) as improvement_plans,
       count(*) filter (where recognized) as recognitions
from view.evaluated_skp where unit is not null and start <= $2 and until >= $1 group by unit"""
_NEEDS = """
select unit, count(*) as needs_identified, count(*) filter (where answered) as needs_answered
from view.evaluated_need where unit is not null and identified between $1 and $2 group by unit"""
_SANCTIONS = """
select unit, count(*) as sanctions
from view.evaluated_sanction where issued between $1 and $2 group by unit"""
_PREDICATES = """
select unit, predicate, count(*) as count from view.evaluated_skp
where cycle = $1 and predicate is not null and unit is not null group by unit, predicate order by 1, 2"""
