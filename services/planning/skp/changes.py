"""What a change of an SKP has changed: a later text beside an earlier one, row by row."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from pydantic import BaseModel

from contracts.planning import Annexes, Dialogue, Expectation, Indicator, Result
from services.planning.rows import Rewritten, RowChange, rewritten, rows_changed
from services.planning.skp.views import AgreedRow, PlanShown


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
        results=[*rows_changed(before.results, after.results)],
        indicators=[*rows_changed(_indicators(before), _indicators(after))],
        expectations=rewritten(before.expectations, after.expectations),
        annexes=rewritten(before.annexes, after.annexes),
        dialogue=rewritten(before.dialogue, after.dialogue),
    )


def _indicators(plan: PlanShown) -> list[Indicator]:
    return [indicator for result in plan.results for indicator in result.indicators]
