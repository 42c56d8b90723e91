"""Scores a claim with a trained model and says why, in words.

The same columns and the same encoding are used as in training: they come with the model.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

import numpy as np

from adapters.model_artefacts import StoredModel
from adapters.signatures import Signer
from ml.artefact import ArtefactRefused, Manifest, opened
from ml.dataset import Dataset, Floats
from ml.declaring import Features, FeatureSet, Value, named
from ml.encoding import Matrix

FOUR_PLACES = Decimal("0.0001")
MOST_REASONS = 3
WORTH_TAKING_APART = 0.25
"""Of the threshold; nobody asks why a claim is not suspicious."""
WORTH_TELLING = 0.1
"""Log-odds; what moves the score by less is not worth telling."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What made a claim more suspicious: the feature, its words, and its part of the log-odds."""

    code: str
    words: str
    weight: float


@dataclass(frozen=True, slots=True)
class Score:
    """`value` is the probability of fraud; `flagged` that it reaches the model's threshold.

    `model` names who judged, `features_hash` what was looked at. The strongest reason comes first.
    `points_to` is the kind of fraud that most of the suspicion speaks of; empty where none is.
    """

    value: Decimal
    flagged: bool
    reasons: tuple[Reason, ...]
    model: str
    features_hash: str
    points_to: str = ""


class FraudModel:
    """A trained model, opened and checked."""

    def __init__(self, stored: StoredModel, signer: Signer, features: FeatureSet) -> None:
        """`features` are those that this code can compute. Raises ArtefactRefused."""
        from ml.boosting import Trees, UnreadableTrees

        self.manifest: Manifest = opened(stored, signer)
        self.digest = stored.digest
        self.features = features
        self._check(features)
        self._declared = named(features.features)
        try:
            self._trees = Trees(stored.model)
        except UnreadableTrees as error:
            raise ArtefactRefused(f"model {self.digest[:12]}: {error}") from error

    @property
    def name(self) -> str:
        """What a score is signed with: the line and the beginning of the digest."""
        return f"{self.manifest.line}-{self.digest[:12]}"

    def _check(self, features: FeatureSet) -> None:
        """Whether this code computes exactly what the model learnt to read."""
        learnt = {column.name: column.sort for column in self.manifest.encoding.columns}
        mine = {feature.name: feature.sort for feature in features.features}
        missing = sorted(learnt.keys() - mine.keys())
        other = sorted(name for name in learnt.keys() & mine.keys() if learnt[name] != mine[name])
        if missing or other or features.digest != self.manifest.features_digest:
            faults = [f"{name} is missing" for name in missing]
            faults += [f"{name} is a {mine[name]}, it learnt a {learnt[name]}" for name in other]
            faults += [f"{name} is new" for name in sorted(mine.keys() - learnt.keys())]
            told = "; ".join(faults or ["they come in another order"])
            raise ArtefactRefused(f"model {self.digest[:12]}: made for other features: {told}")

    def score(self, row: Features) -> Score:
        """The score of one claim. Raises FeatureMissing or FeatureOfWrongSort."""
        return self.score_many([row])[0]

    def score_many(self, rows: Sequence[Features]) -> list[Score]:
        """The scores of many claims at once, in the same order."""
        matrix = self.manifest.encoding.matrix(rows)
        chances = self.manifest.calibration.probabilities(self._trees.margins(matrix))
        why = self._contributions(matrix, chances)
        slope = self.manifest.calibration.slope
        return [
            Score(
                value=Decimal(chance).quantize(FOUR_PLACES),
                flagged=chance >= self.manifest.threshold,
                reasons=() if own is None else self._reasons(row, slope * own),
                model=self.name,
                features_hash=features_hash(row, self.features),
                points_to="" if own is None else pointing_to(self.features, own),
            )
            for row, own, chance in zip(rows, why, chances.tolist(), strict=True)
        ]

    def _contributions(self, matrix: Matrix, chances: Floats) -> list[Floats | None]:
        """What each feature adds, for claims that are at all suspicious: to take a score apart
        costs sixty times as much as the score."""
        suspicious = np.flatnonzero(chances >= self.manifest.threshold * WORTH_TAKING_APART)
        why: list[Floats | None] = [None] * len(chances)
        if len(suspicious):
            parts = self._trees.contributions(matrix[suspicious])
            for place, own in zip(suspicious.tolist(), parts, strict=True):
                why[place] = own
        return why

    def probabilities(self, data: Dataset) -> Floats:
        """The probabilities alone, quickly."""
        matrix = self.manifest.encoding.matrix(data.rows)
        return self.manifest.calibration.probabilities(self._trees.margins(matrix))

    def _reasons(self, row: Features, weights: Floats) -> tuple[Reason, ...]:
        strongest = np.argsort(-weights[:-1], kind="stable")[:MOST_REASONS]
        told = []
        for place in strongest.tolist():
            weight = float(weights[place])
            if weight >= WORTH_TELLING:
                name = self.features.names[place]
                words = self._declared[name].says.format(value=in_words(row[name]))
                told.append(Reason(name, words, weight))
        return tuple(told)


def pointing_to(features: FeatureSet, weights: Floats) -> str:
    """The kind of fraud that the suspicious features of a claim speak of together."""
    kinds: dict[str, float] = {}
    for feature, weight in zip(features.features, weights.tolist(), strict=False):
        if feature.speaks_of and weight > 0:
            kinds[feature.speaks_of] = kinds.get(feature.speaks_of, 0.0) + weight
    return max(sorted(kinds), key=lambda kind: kinds[kind], default="")


def in_words(value: Value) -> str:
    """A value as a person reads it."""
    if value is None:
        return "not known"
    if isinstance(value, str):
        return value
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.1f}"


def features_hash(row: Features, features: FeatureSet) -> str:
    """SHA-256 of what a score was computed from; the same whenever it is computed again."""
    told = sha256(features.digest.encode())
    for name in features.names:
        value = row[name]
        exact = value if value is None or isinstance(value, str) else float(value)
        told.update(f"\n{name}={exact!r}".encode())
    return told.hexdigest()
