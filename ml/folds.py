"""Splits rows so that nothing is judged by what was learnt from itself or from its like."""

from collections.abc import Iterator
from hashlib import sha256

import numpy as np

from ml.dataset import Dataset, Whole


def folds(data: Dataset, count: int, seed: int) -> Iterator[tuple[Whole, Whole]]:
    """`count` pairs of (places to learn from, places to judge); each row is judged once.

    The split follows from hashes of the units and so from nothing that could be tuned; units
    with fraud are dealt out first, so that every fold has its share of it.
    """
    fold = fold_of_each(data, count, seed)
    for number in range(count):
        yield np.flatnonzero(fold != number), np.flatnonzero(fold == number)


def fold_of_each(data: Dataset, count: int, seed: int) -> Whole:
    """The number of the fold in which each row is judged."""
    frauds: dict[str, int] = {}
    for unit, fraud in zip(data.units, data.outcome, strict=True):
        frauds[unit] = frauds.get(unit, 0) + int(fraud)
    if len(frauds) < count:
        raise ValueError(f"{count} folds need rows of {count} units; there are {len(frauds)}")
    dealt = sorted(frauds, key=lambda unit: (-frauds[unit], _place(unit, seed)))
    given = {unit: number % count for number, unit in enumerate(dealt)}
    return np.array([given[unit] for unit in data.units], dtype=np.int64)


def _place(unit: str, seed: int) -> bytes:
    return sha256(f"{seed}|{unit}".encode()).digest()
