"""SKPs as they stand."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field, Json

from contracts.event import Recorded
from contracts.planning import (
    Annexes,
    Dialogue,
    Expectation,
    Form,
    Result,
    RowReason,
    SKPAmendmentDrafted,
    SKPApproved,
    SKPClosed,
    SKPDrafted,
    SKPReturned,
    SKPRevised,
    SKPSubmitted,
    SKPWithdrawn,
)
from contracts.succession import SKPCancelled, SKPConfirmed
from contracts.topics import topic
from eventlog.database import Pool
from eventlog.views import Change, Put, Row, Table, View
from services.planning.skp.checks import counted
from services.planning.skp.content import Approach, Plan, form_of
from services.planning.skp.decisions import GONE, Status


class PlanShown(BaseModel):
    results: tuple[Result, ...]
    expectations: tuple[Expectation, ...]
    annexes: Annexes
    dialogue: Dialogue = Dialogue()


class ReturnShown(BaseModel):
    by: str
    reason: str
    rows: tuple[RowReason, ...]


class SKPRow(Row):
    """`status` and `plan` are those of the SKP, which stay while a change of it is at hand: `amendment` is
    how far that has come, `amended` what the SKP would say then, and `amendment_reason` why. `returned` is
    why the one or the other was returned, until it is submitted again. `since` is the moment since which
    the one that is at hand is as far as it has come. `appraiser` is
    who approved it last, or confirmed it since. How many warnings there are of what it says is counted
    (`checks.Count`) when it is written, so that a list reads no text."""

    skp: str
    version: int
    person: str
    assignment: str
    start: date
    until: date
    approach: Approach
    form: Form | None
    status: Status
    since: datetime
    plan: Json[PlanShown]
    returned: Json[ReturnShown] | None
    amendment: Literal["draft", "submitted", "returned"] | None
    amended: Json[PlanShown] | None
    amendment_reason: str | None
    appraiser: str | None
    warned_always: int = Field(exclude=True)
    warned_ja_jf: int = Field(exclude=True)
    warned_quantitative: int = Field(exclude=True)

    def in_form(self, *, leads: bool) -> Form:
        """The form that it has; `leads`, whether its assignment leads a unit (`form_of`)."""
        return form_of(self.form, leads=leads)


class AgreedRow(Row):
    """What was agreed, by the version of the SKP that its approval made; `reason` of a change."""

    skp: str
    version: int
    at: datetime
    by: str
    reason: str | None
    plan: Json[PlanShown]


SKP = Table("skp", SKPRow, indexes=("person", "assignment"))
AGREED = Table("skp_agreed", AgreedRow, key=2)
THERE = f"s.status not in {GONE}"
"""In SQL, of SKPs `s`: all but those of which no day is left."""
NOTHING_AT_HAND = {"amendment": None, "amended": None, "amendment_reason": None, "returned": None}


def project(recorded: Recorded) -> Iterable[Change]:
    version: dict[str, Any] = {"version": recorded.version}
    since = version | {"since": recorded.at}
    match recorded.event:
        case SKPDrafted() as e:
            row: dict[str, Any] = {
                "person": e.person,
                "assignment": e.assignment,
                "start": e.start,
                "until": e.until,
                "approach": e.approach,
                "form": e.form,
                "status": "draft",
                "plan": _plan(e),
            }
            yield Put(SKP, (e.skp,), row | NOTHING_AT_HAND | _warned(e) | since)
        case SKPAmendmentDrafted() as e:
            change = {"amendment": "draft", "amended": _plan(e), "amendment_reason": e.reason}
            yield Put(SKP, (e.skp,), change | _warned(e) | since)
        case SKPRevised() as e:
            revised = {"amended" if e.amends else "plan": _plan(e)}
            yield Put(SKP, (e.skp,), revised | _warned(e) | version)
        case SKPSubmitted() as e:
            yield Put(SKP, (e.skp,), _reached(e, "submitted") | {"returned": None} | since)
        case SKPReturned() as e:
            yield Put(SKP, (e.skp,), _reached(e, "returned") | {"returned": _reasons(e)} | since)
        case SKPWithdrawn() as e:
            status = "approved" if e.amends else "withdrawn"
            yield Put(SKP, (e.skp,), {"status": status} | NOTHING_AT_HAND | since)
        case SKPApproved() as e:
            plan = {"plan": _plan(e)}
            approved = {"status": "approved", "appraiser": e.by} | plan
            yield Put(SKP, (e.skp,), approved | NOTHING_AT_HAND | since)
            agreed = {"at": recorded.at, "by": e.by, "reason": e.reason} | plan
            yield Put(AGREED, (e.skp, recorded.version), agreed)
        case SKPConfirmed() as e:
            yield Put(SKP, (e.skp,), {"appraiser": e.by} | version)
        case SKPClosed() as e:
            closed = {"status": "closed", "until": e.until}
            yield Put(SKP, (e.skp,), closed | NOTHING_AT_HAND | since)
        case SKPCancelled() as e:
            yield Put(SKP, (e.skp,), {"status": "cancelled"} | NOTHING_AT_HAND | since)


def _reached(event: SKPSubmitted | SKPReturned, status: Status) -> dict[str, str]:
    return {"amendment" if event.amends else "status": status}


def _plan(event: SKPDrafted | SKPAmendmentDrafted | SKPRevised | SKPApproved) -> str:
    return event.model_dump_json(include={"results", "expectations", "annexes", "dialogue"})


def _warned(event: SKPDrafted | SKPAmendmentDrafted | SKPRevised) -> dict[str, int]:
    """Of the three that write what is at hand; a form and an approach are only the first one's."""
    count = counted(Plan(event.results, event.expectations, event.annexes, event.dialogue))
    return {f"warned_{name}": number for name, number in count._asdict().items()}


def _reasons(event: SKPReturned) -> str:
    return event.model_dump_json(include={"by", "reason", "rows"})


VIEW = View(
    "planning_skp",
    (topic("planning"),),
    (
        SKPDrafted,
        SKPAmendmentDrafted,
        SKPRevised,
        SKPSubmitted,
        SKPReturned,
        SKPWithdrawn,
        SKPApproved,
        SKPConfirmed,
        SKPClosed,
        SKPCancelled,
    ),
    (SKP, AGREED),
    project,
    version=6,
)


async def states(pool: Pool) -> dict[Status, int]:
    rows = await pool.fetch(
        "select status, count(*) as count from view.skp group by status order by status"
    )
    return {row["status"]: row["count"] for row in rows}
