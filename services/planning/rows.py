"""What has changed from an earlier text to a later one, row by row."""

from collections.abc import Iterator, Sequence
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel

from contracts.alignment import AgreedIndicator, Objective
from contracts.planning import Indicator, Result

P = TypeVar("P")
R = TypeVar("R", Result, Indicator, Objective, AgreedIndicator)


class RowChange(BaseModel, Generic[P]):
    """One row, by its id: `before` is null of one that was added, `after` of one that was removed."""

    id: str
    change: Literal["added", "removed", "changed"]
    before: P | None
    after: P | None


class Rewritten(BaseModel, Generic[P]):
    before: P
    after: P


def rewritten(before: P, after: P) -> Rewritten[P] | None:
    return None if before == after else Rewritten(before=before, after=after)


def rows_changed(before: Sequence[R], after: Sequence[R]) -> Iterator[RowChange[R]]:
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
