"""What an agency may decide for itself, because no rule settles it: a value with a date and a ground."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

T = TypeVar("T")
SHIPPED = "shipped default"


@dataclass(frozen=True, slots=True)
class Policy(Generic[T]):
    """name   its ground: the decree that adopts it, or that it is the default
    since  its first day; `date.min` for what holds where nothing else has been adopted
    value  what is decided
    basis  its adoption as decisions name it, `service:stream@version`; empty for a shipped default
    """

    name: str
    since: date
    value: T
    basis: str = ""


def in_force(policies: Sequence[Policy[T]], on: date) -> Policy[T]:
    """The last one, of those in order of their first days, that has begun on the date."""
    return next(policy for policy in reversed(policies) if policy.since <= on)
