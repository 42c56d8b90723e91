"""`bima ml evaluate`: how well claims are judged that the judge has not learnt from."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from cli.fraud_models import keeping, material, telling
from cli.fraud_models.learning import Data, Generated, Json, Model, Seed, in_words
from cli.fraud_models.material import AskedWrongly, Material
from ml.artefact import Lessons
from ml.dataset import Dataset

RECORDED = ("auc", "pr_auc", "f1", "precision", "recall", "brier", "rule_f1")


def evaluate(
    data: Data = None,
    generated: Generated = None,
    seed: Seed = 7,
    train: Annotated[
        Path | None,
        typer.Option(help="What to learn from; by default the published training part."),
    ] = None,
    model: Model = None,
    repeats: Annotated[
        int, typer.Option(min=1, max=100, help="Learn so many times, each with another split.")
    ] = 1,
    record: Annotated[
        str, typer.Option("--record", metavar="USER", help="Record --model VERSION's figures.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Judge claims by a model that has not seen them, beside the rule and plain learners.

    The model learns from the published training part (or --train) first. Claims that are in it are
    judged by models that learnt from the other folds alone. Where there is nothing to learn from,
    and with --model, a model that was kept before judges.
    """
    with in_words():
        if repeats > 1 and model is not None:
            raise AskedWrongly("--repeats learns anew each time; a kept --model does not")
        if record and not (model and model.isdecimal()):
            raise AskedWrongly("--record needs --model VERSION")
        found = material.to_judge(data, generated, seed, train, learn=model is None)
        if not 0 < int(found.data.outcome.sum()) < len(found.data):
            raise AskedWrongly(f"{found.name}: both frauds and sound claims are needed")
        if found.lessons is None:
            told = _by_kept(found, model)
        else:
            told = _by_learning(found) | _repeated(found, repeats)
        if record and model is not None:
            _recorded(found, int(model), told, record)
    if as_json:
        telling.as_json(told)
    else:
        telling.evaluation(told)


def _by_learning(found: Material) -> dict[str, Any]:
    from ml import contenders, evaluation
    from ml.encoding import learn
    from ml.trained import Trained

    assert found.lessons is not None
    trained: list[Trained] = []
    contender = contenders.model(found.plan, trained.append)
    judged = contenders.unseen(contender, found.lessons, found.data, found.plan)
    rivals = evaluation.rivals_of(found.lessons, found.data, found.plan)
    known = set(found.lessons.keys)
    seen = sum(key in known for key in found.data.keys)
    words = f"judged by a model that learnt from {found.lessons_name}"
    if seen:
        words += f"; {seen:,} of these claims are in it and were judged by the other folds alone"
    judged_by = {
        "how": "trained",
        "words": words,
        "lessons": found.lessons_name,
        "lessons_rows": len(found.lessons),
        "seen": seen,
        "thresholds": [one.threshold for one in trained],
        "features": list(found.data.features.names),
        "protected": list(found.data.features.protected),
        "unknown_categories": learn(found.lessons).unknown(found.data.rows),
        "seed": found.plan.seed,
    }
    report = evaluation.report(found.data, judged, rivals, found.plan.investigation)
    return {"line": found.line, "data": found.name, "judged_by": judged_by, **report}


def _repeated(found: Material, times: int) -> dict[str, Any]:
    """How much the figures hang on chance: the same with other splits and seeds."""
    if times == 1 or found.lessons is None:
        return {}
    from ml import evaluation

    return {"repeated": evaluation.repeated(found.lessons, found.data, found.plan, times)}


def _by_kept(found: Material, wanted: str | None) -> dict[str, Any]:
    from ml import contenders, evaluation

    opened = keeping.kept_model(found.line, wanted)
    if opened is None:
        raise AskedWrongly(
            "there is nothing to learn from and no kept model: name the training part with "
            "--train FILE, or train a model before with `bima ml train --data FILE`"
        )
    data, seen = _not_learnt(found.data.reading(opened.features), opened.manifest.lessons)
    judged = contenders.kept(opened)(data)
    rivals = {"rule": contenders.plain_rule(data)(data)}
    words = f"judged by the kept model {opened.name}"
    if seen is None:
        words += "; whether it learnt from some of these claims cannot be told"
    elif seen:
        words += f"; {seen:,} claims that it learnt from are left out"
    judged_by = {
        "how": "kept",
        "words": words,
        "model": opened.digest,
        "lessons_rows": opened.manifest.lessons.rows,
        "left_out": seen,
        "thresholds": [opened.manifest.threshold],
        "features": list(opened.features.names),
        "protected": list(opened.features.protected),
        "unknown_categories": opened.manifest.encoding.unknown(data.rows),
        "seed": opened.manifest.plan.seed,
    }
    report = evaluation.report(data, judged, rivals, found.plan.investigation)
    return {"line": found.line, "data": found.name, "judged_by": judged_by, **report}


def _not_learnt(data: Dataset, lessons: Lessons) -> tuple[Dataset, int | None]:
    """The claims that a kept model has not learnt from, and how many others there were; None
    where that cannot be told. Raises AskedWrongly where too few are left."""
    learnt = lessons.learnt(data.keys)
    if learnt is None:
        return data, None
    left = data.part(np.flatnonzero(~learnt))
    if not 0 < int(left.outcome.sum()) < len(left):
        raise AskedWrongly(
            f"the model learnt from {int(learnt.sum()):,} of these {len(data):,} claims, and the "
            "others tell nothing: evaluate it on claims that it has not seen"
        )
    return left, int(learnt.sum())


def _recorded(found: Material, version: int, told: dict[str, Any], by: str) -> None:
    from commands.fraud_models import ModelChange, change_models
    from domain.fraud_model.decide import EvaluateModel
    from domain.fraud_model.events import Figure

    desk = keeping.the_ledger()
    command = EvaluateModel(
        version=version,
        data_digest=found.data.digest,
        rows=told["n"],
        fraud=told["fraud"],
        figures=tuple(
            Figure(name, Decimal(f"{told[name]:.4f}"))
            for name in RECORDED
            if told[name] is not None
        ),
        evaluated_by=by,
    )
    try:
        change_models(desk, keeping.context_of(desk, by), ModelChange(found.line, command))
    finally:
        desk.store.close()
