"""What an amendment of an agreement has changed: a later text beside an earlier one."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from pydantic import BaseModel

from contracts.alignment import AgreedIndicator, Objective
from services.planning.agreement.views import SetRow
from services.planning.rows import Rewritten, RowChange, rewritten, rows_changed


class AgreementChange(BaseModel):
    """From one version to the next. An objective is named if it or one of its indicators has changed;
    `assignment` is null if the head is the same."""

    version: int
    follows: int
    at: datetime
    by: str
    reason: str | None
    assignment: Rewritten[str] | None
    objectives: list[RowChange[Objective]]
    indicators: list[RowChange[AgreedIndicator]]


def changes_of(versions: Sequence[SetRow]) -> list[AgreementChange]:
    """From all that has been set, in order of its versions."""
    return [_change(*pair) for pair in pairwise(versions)]


def _change(earlier: SetRow, later: SetRow) -> AgreementChange:
    before, after = earlier.objectives, later.objectives
    return AgreementChange(
        version=later.version,
        follows=earlier.version,
        at=later.at,
        by=later.by,
        reason=later.reason,
        assignment=rewritten(earlier.assignment, later.assignment),
        objectives=[*rows_changed(before, after)],
        indicators=[*rows_changed(_indicators(before), _indicators(after))],
    )


def _indicators(objectives: Sequence[Objective]) -> list[AgreedIndicator]:
    return [each for objective in objectives for each in objective.indicators]
