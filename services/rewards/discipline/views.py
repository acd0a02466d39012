"""Discipline cases as they stand."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Literal

from pydantic import Json, TypeAdapter

from contracts.event import Recorded
from contracts.rewards import (
    DisciplineCaseClosed,
    DisciplineCaseOpened,
    Examined,
    SanctionIssued,
    SanctionLevel,
    Summoned,
    YearTotal,
)
from contracts.topics import topic
from eventlog.views import Change, Put, Row, Table, View

Days = tuple[date, ...]


class CaseRow(Row):
    """`version` is that of the person's stream. `absent` are the days alleged, `not_proven` those of
    them that the hearing found not to be; of a closed case none is held against the person. `totals` are
    what the sanction answers. It is in its `status` since the moment `since`."""

    person: str
    case: str
    version: int
    assignment: str | None
    unit: str
    status: Literal["opened", "summoned", "examined", "sanctioned", "closed"]
    since: datetime
    absent: Json[Days] | None
    running: int | None
    totals: Json[tuple[YearTotal, ...]] | None
    examination: date | None
    present: bool | None
    not_proven: Json[Days] | None
    level: SanctionLevel | None
    sanction: str | None
    months: int | None
    article: str | None
    objection_until: date | None
    estimated: bool | None
    reason: str | None


CASE = Table("discipline_case", CaseRow, key=2, indexes=("assignment", "status"))


def project(recorded: Recorded) -> Iterable[Change]:
    since: dict[str, Any] = {"version": recorded.version, "since": recorded.at}
    match recorded.event:
        case DisciplineCaseOpened() as e:
            row: dict[str, Any] = {
                "unit": e.unit,
                "status": "opened",
                "assignment": e.assignment,
                "absent": _days(e.absent),
                "running": e.running,
                "estimated": e.estimated,
            }
            yield Put(CASE, (e.person, e.case), row | since)
        case Summoned() as e:
            row = {
                "unit": e.unit,
                "status": "summoned",
                "examination": e.examination,
                "estimated": e.estimated,
            }
            yield Put(CASE, (e.person, e.case), row | since)
        case Examined() as e:
            row = {
                "unit": e.unit,
                "status": "examined",
                "present": e.present,
                "not_proven": _days(e.not_proven),
            }
            yield Put(CASE, (e.person, e.case), row | since)
        case SanctionIssued() as e:
            shown = {
                "unit",
                "level",
                "sanction",
                "months",
                "article",
                "running",
                "objection_until",
                "estimated",
            }
            row = {"status": "sanctioned", "totals": _TOTALS.dump_json(e.totals).decode()}
            row |= e.model_dump(include=shown)
            yield Put(CASE, (e.person, e.case), row | since)
        case DisciplineCaseClosed() as e:
            row = {"unit": e.unit, "status": "closed", "reason": e.reason}
            yield Put(CASE, (e.person, e.case), row | since)


_TOTALS = TypeAdapter(tuple[YearTotal, ...])


def _days(days: Days) -> str:
    return TypeAdapter(Days).dump_json(days).decode()


VIEW = View(
    "rewards_discipline",
    (topic("rewards"),),
    (DisciplineCaseOpened, Summoned, Examined, SanctionIssued, DisciplineCaseClosed),
    (CASE,),
    project,
    version=2,
)
