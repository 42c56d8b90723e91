"""The report on how well claims are judged: the model beside the rule and the plain learners.

Every figure is about rows that the judge had not learnt from. It says where the rule wins.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from ml import contenders, measuring
from ml.contenders import Judged, Learn
from ml.dataset import Dataset
from ml.trained import Plan

LOOKED_AT = (10, 25, 50, 100)
DRAWS = 500
Report = dict[str, Any]


def figures(data: Dataset, judged: Judged, investigation: int) -> Report:
    """One judge's figures on rows with a known outcome."""
    fraud = data.outcome
    met = measuring.caught(fraud, judged.flagged)
    return {
        "auc": measuring.auc(fraud, judged.probability),
        "pr_auc": measuring.pr_auc(fraud, judged.probability),
        **asdict(met),
        "precision_at": {
            str(count): measuring.precision_at(fraud, judged.probability, count)
            for count in LOOKED_AT
            if count <= len(data)
        },
        "brier": measuring.brier(fraud, judged.probability),
        "cost": measuring.cost(fraud, judged.flagged, data.stakes, investigation),
    }


def report(
    data: Dataset, judged: Judged, rivals: Mapping[str, Judged], investigation: int
) -> Report:
    """The whole report: the model's figures on top, its rivals by name, notes in words."""
    fraud = data.outcome
    own = figures(data, judged, investigation)
    beside = {name: figures(data, of, investigation) for name, of in rivals.items()}
    nobody, everybody = np.zeros(len(data), dtype=bool), np.ones(len(data), dtype=bool)
    return {
        "n": len(data),
        "fraud": int(fraud.sum()),
        **own,
        "rule_f1": beside["rule"]["f1"],
        "rule_auc": beside["rule"]["auc"],
        "intervals": intervals(data, judged, rivals["rule"]),
        "reliability": [asdict(one) for one in measuring.reliability(fraud, judged.probability)],
        "costs": {
            "investigation": investigation,
            "model": own["cost"],
            **{name: of["cost"] for name, of in beside.items()},
            "nothing_investigated": measuring.cost(fraud, nobody, data.stakes, investigation),
            "everything_investigated": measuring.cost(fraud, everybody, data.stakes, investigation),
        },
        "rivals": beside,
        "groups": {
            name: {
                group: asdict(of)
                for group, of in measuring.by_group(fraud, judged.flagged, groups).items()
            }
            for name, groups in data.groups.items()
        },
        **(
            {"kinds": by_kind(data, judged), "kinds_by_rule": by_kind(data, rivals["rule"])}
            if data.kinds
            else {}
        ),
        "notes": notes(own, beside),
    }


def rivals_of(lessons: Dataset, data: Dataset, plan: Plan) -> dict[str, Judged]:
    """What every contender beside the model makes of rows that it had not learnt from."""
    learners: dict[str, Learn] = {
        "rule": contenders.plain_rule,
        "knn": contenders.neighbours(plan),
        "logistic": contenders.logistic(plan),
        "anomaly": contenders.anomalies(plan.seed),
    }
    if lessons.features.protected:
        impartial = lessons.features.impartial()
        learners["impartial"] = contenders.reading_only(impartial, contenders.model(plan))
    return {
        name: contenders.unseen(learn_from, lessons, data, plan)
        for name, learn_from in learners.items()
    }


def repeated(lessons: Dataset, data: Dataset, plan: Plan, times: int) -> Report:
    """The model's figures with so many seeds, and so other splits: least, mean and most."""
    drawn: dict[str, list[float]] = {"auc": [], "pr_auc": [], "f1": []}
    for seed in range(plan.seed, plan.seed + times):
        chosen = replace(plan, seed=seed)
        judged = contenders.unseen(contenders.model(chosen), lessons, data, chosen)
        reached = figures(data, judged, plan.investigation)
        for name, values in drawn.items():
            values.append(float(reached[name]))
    spread = {
        name: {"least": min(of), "mean": sum(of) / times, "most": max(of)}
        for name, of in drawn.items()
    }
    return {"times": times, "first_seed": plan.seed, **spread}


def intervals(data: Dataset, judged: Judged, rule: Judged) -> dict[str, list[float]]:
    """Where a figure would lie in 95 of 100 draws of as many claims from the same population."""
    random = np.random.default_rng(7)
    drawn: dict[str, list[float]] = {"auc": [], "f1": [], "f1_above_rule": []}
    for _ in range(DRAWS):
        rows = random.integers(0, len(data), len(data))
        fraud = data.outcome[rows]
        own = measuring.caught(fraud, judged.flagged[rows]).f1
        drawn["f1"].append(own)
        drawn["f1_above_rule"].append(own - measuring.caught(fraud, rule.flagged[rows]).f1)
        if (reached := measuring.auc(fraud, judged.probability[rows])) is not None:
            drawn["auc"].append(reached)
    return {
        name: [float(one) for one in np.quantile(values, (0.025, 0.975))]
        for name, values in drawn.items()
        if values
    }


def by_kind(data: Dataset, judged: Judged) -> Report:
    """For each kind of planted fraud: how much of it is flagged, and how well flags name it.

    `recall` is the share of its claims that is flagged, `precision` the share of it among the
    flagged claims that the judge takes for this kind. A judge who names no kind has no precision.
    """
    kinds = np.array(data.kinds)
    named = np.array(judged.points_to) if judged.points_to else np.full(len(data), "")
    told = {}
    for kind in sorted(set(data.kinds) - {""}):
        own, called = kinds == kind, judged.flagged & (named == kind)
        told[kind] = {
            "n": int(own.sum()),
            "recall": float(judged.flagged[own].mean()),
            "called_so": int(called.sum()),
            "precision": float(own[called].mean()) if called.any() else None,
            "fraud_of_any_kind": float(data.outcome[called].mean()) if called.any() else None,
        }
    return told


def notes(own: Report, beside: Mapping[str, Report]) -> list[str]:
    """Where the model is beaten, in words; nothing is left out because it is unwelcome."""
    told = []
    for name, of in beside.items():
        for figure, higher_wins in (("f1", True), ("auc", True), ("pr_auc", True), ("cost", False)):
            mine, other = own[figure], of[figure]
            if mine is None or other is None or mine == other:
                continue
            if (other > mine) == higher_wins:
                told.append(f"{_NAMES[name]} wins by {_FIGURES[figure]}: "
                            f"{_shown(other)} against {_shown(mine)}")  # fmt: skip
    return told or ["the model is not beaten by any rival here"]


_NAMES = {
    "rule": "the plain rule",
    "knn": "nearest neighbours",
    "logistic": "logistic regression",
    "anomaly": "the search for anomalies",
    "impartial": "the model without protected attributes",
}
_FIGURES = {"f1": "F1", "auc": "AUC", "pr_auc": "PR-AUC", "cost": "cost"}


def _shown(figure: float) -> str:
    return f"{figure:,}" if isinstance(figure, int) else f"{figure:.3f}"


def rounded(told: Any) -> Any:
    """The report with four decimals, for people and for machines."""
    if isinstance(told, float):
        return round(told, 4)
    if isinstance(told, Mapping):
        return {name: rounded(value) for name, value in told.items()}
    if isinstance(told, Sequence) and not isinstance(told, str):
        return [rounded(value) for value in told]
    return told
