"""Signed checkpoints of one log: what it held at a position, signed and given away, so that who
rewrites the log afterwards, its whole chain with it, is found.

A checkpoint is of the Merkle tree over the records, in order (`eventlog.merkle`; position 1 is leaf
0), as a signed note (`eventlog.notes`). One line of it is the log's own, `chain BASE64`: the hash that
stands beside the event at that position. By it whoever reads a whole log or topic compares it with a
checkpoint at once, and who verifies only what is new goes on from there; neither builds a tree.
"""

import asyncio
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from typing import Protocol
from urllib.parse import quote

from eventlog.database import Connection, Pool, Record
from eventlog.keys import SigningKey
from eventlog.merkle import CompactRange, Range, consistency_path, inclusion_path, join, node_hash
from eventlog.notes import Checkpoint, Malformed, Note, sign

LEVELS = 8
"""Of each level that is kept, the next that is; between them, hashes are computed from 2^8 of it."""

BATCH = 1000
"""Leaves that are asked for at once. Only hashes come: PostgreSQL has the records."""

NOTES = 1000
"""Notes that a publisher is given at once."""

PATIENCE = 30.0
"""Seconds that one publisher is waited for, before the log is signed again."""


class Unsound(Exception):
    """The log is not what its own last checkpoint says. Nothing is signed then."""


class NotCovered(LookupError):
    """No checkpoint reaches that far."""


class Publisher(Protocol):
    """Where checkpoints are out of reach of who keeps the log. `name` is where it stands."""

    name: str

    async def publish(self, notes: Sequence[str]) -> None:
        """Take notes, oldest first; again if it has not said that it has them."""


def origin_of(agency: str, service: str) -> str:
    """The name of a log and of its keys, which holds no blank and no plus."""
    return f"kinerja/{quote(agency, safe='')}/{service}"


def chain_of(checkpoint: Checkpoint) -> bytes:
    """The chain hash that a checkpoint says. Raises Malformed."""
    match [line.partition(" ") for line in checkpoint.extensions]:
        case [("chain", _, text)]:
            try:
                chain = b64decode(text, validate=True)
            except (NotBase64, ValueError) as error:
                raise Malformed("the chain hash is not base64") from error
            if b64encode(chain).decode() == text and len(chain) == 32:
                return chain
    raise Malformed("a checkpoint of a log has one line `chain BASE64`, of 32 bytes")


class NoKey(Exception):
    """Checkpoints are made where the log's key is."""


class Checkpoints:
    """The checkpoints of the log on this pool. Any process serves them; one that has the key makes them
    at a time."""

    def __init__(
        self, pool: Pool, key: SigningKey | None, origin: str, publishers: Sequence[Publisher] = ()
    ) -> None:
        self.pool = pool
        self.key = key
        self.origin = origin
        self.publishers = publishers
        self._giving: dict[Publisher, asyncio.Task[None]] = {}

    async def make(self) -> str | None:
        """Sign the log as it stands, unless nothing is new or another process is at it, and give every
        publisher what it lacks; the note. Raises NoKey, Unsound, and what a publisher raises."""
        if self.key is None:
            raise NoKey("this process has no key to sign with")
        note = await self._sign_head(self.key)
        # Each by itself: where one is away, the others have it all the same.
        ended = await asyncio.gather(*map(self._give, self.publishers), return_exceptions=True)
        for failure in filter(None, ended):
            raise failure
        return note

    async def latest(self, until: int = 2**63 - 1) -> str | None:
        """The note of the last checkpoint at a position or before it."""
        note: str | None = await self.pool.fetchval(
            "select note from checkpoint where position <= $1 order by position desc limit 1", until
        )
        return note

    async def prove_inclusion(self, position: int, size: int) -> list[bytes]:
        """That the record at a position is in the tree of this size (`merkle.verify_inclusion`).
        Raises NotCovered."""
        if not 0 < position <= size:
            raise NotCovered(f"a tree of {size} has no position {position}")
        return await self._prove(size, inclusion_path(position - 1, size))

    async def prove_consistency(self, old: int, new: int) -> list[bytes]:
        """That the tree of the new size begins with that of the old (`merkle.verify_consistency`).
        Raises NotCovered."""
        if not 0 < old <= new:
            raise NotCovered(f"a tree of {new} does not continue one of {old}")
        return await self._prove(new, consistency_path(old, new))

    async def _prove(self, size: int, path: Sequence[Range]) -> list[bytes]:
        async with self.pool.acquire() as connection:
            if size > await _signed(connection):
                raise NotCovered(f"no checkpoint reaches position {size}")
            tree = _Tree(connection)
            return [join(await tree.of(part)) for part in path]

    async def _sign_head(self, key: SigningKey) -> str | None:
        async with self.pool.acquire() as connection, connection.transaction():
            # Goes with the transaction, and that with a session that hangs (`database.SESSION`).
            if not await connection.fetchval(
                "select pg_try_advisory_xact_lock(hashtext('kinerja checkpoint'))"
            ):
                return None
            head = await connection.fetchrow("select position, hash from head")
            assert head
            if head["position"] == (signed := await _signed(connection)):
                return None
            if head["position"] < signed:
                raise Unsound(
                    f"position {signed} has been signed; the log ends at {head['position']}"
                )
            tree = await self._continue(connection, signed)
            await _grow(connection, tree, head["position"])
            checkpoint = Checkpoint(self.origin, tree.size, tree.root, (_chain_line(head["hash"]),))
            note = str(sign(str(checkpoint), self.origin, key))
            await connection.execute(
                "insert into checkpoint (position, note) values ($1, $2)", tree.size, note
            )
            return note

    async def _continue(self, connection: Connection, size: int) -> CompactRange:
        """The tree that was signed last, held against what was signed."""
        tree = CompactRange(size, await _Tree(connection).of(Range(0, size)))
        if size:
            ((note, chain),) = await connection.fetch(
                "select note, (select hash from event where position = $1) from checkpoint"
                " where position = $1",
                size,
            )
            signed = Checkpoint.read(Note.read(note).text)
            if (signed.root, chain_of(signed)) != (tree.root, chain):
                raise Unsound(f"the log at position {size} is not the one that was signed")
        return tree

    async def _give(self, publisher: Publisher) -> None:
        """Publish, and wait a while for it: who hangs is given nothing more until it has ended, for each call may
        hold a thread. Raises TimeoutError."""
        task = self._giving.get(publisher)
        if task is None or task.done():
            task = self._giving[publisher] = asyncio.create_task(self._publish(publisher))
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
        try:
            async with asyncio.timeout(PATIENCE):
                await asyncio.shield(task)
        except asyncio.CancelledError:
            task.cancel()
            raise

    async def _publish(self, publisher: Publisher) -> None:
        notes: Sequence[str] = [""] * NOTES
        while len(notes) == NOTES:
            rows = await self.pool.fetch(
                "select position, note from checkpoint where position > coalesce("
                "(select position from publication where publisher = $1), 0)"
                " order by position limit $2",
                publisher.name,
                NOTES,
            )
            if notes := [row["note"] for row in rows]:
                await publisher.publish(notes)
                await self.pool.execute(
                    "insert into publication values ($1, $2) on conflict (publisher) do update"
                    " set position = greatest(publication.position, excluded.position)",
                    publisher.name,
                    rows[-1]["position"],
                )


class _Tree:
    """The log's tree as far as it is signed: hashes come in blocks of 2^LEVELS siblings of a level that
    is kept, each read once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._blocks: dict[tuple[int, int], list[list[bytes]]] = {}

    async def of(self, leaves: Range) -> list[bytes]:
        """The hashes of the complete subtrees of a range. Raises Unsound."""
        return [await self._subtree(*each) for each in leaves.subtrees()]

    async def _subtree(self, level: int, index: int) -> bytes:
        above = level % LEVELS
        number, place = divmod(index, 1 << LEVELS - above)
        block = level - above, number
        if block not in self._blocks:
            self._blocks[block] = await self._read(*block)
        try:
            return self._blocks[block][above][place]
        except IndexError:
            raise Unsound(f"the tree lacks subtree {index} of level {level}") from None

    async def _read(self, level: int, number: int) -> list[list[bytes]]:
        """The complete subtrees of a block, by level."""
        start, count = number << LEVELS, 1 << LEVELS
        if level:
            rows: Sequence[Record] = await self._connection.fetch(
                "select index, hash from subtree where level = $1 and index >= $2 and index < $3"
                " order by index",
                level,
                start,
                start + count,
            )
        else:
            rows = await _leaves(self._connection, start, start + count, count)
        levels = [_dense(rows, start)]
        while len(levels[-1]) > 1:
            pairs = zip(levels[-1][::2], levels[-1][1::2], strict=False)
            levels.append([node_hash(left, right) for left, right in pairs])
        return levels


async def _grow(connection: Connection, tree: CompactRange, size: int) -> None:
    """Add the log's leaves up to a size, and keep the subtrees that serve. Raises Unsound."""
    while tree.size < size:
        leaves = _dense(await _leaves(connection, tree.size, size, BATCH), tree.size)
        if not leaves:
            raise Unsound(f"position {tree.size + 1} is missing from the log")
        kept = [each for leaf in leaves for each in tree.append(leaf)[LEVELS::LEVELS]]
        await connection.executemany("insert into subtree values ($1, $2, $3)", kept)


def _dense(rows: Sequence[Record], start: int) -> list[bytes]:
    """The hashes in front of the first that is missing: those behind it would stand in a wrong place."""
    return [row["hash"] for index, row in enumerate(rows, start) if row["index"] == index]


async def _leaves(connection: Connection, start: int, end: int, limit: int) -> Sequence[Record]:
    return await connection.fetch(
        r"select position - 1 as index, sha256('\x00'::bytea || record) as hash from event"
        " where position > $1 and position <= $2 order by position limit $3",
        start,
        end,
        limit,
    )


async def _signed(connection: Connection) -> int:
    return int(await connection.fetchval("select coalesce(max(position), 0) from checkpoint"))


def _chain_line(chain: bytes) -> str:
    return f"chain {b64encode(chain).decode()}"
