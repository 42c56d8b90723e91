"""Learns a fraud model from rows with a known outcome.

Everything that is chosen (how long to learn, how margins become probabilities, where to flag) is
chosen on rows that the model in question had not learnt from: the folds. Rows that are kept back
for evaluation are never seen here.
"""

from collections.abc import Sequence

import numpy as np

from ml.boosting import Trees, grow
from ml.dataset import Dataset, Flags, Floats, Whole
from ml.declaring import Sort
from ml.encoding import Encoding, learn_and_encode
from ml.folds import folds
from ml.leaks import refuse_leaks
from ml.thresholds import calibrated, chosen_threshold
from ml.trained import Plan, Trained

FEWEST_FRAUDS = 20


class TooFewRows(ValueError):
    """There is not enough to learn from."""


def train(data: Dataset, plan: Plan) -> Trained:
    """Learn from all rows. Raises LeakRefused and TooFewRows."""
    frauds = int(data.outcome.sum())
    if min(frauds, len(data) - frauds) < FEWEST_FRAUDS:
        raise TooFewRows(
            f"{frauds} frauds among {len(data)} claims: {FEWEST_FRAUDS} of either kind are needed"
        )
    refuse_leaks(data)
    margins = _validation_margins(data, plan)
    outcome = data.outcome
    calibrations = [calibrated(outcome, of) for of in margins]
    probabilities = [c.probabilities(m) for c, m in zip(calibrations, margins, strict=True)]
    best = int(np.argmin([_surprise(outcome, of) for of in probabilities]))
    encoding, trees = _grown(data, plan, plan.rounds[best], plan.seed)
    return Trained(
        plan=plan,
        encoding=encoding,
        trees=trees,
        rounds=plan.rounds[best],
        calibration=calibrations[best],
        threshold=chosen_threshold(data, probabilities[best], plan),
        validation=probabilities[best],
    )


def rising(data: Dataset) -> list[int]:
    """Which way each column may point; the share of fraud of a category points upwards."""
    return [1 if f.sort is Sort.CATEGORY else f.rising for f in data.features.features]


def _validation_margins(data: Dataset, plan: Plan) -> list[Floats]:
    """For each length to choose from: the margins of all rows, each by models that had not
    learnt from it, averaged over the repeats."""
    sums = [np.zeros(len(data)) for _ in plan.rounds]
    for repeat in range(plan.repeats):
        seed = plan.seed + 1_000 * repeat
        for learnt, judged in folds(data, plan.folds, seed):
            for place, margins in enumerate(_judged(data, learnt, judged, plan, seed)):
                sums[place][judged] += margins / plan.repeats
    return sums


def _judged(data: Dataset, learnt: Whole, judged: Whole, plan: Plan, seed: int) -> Sequence[Floats]:
    lessons = data.part(learnt)
    encoding, grown = _grown(lessons, plan, max(plan.rounds), seed)
    trees = Trees(grown)
    unseen = encoding.matrix(data.part(judged).rows)
    return [trees.margins(unseen, rounds) for rounds in plan.rounds]


def _grown(lessons: Dataset, plan: Plan, rounds: int, seed: int) -> tuple[Encoding, bytes]:
    """Trees from all lessons.

    What a category is worth depends on which other rows are asked. So each row is put in several
    times, encoded by other splits, and counts as one together.
    """
    categories = any(f.sort is Sort.CATEGORY for f in lessons.features.features)
    times = plan.encodings if categories else 1
    encoding, encoded = learn_and_encode(lessons, [seed + 37 * time for time in range(times)])
    matrix = np.vstack(encoded)
    fraud = np.tile(lessons.outcome, times)
    weights = np.full(len(fraud), 1 / times)
    grown = grow(matrix, fraud, weights, rising(lessons), plan.growth, rounds, plan.seed)
    return encoding, grown


def _surprise(fraud: Flags, probability: Floats) -> float:
    """Mean negative log-likelihood: how wrong the probabilities are, taken at their word."""
    sure = np.clip(np.where(fraud, probability, 1 - probability), 1e-9, 1)
    return float(-np.log(sure).mean())
