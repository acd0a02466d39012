"""Which appraisals are final, as appraisal told of them: until then what is owed can still be done."""

from collections.abc import Iterable
from datetime import date

from contracts.appraisal import AppraisalFinalized
from contracts.event import Recorded
from contracts.topics import topic
from eventlog.database import Pool
from eventlog.views import Change, Put, Row, Table, View
from law.skp import FinalAppraisal


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


VIEW = View("monitoring_final_appraisal", (topic("appraisal"),), (FINAL,), project)


async def of_skp(pool: Pool, skp: str) -> FinalAppraisal | None:
    row = await FINAL.find(pool, skp)
    return FinalAppraisal(**dict(row)) if row else None


async def last_of_assignment(pool: Pool, assignment: str) -> FinalAppraisal | None:
    """The final appraisal that reaches furthest."""
    rows = await FINAL.where(pool, assignment=assignment)
    rows.sort(key=lambda row: row.until)
    return FinalAppraisal(**dict(rows[-1])) if rows else None
