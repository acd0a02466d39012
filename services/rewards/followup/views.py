"""What each person has been given, and how many of a cycle's appraisals have been answered."""

from collections.abc import Iterable
from typing import Any

from contracts.event import Recorded
from contracts.rewards import (
    AllowanceDetermined,
    CreditPointsAwarded,
    ImprovementPlanOpened,
    RecognitionProposed,
)
from contracts.topics import topic
from eventlog.database import Pool
from eventlog.views import Add, Change, Put, Table, View

REWARD = Table(
    "reward",
    {
        "skp": "text", "cycle": "text", "person": "text", "unit": "text", "predicate": "text",
        "points": "text", "recognition": "text", "plan_until": "date", "deduction": "integer",
    },
    indexes=("person",),
)  # fmt: skip
ANSWERED = Table("answered", {"cycle": "text", "count": "bigint"})


def project(recorded: Recorded) -> Iterable[Change]:
    match recorded.event:
        case CreditPointsAwarded() as e:
            yield Put(REWARD, (e.skp,), {"points": e.points})
        case RecognitionProposed() as e:
            yield Put(REWARD, (e.skp,), {"recognition": e.kind})
        case ImprovementPlanOpened() as e:
            yield Put(REWARD, (e.skp,), {"plan_until": e.until})
        case AllowanceDetermined() as e:
            row = {
                "cycle": e.cycle, "person": e.person, "unit": e.unit, "predicate": e.predicate,
                "deduction": e.deduction,
            }  # fmt: skip
            yield Put(REWARD, (e.skp,), row)
            yield Add(ANSWERED, (e.cycle,), {"count": 1})


VIEW = View("rewards_rewards", (topic("rewards"),), (REWARD, ANSWERED), project)


async def answered(pool: Pool, cycle: str) -> int:
    found = await pool.fetchval("select count from view.answered where cycle = $1", cycle)
    return int(found or 0)


async def of(pool: Pool, person: str) -> list[dict[str, Any]]:
    rows = await pool.fetch("select * from view.reward where person = $1 order by skp", person)
    return [dict(row) for row in rows]
