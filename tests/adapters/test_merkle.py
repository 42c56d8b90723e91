"""The tree of hashes is that of RFC 6962, and its paths show what they say and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.merkle import (
    EMPTY,
    Tree,
    WrongPath,
    consistency_path,
    full_root,
    inclusion_path,
    leaf_hash,
    node_hash,
    root_by_inclusion,
    root_of,
    roots_by_consistency,
)

# The published inputs and roots of Certificate Transparency's reference implementation.
INPUTS = [
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(number.to_bytes(2)) for number in range(600)]


def subtree(level: int, index: int) -> bytes:
    return full_root(LEAVES[index << level : (index + 1) << level])


@st.composite
def sizes(draw: st.DrawFn) -> tuple[int, int]:
    """An old and a new size, the old one not larger."""
    new = draw(st.integers(1, len(LEAVES)))
    return draw(st.integers(1, new)), new


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_published_vectors(size: int) -> None:
    leaves = [leaf_hash(bytes.fromhex(data)) for data in INPUTS[:size]]
    assert root_of(leaves).hex() == ROOTS[size - 1]


def test_the_root_over_nothing_is_the_hash_of_nothing() -> None:
    assert root_of([]) == EMPTY
    assert EMPTY.hex().startswith("e3b0c442")


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 64, 65, 255, 256, 257, 600])
def test_every_leaf_is_shown_to_be_in_the_tree_and_in_its_place(size: int) -> None:
    root = root_of(LEAVES[:size])
    for index in range(0, size, max(1, size // 40)):
        path = inclusion_path(index, size, subtree)
        assert root_by_inclusion(index, size, LEAVES[index], path) == root
        assert len(path) <= (size - 1).bit_length()
        if size > 1:
            elsewhere = (index + 1) % size
            assert root_by_another(elsewhere, size, LEAVES[index], path) != root


def root_by_another(index: int, size: int, leaf: bytes, path: list[bytes]) -> bytes | None:
    try:
        return root_by_inclusion(index, size, leaf, path)
    except WrongPath:
        return None


@given(sizes())
def test_a_tree_is_shown_to_begin_with_every_earlier_one(pair: tuple[int, int]) -> None:
    old, new = pair
    before, after = root_of(LEAVES[:old]), root_of(LEAVES[:new])
    path = consistency_path(old, new, subtree)
    assert roots_by_consistency(old, new, before, path) == (before, after)


@given(sizes(), st.data())
def test_a_forked_tree_is_never_shown_to_begin_with_the_earlier_one(
    pair: tuple[int, int], data: st.DataObject
) -> None:
    old, new = pair
    changed = data.draw(st.integers(0, old - 1))
    forked = [*LEAVES[:changed], leaf_hash(b"forged"), *LEAVES[changed + 1 :]]
    path = consistency_path(old, new, lambda n, i: full_root(forked[i << n : (i + 1) << n]))
    before, after = root_of(LEAVES[:old]), root_of(forked[:new])
    assert roots_by_consistency(old, new, before, path) != (before, after)


@given(sizes(), st.data())
def test_a_path_with_a_hash_more_or_less_is_refused(
    pair: tuple[int, int], data: st.DataObject
) -> None:
    old, new = pair
    path = consistency_path(old, new, subtree)
    cut = data.draw(st.integers(0, len(path)))
    longer, shorter = [*path[:cut], EMPTY, *path[cut:]], [*path[:cut], *path[cut + 1 :]]
    roots = root_of(LEAVES[:old]), root_of(LEAVES[:new])
    for wrong in (longer, shorter):
        if wrong != path:
            assert shown(old, new, roots[0], wrong) != roots


def shown(old: int, new: int, root: bytes, path: list[bytes]) -> tuple[bytes, bytes] | None:
    try:
        return roots_by_consistency(old, new, root, path)
    except WrongPath:
        return None


def test_a_tree_goes_on_from_its_peaks_and_takes_whole_groups() -> None:
    grown, resumed = Tree(), Tree(384, [subtree(8, 0), subtree(7, 2)])
    for leaf in LEAVES[:512]:
        grown.add(leaf)
    resumed.add(subtree(7, 3), 7)
    assert resumed.root() == grown.root() == node_hash(subtree(8, 0), subtree(8, 1))
    with pytest.raises(ValueError, match="no group of 4 leaves begins after 1"):
        Tree(1, [LEAVES[0]]).add(LEAVES[1], 2)
    with pytest.raises(ValueError, match="has 2 peaks"):
        Tree(3, [LEAVES[0]])


def test_what_is_not_in_the_tree_has_no_path() -> None:
    for index, size in ((-1, 3), (3, 3), (0, 0)):
        with pytest.raises(ValueError, match="has no leaf"):
            inclusion_path(index, size, subtree)
    for old, new in ((0, 3), (4, 3)):
        with pytest.raises(ValueError, match="does not grow"):
            consistency_path(old, new, subtree)
