"""Units with their names, and who has a mandate in them."""

from collections.abc import Iterable
from datetime import date

from contracts.event import Recorded
from contracts.planning import (
    Mandate,
    MandateEnded,
    MandateGiven,
    UnitCorrected,
    UnitRegistered,
)
from contracts.topics import topic
from eventlog.views import Change, Put, Row, Table, View


class UnitRow(Row):
    unit: str
    name: str
    level: str
    parent: str | None


class MandateRow(Row):
    unit: str
    person: str
    mandate: Mandate
    since: date
    until: date | None
    ground: str


UNIT = Table("unit", UnitRow)
MANDATE = Table("unit_mandate", MandateRow, key=3)


def project(recorded: Recorded) -> Iterable[Change]:
    match recorded.event:
        case UnitRegistered() | UnitCorrected() as e:
            yield Put(UNIT, (e.unit,), {"name": e.name, "level": e.level, "parent": e.parent})
        case MandateGiven() as e:
            row = {"since": e.since, "until": e.until, "ground": e.ground}
            yield Put(MANDATE, (e.unit, e.person, e.mandate), row)
        case MandateEnded() as e:
            yield Put(MANDATE, (e.unit, e.person, e.mandate), {"until": e.on})


VIEW = View(
    "planning_units",
    (topic("planning"),),
    (UnitRegistered, UnitCorrected, MandateGiven, MandateEnded),
    (UNIT, MANDATE),
    project,
)
