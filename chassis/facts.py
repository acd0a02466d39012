"""What a request is about, and what a decision rests on besides its own stream."""

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar, runtime_checkable

State = TypeVar("State")


@runtime_checkable
class OfAssignment(Protocol):
    """The state of what one assignment is about: an SKP, a need, a case."""

    @property
    def assignment(self) -> str: ...


class AboutAssignment(Protocol):
    """What is about one assignment of a person's: a row, a fact."""

    @property
    def person(self) -> str: ...
    @property
    def assignment(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Fact(Generic[State]):
    """Another stream of this service, as a decision rests on it: its state, and which version that is;
    None and empty if nothing has happened on it."""

    state: State | None
    basis: str
