"""Development needs and how far each is answered."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from contracts.event import Recorded
from contracts.monitoring import (
    DevelopmentForm,
    DevelopmentNeedIdentified,
    TrainingCompleted,
    TrainingPlanned,
)
from contracts.topics import topic
from eventlog.views import Change, Put, Row, Table, View
from services.monitoring.development.decisions import NeedStatus


class NeedRow(Row):
    """It is in its `status` since the moment `since`; `training` is its title, `until` its last day."""

    need: str
    version: int
    person: str
    assignment: str
    topic: str
    form: DevelopmentForm
    status: NeedStatus
    since: datetime
    training: str | None
    until: date | None


NEED = Table("need", NeedRow, indexes=("person", "assignment"))


def project(recorded: Recorded) -> Iterable[Change]:
    since: dict[str, Any] = {"version": recorded.version, "since": recorded.at}
    match recorded.event:
        case DevelopmentNeedIdentified() as e:
            row: dict[str, Any] = {
                "person": e.person,
                "assignment": e.assignment,
                "topic": e.topic,
                "form": e.form,
                "status": "identified",
            }
            yield Put(NEED, (e.need,), row | since)
        case TrainingPlanned() as e:
            row = {"status": "planned", "training": e.title, "until": e.until}
            yield Put(NEED, (e.need,), row | since)
        case TrainingCompleted() as e:
            yield Put(NEED, (e.need,), {"status": "completed"} | since)


VIEW = View(
    "monitoring_development",
    (topic("monitoring"),),
    (DevelopmentNeedIdentified, TrainingPlanned, TrainingCompleted),
    (NEED,),
    project,
    version=2,
)
