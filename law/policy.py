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


@dataclass(frozen=True, slots=True)
class Settled(Generic[T]):
    """All that holds of one setting, has held or will.

    policies  in order of their first days; first what ships
    basis     the latest adoption among them, as decisions name it that choose from them; empty if
              nothing has been adopted
    """

    policies: Sequence[Policy[T]]
    basis: str = ""

    def on(self, day: date) -> Policy[T]:
        """What is in force on a date: the last one that has begun."""
        return next(policy for policy in reversed(self.policies) if policy.since <= day)


def ships(value: T) -> Settled[T]:
    """What holds where nothing has been adopted."""
    return Settled((Policy(SHIPPED, date.min, value),))
