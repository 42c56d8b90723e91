"""What the ledger is told of a model that was trained: its registration, and how well it did on
claims that it had not learnt from."""

from decimal import Decimal

from adapters.model_artefacts import StoredModel
from domain.fraud_model.decide import EvaluateModel, RegisterModel
from domain.fraud_model.events import Figure
from ml.artefact import Manifest


def registration(manifest: Manifest, stored: StoredModel, by: str) -> RegisterModel:
    """The command that makes a kept model known under the next version of its line."""
    return RegisterModel(
        line=manifest.line,
        digest=stored.digest,
        kind=manifest.kind,
        features=tuple(column.name for column in manifest.encoding.columns),
        protected=manifest.protected,
        rows=manifest.lessons.rows,
        trained_from=manifest.lessons.from_on,
        trained_until=manifest.lessons.until_on,
        seed=manifest.plan.seed,
        threshold=Decimal(repr(manifest.threshold)),
        registered_by=by,
    )


def measured(manifest: Manifest, version: int, by: str) -> EvaluateModel:
    """Its figures on its own lessons, each claim judged by what other folds taught."""
    return EvaluateModel(
        version=version,
        data_digest=manifest.lessons.digest,
        rows=manifest.lessons.rows,
        fraud=manifest.lessons.fraud,
        figures=tuple(
            Figure(name, Decimal(f"{value:.4f}"))
            for name, value in manifest.validation.items()
            if value is not None
        ),
        evaluated_by=by,
    )
