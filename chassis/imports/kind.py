"""What a service says of a kind of file that it takes."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from contracts.event import Event, Recorded
from eventlog.database import Pool
from eventlog.log import EventLog
from law.standing import Decider
from sheets.columns import Column
from sheets.table import Row, Table
from sheets.words import Words


@dataclass(frozen=True, slots=True)
class Desk:
    """Whoever has a file loaded, and with what.

    upload     its id, which nobody can guess who has not seen it
    by         on the calendar date of the agency when they said so
    personnel  the personnel unit, or else an officer in the units of their mandate
    reason     of corrections that come of the file
    service    in the names of facts
    basis      by which setting the date is what it is
    """

    upload: str
    pool: Pool
    log: EventLog
    by: Decider
    personnel: bool
    reason: str
    service: str
    basis: str

    def fact(self, stream: str, version: int) -> str:
        """A version of one of the service's streams, as a decision that rests on it names it."""
        return f"{self.service}:{stream}@{version}" if version else ""


class Step(NamedTuple):
    """One append: events on a stream that is at `version`, of which `history` was read."""

    stream: str
    version: int
    events: Sequence[Event]
    subject: str
    basis: Sequence[str]
    history: Sequence[Recorded] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """Rows that are decided together, such as all of one person. It is named by the first."""

    rows: Sequence[Row]

    @property
    def number(self) -> int:
        return self.rows[0].number


class Course(Protocol):
    """A file's rows on their way through the decisions, which alone say what comes of them.

    groups  in their order; nothing in a group rests on something else in it
    """

    groups: Sequence[Sequence[Item]]

    async def decide(self, items: Sequence[Item]) -> list[Sequence[Step]]:
        """What each item comes to: steps that follow one another, none if all is so already. What is
        refused is told as problems of the table. What has been decided is from then on taken to have
        happened; an item that is decided again is decided on what its streams have become."""
        ...


@dataclass(frozen=True)
class Kind:
    """
    name     as people ask for it
    columns  of its files; our template has them in this order
    words    of the codes that its problems have besides those of `sheets.words`
    begin    puts the rows of a table that has no problem in order, and tells those that have one now
    """

    name: str
    columns: tuple[Column, ...]
    words: Words
    begin: Callable[[Desk, Table], Awaitable[Course]]
