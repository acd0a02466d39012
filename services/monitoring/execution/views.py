"""Approved SKPs as planning told of them, and what has been reported against each."""

from collections.abc import Iterable
from typing import Any

from chassis.problems import NotFound
from contracts.event import Recorded
from contracts.monitoring import FeedbackGiven, ProgressReported
from contracts.planning import SKPApproved
from contracts.topics import topic
from eventlog.database import Pool
from eventlog.views import Add, Change, Put, Table, View
from services.monitoring.execution.decisions import ApprovedSKP

APPROVED_SKP = Table(
    "approved_skp",
    {
        "skp": "text", "version": "integer", "person": "text", "assignment": "text",
        "start": "date", "until": "date", "results": "text", "indicators": "text",
    },
)  # fmt: skip


def project_approved(recorded: Recorded) -> Iterable[Change]:
    match recorded.event:
        case SKPApproved() as e:
            yield Put(
                APPROVED_SKP, (e.skp,),
                {
                    "version": recorded.version, "person": e.person, "assignment": e.assignment,
                    "start": e.start, "until": e.until,
                    # Ids hold no spaces.
                    "results": " ".join(r.id for r in e.results),
                    "indicators": " ".join(i.id for r in e.results for i in r.indicators),
                },
            )  # fmt: skip


APPROVED = View("monitoring_approved_skp", (topic("planning"),), (APPROVED_SKP,), project_approved)


async def approved(pool: Pool, skp: str) -> ApprovedSKP:
    """Raises NotFound."""
    row = await pool.fetchrow("select * from view.approved_skp where skp = $1", skp)
    if row is None:
        raise NotFound(f"no approved SKP {skp}")
    return ApprovedSKP(
        row["skp"], row["version"], row["assignment"], row["start"], row["until"],
        frozenset(row["results"].split()), frozenset(row["indicators"].split()),
    )  # fmt: skip


REALISATION = Table(
    "realisation",
    {
        "skp": "text",
        "indicator": "text",
        "period": "text",
        "realisation": "text",
        "evidence": "text",
    },
    key=3,
)
FEEDBACK = Table(
    "feedback",
    {"skp": "text", "version": "integer", "by": "text", "kind": "text", "text": "text"},
    key=2,
)
EXECUTED = Table("execution", {"skp": "text", "reports": "bigint", "feedback": "bigint"})


def project_execution(recorded: Recorded) -> Iterable[Change]:
    match recorded.event:
        case ProgressReported() as e:
            links = "\n".join(item.link for item in e.evidence)
            yield Put(
                REALISATION, (e.skp, e.indicator, e.period),
                {"realisation": e.realisation, "evidence": links},
            )  # fmt: skip
            yield Add(EXECUTED, (e.skp,), {"reports": 1})
        case FeedbackGiven() as e:
            row = {"by": e.by, "kind": e.kind, "text": e.text}
            yield Put(FEEDBACK, (e.skp, recorded.version), row)
            yield Add(EXECUTED, (e.skp,), {"feedback": 1})


EXECUTION = View(
    "monitoring_execution",
    (topic("monitoring"),),
    (REALISATION, FEEDBACK, EXECUTED),
    project_execution,
)


async def execution(pool: Pool, skp: str) -> dict[str, Any]:
    realisations = await pool.fetch(
        "select indicator, period, realisation, evidence from view.realisation where skp = $1"
        " order by indicator, period",
        skp,
    )
    feedback = await pool.fetch(
        "select by, kind, text from view.feedback where skp = $1 order by version", skp
    )
    return {
        "skp": skp,
        "realisations": [dict(row) for row in realisations],
        "feedback": [dict(row) for row in feedback],
    }
