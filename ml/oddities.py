"""The claims that are least like all others, for what has no labels, and in what they differ.

An isolation forest finds them; it never knew an outcome. It tells what is unusual, not what is
wrong: its figures against planted fraud stand in docs/fraud-model.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml import contenders
from ml.dataset import Dataset, Floats
from ml.fraud import in_words

MOST_REASONS = 3
FAR = 2.5
"""How many usual spreads a value lies away before it is told."""


@dataclass(frozen=True, slots=True)
class Odd:
    """A claim by its key, its rank (0 to 1: the share of claims less odd), and why in words."""

    key: str
    unit: str
    rank: float
    words: tuple[str, ...]


def oddest(data: Dataset, most: int, seed: int = 7) -> list[Odd]:
    """The oddest claims, the oddest first."""
    judged = contenders.anomalies(seed)(data)(data)
    order = np.argsort(-judged.probability, kind="stable")[:most]
    spread = _Spread(data)
    return [
        Odd(
            data.keys[place],
            data.units[place],
            float(judged.probability[place]),
            spread.reasons(place),
        )
        for place in order.tolist()
    ]


def by_unit(odd: Sequence[Odd], data: Dataset) -> list[tuple[str, int, int]]:
    """Providers by how many of their claims are among the odd ones, and of how many."""
    units, counts = np.unique(np.array(data.units), return_counts=True)
    of_all = dict(zip(units.tolist(), counts.tolist(), strict=True))
    found: dict[str, int] = {}
    for one in odd:
        found[one.unit] = found.get(one.unit, 0) + 1
    told = [(unit, count, of_all[unit]) for unit, count in found.items()]
    return sorted(told, key=lambda it: (-it[1] / it[2], -it[1], it[0]))


class _Spread:
    """Each feature's middle and usual spread (half of the middle 80 in 100)."""

    def __init__(self, data: Dataset) -> None:
        self._data = data
        self._columns = {
            feature.name: _numbers(data, feature.name) for feature in data.features.features
        }

    def reasons(self, place: int) -> tuple[str, ...]:
        """In what a claim lies farthest from the middle, in words."""
        told: list[tuple[float, str]] = []
        for feature in self._data.features.features:
            values = self._columns[feature.name]
            if values is None or np.isnan(values[place]):
                continue
            low, middle, high = np.nanquantile(values, (0.1, 0.5, 0.9))
            spread = max((high - low) / 2, 0.5)
            far = abs(float(values[place] - middle)) / spread
            if far >= FAR:
                value = in_words(self._data.rows[place][feature.name])
                told.append((far, feature.says.format(value=value)))
        told.sort(key=lambda it: (-it[0], it[1]))
        return tuple(words for _, words in told[:MOST_REASONS])


def _numbers(data: Dataset, name: str) -> Floats | None:
    """The values of a feature; None where they are no numbers."""
    values = [row[name] for row in data.rows]
    if any(isinstance(value, str) for value in values):
        return None
    return np.array([np.nan if value is None else float(value) for value in values])
