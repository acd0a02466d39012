"""Merkle trees as Certificate Transparency has them (RFC 9162, section 2.1): over SHA-256, of any
size, append-only. Leaves are numbered from 0; a hash has 32 bytes.

A complete subtree is named by its level and its index in it: subtree (l, i) has the leaves from
i · 2^l on, 2^l of them. Nothing here knows where hashes are kept: a proof is told as the ranges of
leaves whose hashes it is made of.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple

EMPTY = sha256(b"").digest()
"""The root of a tree without leaves (2.1.1)."""


class Range(NamedTuple):
    """The leaves from `start` to before `end`."""

    start: int
    end: int

    def subtrees(self) -> Iterator[tuple[int, int]]:
        """Level and index of the complete subtrees that it consists of, the largest first. For ranges
        that begin where a subtree as large as they could, as those of a tree and of its proofs do."""
        start = self.start
        while start < self.end:
            level = (self.end - start).bit_length() - 1
            yield level, start >> level
            start += 1 << level


def leaf_hash(record: bytes) -> bytes:
    return sha256(b"\0" + record).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def join(hashes: Sequence[bytes]) -> bytes:
    """The hash of a range, from those of the complete subtrees that it consists of, the largest
    first."""
    if not hashes:
        return EMPTY
    *lefts, joined = hashes
    for left in reversed(lefts):
        joined = node_hash(left, joined)
    return joined


class CompactRange:
    """A tree that grows by leaves and keeps only the roots of its complete subtrees: at most one for
    each bit of its size. With these it is continued."""

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if len(hashes) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} complete subtrees")
        self.size = size
        self._hashes = list(hashes)

    @property
    def root(self) -> bytes:
        return join(self._hashes)

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add a leaf, by its hash; level, index and hash of each subtree that it completes, itself
        first."""
        level, index, subtree = 0, self.size, leaf
        completed = [(level, index, subtree)]
        while index & 1:
            level, index, subtree = level + 1, index >> 1, node_hash(self._hashes.pop(), subtree)
            completed.append((level, index, subtree))
        self._hashes.append(subtree)
        self.size += 1
        return completed


def inclusion_path(index: int, size: int) -> list[Range]:
    """Whose hashes prove that leaf `index` is in the tree of `size` leaves: 0 ≤ index < size
    (2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has none of index {index}")
    path, low, high = [], 0, size
    while high - low > 1:
        middle = _middle(low, high)
        if index < middle:
            path.append(Range(middle, high))
            high = middle
        else:
            path.append(Range(low, middle))
            low = middle
    return path[::-1]


def consistency_path(old: int, new: int) -> list[Range]:
    """Whose hashes prove that the tree of `new` leaves begins with that of `old`: 0 < old ≤ new
    (2.1.4.1)."""
    if not 0 < old <= new:
        raise ValueError(f"no tree of {new} leaves continues one of {old}")
    path, low, high = [], 0, new
    while old != high:
        middle = _middle(low, high)
        if old <= middle:
            path.append(Range(middle, high))
            high = middle
        else:
            path.append(Range(low, middle))
            low = middle
    # The old tree's root is known to who asks; any other subtree that ends with it is not.
    if low:
        path.append(Range(low, high))
    return path[::-1]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether the leaf of this hash is in the tree (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    first, second, found = index, size - 1, leaf
    for each in proof:
        if second == 0:
            return False
        if first & 1 or first == second:
            found = node_hash(each, found)
            first, second = _up_to_right_child(first, second)
        else:
            found = node_hash(found, each)
        first, second = first >> 1, second >> 1
    return second == 0 and found == root


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the new tree begins with the old one (2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    # The subtree that a power of two makes is the old tree itself.
    path = [old_root, *proof] if old.bit_count() == 1 else list(proof)
    if not proof:
        return False
    first, second = old - 1, new - 1
    while first & 1:
        first, second = first >> 1, second >> 1
    found_old = found_new = path[0]
    for each in path[1:]:
        if second == 0:
            return False
        if first & 1 or first == second:
            found_old, found_new = node_hash(each, found_old), node_hash(each, found_new)
            first, second = _up_to_right_child(first, second)
        else:
            found_new = node_hash(found_new, each)
        first, second = first >> 1, second >> 1
    return second == 0 and found_old == old_root and found_new == new_root


def _middle(low: int, high: int) -> int:
    """Where the left subtree ends: it has the largest power of two that is less than all leaves."""
    return low + (1 << (high - low - 1).bit_length() - 1)


def _up_to_right_child(first: int, second: int) -> tuple[int, int]:
    while first and not first & 1:
        first, second = first >> 1, second >> 1
    return first, second
