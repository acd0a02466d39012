"""Trees and proofs against the reference tree of Certificate Transparency, and proofs of every size."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventlog.merkle import (
    CompactRange,
    Range,
    consistency_path,
    inclusion_path,
    join,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)

# transparency-dev/merkle, testonly/reference_test.go: the reference tree of Certificate Transparency.
LEAVES = [
    bytes.fromhex(each)
    for each in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                 "606162636465666768696a6b6c6d6e6f")
]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
INCLUSION = {
    (0, 1): [], (0, 8): [A, B, C], (5, 8): [D, E, ROOTS[4]], (2, 3): [ROOTS[2]],
    (1, 5): [ROOTS[1], B, D],
}  # fmt: skip
"""By index and size."""
CONSISTENCY = {(1, 1): [], (1, 8): [A, B, C], (6, 8): [F, E, ROOTS[4]], (2, 5): [B, D]}
"""By old and new size."""

MOST = 70


def root(leaves: Iterable[bytes]) -> bytes:
    tree = CompactRange()
    for leaf in leaves:
        tree.append(leaf_hash(leaf))
    return tree.root


def prove(path: Iterable[Range], leaves: Sequence[bytes]) -> list[bytes]:
    """From the subtrees that a growing tree has completed."""
    tree = CompactRange()
    kept = {
        (level, index): hash
        for leaf in leaves
        for level, index, hash in tree.append(leaf_hash(leaf))
    }
    return [join([kept[each] for each in part.subtrees()]) for part in path]


def test_the_roots_of_the_reference_tree() -> None:
    assert [root(LEAVES[:size]).hex() for size in range(9)] == ROOTS


@pytest.mark.parametrize("of", INCLUSION, ids=str)
def test_the_inclusion_proofs_of_the_reference_tree(of: tuple[int, int]) -> None:
    index, size = of
    given = [bytes.fromhex(each) for each in INCLUSION[of]]
    assert prove(inclusion_path(index, size), LEAVES) == given
    expected = bytes.fromhex(ROOTS[size])
    assert verify_inclusion(leaf_hash(LEAVES[index]), index, size, given, expected)


@pytest.mark.parametrize("of", CONSISTENCY, ids=str)
def test_the_consistency_proofs_of_the_reference_tree(of: tuple[int, int]) -> None:
    old, new = of
    given = [bytes.fromhex(each) for each in CONSISTENCY[of]]
    assert prove(consistency_path(old, new), LEAVES) == given
    roots = [bytes.fromhex(ROOTS[size]) for size in of]
    assert verify_consistency(old, new, roots[0], roots[1], given)


@cache
def leaves(size: int) -> list[bytes]:
    return [b"record %d" % number for number in range(size)]


@cache
def root_of(size: int) -> bytes:
    return root(leaves(size))


@pytest.mark.parametrize("size", range(1, MOST + 1))
def test_every_proof_of_every_tree_verifies_and_no_other_does(size: int) -> None:
    for index in range(size):
        proof = prove(inclusion_path(index, size), leaves(size))
        leaf = leaf_hash(leaves(size)[index])
        assert verify_inclusion(leaf, index, size, proof, root_of(size))
        assert not verify_inclusion(leaf, index + 1, size, proof, root_of(size))
        assert not verify_inclusion(leaf, index, size, [*proof, leaf], root_of(size))
        assert not proof or not verify_inclusion(leaf, index, size, proof[:-1], root_of(size))
    for old in range(1, size + 1):
        proof = prove(consistency_path(old, size), leaves(size))
        assert verify_consistency(old, size, root_of(old), root_of(size), proof)
        assert not verify_consistency(old, size, root_of(old), root_of(size), [*proof, b"x" * 32])
        assert not proof or not verify_consistency(
            old, size, root_of(old), root_of(size), proof[:-1]
        )


def flipped(parts: list[bytes], choose: Callable[[int], int]) -> list[bytes]:
    """The parts with one bit of all of them changed."""
    bit = choose(256 * len(parts))
    number = int.from_bytes(b"".join(parts), "big") ^ 1 << bit
    whole = number.to_bytes(32 * len(parts), "big")
    return [whole[at : at + 32] for at in range(0, len(whole), 32)]


@given(st.data(), st.integers(1, MOST))
def test_one_bit_changed_anywhere_is_found(data: st.DataObject, size: int) -> None:
    def choose(many: int) -> int:
        return data.draw(st.integers(0, many - 1))

    index = choose(size)
    proof = prove(inclusion_path(index, size), leaves(size))
    leaf, whole, *path = flipped([leaf_hash(leaves(size)[index]), root_of(size), *proof], choose)
    assert not verify_inclusion(leaf, index, size, path, whole)

    old = choose(size) + 1
    proof = prove(consistency_path(old, size), leaves(size))
    before, after, *path = flipped([root_of(old), root_of(size), *proof], choose)
    assert not verify_consistency(old, size, before, after, path)


@given(st.integers(0, 2_000), st.integers(0, 300))
def test_a_tree_is_continued_from_its_complete_subtrees(size: int, more: int) -> None:
    tree, kept = CompactRange(), {}
    for leaf in leaves(size):
        kept.update({(level, index): hash for level, index, hash in tree.append(leaf_hash(leaf))})
    again = CompactRange(size, [kept[each] for each in Range(0, size).subtrees()])
    for each in (tree, again):
        for leaf in leaves(more):
            each.append(leaf_hash(leaf))
    assert (again.size, again.root) == (tree.size, tree.root)


def test_what_no_tree_has_is_refused() -> None:
    for impossible in (
        lambda: inclusion_path(3, 3), lambda: inclusion_path(-1, 3), lambda: consistency_path(0, 3),
        lambda: consistency_path(4, 3), lambda: CompactRange(3, [b"x" * 32]),
    ):  # fmt: skip
        with pytest.raises(ValueError, match="tree"):
            impossible()
    assert not verify_inclusion(root_of(1), 1, 1, [], root_of(1))
    assert not verify_consistency(0, 1, root_of(1), root_of(1), [])
