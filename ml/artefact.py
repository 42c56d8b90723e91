"""A trained model as it is kept: what it reads, learnt and reached, sealed against alteration."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import msgspec
import numpy as np

from adapters.decoders import read_as
from adapters.model_artefacts import StoredModel
from adapters.signatures import Signer
from ml.dataset import Dataset, Flags
from ml.drift import Reference, reference
from ml.encoding import Encoding
from ml.measuring import auc, brier, caught, pr_auc
from ml.trained import Calibration, Plan, Trained

FORMAT = 1
PURPOSE = "bima fraud model"
MOST_MARKS = 5_000


class ArtefactRefused(Exception):
    """A kept model is not used: altered, not signed by us, or not made for this code."""


@dataclass(frozen=True)
class Lessons:
    """What a model learnt from; the window is half-open.

    `marks` tell its claims again without naming them; there are none where they were too many.
    """

    digest: str
    rows: int
    fraud: int
    from_on: date | None
    until_on: date | None
    marks: frozenset[str]

    def learnt(self, keys: Sequence[str]) -> Flags | None:
        """Which of these claims were learnt from; None where that cannot be told."""
        if self.rows > MOST_MARKS:
            return None
        return np.array([mark(key) in self.marks for key in keys], dtype=bool)


def mark(key: str) -> str:
    return sha256(f"{PURPOSE}|{key}".encode()).hexdigest()[:12]


def _lessons(data: Dataset) -> Lessons:
    few = len(data) <= MOST_MARKS
    return Lessons(
        digest=data.digest,
        rows=len(data),
        fraud=int(data.outcome.sum()),
        from_on=data.from_on,
        until_on=data.until_on,
        marks=frozenset(mark(key) for key in data.keys) if few else frozenset(),
    )


@dataclass(frozen=True)
class Manifest:
    """Everything about a model but its trees, whose SHA-256 is `model_sha256`.

    `validation` are figures on training rows, each judged by models that had not learnt from it.
    """

    format: int
    line: str
    kind: str
    model_sha256: str
    features: str
    features_digest: str
    protected: tuple[str, ...]
    encoding: Encoding
    calibration: Calibration
    threshold: float
    rounds: int
    plan: Plan
    lessons: Lessons
    reference: Reference
    validation: Mapping[str, float | None]
    libraries: Mapping[str, str]


def manifest_of(line: str, data: Dataset, trained: Trained) -> Manifest:
    """What is kept with a model that was trained on `data`."""
    import xgboost

    return Manifest(
        format=FORMAT,
        line=line,
        kind="xgboost",
        model_sha256=sha256(trained.trees).hexdigest(),
        features=data.features.name,
        features_digest=data.features.digest,
        protected=data.features.protected,
        encoding=trained.encoding,
        calibration=trained.calibration,
        threshold=trained.threshold,
        rounds=trained.rounds,
        plan=trained.plan,
        lessons=_lessons(data),
        reference=reference(data, trained.validation),
        validation=_validation(data, trained),
        libraries={
            "numpy": np.__version__,
            "python": platform.python_version(),
            "xgboost": xgboost.__version__,
        },
    )


def _validation(data: Dataset, trained: Trained) -> dict[str, float | None]:
    fraud, probability = data.outcome, trained.validation
    return {
        "auc": auc(fraud, probability),
        "brier": brier(fraud, probability),
        "f1": caught(fraud, probability >= trained.threshold).f1,
        "pr_auc": pr_auc(fraud, probability),
        "rule_f1": caught(fraud, data.rule >= data.rule_at).f1,
    }


def seal(line: str, data: Dataset, trained: Trained, signer: Signer) -> StoredModel:
    """The model as it is kept, signed."""
    manifest = msgspec.json.encode(manifest_of(line, data, trained), order="deterministic")
    digest = sha256(manifest).hexdigest()
    return StoredModel(digest, manifest, trained.trees, signer.sign(bytes.fromhex(digest)))


def opened(stored: StoredModel, signer: Signer) -> Manifest:
    """The manifest of a kept model, after every byte of it was checked. Raises ArtefactRefused."""
    if sha256(stored.manifest).hexdigest() != stored.digest:
        raise ArtefactRefused(f"model {stored.digest[:12]}: its manifest was altered")
    if not signer.is_ours(stored.signature, bytes.fromhex(stored.digest)):
        raise ArtefactRefused(f"model {stored.digest[:12]}: not signed with this insurer's key")
    try:
        manifest = read_as(Manifest, stored.manifest)
    except msgspec.MsgspecError as error:
        raise ArtefactRefused(
            f"model {stored.digest[:12]}: its manifest is not of format {FORMAT}: {error}"
        ) from error
    if manifest.format != FORMAT:
        raise ArtefactRefused(
            f"model {stored.digest[:12]}: format {manifest.format}, this code reads {FORMAT}"
        )
    if sha256(stored.model).hexdigest() != manifest.model_sha256:
        raise ArtefactRefused(f"model {stored.digest[:12]}: its trees were altered")
    return manifest
