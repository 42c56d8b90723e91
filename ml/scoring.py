"""Scores claims in daily business: by the version that is in charge, and by those beside it.

Without a model that can be used, the named rules judge alone, and every score says why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from adapters.event_store import EventStore
from adapters.model_artefacts import StoredModel, UnreadableFile
from adapters.signatures import Signer
from domain.fraud import rules
from domain.fraud_model import FRAUD_MODEL
from domain.fraud_model.assignment import judging
from domain.fraud_model.state import ModelLine, Version
from domain.ids import fraud_model_id
from ml.artefact import ArtefactRefused
from ml.declaring import Features, FeatureSet
from ml.encoding import FeatureMissing, FeatureOfWrongSort
from ml.fraud import FraudModel, Reason, Score, features_hash


class Artefacts(Protocol):
    def find(self, digest: str) -> StoredModel | None:
        """The model with this digest, if it is kept."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A claim to be scored: its features as known when it came in, and what the rules say."""

    claim_id: UUID
    row: Features
    rules: rules.Score


@dataclass(frozen=True, slots=True)
class Scored:
    """`score` decides, `beside` are those of versions in shadow. `note` tells why the rules judge
    alone; it is empty where a model judged."""

    score: Score
    beside: tuple[Score, ...]
    note: str


class FraudScorer:
    """Scores the claims of one line of business."""

    def __init__(
        self,
        store: EventStore,
        artefacts: Artefacts,
        signer: Signer,
        features: FeatureSet,
        rules_at: float,
    ) -> None:
        """`rules_at` is the score from which the rules alone flag a claim. Opens nothing yet."""
        self._store = store
        self._artefacts = artefacts
        self._signer = signer
        self._features = features
        self._rules_at = rules_at
        self._opened: dict[str, FraudModel] = {}

    def score(self, asked: Asked) -> Scored:
        """One claim, by what stands at this moment."""
        return self.score_many([asked])[0]

    def score_many(self, asked: Sequence[Asked]) -> list[Scored]:
        """Many claims by the same standing, in the same order."""
        line = self._line()
        told = {}
        by_version: dict[int, list[int]] = {}
        for place, one in enumerate(asked):
            version = judging(line, one.claim_id)
            if version is None:
                told[place] = self._by_rules(one, f"no {self._features.name} model is in charge")
            else:
                by_version.setdefault(version.version, []).append(place)
        for number, places in by_version.items():
            own = [asked[place] for place in places]
            told |= zip(places, self._by_model(line.version(number), own), strict=True)
        beside = self._beside(line, asked)
        return [
            Scored(told[place].score, beside[place], told[place].note)
            for place in range(len(asked))
        ]

    def _line(self) -> ModelLine:
        return self._store.load(FRAUD_MODEL, fraud_model_id(self._features.name)).state

    def _by_model(self, version: Version | None, asked: Sequence[Asked]) -> list[Scored]:
        assert version is not None
        try:
            model = self._model(version)
            return [Scored(s, (), "") for s in model.score_many([one.row for one in asked])]
        except ArtefactRefused as refused:
            return [self._by_rules(one, str(refused)) for one in asked]
        except (FeatureMissing, FeatureOfWrongSort) as fault:
            if len(asked) == 1:
                return [self._by_rules(asked[0], str(fault))]
            return [self._by_model(version, [one])[0] for one in asked]

    def _beside(self, line: ModelLine, asked: Sequence[Asked]) -> list[tuple[Score, ...]]:
        """Scores of the versions in shadow; a fault of theirs disturbs nobody."""
        columns: list[list[Score | None]] = []
        for version in line.shadows():
            scored = self._by_model(version, asked)
            columns.append([one.score if not one.note else None for one in scored])
        return [
            tuple(score for column in columns if (score := column[place]) is not None)
            for place in range(len(asked))
        ]

    def _model(self, version: Version) -> FraudModel:
        """The opened model. What could not be opened is tried again the next time."""
        known = self._opened.get(version.digest)
        if known is not None:
            return known
        try:
            stored = self._artefacts.find(version.digest)
        except UnreadableFile as fault:
            raise ArtefactRefused(str(fault)) from fault
        if stored is None:
            raise ArtefactRefused(f"model {version.digest[:12]}: its artefact is not kept here")
        model = FraudModel(stored, self._signer, self._features)
        self._opened[version.digest] = model
        return model

    def _by_rules(self, asked: Asked, why: str) -> Scored:
        said = tuple(Reason(code, in_words(code), 0.0) for code in asked.rules.reasons)
        known = set(self._features.names) <= set(asked.row)
        score = Score(
            value=asked.rules.value,
            flagged=asked.rules.value >= self._rules_at,
            reasons=said,
            model=rules.MODEL,
            features_hash=features_hash(asked.row, self._features) if known else "",
        )
        return Scored(score, (), f"the rules judge alone: {why}")


def in_words(code: str) -> str:
    """A rule's code as a person reads it."""
    return code.replace("_", " ").lower()
