"""Judges claims in daily business: by the model in charge, and the named rules beside it.

The greater of the two scores counts. Without a model that can be used the rules judge alone, and
every judgement says why. Models in shadow are asked too, and decide nothing.
"""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID

from adapters.event_store import EventStore
from adapters.model_artefacts import ModelTable, StoredModel, UnreadableFile
from adapters.outages import OUTAGES
from adapters.secret_keys import model_signing_key
from adapters.settings import Settings
from adapters.signatures import Signer
from domain.fraud import rules
from domain.fraud.beside import Beside
from domain.fraud.judgement import Judgement, by_rules
from domain.fraud.known import Known, SeenClaim
from domain.fraud.suspect import Suspect
from domain.fraud_model import FRAUD_MODEL
from domain.fraud_model.assignment import judging
from domain.fraud_model.state import ModelLine, Version
from domain.ids import fraud_model_id
from ml.artefact import PURPOSE, ArtefactRefused
from ml.declaring import Features
from ml.encoding import FeatureMissing, FeatureOfWrongSort
from ml.fraud import FraudModel, Score
from ml.health_features import FEATURES, LINE, features

REMEMBERED = 1.0  # seconds for which the standing of the models is taken as it was


class Artefacts(Protocol):
    def find(self, digest: str) -> StoredModel | None:
        """The model with this digest, if it is kept."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A claim that is to be judged: its features as known when it came in, and what the rules
    say."""

    claim_id: UUID
    row: Features
    rules: rules.Score


def asked(claim_id: UUID, claim: SeenClaim, known: Known) -> Asked:
    """What is looked at; to be taken before the history beside the claim goes on."""
    return Asked(claim_id, features(claim, known), rules.score(Suspect(claim, known)))


class ModelJudge:
    """Judges health claims; `commands.ports.FraudJudge`. Opens nothing before the first claim."""

    def __init__(
        self,
        store: EventStore,
        settings: Settings,
        *,
        artefacts: Artefacts | None = None,
        signer: Signer | None = None,
    ) -> None:
        self._store = store
        self._settings = settings
        self._artefacts = artefacts or ModelTable(store.pool, store.tenant)
        self._signer = signer
        self._opened: dict[str, FraudModel] = {}
        self._standing: tuple[ModelLine, float] | None = None

    def judge(self, claim_id: UUID, claim: SeenClaim, known: Known) -> Judgement:
        """What is thought of a claim. It answers always, and says where no model judged."""
        return self.judge_many([asked(claim_id, claim, known)])[0]

    def judge_many(self, all_asked: Sequence[Asked], by: Version | None = None) -> list[Judgement]:
        """Many claims by the same standing, or all `by` one version; in the same order."""
        line = self._line()
        chosen = [by or judging(line, one.claim_id) for one in all_asked]
        told: dict[int, Judgement] = {}
        for version in {one.version: one for one in chosen if one is not None}.values():
            places = [n for n, one in enumerate(chosen) if one == version]
            own = [all_asked[place] for place in places]
            told |= zip(places, self._by_model(version, own), strict=True)
        alone = "no health model is in charge"
        found = [told.get(n) or by_rules(one.rules, alone) for n, one in enumerate(all_asked)]
        return found if by else self._with_shadows(line, all_asked, found)

    def open_ahead(self) -> None:
        """Open the models in use now: with what it loads a first one takes seconds, and no claim
        should wait for that. What cannot be opened is told with the claims, as ever."""
        with suppress(*OUTAGES):
            for version in self._line().in_use():
                with suppress(ArtefactRefused):
                    self._model(version)

    def _line(self) -> ModelLine:
        now = time.monotonic()
        if self._standing is None or now - self._standing[1] > REMEMBERED:
            line = self._store.load(FRAUD_MODEL, fraud_model_id(LINE)).state
            self._standing = (line, now)
        return self._standing[0]

    def _by_model(self, version: Version, own: Sequence[Asked]) -> list[Judgement]:
        try:
            scores = self._model(version).score_many([one.row for one in own])
        except ArtefactRefused as refused:
            return [by_rules(one.rules, str(refused)) for one in own]
        except (FeatureMissing, FeatureOfWrongSort) as fault:
            if len(own) == 1:
                return [by_rules(own[0].rules, str(fault))]
            return [self._by_model(version, [one])[0] for one in own]
        return [both(one.rules, score) for one, score in zip(own, scores, strict=True)]

    def _with_shadows(
        self, line: ModelLine, all_asked: Sequence[Asked], found: list[Judgement]
    ) -> list[Judgement]:
        """Scores of the versions in shadow stand beside; a fault of theirs disturbs nobody."""
        for version in line.shadows():
            try:
                scores = self._model(version).score_many([one.row for one in all_asked])
            except (ArtefactRefused, FeatureMissing, FeatureOfWrongSort):
                continue
            found = [
                replace(one, beside=(*one.beside, Beside(score.model, score.value)))
                for one, score in zip(found, scores, strict=True)
            ]
        return found

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
        if self._signer is None:
            self._signer = Signer(model_signing_key(self._settings.secrets_folder), PURPOSE)
        model = FraudModel(stored, self._signer, FEATURES)
        self._opened[version.digest] = model
        return model


def both(said: rules.Score, score: Score) -> Judgement:
    """Rules and model beside each other; whoever is surer comes first."""
    by_model = [(reason.code, reason.words) for reason in score.reasons]
    by_rule = list(zip(said.reasons, said.words, strict=True))
    model_first = score.value > said.value
    reasons = [*by_model, *by_rule] if model_first else [*by_rule, *by_model]
    kinds = (score.points_to, said.kind) if model_first else (said.kind, score.points_to)
    return Judgement(
        score=max(said.value, score.value),
        model=f"{score.model}+{rules.MODEL}",
        reasons=tuple(code for code, _ in reasons),
        words=tuple(words for _, words in reasons),
        kind=next(filter(None, kinds), ""),
        alerts=score.flagged or said.value >= rules.ALERT_AT,
        features_hash=score.features_hash,
    )
