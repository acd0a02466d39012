"""Reminders that somebody has asked for: of a unit, once a day; and of each person, once a day by whomever."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from console.keep.database import Connection, Pool, Record
from console.keep.notices import Matter, Notices

KEPT = timedelta(days=90)
WORTH = timedelta(hours=20)
"""After which nobody is reminded any more that somebody has asked for it: they can ask anew."""


class Whose(NamedTuple):
    """Of those of a unit, with those of all units below it if `whole`, who owe their SKP of a year."""

    unit: str
    year: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Reminder:
    """`count`: how many it has reminded so far; `is_done`: that is all."""

    whose: Whose
    day: date
    asked_by: str
    asked: datetime
    count: int
    is_done: bool


class OwedSKP(Matter):
    """What is due from one of the people, as planning tells it."""

    person: str


class Step:
    """A step of a reminder, which nobody else takes meanwhile. `after` is where it has come to."""

    def __init__(self, connection: Connection, notices: Notices, row: Record) -> None:
        self.after: str = row["after"]
        self._connection = connection
        self._notices = notices
        self._reminder = _reminder(row)

    async def remind(self, owed: Sequence[OwedSKP], following: str | None) -> None:
        """Those, each of what stands first; and go on there, or with None no further. Who asks is not
        reminded."""
        reminder = self._reminder
        first = {each.person: each for each in reversed(owed) if each.person != reminder.asked_by}
        count = await self._notices.remind(self._connection, reminder.day, reminder.asked_by, first)
        await self._connection.execute(
            "update reminder set count = count + $5, after = coalesce($6, after), done = $6 is null"
            " where unit = $1 and year = $2 and whole = $3 and day = $4",
            *(*reminder.whose, reminder.day, count, following),
        )


class Reminders:
    def __init__(self, pool: Pool, notices: Notices) -> None:
        self._pool = pool
        self._notices = notices

    async def ask(self, whose: Whose, day: date, by: str) -> None:
        """That they be reminded; it has been done, if somebody has asked for it on the day already."""
        await self._pool.execute(
            "insert into reminder (unit, year, whole, day, asked_by) values ($1, $2, $3, $4, $5)"
            " on conflict do nothing",
            *(*whose, day, by),
        )

    async def latest(self, units: Collection[str], year: int) -> Mapping[Whose, Reminder]:
        """The last one of each of these units."""
        rows = await self._pool.fetch(
            "select distinct on (unit, whole) * from reminder where unit = any($1) and year = $2"
            " order by unit, whole, day desc",
            *([*units], year),
        )
        found = map(_reminder, rows)
        return {each.whose: each for each in found}

    async def waiting(self) -> list[Reminder]:
        """Those that are not done, the first one first."""
        rows = await self._pool.fetch(
            "select * from reminder where not done and asked > now() - $1::interval order by asked",
            WORTH,
        )
        return [_reminder(row) for row in rows]

    @asynccontextmanager
    async def step(self, reminder: Reminder) -> AsyncIterator[Step | None]:
        """The next one: all that happens in it is kept, or nothing. None if it is done, or another process is
        at it."""
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(
                "select * from reminder where unit = $1 and year = $2 and whole = $3 and day = $4"
                " and not done for update skip locked",
                *(*reminder.whose, reminder.day),
            )
            yield Step(connection, self._notices, row) if row else None

    async def clear(self) -> None:
        """What has been kept long enough goes."""
        await self._pool.execute(
            "delete from reminder where day < current_date - $1::interval", KEPT
        )


def _reminder(row: Record) -> Reminder:
    whose = Whose(row["unit"], row["year"], row["whole"])
    return Reminder(
        whose, row["day"], row["asked_by"], row["asked"], row["count"], is_done=row["done"]
    )
