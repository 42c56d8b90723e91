"""Whether claims still look like those that a model learnt from, and are fraud as often.

The population stability index compares shares of rows in the same bins: below 0.1 nothing to see,
from 0.25 the model should learn anew. Few rows differ by chance: an index counts only where chance
alone would hardly reach it.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from ml.dataset import Dataset, Floats
from ml.declaring import Sort, Value
from ml.encoding import UNKNOWN

WATCH = 0.10
DRIFTED = 0.25
BINS = 10
BANDS = tuple(band / BINS for band in range(1, BINS))
"""Scores are compared in fixed bands: a model of few trees gives many claims almost the same score,
and a band's edge among those would move half of them."""
LEAST_SHARE = 0.0005
CHANCE_Z = 2.326
"""One comparison in a hundred looks like drift where there is none."""
SCORE = "(score)"
OUTCOME = "(outcome)"


class Verdict(StrEnum):
    STABLE = "stable"
    WATCH = "watch"
    DRIFTED = "drifted"


@dataclass(frozen=True)
class Shares:
    """How the rows of one feature spread: over categories, or between `edges` of numbers."""

    sort: Sort
    edges: tuple[float, ...]
    shares: Mapping[str, float]


@dataclass(frozen=True)
class Reference:
    """The rows that a model learnt from, as drift is measured against them."""

    rows: int
    fraud: float
    features: Mapping[str, Shares]
    score: Shares


@dataclass(frozen=True, slots=True)
class Moved:
    """One thing compared: its index, how far chance alone may carry it, and what that means."""

    name: str
    index: float
    chance: float
    verdict: Verdict


def reference(data: Dataset, scores: Floats) -> Reference:
    """What later rows are compared with; `scores` are of rows that were judged unseen."""
    return Reference(
        rows=len(data),
        fraud=float(data.outcome.mean()),
        features={
            feature.name: _spread(feature.sort, [row[feature.name] for row in data.rows])
            for feature in data.features.features
        },
        score=Shares(Sort.NUMBER, BANDS, _shares(Sort.NUMBER, BANDS, scores.tolist())),
    )


def moved(standard: Reference, data: Dataset, scores: Floats) -> list[Moved]:
    """Every feature, the score, and, where it is known, the share of fraud; the worst first."""
    compared = [
        _compared(name, shares, [row[name] for row in data.rows], standard.rows)
        for name, shares in standard.features.items()
    ]
    compared.append(_compared(SCORE, standard.score, scores.tolist(), standard.rows))
    if data.fraud is not None:
        compared.append(labels_moved(standard, int(data.fraud.sum()), len(data)))
    return sorted(compared, key=lambda one: (-one.index, one.name))


def labels_moved(standard: Reference, frauds: int, settled: int) -> Moved:
    """The share of fraud among so many claims whose outcome is settled."""
    known = Shares(Sort.CATEGORY, (), {"yes": standard.fraud, "no": 1 - standard.fraud})
    told = ["yes"] * frauds + ["no"] * (settled - frauds)
    return _compared(OUTCOME, known, told, standard.rows)


def worst(compared: Sequence[Moved]) -> Verdict:
    """The verdict on the whole: that of the feature that moved most."""
    verdicts = {one.verdict for one in compared}
    return next((v for v in (Verdict.DRIFTED, Verdict.WATCH) if v in verdicts), Verdict.STABLE)


def _spread(sort: Sort, values: Sequence[Value]) -> Shares:
    edges: tuple[float, ...] = ()
    if sort is Sort.NUMBER:
        known = [float(value) for value in values if value is not None]
        if known:
            tenths = np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1])
            edges = tuple(sorted(set(tenths.tolist())))
    return Shares(sort, edges, _shares(sort, edges, values))


def _shares(sort: Sort, edges: Sequence[float], values: Sequence[Value]) -> dict[str, float]:
    if sort is Sort.CATEGORY:
        bins = [UNKNOWN if value is None else str(value) for value in values]
    else:
        known = np.array([np.nan if value is None else float(value) for value in values])
        places = np.searchsorted(np.array(edges), known, side="left").tolist()
        bins = [
            UNKNOWN if math.isnan(value) else str(place)
            for value, place in zip(known.tolist(), places, strict=True)
        ]
    return {name: count / len(values) for name, count in sorted(Counter(bins).items())}


def _compared(name: str, before: Shares, values: Sequence[Value], rows: int) -> Moved:
    now = _shares(before.sort, before.edges, values)
    bins = sorted({*before.shares, *now})
    index = 0.0
    for one in bins:
        was = max(before.shares.get(one, 0.0), LEAST_SHARE)
        is_ = max(now.get(one, 0.0), LEAST_SHARE)
        index += (is_ - was) * math.log(is_ / was)
    chance = _by_chance(len(bins), rows, len(values))
    verdict = Verdict.STABLE
    if index > chance and index >= WATCH:
        verdict = Verdict.DRIFTED if index >= DRIFTED else Verdict.WATCH
    return Moved(name, index, chance, verdict)


def _by_chance(bins: int, before: int, now: int) -> float:
    """The index that two samples of one population hardly ever exceed: it spreads like
    chi-squared, here by Wilson and Hilferty's approximation."""
    free = max(bins - 1, 1)
    quantile = free * (1 - 2 / (9 * free) + CHANCE_Z * math.sqrt(2 / (9 * free))) ** 3
    return quantile * (1 / before + 1 / now)
