"""Some of which none is given twice."""

from collections import Counter
from collections.abc import Hashable
from typing import Annotated, TypeVar

from pydantic import AfterValidator

T = TypeVar("T", bound=Hashable)


def must_differ(values: tuple[T, ...]) -> tuple[T, ...]:
    """Raises ValueError."""
    twice = [value for value, count in Counter(values).items() if count > 1]
    if twice:
        raise ValueError(f"{twice[0]} is given twice")
    return values


Distinct = Annotated[tuple[T, ...], AfterValidator(must_differ)]
