"""Who judges beside each other: the model, two plain learners, the rule, and one that learns alone.

A contender learns from rows with a known outcome and then judges others. All get the same rows,
and all choose their threshold the same way, on rows that they had not learnt from.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from ml.dataset import Dataset, Flags, Floats
from ml.declaring import FeatureSet, Sort
from ml.encoding import UNKNOWN, Matrix, learn, learn_and_encode
from ml.folds import fold_of_each, folds
from ml.fraud import FraudModel, pointing_to
from ml.thresholds import chosen_threshold
from ml.trained import Plan, Trained

NEAREST = 15
UNUSUAL = 0.05
"""The share of claims that is unusual enough to look at, where nobody knows the outcome."""


class Judged(NamedTuple):
    """Suspicion from 0 to 1, whether the claim is flagged, and the kind of fraud that a judge who
    can tell takes it for."""

    probability: Floats
    flagged: Flags
    points_to: tuple[str, ...] = ()


Judge = Callable[[Dataset], Judged]
Learn = Callable[[Dataset], Judge]


def unseen(learn_from: Learn, lessons: Dataset, data: Dataset, plan: Plan) -> Judged:
    """Judges every row of `data` by what was learnt from `lessons` without that row.

    A row whose key is among the lessons is judged by a contender that learnt from the other
    folds alone; so the figures are honest also for rows that are known.
    """
    known = {key: place for place, key in enumerate(lessons.keys)}
    fold = fold_of_each(lessons, plan.folds, plan.seed)
    of_row = np.array([fold[known[key]] if key in known else -1 for key in data.keys])
    probability, flagged = np.zeros(len(data)), np.zeros(len(data), dtype=bool)
    points_to = [""] * len(data)
    for number in sorted(set(of_row.tolist())):
        judge = learn_from(lessons.part(np.flatnonzero(fold != number)))
        own = np.flatnonzero(of_row == number)
        judged = judge(data.part(own))
        probability[own], flagged[own] = judged.probability, judged.flagged
        for place, kind in zip(own.tolist(), judged.points_to, strict=False):
            points_to[place] = kind
    return Judged(probability, flagged, tuple(points_to) if any(points_to) else ())


def plain_rule(_: Dataset) -> Judge:
    """The rule that needs no learning."""
    return lambda data: Judged(data.rule, data.rule >= data.rule_at, data.rule_kinds)


def model(plan: Plan, seen: Callable[[Trained], object] | None = None) -> Learn:
    """Gradient-boosted trees, as they are kept and used. `seen` is shown every model that was
    trained."""

    def learn_from(lessons: Dataset) -> Judge:
        from ml.boosting import Trees
        from ml.training import train

        trained = train(lessons, plan)
        trees = Trees(trained.trees)
        if seen is not None:
            seen(trained)

        def judge(data: Dataset) -> Judged:
            matrix = trained.encoding.matrix(data.rows)
            probability = trained.calibration.probabilities(trees.margins(matrix))
            flagged = probability >= trained.threshold
            kinds = [""] * len(data)
            if flagged.any():  # taking a score apart is dear, and nobody asks it of the others
                places = np.flatnonzero(flagged)
                parts = trees.contributions(matrix[places])
                for place, own in zip(places.tolist(), parts, strict=True):
                    kinds[place] = pointing_to(data.features, own)
            return Judged(probability, flagged, tuple(kinds))

        return judge

    return learn_from


def reading_only(features: FeatureSet, learn_from: Learn) -> Learn:
    """The same contender, given some of the features."""

    def learn_less(lessons: Dataset) -> Judge:
        judge = learn_from(lessons.reading(features))
        return lambda data: judge(data.reading(features))

    return learn_less


def neighbours(plan: Plan) -> Learn:
    """The fifteen nearest of the claims that were learnt from."""
    from sklearn.neighbors import KNeighborsClassifier

    return _simple(plan, lambda: KNeighborsClassifier(NEAREST, n_jobs=1))


def logistic(plan: Plan) -> Learn:
    """Logistic regression."""
    from sklearn.linear_model import LogisticRegression

    return _simple(plan, lambda: LogisticRegression(max_iter=1_000))


def _simple(plan: Plan, make: Callable[[], Any]) -> Learn:
    """A learner of scikit-learn's, on the features as the model reads them, scaled."""

    def learn_from(lessons: Dataset) -> Judge:
        validation = np.zeros(len(lessons))
        for learnt, judged in folds(lessons, plan.folds, plan.seed):
            suspicion = _fitted(lessons.part(learnt), plan, make)
            validation[judged] = suspicion(lessons.part(judged))
        threshold = chosen_threshold(lessons, validation, plan)
        final = _fitted(lessons, plan, make)

        def judge(data: Dataset) -> Judged:
            probability = final(data)
            return Judged(probability, probability >= threshold)

        return judge

    return learn_from


def kept(opened: FraudModel) -> Judge:
    """A model that was trained and kept before."""

    def judge(data: Dataset) -> Judged:
        scores = opened.score_many(data.rows)
        return Judged(
            np.array([float(score.value) for score in scores]),
            np.array([score.flagged for score in scores]),
            tuple(score.points_to for score in scores),
        )

    return judge


def _fitted(lessons: Dataset, plan: Plan, make: Callable[[], Any]) -> Callable[[Dataset], Floats]:
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    encoding, (matrix,) = learn_and_encode(lessons, [plan.seed])
    line = make_pipeline(SimpleImputer(strategy="median"), StandardScaler(), make())
    line.fit(matrix, lessons.outcome)
    return lambda data: np.asarray(line.predict_proba(encoding.matrix(data.rows))[:, 1])


def anomalies(seed: int) -> Learn:
    """An isolation forest: it looks for unusual claims and is never told an outcome."""

    def learn_from(lessons: Dataset) -> Judge:
        from sklearn.ensemble import IsolationForest

        matrix_of = _without_outcome(lessons)
        forest = IsolationForest(n_estimators=100, random_state=seed, n_jobs=1)
        forest.fit(matrix_of(lessons))
        usual = np.sort(-forest.score_samples(matrix_of(lessons)))

        def judge(data: Dataset) -> Judged:
            oddity = -forest.score_samples(matrix_of(data))
            rank = np.searchsorted(usual, oddity, side="left") / len(usual)
            return Judged(rank, rank >= 1 - UNUSUAL)

        return judge

    return learn_from


def _without_outcome(lessons: Dataset) -> Callable[[Dataset], Matrix]:
    """Features as numbers where the outcome is not known: a category is as odd as it is rare."""
    blind = learn(replace(lessons, fraud=np.zeros(len(lessons), dtype=bool)))
    categories = [f.name for f in lessons.features.features if f.sort is Sort.CATEGORY]
    common: dict[str, dict[str, float]] = {}
    for name in categories:
        values, counts = np.unique(_texts(lessons, name), return_counts=True)
        common[name] = dict(zip(values.tolist(), (counts / len(lessons)).tolist(), strict=True))
    plain = blind.matrix(lessons.rows)
    usual = np.array([_middle(plain[:, place]) for place in range(plain.shape[1])])

    def matrix_of(data: Dataset) -> Matrix:
        made = blind.matrix(data.rows)
        for place, name in enumerate(lessons.features.names):
            if name in common:
                made[:, place] = [common[name].get(text, 0.0) for text in _texts(data, name)]
        return np.where(np.isnan(made), usual, made).astype(np.float32)

    return matrix_of


def _texts(data: Dataset, name: str) -> list[str]:
    return [UNKNOWN if row[name] is None else str(row[name]) for row in data.rows]


def _middle(values: Matrix) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else 0.0
