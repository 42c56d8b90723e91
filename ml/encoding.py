"""Turns features into numbers. How suspicious a category is, is learnt from training rows alone.

A category becomes its share of fraud, drawn towards the common share while it is rare; one that
was never seen becomes the common share. Rows that are learnt from get the share of other rows,
because a row that contributes to its own feature would see its own outcome.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.dataset import Dataset, Flags, Floats, Whole
from ml.declaring import Feature, Features, Sort, Value
from ml.folds import folds

WEIGHT = 20.0
"""How many rows a category needs to speak half for itself and half for the common share."""
PARTS = 5
UNKNOWN = "(not known)"

Matrix = NDArray[np.float32]


class FeatureMissing(ValueError):
    """A value that the model needs was not given."""


class FeatureOfWrongSort(ValueError):
    """A value is a text where a number is needed, or the other way round."""


@dataclass(frozen=True)
class Column:
    """A feature as the model reads it; `rates` are the shares of fraud of known categories."""

    name: str
    sort: Sort
    optional: bool
    rates: Mapping[str, float]
    common: float

    def number(self, row: Features) -> float:
        """Raises FeatureMissing or FeatureOfWrongSort."""
        try:
            value = row[self.name]
        except KeyError:
            raise FeatureMissing(f"the feature {self.name} is missing") from None
        if value is None and not self.optional:
            raise FeatureMissing(f"the feature {self.name} is not known and must be")
        if self.sort is Sort.CATEGORY:
            if not isinstance(value, str | None):
                raise FeatureOfWrongSort(f"the feature {self.name} is a category, not {value!r}")
            return self.rates.get(UNKNOWN if value is None else value, self.common)
        return self._plain(value)

    def _plain(self, value: Value) -> float:
        if value is None:
            return float("nan")
        if isinstance(value, str | bool) or not math.isfinite(value):
            raise FeatureOfWrongSort(f"the feature {self.name} is a number, not {value!r}")
        return float(value)


@dataclass(frozen=True)
class Encoding:
    """How every feature of a model becomes a number."""

    columns: tuple[Column, ...]

    def matrix(self, rows: Sequence[Features]) -> Matrix:
        """One line for each row; a number that is not known is NaN."""
        made = np.empty((len(rows), len(self.columns)), dtype=np.float32)
        for place, column in enumerate(self.columns):
            made[:, place] = [column.number(row) for row in rows]
        return made

    def unknown(self, rows: Iterable[Features]) -> dict[str, int]:
        """How many values of each feature are categories that no training row had."""
        categories = [column for column in self.columns if column.sort is Sort.CATEGORY]
        counted = {column.name: 0 for column in categories}
        for row in rows:
            for column in categories:
                value = row[column.name]
                counted[column.name] += _name(value) not in column.rates
        return {name: count for name, count in counted.items() if count}


def learn(data: Dataset) -> Encoding:
    """The encoding that these rows, and no others, teach."""
    raw = [_Raw(feature, data.rows) for feature in data.features.features]
    return _taught(raw, data.outcome)


def learn_and_encode(data: Dataset, seeds: Sequence[int]) -> tuple[Encoding, list[Matrix]]:
    """The encoding, and the same rows as numbers, each by the outcomes of other rows only.

    One matrix for each seed, which splits the rows in its own way.
    """
    raw = [_Raw(feature, data.rows) for feature in data.features.features]
    everything = _taught(raw, data.outcome)
    made = []
    for seed in seeds:
        matrix = np.empty((len(data), len(raw)), dtype=np.float32)
        for others, own in folds(data, PARTS, seed):
            for place, column in enumerate(raw):
                matrix[own, place] = column.encoded(own, others, data.outcome)
        made.append(matrix)
    return everything, made


class _Raw:
    """The values of one feature: numbers, or places in the list of its categories."""

    def __init__(self, feature: Feature, rows: Sequence[Features]) -> None:
        self.feature = feature
        self.names: list[str] = []
        if feature.sort is Sort.CATEGORY:
            told = [_name(row[feature.name]) for row in rows]
            self.names = sorted(set(told))
            places = {name: place for place, name in enumerate(self.names)}
            self.places = np.array([places[name] for name in told], dtype=np.int64)
        else:
            plain = Column(feature.name, feature.sort, feature.optional, {}, 0.0)
            self.numbers = np.array([plain.number(row) for row in rows])

    def rates(self, fraud: Flags, chosen: Whole) -> Floats:
        """The share of fraud of each category among the chosen rows, drawn to the common one."""
        counts = np.bincount(self.places[chosen], minlength=len(self.names))
        frauds = np.bincount(self.places[chosen], fraud[chosen], minlength=len(self.names))
        common = _share(fraud[chosen])
        return np.asarray((frauds + WEIGHT * common) / (counts + WEIGHT), dtype=np.float64)

    def encoded(self, own: Whole, others: Whole, fraud: Flags) -> Floats:
        if self.feature.sort is Sort.NUMBER:
            return self.numbers[own]
        return self.rates(fraud, others)[self.places[own]]


def _taught(raw: Sequence[_Raw], fraud: Flags) -> Encoding:
    everything = np.arange(len(fraud))
    columns = []
    for one in raw:
        feature = one.feature
        rates = one.rates(fraud, everything).tolist() if one.names else []
        known = dict(zip(one.names, rates, strict=True))
        columns.append(Column(feature.name, feature.sort, feature.optional, known, _share(fraud)))
    return Encoding(tuple(columns))


def _share(fraud: Flags) -> float:
    return float(fraud.mean()) if len(fraud) else 0.0


def _name(value: Value) -> str:
    return UNKNOWN if value is None else str(value)
