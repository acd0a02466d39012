"""Holds signed checkpoints against a log: what a monitor of a transparency log does (RFC 9162, section
8.2), with the checkpoints that the log keeps itself and with those that were published.

Who rewrites a log whole, with its chain and its own checkpoints, cannot sign; so the published ones
of before no longer hold, and are named. Who only takes checkpoints away is found by the published ones too.
"""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from typing import NamedTuple

from eventlog.checkpoints import chain_of
from eventlog.keyring import Keyring
from eventlog.keys import PublicKey
from eventlog.merkle import CompactRange, leaf_hash
from eventlog.notes import Checkpoint, Malformed, Note

BEYOND = (
    "select note from checkpoint where position > (select coalesce(max(position), 0) from event)"
)


class Fault(NamedTuple):
    """A checkpoint that does not hold: the position it is of (0 if it does not say), and why."""

    position: int
    why: str


class Monitor:
    """Is given each record of a log, in order from the first, and says at the end which checkpoints do
    not hold. Beside those to come, which are given to `expect`, it holds a hash for each bit of the
    position.

    taken_back  positions that an older backup lacked: it also lacked their checkpoints
    """

    def __init__(self, origin: str, keyring: Keyring, taken_back: Sequence[range] = ()) -> None:
        self.origin = origin
        self.keyring = keyring
        self._taken_back = taken_back
        self._tree = CompactRange()
        self._chain = bytes(32)
        self._expected: list[tuple[int, str, bool]] = []
        self._faults: list[Fault] = []
        self._withdrawn: list[int] = []

    def expect(self, note: str, *, kept: bool = False) -> None:
        """Hold a note against the log at its position, which has not gone by yet; one that was published,
        unless the log keeps it."""
        try:
            checkpoint = Checkpoint.read(Note.read(note).text)
        except Malformed as error:
            self._faults.append(Fault(0, str(error)))
            return
        if checkpoint.size < self._tree.size:
            raise ValueError(f"position {checkpoint.size} has gone by")
        if checkpoint.size == self._tree.size:
            self._hold(note, kept)
        else:
            heappush(self._expected, (checkpoint.size, note, kept))

    def take(self, record: bytes, chain: bytes, note: str | None = None) -> None:
        """The next record of the log, its chain hash, and the note of the checkpoint that the log keeps
        at that position."""
        self._tree.append(leaf_hash(record))
        self._chain = chain
        if note is not None:
            self._hold(note, True)
        while self._expected and self._expected[0][0] == self._tree.size:
            self._hold(*heappop(self._expected)[1:])

    def end(self) -> list[Fault]:
        """The log has ended: every checkpoint that does not hold, by position."""
        beyond = [
            Fault(size, f"signed, but the log ends at {self._tree.size}")
            for size, *_ in self._expected
        ]
        uncovered = [
            Fault(size, "signed by a key that has been withdrawn, and by none later")
            for size in self._withdrawn
        ]
        return sorted({*self._faults, *beyond, *uncovered})

    def _hold(self, text: str, kept: bool) -> None:
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
        if not (wrong or kept or any(at in each for each in self._taken_back)):
            wrong.append("published, but the log does not keep it")
        self._faults += [Fault(at, why) for why in wrong]

    def _signed_by(self, note: Note, keys: Iterable[PublicKey]) -> list[bool]:
        """Of each signature that says it is of one of the keys, whether it is."""
        return [
            key.verifies(signature, note.text.encode())
            for key in keys
            for signature in note.of(self.origin, key)
        ]


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode()
