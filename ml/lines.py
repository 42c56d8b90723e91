"""The lines of business that have fraud models, and how each of them learns."""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.model_artefacts import StoredModel
from adapters.signatures import Signer
from ml import generated_claims, health_features, motor_claims
from ml.artefact import ArtefactRefused, opened
from ml.declaring import FeatureSet
from ml.fraud import FraudModel
from ml.trained import Plan


@dataclass(frozen=True, slots=True)
class Line:
    """`features` are the sets that its models may read, by name; the first is the usual one."""

    name: str
    features: Mapping[str, FeatureSet]
    plan: Plan


def _line(features: FeatureSet, plan: Plan) -> Line:
    sets = [features, *([features.impartial()] if features.protected else [])]
    return Line(features.name, {one.name: one for one in sets}, plan)


LINES: Mapping[str, Line] = {
    motor_claims.LINE: _line(motor_claims.FEATURES, motor_claims.PLAN),
    health_features.LINE: _line(health_features.FEATURES, generated_claims.PLAN),
}


def open_model(stored: StoredModel, signer: Signer) -> FraudModel:
    """A kept model of any line, checked. Raises ArtefactRefused."""
    manifest = opened(stored, signer)
    line = LINES.get(manifest.line)
    features = line.features.get(manifest.features) if line else None
    if features is None:
        raise ArtefactRefused(
            f"model {stored.digest[:12]}: this code has no features {manifest.features!r} "
            f"of the line {manifest.line!r}"
        )
    return FraudModel(stored, signer, features)
