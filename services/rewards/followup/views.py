"""What each person has been given, and how many of a cycle's appraisals have been answered."""

from collections.abc import Iterable
from datetime import date

from contracts.appraisal import Predicate
from contracts.event import Recorded
from contracts.rewards import (
    AllowanceDetermined,
    CreditPointsAwarded,
    CreditPointsNotDue,
    ImprovementPlanOpened,
    RecognitionProposed,
)
from contracts.topics import topic
from eventlog.database import Pool
from eventlog.views import Add, Change, Count, Put, Row, Table, View


class RewardRow(Row):
    """What follows from one appraisal. `points` is an exact fraction, or else `no_points` says why
    there are none; `deduction` in percent."""

    skp: str
    cycle: str | None
    person: str | None
    unit: str | None
    predicate: Predicate | None
    points: str | None
    no_points: str | None
    recognition: str | None
    plan_until: date | None
    deduction: int | None


class AnsweredRow(Row):
    cycle: str
    count: Count


REWARD = Table("reward", RewardRow, indexes=("person",))
ANSWERED = Table("answered", AnsweredRow)


def project(recorded: Recorded) -> Iterable[Change]:
    match recorded.event:
        case CreditPointsAwarded() as e:
            yield Put(REWARD, (e.skp,), {"points": e.points})
        case CreditPointsNotDue() as e:
            yield Put(REWARD, (e.skp,), {"no_points": e.reason})
        case RecognitionProposed() as e:
            yield Put(REWARD, (e.skp,), {"recognition": e.kind})
        case ImprovementPlanOpened() as e:
            yield Put(REWARD, (e.skp,), {"plan_until": e.until})
        case AllowanceDetermined() as e:
            row = {
                "cycle": e.cycle,
                "person": e.person,
                "unit": e.unit,
                "predicate": e.predicate,
                "deduction": e.deduction,
            }
            yield Put(REWARD, (e.skp,), row)
            yield Add(ANSWERED, (e.cycle,), {"count": 1})


VIEW = View(
    "rewards_rewards",
    (topic("rewards"),),
    (
        CreditPointsAwarded,
        CreditPointsNotDue,
        RecognitionProposed,
        ImprovementPlanOpened,
        AllowanceDetermined,
    ),
    (REWARD, ANSWERED),
    project,
    version=2,
)


async def answered(pool: Pool, cycle: str) -> int:
    row = await ANSWERED.find(pool, cycle)
    return row.count if row else 0
