"""Courses that a stream of commands can take, for the histories of each service (`histories.py`)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import chain
from typing import Any

from hypothesis import strategies as st

from contracts.event import Event
from eventlog.aggregate import Aggregate
from law.skp import ApprovedSKP
from law.standing import Actor, Decider, Standing
from tests.services.scenario import EMPLOYEE, HELD, PERSONNEL, SUPERIOR, YEAR_END, YEAR_START

Decide = Callable[[Any], Event | Sequence[Event]]
Strategy = st.SearchStrategy[Any]
one = st.sampled_from
text = st.text(max_size=12)


class Step:
    """A command. Drawn `right`, its arguments are such as a course of things needs; drawn `any`,
    some of them may be `wrong` ones, so that it may be refused. What is no strategy is a constant."""

    def __init__(
        self, decide: Callable[..., Any], wrong: Mapping[str, Any] | None = None, **right: Any
    ) -> None:
        self.decide = decide
        self._right = {name: _strategy(value) for name, value in right.items()}
        self._wrong = {name: _strategy(value) for name, value in (wrong or {}).items()}

    def right(self) -> Strategy:
        return st.builds(partial, st.just(_call), st.just(self.decide), **self._right)

    def any(self) -> Strategy:
        drawn = {
            name: right | self._wrong[name] if name in self._wrong else right
            for name, right in self._right.items()
        }
        return st.builds(partial, st.just(_call), st.just(self.decide), **drawn)


def _call(decide: Callable[..., Any], state: Any, /, **words: Any) -> Any:
    """Decide as whoever stands where `by`, `on` and `held` say; a reaction is decided by nobody."""
    if "by" not in words:
        return decide(state, **words)
    by, on, held = words.pop("by"), words.pop("on"), words.pop("held", None)
    return decide(state, Standing(by, on, held) if held else Decider(by, on), **words)


def _strategy(value: Any) -> Strategy:
    return value if isinstance(value, st.SearchStrategy) else st.just(value)


@dataclass(frozen=True)
class Stream:
    """One kind of stream: a course that it can take, and every event that there can be on it."""

    aggregate: Aggregate[Any]
    course: tuple[Step, ...]
    events: tuple[type[Event], ...]

    def histories(self) -> Strategy:
        """The course, with any commands before, between and after its steps."""
        chance = st.lists(st.one_of([step.any() for step in set(self.course)]), max_size=3)
        parts = [part for step in self.course for part in (chance, st.tuples(step.right()))]
        return st.tuples(*parts, chance).map(lambda drawn: [*chain.from_iterable(drawn)])


days = one([YEAR_START, date(2026, 6, 30), YEAR_END, date(2027, 1, 4), date(2023, 1, 1)])
HALF = replace(HELD, until=date(2026, 6, 30))
BEFORE = replace(HELD, start=date(2025, 1, 1), until=date(2025, 12, 31))
HEAD = replace(HELD, leads=True)
OWN = {"by": Actor(EMPLOYEE), "on": YEAR_START, "held": one([HELD, HALF, HEAD])}
THEIRS = {"by": Actor(SUPERIOR), "on": YEAR_START, "held": one([HELD, HALF, HEAD])}
CLERK = {"by": PERSONNEL, "on": date(2026, 1, 12)}
APPROVED = ApprovedSKP(
    "s1", 3, EMPLOYEE, "a1", YEAR_START, YEAR_END, frozenset("rs"), frozenset("ij")
)
