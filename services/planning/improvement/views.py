"""Improvement actions that evaluation has proposed, for the unit's next planning."""

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter

from chassis.http import By, PathId
from contracts.evaluation import ImprovementActionProposed
from contracts.event import Recorded
from contracts.topics import topic
from eventlog.views import Change, Put, Table, View

ACTION = Table(
    "improvement_action",
    {"unit": "text", "cycle": "text", "finding": "text", "action": "text"},
    key=3,
)


def project(recorded: Recorded) -> Iterable[Change]:
    match recorded.event:
        case ImprovementActionProposed() as e:
            yield Put(ACTION, (e.unit, e.cycle, e.finding), {"action": e.action})


VIEW = View("planning_improvement", (topic("evaluation"),), (ACTION,), project)
router = APIRouter()


@router.get("/units/{unit}/improvement-actions")
async def actions(unit: PathId, by: By) -> list[dict[str, Any]]:
    """What the unit's next planning should take up."""
    rows = await by.pool.fetch(
        "select * from view.improvement_action where unit = $1 order by cycle, finding", unit
    )
    return [dict(row) for row in rows]
