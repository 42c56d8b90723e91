"""`bima ml score` and `bima ml drift`: a model at work, and whether it still fits."""

from dataclasses import asdict
from typing import Any

import typer

from cli.fraud_models import keeping, material, telling
from cli.fraud_models.learning import Data, Generated, Json, Ledger, Model, Seed, in_words
from cli.fraud_models.material import AskedWrongly, Material
from ml.drift import Moved, Verdict, moved, worst
from ml.fraud import FraudModel

RULES_ALONE = "rules-alone"


def score(
    data: Data = None,
    generated: Generated = None,
    seed: Seed = 7,
    model: Model = None,
    as_json: Json = False,
) -> None:
    """Score claims whose outcome need not be known, each with its reasons in words.

    Without a model that can be used the rules judge alone, and every line says so.
    """
    with in_words():
        found = material.without_outcome(data, generated, seed)
        for told in _scores(found, model):
            if as_json:
                telling.as_json(told)
                continue
            reasons = "; ".join(told["reasons"]) or told["note"]
            sign = "!" if told["flagged"] else " "
            typer.echo(f"{sign} {told['value']:>6}  {told['claim']:<16} {reasons}")


def _scores(found: Material, wanted: str | None) -> list[dict[str, Any]]:
    opened = keeping.kept_model(found.line, wanted)
    data = found.data
    if opened is None:
        return [
            {
                "claim": key,
                "value": f"{rule:.4f}",
                "flagged": bool(rule >= data.rule_at),
                "reasons": [],
                "model": RULES_ALONE,
                "features_hash": "",
                "note": "the rules judge alone: no model is kept",
            }
            for key, rule in zip(data.keys, data.rule.tolist(), strict=True)
        ]
    return [
        {
            "claim": key,
            "value": str(one.value),
            "flagged": one.flagged,
            "reasons": [reason.words for reason in one.reasons],
            "points_to": one.points_to,
            "model": one.model,
            "features_hash": one.features_hash,
            "note": "",
        }
        for key, one in zip(data.keys, opened.score_many(data.rows), strict=True)
    ]


def drift(
    data: Data = None,
    generated: Generated = None,
    ledger: Ledger = False,
    seed: Seed = 7,
    model: Model = None,
    as_json: Json = False,
) -> None:
    """Compare claims with those that a model learnt from; ends with 1 where they have drifted."""
    with in_words():
        found = material.without_outcome(data, generated, seed, ledger=ledger)
        opened = keeping.kept_model(found.line, model)
        if opened is None:
            raise AskedWrongly("there is no kept model to compare with: `bima ml train` makes one")
        compared = _compared(found, opened)
    verdict = worst(compared)
    if as_json:
        told = {"n": len(found.data), "model": opened.name, "verdict": verdict}
        telling.as_json({**told, "compared": [asdict(one) for one in compared]})
    else:
        typer.echo(f"{len(found.data):,} claims beside those of {opened.name}: {verdict}")
        for one in compared:
            typer.echo(f"{one.verdict:<8} {one.index:7.3f}  (chance {one.chance:.3f})  {one.name}")
    if verdict is Verdict.DRIFTED:
        raise typer.Exit(1)


def _compared(found: Material, opened: FraudModel) -> list[Moved]:
    data = found.data.reading(opened.features)
    return moved(opened.manifest.reference, data, opened.probabilities(data))
