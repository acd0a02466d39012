"""HTTP of the reports."""

import json
from typing import Any

from fastapi import APIRouter

from chassis.http import By, PathId

router = APIRouter()


@router.get("/cycles/{cycle}/reports")
async def reports(cycle: PathId, by: By) -> list[dict[str, Any]]:
    """Every unit's report of a cycle. For personnel and auditors."""
    by.actor.must_be("personnel", "auditor")
    rows = await by.pool.fetch(
        "select report from view.report where cycle = $1 order by unit", cycle
    )
    return [json.loads(row["report"]) for row in rows]
