"""Tests that read as the rule does: given(history).when(decision, …).then(what follows)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.event import Event
from contracts.settings import Kind
from eventlog.aggregate import Aggregate
from law.policy import SHIPPED, Policy
from law.refusal import Forbidden, Refused
from law.standing import Actor, Appraising, Assignment, Decider, Office, Standing

# The people of the tests, all in 2026, and where they stand.
EMPLOYEE, SUPERIOR, NEXT_SUPERIOR, STRANGER = "sri", "budi", "rahma", "joko"
YEAR_START, YEAR_END = date(2026, 1, 1), date(2026, 12, 31)
HELD = Assignment(
    assignment="a1", version=1, person=EMPLOYEE, status="PNS", unit="u1", position="Analis Kebijakan Ahli Muda",
    level="Ahli Muda", kind="definitive", leads=False, start=date(2024, 3, 1), until=None,
    appraising=(Appraising(date(2024, 3, 1), SUPERIOR, "o1"),),
    offices=(
        Office("o1", 4, SUPERIOR, date(2020, 1, 1), None),
        Office("o2", 1, NEXT_SUPERIOR, date(2021, 1, 1), None),
    ),
)  # fmt: skip
PERSONNEL = Actor("personnel-unit", frozenset({"personnel"}))
AUTHORITY = Actor("minister", frozenset({"appointing-authority"}))
OTHERS = Actor("curious", frozenset({"auditor", "operator"}))


def shipped(kind: Kind[Any]) -> Policy[Any]:
    """What holds where the agency has adopted nothing."""
    return Policy(SHIPPED, date.min, kind.shipped)


def adopted(value: Any, ground: str = "Keputusan 7/2026") -> Policy[Any]:
    """What the agency has adopted."""
    return Policy(ground, YEAR_START, value, "planning:setting/any@1")


@dataclass(frozen=True)
class refused:
    """A refusal: all three are compared, so that no article goes unmentioned."""

    code: str
    article: str = ""
    field: str = ""


@dataclass(frozen=True)
class NotAllowed:
    """The actor may not; no more is said."""


forbidden = NotAllowed()


@dataclass(frozen=True)
class Outcome:
    found: tuple[Any, ...]

    def then(self, *expected: Event | refused | NotAllowed) -> None:
        assert self.found == expected

    def then_events(self) -> tuple[Any, ...]:
        """The events, for a test that looks at a part of them."""
        assert all(isinstance(event, Event) for event in self.found), self.found
        return self.found


@dataclass(frozen=True)
class History:
    aggregate: Aggregate[Any]
    events: Sequence[Event]

    def when(
        self,
        decide: Callable[..., Any],
        *words: Any,
        by: Actor | str = EMPLOYEE,
        on: date = date(2026, 1, 12),
        held: Assignment | None = None,
        **named: Any,
    ) -> Outcome:
        """`by` decides on a date: about what is `held`, or else in a role."""
        state = None
        for event in self.events:
            state = self.aggregate.evolve(state, event)
        actor = by if isinstance(by, Actor) else Actor(by)
        standing = Standing(actor, on, held) if held else Decider(actor, on)
        try:
            decided = decide(state, standing, *words, **named)
        except Refused as no:
            return Outcome((refused(no.code, no.article, no.field),))
        except Forbidden:
            return Outcome((forbidden,))
        events = (decided,) if isinstance(decided, Event) else tuple(decided)
        for event in events:
            state = self.aggregate.evolve(state, event)  # what was decided can follow the history
        return Outcome(events)

    def when_answered(self, answer: Callable[..., Any], *words: Any) -> Outcome:
        """A reaction to what happened elsewhere: nobody decides it."""
        state = None
        for event in self.events:
            state = self.aggregate.evolve(state, event)
        return Outcome(tuple(answer(state, *words)))


def of(aggregate: Aggregate[Any]) -> Callable[..., History]:
    """`given` for one kind of stream."""
    return lambda *events: History(aggregate, events)
