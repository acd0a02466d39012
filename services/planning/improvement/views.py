"""Improvement actions that evaluation has proposed, for the unit's next planning."""

from collections.abc import Iterable

from contracts.evaluation import ImprovementActionProposed
from contracts.event import Recorded
from contracts.topics import topic
from eventlog.views import Change, Put, Row, Table, View


class ActionRow(Row):
    unit: str
    cycle: str
    finding: str
    action: str


ACTION = Table("improvement_action", ActionRow, key=3)


def project(recorded: Recorded) -> Iterable[Change]:
    match recorded.event:
        case ImprovementActionProposed() as e:
            yield Put(ACTION, (e.unit, e.cycle, e.finding), {"action": e.action})


VIEW = View(
    "planning_improvement", (topic("evaluation"),), (ImprovementActionProposed,), (ACTION,), project
)
