"""Development needs and how far each is answered."""

from collections.abc import Iterable
from datetime import date
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
    need: str
    person: str
    topic: str
    form: DevelopmentForm
    status: NeedStatus
    training: str | None
    until: date | None


NEED = Table("need", NeedRow, indexes=("person",))


def project(recorded: Recorded) -> Iterable[Change]:
    match recorded.event:
        case DevelopmentNeedIdentified() as e:
            row: dict[str, Any] = {
                "person": e.person,
                "topic": e.topic,
                "form": e.form,
                "status": "identified",
            }
            yield Put(NEED, (e.need,), row)
        case TrainingPlanned() as e:
            row = {"status": "planned", "training": e.title, "until": e.until}
            yield Put(NEED, (e.need,), row)
        case TrainingCompleted() as e:
            yield Put(NEED, (e.need,), {"status": "completed"})


VIEW = View(
    "monitoring_development",
    (topic("monitoring"),),
    (DevelopmentNeedIdentified, TrainingPlanned, TrainingCompleted),
    (NEED,),
    project,
)
