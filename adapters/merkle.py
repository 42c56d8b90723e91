"""The tree of hashes over the log (RFC 6962): one root stands for every event before it.

Who holds a signed root can later be shown, with a few hashes, that an event is under it (an
inclusion path) and that a later root only added to it (a consistency path). Hashes of leaves and
of inner nodes begin with different bytes, so that none can pass for the other.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

HASH = 32  # bytes of every hash
EMPTY = hashlib.sha256(b"").digest()  # the root over nothing

# The hash over 2**level leaves, the index-th such group of the log: what paths are made of.
Subtree = Callable[[int, int], bytes]


class WrongPath(ValueError):
    """A path that has not the length that its sizes ask for."""


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """A tree that only grows; it keeps one hash a level and knows the root of what it was given."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        """`peaks` are those that a tree of this size left; raises ValueError for another number."""
        self.size = size
        self.peaks = list(peaks)  # hashes of its full subtrees, the largest first
        if len(self.peaks) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} peaks")

    def add(self, leaf: bytes, level: int = 0) -> None:
        """Add the hash of one leaf, or of a full group of 2**level leaves where one may begin."""
        if self.size & ((1 << level) - 1):
            raise ValueError(f"no group of {1 << level} leaves begins after {self.size}")
        peaks, below = self.peaks, self.size >> level
        while below & 1:
            leaf = node_hash(peaks.pop(), leaf)
            below >>= 1
        peaks.append(leaf)
        self.size += 1 << level

    def root(self) -> bytes:
        """The hash over everything added so far."""
        return root_over(self.peaks)


def root_over(peaks: Iterable[bytes]) -> bytes:
    """The root over full subtrees, the largest first."""
    found: bytes | None = None
    for peak in reversed(list(peaks)):
        found = peak if found is None else node_hash(peak, found)
    return EMPTY if found is None else found


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over these hashes of leaves."""
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def full_root(hashes: Sequence[bytes]) -> bytes:
    """The root over a full group (their number is a power of two), quicker than one by one."""
    row = list(hashes)
    sha256 = hashlib.sha256
    while len(row) > 1:
        pairs = zip(row[::2], row[1::2], strict=True)
        row = [sha256(b"\1" + left + right).digest() for left, right in pairs]
    return row[0]


def inclusion_path(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """What shows that leaf `index` is in the tree of `size` leaves."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    path: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _left(end - begin)
        if index < middle:
            path.append(_hash_between(middle, end, subtree))
            end = middle
        else:
            path.append(_hash_between(begin, middle, subtree))
            begin = middle
    return path[::-1]


def consistency_path(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """What shows that the tree of `new` leaves begins with the tree of `old` leaves."""
    if not 0 < old <= new:
        raise ValueError(f"a tree of {new} leaves does not grow out of one of {old}")
    path: list[bytes] = []
    begin, end, whole = 0, new, True
    while old != end:
        middle = begin + _left(end - begin)
        if old <= middle:
            path.append(_hash_between(middle, end, subtree))
            end = middle
        else:
            path.append(_hash_between(begin, middle, subtree))
            begin, whole = middle, False
    if not whole:
        path.append(_hash_between(begin, end, subtree))
    return path[::-1]


def root_by_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes:
    """The root that a path leads to from this leaf; raises WrongPath for one of another length."""
    if not 0 <= index < size:
        raise WrongPath(f"a tree of {size} leaves has no leaf {index}")
    found, last = leaf, size - 1
    for other in path:
        if last == 0:
            raise WrongPath("the path is too long")
        if index & 1 or index == last:
            found = node_hash(other, found)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            found = node_hash(found, other)
        index, last = index >> 1, last >> 1
    if last:
        raise WrongPath("the path is too short")
    return found


def roots_by_consistency(
    old: int, new: int, old_root: bytes, path: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """The old and the new root that a path leads to; raises WrongPath for one of another length.

    The trees are consistent where both are the roots that were signed.
    """
    if not 0 < old <= new:
        raise WrongPath(f"a tree of {new} leaves does not grow out of one of {old}")
    if old == new:
        if path:
            raise WrongPath("nothing is to be shown between equal sizes")
        return old_root, old_root
    steps = [old_root, *path] if old.bit_count() == 1 else list(path)
    if not steps:
        raise WrongPath("the path is too short")
    index, last = old - 1, new - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    before = after = steps[0]
    for other in steps[1:]:
        if last == 0:
            raise WrongPath("the path is too long")
        if index & 1 or index == last:
            before, after = node_hash(other, before), node_hash(other, after)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            after = node_hash(after, other)
        index, last = index >> 1, last >> 1
    if last:
        raise WrongPath("the path is too short")
    return before, after


def _left(size: int) -> int:
    """How many of `size` leaves go to the left: the largest power of two below it."""
    return 1 << (size - 1).bit_length() - 1


def _hash_between(begin: int, end: int, subtree: Subtree) -> bytes:
    """The root over leaves of a half-open range that begins where a group of its size may."""
    groups: list[bytes] = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        groups.append(subtree(level, begin >> level))
        begin += 1 << level
    found = groups.pop()
    while groups:
        found = node_hash(groups.pop(), found)
    return found
