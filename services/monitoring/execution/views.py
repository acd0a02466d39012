"""What has been reported against each SKP, and what the superior said."""

import json
from collections.abc import Iterable

from pydantic import BaseModel, Json

from contracts.event import Recorded
from contracts.monitoring import Evidence, FeedbackGiven, FeedbackKind, ProgressReported
from contracts.topics import topic
from eventlog.database import Pool
from eventlog.views import Add, Change, Count, Put, Row, Table, View


class RealisationRow(Row):
    skp: str
    indicator: str
    period: str
    realisation: str
    evidence: Json[tuple[Evidence, ...]]


class FeedbackRow(Row):
    skp: str
    version: int
    by: str
    kind: FeedbackKind
    text: str
    result: str | None


class ExecutedRow(Row):
    skp: str
    reports: Count
    feedback: Count


REALISATION = Table("realisation", RealisationRow, key=3)
FEEDBACK = Table("feedback", FeedbackRow, key=2)
EXECUTED = Table("execution", ExecutedRow)


def project(recorded: Recorded) -> Iterable[Change]:
    match recorded.event:
        case ProgressReported() as e:
            evidence = json.dumps([item.model_dump() for item in e.evidence])
            row: dict[str, object] = {"realisation": e.realisation, "evidence": evidence}
            yield Put(REALISATION, (e.skp, e.indicator, e.period), row)
            yield Add(EXECUTED, (e.skp,), {"reports": 1})
        case FeedbackGiven() as e:
            row = {"by": e.by, "kind": e.kind, "text": e.text, "result": e.result}
            yield Put(FEEDBACK, (e.skp, recorded.version), row)
            yield Add(EXECUTED, (e.skp,), {"feedback": 1})


EXECUTION = View(
    "monitoring_execution",
    (topic("monitoring"),),
    (ProgressReported, FeedbackGiven),
    (REALISATION, FEEDBACK, EXECUTED),
    project,
)


class ExecutionShown(BaseModel):
    skp: str
    realisations: list[RealisationRow]
    feedback: list[FeedbackRow]


async def execution(pool: Pool, skp: str) -> ExecutionShown:
    return ExecutionShown(
        skp=skp,
        realisations=await REALISATION.where(pool, skp=skp),
        feedback=await FEEDBACK.where(pool, skp=skp),
    )
