"""Who says that their appraiser is not theirs, and what has come of it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel

from contracts.disputes import AppraiserDisputeAnswered, AppraiserDisputed, Outcome
from contracts.event import Recorded
from contracts.topics import topic
from eventlog.database import Pool
from eventlog.views import Change, Put, Row, Table, View


class DisputeRow(Row):
    """The last one of an assignment, said at `at`; `outcome` is null while it is open."""

    assignment: str
    version: int
    person: str
    appraiser: str
    office: str
    reason: str | None
    at: datetime
    outcome: Outcome | None
    answer: str | None
    answered_by: str | None


DISPUTE = Table("dispute", DisputeRow)


def project(recorded: Recorded) -> Iterable[Change]:
    version = {"version": recorded.version}
    match recorded.event:
        case AppraiserDisputed() as e:
            said = e.model_dump(include={"person", "appraiser", "office", "reason"})
            nothing = {"outcome": None, "answer": None, "answered_by": None}
            yield Put(DISPUTE, (e.assignment,), said | nothing | {"at": recorded.at} | version)
        case AppraiserDisputeAnswered() as e:
            told = {"outcome": e.outcome, "answer": e.reason, "answered_by": e.by}
            yield Put(DISPUTE, (e.assignment,), told | version)


VIEW = View(
    "planning_disputes",
    (topic("planning"),),
    (AppraiserDisputed, AppraiserDisputeAnswered),
    (DISPUTE,),
    project,
)


class NamedShown(BaseModel):
    """Who appraises from `since` on, by which office; `position` is null of one that is not known here yet."""

    since: date
    appraiser: str
    name: str | None
    office: str
    position: str | None


class AppraiserShown(BaseModel):
    """Who is named as an assignment's appraiser on the day; null if nobody is. `dispute` is the last that the
    employee has said about it; `open` if it is about this appraiser and not answered. `named` are all, the
    latest first, as the person's record has them at `version`. `may`: dispute, answer, change."""

    assignment: str
    version: int
    person: str
    name: str | None
    position: str
    appraiser: str | None
    appraiser_name: str | None
    named: list[NamedShown]
    dispute: DisputeRow | None
    open: bool
    may: list[Literal["dispute", "answer", "change"]]


async def names(pool: Pool, people: Iterable[str | None]) -> dict[str, str]:
    rows = await pool.fetch(
        "select person, name from view.person where person = any($1)", [p for p in people if p]
    )
    return {row["person"]: row["name"] for row in rows}
