"""How well suspicion and outcome agree. The measures are the usual ones; ties count as they should.

Every function takes the outcomes and either probabilities or flags of the same rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ml.dataset import Flags, Floats, Whole


def auc(fraud: Flags, probability: Floats) -> float | None:
    """The chance that a fraud looks more suspicious than a sound claim; a tie counts half.

    None where one of the two kinds is missing.
    """
    frauds, sound = int(fraud.sum()), int((~fraud).sum())
    if not frauds or not sound:
        return None
    _, place, count = np.unique(probability, return_inverse=True, return_counts=True)
    below = np.cumsum(count) - count
    rank = below[place] + (count[place] + 1) / 2
    return float((rank[fraud].sum() - frauds * (frauds + 1) / 2) / (frauds * sound))


def pr_auc(fraud: Flags, probability: Floats) -> float | None:
    """Average precision: the mean precision over the frauds, from the most suspicious down."""
    if not fraud.any():
        return None
    order = np.argsort(-probability, kind="stable")
    found = np.cumsum(fraud[order])
    last_of_tie = np.append(np.diff(probability[order]) != 0, True)
    found, looked_at = found[last_of_tie], np.flatnonzero(last_of_tie) + 1
    return float((np.diff(found, prepend=0) * found / looked_at).sum() / found[-1])


@dataclass(frozen=True, slots=True)
class Caught:
    """Flagged claims against the outcome. Precision is None where nothing was flagged, recall
    where there was no fraud."""

    flagged: int
    precision: float | None
    recall: float | None
    f1: float


def caught(fraud: Flags, flagged: Flags) -> Caught:
    hits, shown, frauds = int((fraud & flagged).sum()), int(flagged.sum()), int(fraud.sum())
    return Caught(
        flagged=shown,
        precision=hits / shown if shown else None,
        recall=hits / frauds if frauds else None,
        f1=2 * hits / (shown + frauds) if shown + frauds else 0.0,
    )


def precision_at(fraud: Flags, probability: Floats, count: int) -> float | None:
    """The share of fraud among the `count` most suspicious; None where there are fewer rows.

    Rows of the same probability as the last one are counted in part, so that order tells nothing.
    """
    if not 0 < count <= len(fraud):
        return None
    edge = np.sort(probability)[-count]
    above, tied = probability > edge, probability == edge
    room = count - int(above.sum())
    return float((fraud[above].sum() + room * fraud[tied].mean()) / count)


def brier(fraud: Flags, probability: Floats) -> float | None:
    """The mean squared distance of probability and outcome; 0 is best."""
    return float(np.mean((probability - fraud) ** 2)) if len(fraud) else None


@dataclass(frozen=True, slots=True)
class Bin:
    """Rows of similar probability: what was expected of them and what came."""

    rows: int
    expected: float
    found: float


def reliability(fraud: Flags, probability: Floats, bins: int = 5) -> list[Bin]:
    """Rows in equal parts from the least to the most suspicious."""
    order = np.argsort(probability, kind="stable")
    return [
        Bin(len(part), float(probability[part].mean()), float(fraud[part].mean()))
        for part in np.array_split(order, bins)
        if len(part)
    ]


def cost(fraud: Flags, flagged: Flags, stakes: Whole, investigation: int) -> int:
    """What a way of flagging costs: missed fraud is paid, every flagged claim is looked into."""
    missed = int(stakes[fraud & ~flagged].sum())
    return missed + investigation * int(flagged.sum())


@dataclass(frozen=True, slots=True)
class Group:
    """How one group of people fares; `wrongly` is the share of its sound claims that is held."""

    rows: int
    fraud: int
    flagged: float
    recall: float | None
    wrongly: float | None


def by_group(fraud: Flags, flagged: Flags, groups: Sequence[str]) -> Mapping[str, Group]:
    of_row = np.array(groups)
    told = {}
    for name in sorted(set(groups)):
        own = of_row == name
        sound = own & ~fraud
        told[name] = Group(
            rows=int(own.sum()),
            fraud=int((own & fraud).sum()),
            flagged=float(flagged[own].mean()),
            recall=caught(fraud[own], flagged[own]).recall,
            wrongly=float(flagged[sound].mean()) if sound.any() else None,
        )
    return told
