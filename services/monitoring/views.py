"""Which appraisals are final, as appraisal told of them: until then what is owed can still be done."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from chassis import approved, policies
from contracts.appraisal import AppraisalFinalized
from contracts.event import Recorded
from contracts.settings import PERIODS, Periods
from contracts.topics import topic
from eventlog.database import Pool, Record
from eventlog.views import Change, Put, Row, Table, View
from law.policy import Settled
from law.skp import ApprovedSKP, FinalAppraisal


class FinalRow(Row):
    skp: str
    version: int
    assignment: str
    until: date


FINAL = Table("final_appraisal", FinalRow, indexes=("assignment",))


def project(recorded: Recorded) -> Iterable[Change]:
    match recorded.event:
        case AppraisalFinalized() as e:
            row = {"assignment": e.assignment, "until": e.until, "version": recorded.version}
            yield Put(FINAL, (e.skp,), row)


VIEW = View(
    "monitoring_final_appraisal", (topic("appraisal"),), (AppraisalFinalized,), (FINAL,), project
)


class Facts(NamedTuple):
    """What a decision about the execution of an SKP rests on."""

    skp: ApprovedSKP
    final: FinalAppraisal | None
    periods: Settled[Periods]


async def facts(pool: Pool, skps: Sequence[str]) -> dict[str, Facts]:
    """Of those SKPs that are approved."""
    return {row["skp"]: _facts(row) for row in await pool.fetch(_FACTS, skps)}


def _facts(row: Record) -> Facts:
    finals = [FinalAppraisal(*each) for each in row["finals"]]
    periods = policies.settled_of(PERIODS, row["periods"])
    return Facts(approved.read(row), finals[0] if finals else None, periods)


_FACTS = approved.select(
    "array(select row(f.*) from view.final_appraisal f where f.skp = s.skp) as finals",
    f"{policies.column(PERIODS)} as periods",
)


async def last_of_assignment(pool: Pool, assignment: str) -> FinalAppraisal | None:
    """The final appraisal that reaches furthest."""
    rows = await FINAL.where(pool, assignment=assignment)
    rows.sort(key=lambda row: row.until)
    return FinalAppraisal(**dict(rows[-1])) if rows else None
