"""Holds signed checkpoints against a log: what a monitor of a transparency log does (RFC 9162, section
8.2), with the checkpoints that the log keeps itself and with those that were published.

Who rewrites a log whole, with its chain and its own checkpoints, cannot sign; so the published ones
of before no longer hold, and are named.
"""

from base64 import b64encode
from collections.abc import AsyncIterator, Iterable, Sequence
from heapq import heappop, heappush
from typing import NamedTuple

from eventlog.checkpoints import chain_of
from eventlog.database import Pool
from eventlog.keyring import Keyring
from eventlog.keys import PublicKey
from eventlog.merkle import CompactRange, leaf_hash
from eventlog.notes import Checkpoint, Malformed, Note

BEYOND = (
    "select note from checkpoint where position > (select coalesce(max(position), 0) from event)"
)

MAX_STRAYS = 10_000
"""Published notes held at once that the log does not keep."""


class Fault(NamedTuple):
    """A checkpoint that does not hold: the position it is of (0 if it does not say), and why."""

    position: int
    why: str


class Monitor:
    """Is given each record of a log, in order from the first, and says at the end which checkpoints do
    not hold. Beside those to come, which are given to `expect`, it holds a hash for each bit of the
    position."""

    def __init__(self, origin: str, keyring: Keyring) -> None:
        self.origin = origin
        self.keyring = keyring
        self._tree = CompactRange()
        self._chain = bytes(32)
        self._expected: list[tuple[int, str]] = []
        self._faults: list[Fault] = []
        self._withdrawn: list[int] = []

    def expect(self, note: str) -> None:
        """Hold a note against the log at its position, which has not gone by yet."""
        try:
            checkpoint = Checkpoint.read(Note.read(note).text)
        except Malformed as error:
            self._faults.append(Fault(0, str(error)))
            return
        if checkpoint.size < self._tree.size:
            raise ValueError(f"position {checkpoint.size} has gone by")
        if checkpoint.size == self._tree.size:
            self._hold(note)
        else:
            heappush(self._expected, (checkpoint.size, note))

    def take(self, record: bytes, chain: bytes, note: str | None = None) -> None:
        """The next record of the log, its chain hash, and the note of the checkpoint that the log keeps
        at that position."""
        self._tree.append(leaf_hash(record))
        self._chain = chain
        if note is not None:
            self._hold(note)
        while self._expected and self._expected[0][0] == self._tree.size:
            self._hold(heappop(self._expected)[1])

    def end(self) -> list[Fault]:
        """The log has ended: every checkpoint that does not hold, by position."""
        beyond = [
            Fault(size, f"signed, but the log ends at {self._tree.size}")
            for size, _ in self._expected
        ]
        uncovered = [
            Fault(size, "signed by a key that has been withdrawn, and by none later")
            for size in self._withdrawn
        ]
        return sorted({*self._faults, *beyond, *uncovered})

    def _hold(self, text: str) -> None:
        at = self._tree.size
        try:
            note = Note.read(text)
            checkpoint = Checkpoint.read(note.text)
            chain = chain_of(checkpoint)
        except Malformed as error:
            self._faults.append(Fault(at, str(error)))
            return
        root, said = _base64(checkpoint.root), _base64(chain)
        findings = {
            f"a checkpoint of {checkpoint.origin}": checkpoint.origin != self.origin,
            f"a checkpoint of position {checkpoint.size}": checkpoint.size != at,
            f"the root is not the log's: {root}": checkpoint.root != self._tree.root,
            f"the chain hash is not the log's: {said}": chain != self._chain,
        }
        wrong = [why for why, found in findings.items() if found]
        good, withdrawn = (
            self._signed_by(note, keys) for keys in (self.keyring.good, self.keyring.withdrawn)
        )
        if not good and not withdrawn:
            wrong.append("signed by no known key")
        elif False in good + withdrawn:
            wrong.append("the signature is wrong")
        elif not wrong and good:
            self._withdrawn.clear()  # the root covers all before it, whoever signed that
        elif not wrong:
            self._withdrawn.append(at)
        self._faults += [Fault(at, why) for why in wrong]

    def _signed_by(self, note: Note, keys: Iterable[PublicKey]) -> list[bool]:
        """Of each signature that says it is of one of the keys, whether it is."""
        return [
            key.verifies(signature, note.text.encode())
            for key in keys
            for signature in note.of(self.origin, key)
        ]


async def strays(pool: Pool, notes: AsyncIterator[Sequence[str]]) -> list[str]:
    """Those of published notes that the log does not keep, word for word; the others are held against
    it with its own. The lowest of them, if there are very many."""
    found: set[tuple[int, str]] = set()
    async for some in notes:
        kept = await pool.fetch(
            "select note from checkpoint where position = any($1)", [*map(_size, some)]
        )
        found |= {(_size(note), note) for note in {*some} - {row["note"] for row in kept}}
        found = set(sorted(found)[:MAX_STRAYS])
    return [note for _, note in sorted(found)]


def _size(note: str) -> int:
    try:
        return Checkpoint.read(Note.read(note).text).size
    except Malformed:
        return 0


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode()
