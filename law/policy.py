"""What an agency may decide for itself, because no rule settles it: data with a date and a default."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Policy(Generic[T]):
    """name   whose it is, or that it is the default
    since  its first day; `date.min` for what holds where nothing else has been adopted
    value  what is decided
    """

    name: str
    since: date
    value: T


def in_force(policies: Sequence[Policy[T]], on: date) -> Policy[T]:
    """The last one, of those in order of their first days, that has begun on the date."""
    return next(policy for policy in reversed(policies) if policy.since <= on)
