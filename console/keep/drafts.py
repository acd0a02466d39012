"""What people have typed and not yet sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from console.keep.database import Pool
from console.keep.sealing import NotOurs, Seal

KEPT = timedelta(days=30)

Fields = tuple[tuple[str, str], ...]
"""A form's fields in their order; a name may stand more than once."""


@dataclass(frozen=True, slots=True)
class Draft:
    fields: Fields
    saved: datetime


class Drafts:
    """Of a person and a form each: nobody else is given it, whatever the database's rows say."""

    def __init__(self, pool: Pool, seal: Seal) -> None:
        self._pool = pool
        self._seal = seal

    async def save(self, person: str, form: str, fields: Fields) -> None:
        await self._pool.execute("delete from draft where saved < now() - $1::interval", KEPT)
        sealed = self._seal.close([person, form, fields])
        await self._pool.execute(
            "insert into draft (person, form, sealed) values ($1, $2, $3)"
            " on conflict (person, form) do update set sealed = excluded.sealed, saved = now()",
            *(person, form, sealed),
        )

    async def find(self, person: str, form: str) -> Draft | None:
        row = await self._pool.fetchrow(
            "select sealed, saved from draft where person = $1 and form = $2", person, form
        )
        if row is None:
            return None
        try:
            whose, what, fields = self._seal.open(row["sealed"])
        except NotOurs:
            return None
        if (whose, what) != (person, form):
            return None
        return Draft(tuple((name, value) for name, value in fields), row["saved"])

    async def drop(self, person: str, form: str) -> None:
        """It has been sent, or is not wanted."""
        await self._pool.execute("delete from draft where person = $1 and form = $2", person, form)
