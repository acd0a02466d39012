"""The public keys of other logs: asked of their owners, and kept in this database, so that what they have
signed can be told also while they are away.

An owner's answer is the truth: a key that it serves no longer is withdrawn. What such a key has signed
and later ones have covered stays proven, because a chain reaches back.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol

import structlog

from eventlog.database import Pool
from eventlog.follow import Keys
from eventlog.keys import PublicKey

REFRESH, AGAIN = 60.0, 0.5
"""Seconds between two rounds of asking; and at least, where something is wanted or missing."""

PATIENCE = 2.0
"""Seconds that a reading waits for the answer about a key that it does not know."""

REFUSED = 30.0
"""Seconds for which an owner's word that a key is none of its is taken, so that who writes many such
records makes nobody ask for each."""

Ask = Callable[[], Awaitable[Sequence[PublicKey]]]
"""Asks an owner for the keys that its log is signed with. Whatever it raises: the owner is away."""

Changed = Callable[[], Coroutine[Any, Any, None]]

logger = structlog.get_logger(__name__)


class Trust(Protocol):
    """The keys of several logs, by topic.

    waits  whether a reading that holds as much as it may waits for keys that are not known; else it reads on,
           and holds more
    """

    waits: bool

    def of(self, topic: str) -> Keys: ...

    async def learn(self, topic: str, ids: Collection[str]) -> None:
        """Ask the log's owner for these keys, and wait a moment for the answer."""

    def tell(self, changed: Changed) -> None:
        """Call this whenever keys have become known."""


class KeysOfOne:
    """The keys of one log."""

    def __init__(self, keys: Sequence[PublicKey] = ()) -> None:
        self._keys = {key.id: key for key in keys}
        self._refused: dict[str, float] = {}

    def find(self, id: str) -> PublicKey | None:
        return self._keys.get(id)

    def is_refused(self, id: str) -> bool:
        return self._refused.get(id, 0.0) > time.monotonic()

    def is_settled(self, ids: Collection[str]) -> bool:
        return all(id in self._keys or self.is_refused(id) for id in ids)

    def __bool__(self) -> bool:
        return bool(self._keys)

    def answered(self, keys: Sequence[PublicKey], asked: Collection[str]) -> bool:
        """Take the owner's answer; True if it brings a key that was not known."""
        before, self._keys = self._keys, {key.id: key for key in keys}
        now = time.monotonic()
        self._refused = {id: until for id, until in self._refused.items() if until > now}
        self._refused |= {id: now + REFUSED for id in asked if id not in self._keys}
        return bool(self._keys.keys() - before.keys())


class FixedTrust:
    """Knows some keys, and learns no others."""

    waits = False

    def __init__(self, keys: Mapping[str, Sequence[PublicKey]]) -> None:
        self._keys = {topic: KeysOfOne(its) for topic, its in keys.items()}

    def of(self, topic: str) -> KeysOfOne:
        return self._keys[topic]

    async def learn(self, topic: str, ids: Collection[str]) -> None:
        pass

    def tell(self, changed: Changed) -> None:
        pass


class Patient:
    """Another's trust, for a reading from the beginning: no word that a key is none of its owner's lets go of what
    it has signed, for a later key may cover it. (A key that is withdrawn is told no more.)"""

    waits = False

    def __init__(self, trust: Trust) -> None:
        self._trust = trust
        self.learn, self.tell = trust.learn, trust.tell

    def of(self, topic: str) -> Keys:
        return _NoneRefused(self._trust.of(topic))


class _NoneRefused:
    def __init__(self, keys: Keys) -> None:
        self.find = keys.find

    def is_refused(self, id: str) -> bool:
        return False


async def read_trust(pool: Pool, topics: Collection[str]) -> FixedTrust:
    """The keys that have been kept."""
    rows = await pool.fetch("select topic, key from known_key where topic = any($1)", list(topics))
    keys: dict[str, list[PublicKey]] = {topic: [] for topic in topics}
    for row in rows:
        keys[row["topic"]].append(PublicKey(row["key"]))
    return FixedTrust(keys)


class KeptTrust:
    """What a service trusts: `run` asks the owners, until cancelled; before, it is what was kept."""

    waits = True

    def __init__(self, pool: Pool, owners: Mapping[str, Ask]) -> None:
        self.pool = pool
        self.owners = owners
        self._keys = {topic: KeysOfOne() for topic in owners}
        self._away: set[str] = set()
        """Those whose owners did not answer last."""
        self._changed: list[Changed] = []
        self._telling: set[asyncio.Task[None]] = set()
        self._wanted: defaultdict[str, set[str]] = defaultdict(set)
        self._wake = asyncio.Event()
        self._answers = asyncio.Condition()

    def of(self, topic: str) -> Keys:
        return self._keys[topic]

    def tell(self, changed: Changed) -> None:
        self._changed.append(changed)

    async def learn(self, topic: str, ids: Collection[str]) -> None:
        self._wanted[topic].update(ids)
        self._wake.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE), self._answers:
                await self._answers.wait_for(lambda: self._keys[topic].is_settled(ids))

    async def load(self) -> None:
        """Read what was kept."""
        kept = await read_trust(self.pool, self.owners)
        self._keys = {topic: kept.of(topic) for topic in self.owners}

    async def ask(self, topic: str) -> None:
        """Ask one owner at once."""
        await self._ask(topic, set())

    async def run(self) -> None:
        while True:
            wanted, self._wanted = self._wanted, defaultdict(set)
            self._wake.clear()
            answered = await asyncio.gather(*(self._ask(t, wanted[t]) for t in self.owners))
            async with self._answers:
                self._answers.notify_all()
            if any(answered):
                self._tell()
            await asyncio.sleep(AGAIN)
            with suppress(TimeoutError):
                if all(self._keys.values()):
                    await asyncio.wait_for(self._wake.wait(), REFRESH)

    async def _ask(self, topic: str, ids: set[str]) -> bool:
        """True if it brings something new."""
        try:
            keys = await self.owners[topic]()
            new = self._keys[topic].answered(keys, ids)
            await self._keep(topic, keys)
        except Exception as error:  # whatever it is, the owner or this database is away
            if topic not in self._away:
                logger.warning("keys cannot be asked for", topic=topic, error=repr(error))
            self._away.add(topic)
            if ids:
                self._wanted[topic] |= ids
                self._wake.set()
            return False
        self._away.discard(topic)
        return new

    async def _keep(self, topic: str, keys: Sequence[PublicKey]) -> None:
        await self.pool.execute(
            "with told as (select * from unnest($2::text[], $3::bytea[]) as t (id, key)), gone as ("
            " delete from known_key where topic = $1 and id not in (select id from told))"
            " insert into known_key select $1, id, key from told on conflict do nothing",
            topic,
            [key.id for key in keys],
            [key.raw for key in keys],
        )

    def _tell(self) -> None:
        # Apart from the asking: a feed may be waiting for its answer.
        for changed in self._changed:
            task = asyncio.create_task(changed(), name="keys have become known")
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)
