"""Looks for features that know the outcome: by their effect, and by changing the future.

Declarations keep the outcome out by name. These two look for it under another name.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from ml.dataset import Dataset, Floats
from ml.declaring import Features, LeakRefused, Sort
from ml.measuring import auc

TOO_GOOD = 0.99
"""No single thing that is known beforehand separates frauds so well in real claims."""
FEWEST = 20

C = TypeVar("C")


def refuse_leaks(data: Dataset) -> None:
    """Raises LeakRefused, naming each feature that all but tells the outcome by itself."""
    frauds = int(data.outcome.sum())
    if min(frauds, len(data) - frauds) < FEWEST:
        return
    found = [
        f"{feature.name} (alone it reaches an AUC of {reached:.3f})"
        for feature in data.features.features
        if (reached := _alone(data, feature.name, feature.sort)) >= TOO_GOOD
    ]
    if found:
        raise LeakRefused(f"this can only come from the outcome: {'; '.join(found)}")


def _alone(data: Dataset, name: str, sort: Sort) -> float:
    """The AUC of one feature by itself, whichever way it points; also of its being known."""
    values = [row[name] for row in data.rows]
    known = np.array([value is not None for value in values], dtype=np.float64)
    if sort is Sort.CATEGORY:
        suspicion = _left_out_rate(data, [str(value) for value in values])
    else:
        suspicion = np.array([-1e18 if value is None else float(value) for value in values])
    reached = [auc(data.outcome, one) or 0.5 for one in (suspicion, known)]
    return max(max(one, 1 - one) for one in reached)


def _left_out_rate(data: Dataset, values: Sequence[str]) -> Floats:
    """For each row, the share of fraud among the *other* rows of its category."""
    _, place, count = np.unique(np.array(values), return_inverse=True, return_counts=True)
    frauds = np.bincount(place, weights=data.outcome)
    common = float(data.outcome.mean())
    others = frauds[place] - data.outcome
    return np.asarray((others + common) / count[place], dtype=np.float64)


def refuse_foresight(
    claims: Sequence[C],
    features_of: Callable[[Sequence[C]], Sequence[Features]],
    cuts: Sequence[int],
) -> None:
    """Raises LeakRefused for features that change when what came later is taken away.

    `features_of` computes the features of all claims of a history in the order of recording.
    For each cut, the claim before it must look the same as if nothing had followed.
    """
    whole = features_of(claims)
    for cut in cuts:
        alone = features_of(claims[:cut])[-1]
        if changed := sorted(
            name for name, value in alone.items() if whole[cut - 1][name] != value
        ):
            raise LeakRefused(
                f"{', '.join(changed)}: changes with what was recorded after the claim"
            )
