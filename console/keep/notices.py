"""What people are told that waits for them: a notice for each duty, and for what is late with those whom they
appraise. It closes when it is owed no more."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict

from console.keep.database import Connection, Pool, Record
from console.keep.sealing import NotOurs, Seal

KEPT = timedelta(days=90)
"""A notice that has closed."""
SWEEPS_KEPT = timedelta(days=7)
PAGE = 50


class Matter(BaseModel):
    """What a notice is about: a duty's id and kind, when it came up, and its last day, if it has one."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: str
    since: date
    due: date | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A notice that is to be there: `person` is told what `owes` owes. `remind` is the last day so far on which
    to remind of it."""

    person: str
    owes: str
    matter: Matter
    remind: date | None

    @property
    def key(self) -> tuple[str, str, str]:
        return self.person, self.owes, self.matter.id


@dataclass(frozen=True, slots=True)
class Reminded:
    """When somebody was reminded, and who had asked for it."""

    day: date
    by: str


@dataclass(frozen=True, slots=True)
class Notice:
    """`of_another`: somebody else owes it, and is late. `reminded`: if somebody has had its reader reminded.
    `is_new`: not read; `is_open`: owed still."""

    id: int
    matter: Matter
    owes: str
    of_another: bool
    reminded: Reminded | None
    opened: datetime
    is_new: bool
    is_open: bool


class Sweep:
    """A step of a day's reading, which nobody else takes meanwhile. `after` is where it has come to."""

    def __init__(self, connection: Connection, name: str, day: date, after: str) -> None:
        self.connection = connection
        self.after = after
        self._name = name
        self._day = day

    async def advance(self, following: str | None) -> None:
        """To there; with None it is done."""
        await self.connection.execute(
            "update sweep set after = coalesce($3, after), done = $3 is null"
            " where service = $1 and day = $2",
            *(self._name, self._day, following),
        )


class Notices:
    def __init__(self, pool: Pool, seal: Seal) -> None:
        self._pool = pool
        self._seal = seal

    @asynccontextmanager
    async def step(self, name: str, day: date) -> AsyncIterator[Sweep | None]:
        """The next step of what is done once a day under this name: all that happens in it is kept, or nothing.
        None if it is done, or another process is at it."""
        await self._pool.execute(
            "insert into sweep (service, day) select $1, $2"
            # What is there is not waited for.
            " where not exists (select from sweep where service = $1 and day = $2)"
            " on conflict do nothing",
            *(name, day),
        )
        async with self._pool.acquire() as connection, connection.transaction():
            after = await connection.fetchval(
                "select after from sweep where service = $1 and day = $2 and not done"
                " for update skip locked",
                *(name, day),
            )
            yield None if after is None else Sweep(connection, name, day, after)

    async def done(self, names: Collection[str], day: date) -> bool:
        """Whether all of these are."""
        count = await self._pool.fetchval(
            "select count(*) from sweep where service = any($1) and day = $2 and done",
            *([*names], day),
        )
        return bool(count == len(names))

    async def clear(self) -> None:
        """What has been kept long enough goes."""
        await self._pool.execute("delete from notice where closed < now() - $1::interval", KEPT)
        await self._pool.execute(
            "delete from sweep where day < current_date - $1::interval", SWEEPS_KEPT
        )

    async def renew(
        self, sweep: Sweep, service: str, zones: Sequence[tuple[str, str]], wanted: Sequence[Wanted]
    ) -> None:
        """Make what these people owe in the service, as told (person, zone), what is noticed of them."""
        people = [person for person, _ in zones]
        connection = sweep.connection
        await connection.execute(
            "update mailbox m set zone = z.zone from unnest($1::text[], $2::text[]) z (person, zone)"
            " where m.person = z.person and m.zone is distinct from z.zone",
            *(people, [zone for _, zone in zones]),
        )
        rows = await connection.fetch(
            "select id, person, owes, sealed, remind, asked from notice"
            " where owes = any($1) and service = $2 and closed is null",
            *(people, service),
        )
        keyed = [((row["person"], row["owes"], self._id(row)), row) for row in rows]
        # A reminder that somebody has asked for stands beside the notice of the same matter.
        there = {key: row for key, row in keyed if row["asked"] is None}
        want = {each.key: each for each in wanted}
        await connection.execute(
            "update notice set closed = now() where id = any($1)",
            [row["id"] for key, row in keyed if key not in want],
        )
        later = [
            (row["id"], want[key].remind)
            for key, row in there.items()
            if key in want and want[key].remind != row["remind"]
        ]
        await connection.executemany("update notice set remind = $2 where id = $1", later)
        await connection.executemany(
            "insert into notice (person, owes, service, sealed, remind) values ($1, $2, $3, $4, $5)",
            [
                (each.person, each.owes, service, self._close(each), each.remind)
                for key, each in want.items()
                if key not in there
            ],
        )

    async def told_of(self, service: str) -> set[str]:
        """Whom an open notice tells of the service."""
        rows = await self._pool.fetch(
            "select distinct person from notice where service = $1 and closed is null", service
        )
        return {row["person"] for row in rows}

    async def remind(
        self, connection: Connection, day: date, by: str, owed: Mapping[str, Matter]
    ) -> int:
        """These people of what they owe in planning, because somebody has asked for it on the day. Who has been
        reminded on it is not again, by whomever. Returns how many were."""
        people = sorted(owed)  # in one order, so that no two who remind wait for each other
        sealed = [self._seal.close([each, each, _told(owed[each]), by]) for each in people]
        done: str = await connection.execute(
            "insert into notice (person, owes, service, sealed, remind, asked)"
            " select person, person, 'planning', sealed, $3, $3"
            " from unnest($1::text[], $2::bytea[]) as told (person, sealed)"
            " on conflict do nothing",
            *(people, sealed, day),
        )
        return int(done.rpartition(" ")[2])

    async def reminded(self, people: Collection[str]) -> dict[str, Reminded]:
        """Of these, who was reminded because somebody asked for it: the last time of each."""
        rows = await self._pool.fetch(
            "select distinct on (person) * from notice where person = any($1) and asked is not null"
            " order by person, asked desc",
            [*people],
        )
        found = {row["person"]: self._open(row) for row in rows}
        return {person: each[1] for person, each in found.items() if each and each[1]}

    async def page(
        self,
        person: str,
        before: int | None,
        *,
        is_open: bool | None = None,
        of_another: bool | None = None,
    ) -> tuple[list[Notice], int | None]:
        """The latest of a person, or those before one, of all kinds or of one; and where the page that follows
        begins."""
        rows = await self._pool.fetch(
            "select * from notice where person = $1 and ($2::bigint is null or id < $2)"
            " and ($3::boolean is null or (closed is null) = $3)"
            " and ($4::boolean is null or (owes <> person) = $4)"
            " order by id desc limit $5",
            *(person, before, is_open, of_another, PAGE + 1),
        )
        found = [notice for row in rows[:PAGE] if (notice := self._notice(row))]
        return found, rows[PAGE - 1]["id"] if len(rows) > PAGE else None

    async def read(self, person: str, upto: int) -> None:
        """The person has read those up to one."""
        await self._pool.execute(
            "update notice set read = now() where person = $1 and id <= $2 and read is null",
            *(person, upto),
        )

    def matter(self, row: Record) -> Matter | None:
        """None for what was sealed with a key that is gone, or in another row."""
        opened = self._open(row)
        return opened[0] if opened else None

    def _open(self, row: Record) -> tuple[Matter, Reminded | None] | None:
        try:
            person, owes, told, *by = self._seal.open(row["sealed"])
        except NotOurs:
            return None
        if (person, owes) != (row["person"], row["owes"]):
            return None
        return Matter(**told), Reminded(row["asked"], *by) if by else None

    def _id(self, row: Record) -> str:
        matter = self.matter(row)
        return matter.id if matter else f"sealed {row['id']}"

    def _close(self, wanted: Wanted) -> bytes:
        return self._seal.close([wanted.person, wanted.owes, _told(wanted.matter)])

    def _notice(self, row: Record) -> Notice | None:
        if not (opened := self._open(row)):
            return None
        matter, reminded = opened
        return Notice(
            row["id"],
            matter,
            row["owes"],
            row["owes"] != row["person"],
            reminded,
            row["opened"],
            is_new=row["read"] is None and row["closed"] is None,
            is_open=row["closed"] is None,
        )


def _told(matter: Matter) -> dict[str, Any]:
    return matter.model_dump(mode="json", include=set(Matter.model_fields))
