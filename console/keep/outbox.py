"""Mail to be sent: one a day for each of the people at most."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from console.keep.database import Connection, Pool
from console.keep.mailboxes import opened
from console.keep.notices import Notices, Sweep
from console.keep.sealing import NotOurs, Seal

KEPT = timedelta(days=90)
WORTH = timedelta(hours=20)
"""After which a day's mail is not sent any more: the next one's says the same."""
PEOPLE = 200
"""Of a step."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
"""Before a server is asked again that did not want the mail yet."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What it counts: duties by their kind, and what is late with others. `asked`: somebody has asked that its
    reader be reminded."""

    own: Mapping[str, int]
    late: int
    asked: bool = False

    @property
    def count(self) -> int:
        return sum(self.own.values()) + self.late


class Letter:
    """A mail to be sent, locked for whoever has it. `address` is None where none is to be sent to."""

    def __init__(
        self, connection: Connection, row: Any, digest: Digest, address: str | None
    ) -> None:
        self.person: str = row["person"]
        self.day: date = row["day"]
        self.language: str = row["language"] or ""
        self.digest = digest
        self.address = address
        self._tries: int = row["tries"]
        self._connection = connection

    async def sent(self) -> None:
        await self._end("sent", 250)

    async def refused(self, code: int, *, address: bool) -> None:
        """For good. `address`: by whom it was to, so that no other mail goes there."""
        await self._end("refused", code)
        if address:
            await self._connection.execute(
                "update mailbox set refused = now() where person = $1", self.person
            )

    async def dropped(self) -> None:
        """Nobody wants it any more."""
        await self._end("dropped", None)

    async def later(self, code: int | None) -> None:
        """The server did not take it yet; None if it did not say so."""
        pause = min(FIRST_PAUSE * 2 ** min(self._tries, 10), LONGEST_PAUSE)
        await self._connection.execute(
            "update outbox set tries = tries + 1, answer = $3, due = now() + $4::interval"
            " where person = $1 and day = $2",
            *(self.person, self.day, code, pause),
        )

    async def _end(self, state: str, code: int | None) -> None:
        await self._connection.execute(
            "update outbox set state = $3, answer = $4, tries = tries + 1"
            " where person = $1 and day = $2",
            *(self.person, self.day, state, code),
        )


class Outbox:
    def __init__(self, pool: Pool, seal: Seal, notices: Notices) -> None:
        self._pool = pool
        self._seal = seal
        self._notices = notices

    async def write(self, sweep: Sweep, day: date, zone: str, default: str) -> int:
        """The mail of a day to the people that follow, of those whose unit is in a zone (`default`: the
        agency's): to whom something is to be told that none has told yet. Returns to how many."""
        connection = sweep.connection
        people = [
            row["person"]
            for row in await connection.fetch(
                "select person from mailbox where person > $1 and coalesce(zone, $2) = $3"
                " and sealed is not null and not off and refused is null"
                " order by person limit $4",
                *(sweep.after, default, zone, PEOPLE),
            )
        ]
        count = await self._write_to(people, day, connection)
        await sweep.advance(people[-1] if len(people) == PEOPLE else None)
        return count

    async def write_asked(self, sweep: Sweep, day: date, zone: str, default: str) -> int:
        """As `write`, to those whom somebody has had reminded since, and who have had no mail of the day: if they
        have, the next day's tells them."""
        people = [
            row["person"]
            for row in await sweep.connection.fetch(
                "select distinct n.person from notice n join mailbox m using (person)"
                " where n.asked >= $3::date - 1 and n.told is null and n.closed is null"
                " and coalesce(m.zone, $1) = $2"
                " and m.sealed is not null and not m.off and m.refused is null"
                " and not exists (select from outbox o where o.person = n.person and o.day = $3)"
                " order by n.person limit $4",
                *(default, zone, day, PEOPLE),
            )
        ]
        return await self._write_to(people, day, sweep.connection)

    async def _write_to(self, people: Sequence[str], day: date, connection: Connection) -> int:
        rows = await connection.fetch(
            "select * from notice n where person = any($1) and closed is null"
            " and exists (select from notice r where r.person = n.person and r.closed is null"
            " and (r.told is null or r.told < r.remind) and r.remind is not null)"
            " and not exists (select from outbox o where o.person = n.person and o.day = $2)",
            *(people, day),
        )
        for person in sorted({row["person"] for row in rows}):
            theirs = [row for row in rows if row["person"] == person]
            # A reminder that was asked for is of a matter that may have a notice, and is one with it.
            kinds = {
                matter.id: matter.kind
                for row in theirs
                if row["owes"] == person and (matter := self._notices.matter(row))
            }
            late = sum(row["owes"] != person for row in theirs)
            asked = any(row["asked"] and not row["told"] for row in theirs)
            told = [person, str(day), Counter(kinds.values()), late, asked]
            await connection.execute(
                "insert into outbox (person, day, sealed) values ($1, $2, $3)",
                *(person, day, self._seal.close(told)),
            )
        await connection.execute(
            "update notice set told = $2 where id = any($1)", [row["id"] for row in rows], day
        )
        return len({row["person"] for row in rows})

    @asynccontextmanager
    async def take(self) -> AsyncIterator[Letter | None]:
        """The next one to be sent, which nobody else sends meanwhile; None if there is none. Whatever fails in
        between leaves it waiting."""
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(
                "select o.person, o.day, o.sealed, o.tries, m.language,"
                " case when not m.off and m.refused is null then m.sealed end as address"
                " from outbox o left join mailbox m using (person)"
                " where o.state = 'waiting' and o.due <= now()"
                " order by o.due, o.person limit 1 for update of o skip locked"
            )
            if row is None:
                yield None
                return
            digest = self._digest(row)
            address = opened(self._seal, row["person"], row["address"]) if digest else None
            yield Letter(connection, row, digest or Digest({}, 0), address)

    async def clear(self) -> None:
        """What has waited too long is not sent any more, so that the next mail tells of it; and what has been kept
        long enough goes."""
        await self._pool.execute(
            "with gone as (update outbox set state = 'expired'"
            " where state = 'waiting' and made < now() - $1::interval returning person, day)"
            " update notice n set told = null from gone g"
            " where (n.person, n.told) = (g.person, g.day) and n.closed is null",
            WORTH,
        )
        await self._pool.execute("delete from outbox where made < now() - $1::interval", KEPT)

    async def waits(self) -> bool:
        """Whether something is to be sent now."""
        return bool(
            await self._pool.fetchval(
                "select exists (select from outbox where state = 'waiting' and due <= now())"
            )
        )

    def _digest(self, row: Any) -> Digest | None:
        try:
            person, day, own, late, *asked = self._seal.open(row["sealed"])
        except NotOurs:
            return None
        if (person, day) != (row["person"], str(row["day"])):
            return None
        return Digest(own, late, *asked)
