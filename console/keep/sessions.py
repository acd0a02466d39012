"""Who is signed in, and who is about to be.

A browser has a random word in its cookie; here stands its SHA-256, so that who reads the database cannot
be anybody. Times are the database's own.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict

from console.keep.database import Pool, Record
from console.keep.sealing import NotOurs, Seal

KEPT = timedelta(days=2)
"""A session that is over, for its owner to be known."""
SIGN_IN = timedelta(minutes=10)
"""That somebody may take at the issuer."""
WARNING = timedelta(minutes=2)
SEEN_EACH = timedelta(minutes=1)
"""A session's last use is noted no more often, and ten times in a session that ends sooner."""


class Tokens(BaseModel):
    """What the issuer gave. `until`: when the access token ends, seconds since 1970."""

    model_config = ConfigDict(frozen=True)

    access: str
    id: str
    refresh: str | None = None
    until: float


@dataclass(frozen=True, slots=True)
class Owner:
    """`person` as the services know them, `subject` and `sid` as the issuer does; `email` and `roles` are what it
    tells."""

    person: str
    subject: str
    sid: str | None
    email: str | None = None
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lasts: after its last use, and at most."""

    idle: timedelta
    most: timedelta

    @property
    def warning(self) -> timedelta:
        """How long before the end its owner is told."""
        return min(WARNING, self.idle / 2)


@dataclass(frozen=True, slots=True)
class Session:
    """`is_over`: it was this person's, and nothing more is done in its name. `left` until it is over
    unless it is used. `at_least`: positions that hold what the person has just done. `unread`: how many
    notices, of more than UNREAD no more."""

    word: str
    person: str
    tokens: Tokens
    is_over: bool
    left: timedelta
    at_least: str = ""
    unread: int = 0


REFRESHING, PATIENCE = 4, 2.0
"""Sessions whose tokens are renewed at once, each of which holds a connection while the issuer is asked; and
seconds that another waits for its turn. While the issuer hangs, the others' pages need theirs."""
UNREAD = 99
BEHIND = timedelta(minutes=1)
"""That a page asks for what its reader has just done."""


Refresh = Callable[[Tokens], Awaitable[Tokens]]


class Sessions:
    def __init__(self, pool: Pool, seal: Seal, limits: Limits) -> None:
        self._pool = pool
        self._seal = seal
        self._limits = limits
        self._turns = asyncio.Semaphore(REFRESHING)

    async def begin_sign_in(self, kept: dict[str, Any]) -> str:
        """The word for a cookie, against which `finish_sign_in` gives what was kept."""
        word = secrets.token_urlsafe(32)
        await self._pool.execute("delete from sign_in where began < now() - $1::interval", SIGN_IN)
        await self._pool.execute(
            "insert into sign_in values ($1, $2)", _id(word), self._seal.close(kept)
        )
        return word

    async def finish_sign_in(self, word: str) -> dict[str, Any] | None:
        """Once, and not later than SIGN_IN; else None."""
        sealed = await self._pool.fetchval(
            "delete from sign_in where id = $1 and began >= now() - $2::interval returning sealed",
            _id(word),
            SIGN_IN,
        )
        kept: dict[str, Any] | None = self._open(sealed)
        return kept

    async def begin(self, owner: Owner, tokens: Tokens) -> str:
        """The word for the cookie of a new session."""
        word = secrets.token_urlsafe(32)
        await self._pool.execute(
            "delete from session where began < now() - $1::interval", self._limits.most + KEPT
        )
        await self._pool.execute(
            "insert into session (id, person, subject, sid, tokens) values ($1, $2, $3, $4, $5)",
            _id(word),
            owner.person,
            owner.subject,
            owner.sid,
            self._close(tokens),
        )
        return word

    async def find(self, word: str, *, used: bool) -> Session | None:
        """`used`: somebody did something; a page that refreshes itself is nobody's doing."""
        row = await self._pool.fetchrow(
            """
            with found as (
                select *, least(seen + $2::interval, began + $3::interval) as until
                from session where id = $1
            ), noted as (
                update session s set seen = now() from found f
                where $4 and s.id = f.id and f.ended is null and f.until > now()
                    and f.seen < now() - least($5::interval, $2::interval / 10)
                returning s.id, least(now() + $2::interval, s.began + $3::interval) as until
            )
            select person, tokens, ended, coalesce(n.until, f.until) - now() as left,
                case when acted > now() - $6::interval then at_least else '' end as at_least,
                (select count(*) from (
                    select from notice n where n.person = f.person
                    and n.closed is null and n.read is null limit $7) few) as unread
            from found f left join noted n using (id)
            """,
            _id(word),
            self._limits.idle,
            self._limits.most,
            used,
            SEEN_EACH,
            BEHIND,
            UNREAD + 1,
        )
        return self._session(word, row) if row else None

    async def refresh(self, session: Session, fresh: Refresh) -> Session:
        """With tokens that `fresh` gets for the present ones: once, also when several requests of one
        reader find them stale. What `fresh` raises leaves all as it was. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE):
            await self._turns.acquire()
        try:
            return await self._refresh(session, fresh)
        finally:
            self._turns.release()

    async def _refresh(self, session: Session, fresh: Refresh) -> Session:
        async with self._pool.acquire() as connection, connection.transaction():
            sealed = await connection.fetchval(
                "select tokens from session where id = $1 and ended is null for update",
                _id(session.word),
            )
            if (told := self._open(sealed)) is None:
                return replace(session, is_over=True, left=timedelta())
            tokens = Tokens(**told)
            if tokens == session.tokens:
                tokens = await fresh(tokens)
                await connection.execute(
                    "update session set tokens = $2 where id = $1",
                    _id(session.word),
                    self._close(tokens),
                )
        return replace(session, tokens=tokens)

    async def note_act(self, word: str, at_least: str) -> None:
        """For a while, pages show what has come of it."""
        await self._pool.execute(
            "update session set at_least = $2, acted = now() where id = $1", _id(word), at_least
        )

    async def end(self, word: str) -> None:
        await self._pool.execute(
            "update session set ended = now() where id = $1 and ended is null", _id(word)
        )

    async def end_all(self, *, sid: str | None, subject: str | None) -> None:
        """That one of a sign-in, or all of whoever signed in (OpenID Connect Back-Channel Logout 1.0,
        2.4: a token names either or both)."""
        await self._pool.execute(
            "update session set ended = now() where ended is null"
            " and (sid = $1 or ($1 is null and subject = $2))",
            sid,
            subject,
        )

    def _session(self, word: str, row: Record) -> Session | None:
        if (told := self._open(row["tokens"])) is None:
            return None
        left: timedelta = row["left"]
        is_over = row["ended"] is not None or left <= timedelta()
        return Session(
            word, row["person"], Tokens(**told), is_over, left, row["at_least"], row["unread"]
        )

    def _close(self, tokens: Tokens) -> bytes:
        return self._seal.close(tokens.model_dump())

    def _open(self, sealed: bytes | None) -> Any:
        """None for what is not there, or was sealed with a key that is gone: people sign in again."""
        if sealed is None:
            return None
        try:
            return self._seal.open(sealed)
        except NotOurs:
            return None


def _id(word: str) -> bytes:
    return hashlib.sha256(word.encode()).digest()
