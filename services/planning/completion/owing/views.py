"""What is due from those who have no SKP yet that is set, or that they have handed in: what they can be
reminded of."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from chassis.duties import Declared, Duty, owed_by
from eventlog.database import Pool, Record
from services.planning.completion.views import State
from services.planning.duties import DRAFT as TO_DRAFT
from services.planning.duties import DUTIES, MEND, SUBMIT, OfSKP

OWING: tuple[State, ...] = ("none", "draft", "returned")
"""The states in which the employee is the one to act; what is handed in waits for the appraiser."""
OWED = Declared(
    "planning",
    kinds=(TO_DRAFT, SUBMIT, MEND),
    settings=DUTIES.settings,
    rules=DUTIES.rules,
    given=lambda rules, on: DUTIES.given(rules, on)[:3],  # as many as those use
)


class OwedSKP(BaseModel):
    """A duty (`GET /duties`) of one of the people: to draft the SKP of an assignment, or to hand it in."""

    person: str
    id: str
    kind: str
    since: date
    due: date | None


class OwingPage(BaseModel):
    """`next` is the `after` of the page that follows, if one does. It may be there where `items` is empty: of
    some who have no SKP, nothing is due."""

    items: list[OwedSKP]
    next: str | None


async def owed(pool: Pool, at: datetime, on: date, rows: Sequence[Record]) -> list[OwedSKP]:
    """What is due, at a moment, for the SKPs of these assignments that a day is in; nothing of those that
    nobody can draft yet, or any more."""
    of_each = await owed_by(pool, sorted({row["person"] for row in rows}), (), at, OWED)
    return [
        OwedSKP(person=row["person"], id=duty.id, kind=duty.kind, since=duty.since, due=duty.due)
        for row in rows
        for duty in of_each[row["person"]]
        if _is_of(duty, row["assignment"], on)
    ]


def _is_of(duty: Duty, assignment: str, on: date) -> bool:
    facts: Any = duty.facts  # those of its kind
    if isinstance(facts, OfSKP) and facts.amends:
        return False  # the SKP itself is set
    there = duty.about.stream.startswith(f"skp/{assignment}.")
    return there and facts.start <= on <= facts.until
