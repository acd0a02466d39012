"""What a change of an SKP has changed: a later text beside an earlier one, row by row."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel

from contracts.planning import Annexes, Dialogue, Expectation, Indicator, Result
from services.planning.skp.views import AgreedRow, PlanShown

P = TypeVar("P")
R = TypeVar("R", Result, Indicator)


class RowChange(BaseModel, Generic[P]):
    """One row, by its id: `before` is null of one that was added, `after` of one that was removed."""

    id: str
    change: Literal["added", "removed", "changed"]
    before: P | None
    after: P | None


class Rewritten(BaseModel, Generic[P]):
    before: P
    after: P


class Amendment(BaseModel):
    """A change of an SKP from one approved version of it to the next. A result is named if it or one of its
    indicators has changed; what is null has not."""

    version: int
    follows: int
    at: datetime
    by: str
    reason: str | None
    results: list[RowChange[Result]]
    indicators: list[RowChange[Indicator]]
    expectations: Rewritten[tuple[Expectation, ...]] | None
    annexes: Rewritten[Annexes] | None
    dialogue: Rewritten[Dialogue] | None


def amendments(agreed: Sequence[AgreedRow]) -> list[Amendment]:
    """From all that has been agreed, in order of its versions."""
    return [_amendment(*pair) for pair in pairwise(agreed)]


def _amendment(earlier: AgreedRow, later: AgreedRow) -> Amendment:
    before, after = earlier.plan, later.plan
    return Amendment(
        version=later.version,
        follows=earlier.version,
        at=later.at,
        by=later.by,
        reason=later.reason,
        results=[*_rows(before.results, after.results)],
        indicators=[*_rows(_indicators(before), _indicators(after))],
        expectations=_rewritten(before.expectations, after.expectations),
        annexes=_rewritten(before.annexes, after.annexes),
        dialogue=_rewritten(before.dialogue, after.dialogue),
    )


def _indicators(plan: PlanShown) -> list[Indicator]:
    return [indicator for result in plan.results for indicator in result.indicators]


def _rows(before: Sequence[R], after: Sequence[R]) -> Iterator[RowChange[R]]:
    """Those that are there, in their order, then those that are no more."""
    earlier, later = ({row.id: row for row in rows} for rows in (before, after))
    for id, row in later.items():
        was = earlier.get(id)
        if was is None:
            yield RowChange(id=id, change="added", before=None, after=row)
        elif was != row:
            yield RowChange(id=id, change="changed", before=was, after=row)
    for id, row in earlier.items():
        if id not in later:
            yield RowChange(id=id, change="removed", before=row, after=None)


def _rewritten(before: P, after: P) -> Rewritten[P] | None:
    return None if before == after else Rewritten(before=before, after=after)
