"""Development needs and how far each is answered."""

from collections.abc import Iterable
from typing import Any

from contracts.event import Recorded
from contracts.monitoring import DevelopmentNeedIdentified, TrainingCompleted, TrainingPlanned
from contracts.topics import topic
from eventlog.database import Pool
from eventlog.views import Change, Put, Table, View

NEED = Table(
    "need",
    {
        "need": "text", "person": "text", "topic": "text", "form": "text", "status": "text",
        "training": "text", "until": "date",
    },
    indexes=("person",),
)  # fmt: skip


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


VIEW = View("monitoring_development", (topic("monitoring"),), (NEED,), project)


async def of(pool: Pool, person: str) -> list[dict[str, Any]]:
    rows = await pool.fetch("select * from view.need where person = $1 order by need", person)
    return [dict(row) for row in rows]
