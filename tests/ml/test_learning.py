"""How models learn: nothing that knows the outcome gets in, the same rows make the same model, and
made-up fraud of every kind is found by what the claims show."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from sklearn import metrics

from domain.fraud.known import SeenClaim
from ml import contenders, evaluation, generated_claims, measuring
from ml.claim_history import ClaimHistory
from ml.dataset import Dataset, together
from ml.declaring import Feature, FeatureSet, LeakRefused, Sort, Value
from ml.drift import Verdict, moved, reference
from ml.folds import fold_of_each
from ml.health_features import FEATURES, features, features_of
from ml.leaks import refuse_foresight, refuse_leaks
from ml.motor_claims import FEATURES as MOTOR
from ml.motor_claims import PLAN
from ml.trained import Growth
from ml.training import train

COUNT = 2_500


@pytest.fixture(scope="module")
def made() -> generated_claims.Generated:
    return generated_claims.generated(COUNT, 21)


@pytest.fixture(scope="module")
def claims(made: generated_claims.Generated) -> Dataset:
    return generated_claims.dataset(made)


class TestLeaks:
    def test_the_outcome_and_what_followed_it_are_no_features(self) -> None:
        with pytest.raises(LeakRefused, match="fraud_reported"):
            FeatureSet(
                "leaking", (*MOTOR.features, Feature("fraud_reported", Sort.CATEGORY, "")),
                outcome="fraud_reported",
            )  # fmt: skip
        with pytest.raises(LeakRefused, match="decision"):
            replace(FEATURES, features=(*FEATURES.features, Feature("decision", Sort.NUMBER, "")))

    def test_a_feature_that_knows_the_outcome_under_another_name_is_found(
        self, lessons: Dataset
    ) -> None:
        refuse_leaks(lessons)
        leaking = replace(
            MOTOR, features=(*MOTOR.features, Feature("adjuster_code", Sort.CATEGORY, ""))
        )
        rows = tuple(
            {**row, "adjuster_code": "SIU" if fraud else f"D{number % 7}"}
            for number, (row, fraud) in enumerate(zip(lessons.rows, lessons.outcome, strict=True))
        )
        with pytest.raises(LeakRefused, match="adjuster_code"):
            train(replace(lessons, rows=rows, features=leaking), PLAN)

    def test_features_do_not_change_with_what_comes_later(
        self, made: generated_claims.Generated
    ) -> None:
        refuse_foresight(made.claims[:600], features_of, cuts=(50, 300, 599))

    def test_a_feature_that_looks_ahead_is_found(self, made: generated_claims.Generated) -> None:
        def looks_ahead(history: Sequence[SeenClaim]) -> list[dict[str, Value]]:
            whole = ClaimHistory()
            for claim in history:
                whole.add(claim)
            return [features(claim, whole.beside(claim)) for claim in history]

        with pytest.raises(LeakRefused, match="claims_in_90_days"):
            refuse_foresight(made.claims[:600], looks_ahead, cuts=(50, 300))

    def test_no_feature_tells_what_was_planted(self, claims: Dataset) -> None:
        refuse_leaks(claims)
        assert set(claims.rows[0]) == set(FEATURES.names)


class TestTraining:
    def test_the_same_rows_and_seed_make_the_same_model_byte_for_byte(
        self, lessons: Dataset
    ) -> None:
        one, two = train(lessons, PLAN), train(lessons, PLAN)
        assert one.trees == two.trees
        assert one.threshold == two.threshold
        assert train(lessons, replace(PLAN, seed=8)).trees != one.trees

    def test_rows_of_one_unit_are_in_one_fold(self, claims: Dataset) -> None:
        fold = fold_of_each(claims, 4, 7)
        places: dict[str, set[int]] = {}
        for unit, number in zip(claims.units, fold.tolist(), strict=True):
            places.setdefault(unit, set()).add(number)
        assert all(len(numbers) == 1 for numbers in places.values())

    def test_a_row_is_never_judged_by_what_was_learnt_from_it(self, lessons: Dataset) -> None:
        """A learner that knows its lessons by heart knows nothing of those it judges."""

        def by_heart(learnt: Dataset) -> contenders.Judge:
            known = dict(zip(learnt.keys, learnt.outcome.tolist(), strict=True))
            return lambda data: contenders.Judged(
                np.array([float(known.get(key, 0.5)) for key in data.keys]),
                np.zeros(len(data), dtype=bool),
            )

        judged = contenders.unseen(by_heart, lessons, lessons, PLAN)
        assert set(judged.probability.tolist()) == {0.5}


class TestFigures:
    random = np.random.default_rng(3)
    fraud = random.random(400) < 0.2
    probability = np.round(0.3 * fraud + random.random(400) * 0.7, 2)  # with ties

    def test_they_are_those_of_a_library(self) -> None:
        fraud, probability = self.fraud, self.probability
        assert measuring.auc(fraud, probability) == pytest.approx(
            metrics.roc_auc_score(fraud, probability)
        )
        assert measuring.pr_auc(fraud, probability) == pytest.approx(
            metrics.average_precision_score(fraud, probability)
        )
        assert measuring.brier(fraud, probability) == pytest.approx(
            metrics.brier_score_loss(fraud, probability)
        )
        flagged = probability >= 0.5
        assert measuring.caught(fraud, flagged).f1 == pytest.approx(
            metrics.f1_score(fraud, flagged)
        )

    def test_the_order_of_ties_says_nothing(self) -> None:
        order = np.random.default_rng(4).permutation(400)
        for figure in (measuring.auc, measuring.pr_auc):
            assert figure(self.fraud[order], self.probability[order]) == pytest.approx(
                figure(self.fraud, self.probability)
            )
        assert measuring.precision_at(
            self.fraud[order], self.probability[order], 50
        ) == pytest.approx(measuring.precision_at(self.fraud, self.probability, 50))

    def test_a_missed_fraud_is_paid_and_a_flag_is_worked_on(self) -> None:
        fraud = np.array([True, True, False])
        flagged = np.array([True, False, True])
        assert measuring.cost(fraud, flagged, np.array([100, 70, 5]), 10) == 70 + 2 * 10


def test_drift_is_seen_where_something_moved_and_not_where_nothing_did(claims: Dataset) -> None:
    half = np.arange(len(claims)) % 2 == 0
    before, after = claims.part(np.flatnonzero(half)), claims.part(np.flatnonzero(~half))
    scores = np.full(len(before), 0.1), np.full(len(after), 0.1)
    standard = reference(before, scores[0])
    calm = {one.name: one.verdict for one in moved(standard, after, scores[1])}
    assert set(calm.values()) == {Verdict.STABLE}
    late = tuple({**row, "days_to_submission": 60} for row in after.rows)
    told = {one.name: one.verdict for one in moved(standard, replace(after, rows=late), scores[1])}
    assert told["days_to_submission"] is Verdict.DRIFTED
    assert told["busy_day"] is Verdict.STABLE


def test_planted_fraud_is_found_by_kind_beside_the_rules(claims: Dataset) -> None:
    """In a small world and with a small model; `docs/fraud-model.md` has the figures of a large
    one."""
    worlds = [generated_claims.dataset(generated_claims.generated(COUNT, n)) for n in (22, 23)]
    learnt = together(worlds)
    plan = replace(generated_claims.PLAN, rounds=(80,), folds=3, growth=Growth(depth=4))
    judged = contenders.unseen(contenders.model(plan), learnt, claims, plan)
    rule = contenders.plain_rule(claims)(claims)
    own = evaluation.figures(claims, judged, plan.investigation)
    assert own["auc"] > 0.8
    assert own["f1"] > 0.3
    assert own["f1"] > evaluation.figures(claims, rule, plan.investigation)["f1"]
    kinds = evaluation.by_kind(claims, judged)
    assert kinds.keys() == {"frequency", "phantom", "ring", "unbundling", "upcoding"}
    assert sum(kind["recall"] > 0.4 for kind in kinds.values()) >= 3
    assert all(kind["n"] >= COUNT * generated_claims.FRAUD_OF_KIND for kind in kinds.values())


def test_the_same_seed_makes_the_same_claims_and_another_one_others(
    made: generated_claims.Generated,
) -> None:
    again = generated_claims.generated(COUNT, 21)
    assert again.claims == made.claims
    assert again.planted == made.planted
    assert generated_claims.generated(COUNT, 22).claims[:50] != made.claims[:50]
