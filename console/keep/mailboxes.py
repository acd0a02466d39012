"""Where people get mail, and whether they want any."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from console.keep.database import Pool
from console.keep.sealing import NotOurs, Seal

ADDRESS = re.compile(r"(?=.{3,254}$)[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+", re.ASCII)
WORD = re.compile(r"[\x21-\x7e]{1,255}")
"""A role that a service can be asked about."""

KEPT = timedelta(days=400)
"""An address, since its person signed in last."""
ROLES_KEPT = timedelta(days=30)
"""What the issuer said that somebody is, since then: it tells nobody that they are it no more."""


def is_address(text: object) -> bool:
    """Whether mail can be sent there (RFC 5321, without what only SMTPUTF8 takes)."""
    return isinstance(text, str) and ADDRESS.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Mailbox:
    """has_address  whether mail can go there
    off          they want none
    refused      their server does not take it; asked again when they sign in next
    """

    has_address: bool = False
    off: bool = False
    refused: bool = False


class Mailboxes:
    """Of people who have signed in: of nobody else is an address known."""

    def __init__(self, pool: Pool, seal: Seal) -> None:
        self._pool = pool
        self._seal = seal

    async def signed_in(
        self, person: str, address: object, language: str, roles: Collection[str] = ()
    ) -> None:
        """What the issuer says this time of the person's address, which may be nothing, and of their roles; the
        mail is in the language that they read in."""
        sealed = self._seal.close([person, address]) if is_address(address) else None
        await self._pool.execute(
            "insert into mailbox (person, sealed, language, roles) values ($1, $2, $3, $4)"
            " on conflict (person) do update set sealed = excluded.sealed,"
            " language = excluded.language, roles = excluded.roles, refused = null, seen = now()",
            *(person, sealed, language, sorted(filter(WORD.fullmatch, roles))),
        )

    async def roles(self) -> dict[str, tuple[str, ...]]:
        """Who has which, of those who have any."""
        rows = await self._pool.fetch(
            "select person, roles from mailbox where roles <> '{}' and seen >= now() - $1::interval",
            ROLES_KEPT,
        )
        return {row["person"]: tuple(row["roles"]) for row in rows}

    async def clear(self) -> None:
        """The address of whoever signs in no more goes; that they want no mail stays."""
        await self._pool.execute(
            "update mailbox set sealed = null where sealed is not null and seen < now() - $1::interval",
            KEPT,
        )

    async def find(self, person: str) -> Mailbox:
        row = await self._pool.fetchrow(
            "select sealed is not null as has_address, off, refused is not null as refused"
            " from mailbox where person = $1",
            person,
        )
        return Mailbox(**row) if row else Mailbox()

    async def turn(self, person: str, language: str, *, off: bool) -> None:
        """Mail off or on."""
        await self._pool.execute(
            "insert into mailbox (person, language, off) values ($1, $2, $3)"
            " on conflict (person) do update set language = excluded.language, off = excluded.off",
            *(person, language, off),
        )


def opened(seal: Seal, person: str, sealed: bytes | None) -> str | None:
    """The person's address; None if none is known, or it cannot be opened any more."""
    if sealed is None:
        return None
    try:
        whose, address = seal.open(sealed)
    except NotOurs:
        return None
    return str(address) if whose == person else None
