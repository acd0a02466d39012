"""Appraisals as they stand."""

from collections.abc import Iterable

from contracts.appraisal import (
    AppraisalFinalized,
    BehaviourRated,
    Predicate,
    Rating,
    ResultRated,
)
from contracts.event import Recorded
from contracts.topics import topic
from eventlog.views import Change, Put, Row, Table, View


class AppraisalRow(Row):
    skp: str
    version: int
    cycle: str
    person: str
    unit: str | None
    result: Rating | None
    behaviour: Rating | None
    predicate: Predicate | None


APPRAISAL = Table("appraisal", AppraisalRow)


def project(recorded: Recorded) -> Iterable[Change]:
    event = recorded.event
    match event:
        case ResultRated() as e:
            row = {"cycle": e.cycle, "person": e.person, "result": e.rating}
        case BehaviourRated() as e:
            row = {"cycle": e.cycle, "person": e.person, "behaviour": e.rating}
        case AppraisalFinalized() as e:
            row = {"unit": e.unit, "predicate": e.predicate}
        case _:
            return
    yield Put(APPRAISAL, (event.skp,), row | {"version": recorded.version})


VIEW = View("appraisal_appraisals", (topic("appraisal"),), (APPRAISAL,), project)
