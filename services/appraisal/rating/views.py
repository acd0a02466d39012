"""Appraisals as they stand."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from chassis import approved, policies
from contracts.appraisal import (
    AppraisalFinalized,
    BehaviourRated,
    Predicate,
    Rating,
    ResultRated,
)
from contracts.event import Recorded
from contracts.settings import LEAST_SERVICE, LeastService
from contracts.topics import topic
from eventlog.database import Pool, Record
from eventlog.views import Change, Put, Row, Table, View
from law.policy import Settled
from law.skp import ApprovedSKP


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
    version = {"version": recorded.version}
    match recorded.event:
        case ResultRated() as e:
            row = {"cycle": e.cycle, "person": e.person, "result": e.rating}
            yield Put(APPRAISAL, (e.skp,), row | version)
        case BehaviourRated() as e:
            row = {"cycle": e.cycle, "person": e.person, "behaviour": e.rating}
            yield Put(APPRAISAL, (e.skp,), row | version)
        case AppraisalFinalized() as e:
            row = {"unit": e.unit, "predicate": e.predicate}
            yield Put(APPRAISAL, (e.skp,), row | version)


VIEW = View(
    "appraisal_appraisals",
    (topic("appraisal"),),
    (ResultRated, BehaviourRated, AppraisalFinalized),
    (APPRAISAL,),
    project,
)


class Facts(NamedTuple):
    """What a rating rests on besides its cycle."""

    skp: ApprovedSKP
    least_service: Settled[LeastService]


async def facts(pool: Pool, skps: Sequence[str]) -> dict[str, Facts]:
    """Of those SKPs that are approved."""
    return {row["skp"]: _facts(row) for row in await pool.fetch(_FACTS, skps)}


def _facts(row: Record) -> Facts:
    return Facts(approved.read(row), policies.settled_of(LEAST_SERVICE, row["least_service"]))


_FACTS = approved.select(f"{policies.column(LEAST_SERVICE)} as least_service")
