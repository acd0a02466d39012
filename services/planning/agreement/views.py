"""Agreements and the strategic plan, as they stand and as they were set before."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import Json, TypeAdapter

from chassis.lists import Listing
from contracts.alignment import AgreementAmended, AgreementSet, Objective
from contracts.event import Recorded
from contracts.topics import topic
from eventlog.database import Record
from eventlog.views import Change, Put, Row, Table, View


class AgreementRow(Row):
    """`assignment` is the head's; the years `first` and `last` are one of a performance agreement."""

    agreement: str
    version: int
    unit: str
    assignment: str
    person: str
    first: int
    last: int
    objectives: Json[tuple[Objective, ...]]


class SetRow(Row):
    """What was set, by the version that it made; `reason` of an amendment."""

    agreement: str
    version: int
    at: datetime
    by: str
    assignment: str
    reason: str | None
    objectives: Json[tuple[Objective, ...]]


class PlaceRow(Row):
    """Where an objective or an indicator stands, and what it is below: an indicator below its objective, an
    objective below what it serves. One whose `version` is not the agreement's was in an earlier one."""

    place: str
    agreement: str
    version: int
    kind: Literal["objective", "indicator"]
    parent: str | None
    unit: str
    text: str


AGREEMENT = Table("agreement", AgreementRow, indexes=("unit",))
SET = Table("agreement_set", SetRow, key=2)
PLACE = Table("agreement_place", PlaceRow, indexes=("parent",))
_OBJECTIVES = TypeAdapter(tuple[Objective, ...])


def project(recorded: Recorded) -> Iterable[Change]:
    version = {"version": recorded.version}
    match recorded.event:
        case AgreementSet() as e:
            years = {"unit": e.unit, "first": e.first, "last": e.last}
            row = _said(e) | {"person": e.person}
            yield Put(AGREEMENT, (e.agreement,), row | years | version)
            when = {"at": recorded.at, "by": e.by, "reason": None}
            yield Put(SET, (e.agreement, recorded.version), _said(e) | when)
            yield from _places(e, recorded.version)
        case AgreementAmended() as e:
            yield Put(AGREEMENT, (e.agreement,), _said(e) | {"person": e.person} | version)
            when = {"at": recorded.at, "by": e.by, "reason": e.reason}
            yield Put(SET, (e.agreement, recorded.version), _said(e) | when)
            yield from _places(e, recorded.version)


def _said(event: AgreementSet | AgreementAmended) -> dict[str, Any]:
    objectives = _OBJECTIVES.dump_json(event.objectives).decode()
    return {"assignment": event.assignment, "objectives": objectives}


def _places(event: AgreementSet | AgreementAmended, version: int) -> Iterable[Change]:
    of = {"agreement": event.agreement, "version": version, "unit": event.unit}
    for objective in event.objectives:
        place = f"{event.agreement}/{objective.id}"
        row = {"kind": "objective", "parent": objective.serves, "text": objective.text}
        yield Put(PLACE, (place,), of | row)
        for each in objective.indicators:
            row = {"kind": "indicator", "parent": place, "text": each.text}
            yield Put(PLACE, (f"{event.agreement}/{each.id}",), of | row)


VIEW = View(
    "planning_agreements",
    (topic("planning"),),
    (AgreementSet, AgreementAmended),
    (AGREEMENT, SET, PLACE),
    project,
    version=2,
)


def listing(units: Sequence[str] | None, year: int, sort: str) -> Listing:
    """Those of some units, or of all, that a year is within."""
    where, arguments = ["t.first <= $1", "t.last >= $1"], list[object]([year])
    if units is not None:
        where.append("t.unit = any($2)")
        arguments.append(units)
    return Listing(AGREEMENT, where, arguments, sort)


async def listed(rows: Sequence[Record]) -> list[AgreementRow]:
    return [AgreementRow.model_validate(dict(row)) for row in rows]
