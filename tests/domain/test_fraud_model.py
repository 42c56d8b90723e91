"""Fraud models: measured before they decide, promoted by two people, back in one step."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from domain.fraud_model import FRAUD_MODEL
from domain.fraud_model.assignment import judging
from domain.fraud_model.decide import (
    ApprovePromotion,
    EvaluateModel,
    FraudModelCommand,
    ProposePromotion,
    RegisterModel,
    RetireModel,
    RollModelBack,
    ShadowModel,
    StandModelDown,
    StartModelTrial,
)
from domain.fraud_model.events import (
    Figure,
    FraudModelEvent,
    ModelEvaluated,
    ModelPromoted,
    ModelPromotionProposed,
    ModelRegistered,
    ModelRetired,
    ModelRolledBack,
    ModelShadowed,
    ModelStoodDown,
    ModelTrialStarted,
)
from domain.fraud_model.state import ModelLine, Stage
from domain.refusals import RuleBroken, WrongStage
from tests.support.scenario import Given, given

Line = Given[ModelLine, FraudModelCommand, FraudModelEvent]

REGISTER = RegisterModel(
    line="health",
    digest="a" * 64,
    kind="xgboost",
    features=("claims_in_14_days",),
    protected=(),
    rows=9_000,
    trained_from=date(2025, 1, 1),
    trained_until=date(2025, 9, 1),
    seed=7,
    threshold=Decimal("0.41"),
    registered_by="wema",
)
FIGURES = (Figure("auc", Decimal("0.94")),)
A_THOUSAND_CLAIMS = [UUID(int=n) for n in range(1, 1_001)]


def registered(version: int = 1, *, protected: tuple[str, ...] = ()) -> ModelRegistered:
    return ModelRegistered(
        "health", version, str(version) * 64, "xgboost", REGISTER.features, protected, 9_000,
        date(2025, 1, 1), date(2025, 9, 1), 7, Decimal("0.41"), "wema",
    )  # fmt: skip


def evaluated(version: int = 1) -> ModelEvaluated:
    return ModelEvaluated(version, "d" * 64, 3_000, 120, FIGURES, "wema")


TESTED = (registered(1), evaluated(1))
IN_CHARGE = (*TESTED, ModelPromotionProposed(1, "wema"), ModelPromoted(1, None, "wema", "rehema"))
TWO = (*IN_CHARGE, registered(2), evaluated(2))
SECOND_IN_CHARGE = (*TWO, ModelPromotionProposed(2, "wema"), ModelPromoted(2, 1, "wema", "rehema"))


def stages(line: Line) -> list[Stage]:
    return [version.stage for version in line.state.versions]


def test_a_trained_model_is_registered_under_the_next_version() -> None:
    line = given(FRAUD_MODEL).when(REGISTER).then(replace(registered(1), digest="a" * 64))
    second = replace(REGISTER, digest="b" * 64)
    line.when(second).then(replace(registered(2), digest="b" * 64))


def test_the_same_artefact_is_registered_once() -> None:
    line = given(FRAUD_MODEL).when(REGISTER).onwards()
    line.when(replace(REGISTER, seed=8)).then_nothing()


def test_a_model_that_reads_nothing_is_no_model() -> None:
    nothing = replace(REGISTER, features=())
    given(FRAUD_MODEL).when(nothing).then_refused("fraud_model.no_features", RuleBroken)


@pytest.mark.parametrize(("rows", "fraud"), [(100, 0), (100, 100), (0, 0), (10, 11)])
def test_an_evaluation_needs_frauds_and_sound_claims(rows: int, fraud: int) -> None:
    command = EvaluateModel(1, "d" * 64, rows, fraud, FIGURES, "wema")
    line = given(FRAUD_MODEL, registered())
    line.when(command).then_refused("fraud_model.one_sided_evaluation", field="rows")


def test_from_training_to_being_in_charge_by_two_people() -> None:
    line = given(FRAUD_MODEL).when(REGISTER).onwards()
    line = line.when(EvaluateModel(1, "d" * 64, 3_000, 120, FIGURES, "wema")).then(evaluated())
    line = line.when(ShadowModel(1, "wema")).then(ModelShadowed(1, "wema"))
    line = line.when(ProposePromotion(1, "wema")).then(ModelPromotionProposed(1, "wema"))
    line = line.when(ApprovePromotion(1, "rehema")).then(ModelPromoted(1, None, "wema", "rehema"))
    assert stages(line) == [Stage.IN_CHARGE]


@pytest.mark.parametrize(
    "command", [ShadowModel(1, "wema"), StartModelTrial(1, 100, "wema"), ProposePromotion(1, "w")]
)
def test_nothing_is_tried_before_it_was_measured(command: FraudModelCommand) -> None:
    given(FRAUD_MODEL, registered()).when(command).then_refused("fraud_model.not_evaluated")


@pytest.mark.parametrize("alone", ["wema", "juma"])
def test_neither_who_trained_nor_who_proposed_a_model_approves_it(alone: str) -> None:
    line = given(FRAUD_MODEL, *TESTED, ModelPromotionProposed(1, "juma"))
    line.when(ApprovePromotion(1, alone)).then_refused("fraud_model.same_person", RuleBroken)


def test_only_what_was_proposed_is_approved() -> None:
    line = given(FRAUD_MODEL, *TWO, ModelPromotionProposed(2, "wema"))
    line.when(ApprovePromotion(1, "rehema")).then_refused("fraud_model.not_proposed", WrongStage)


def test_a_proposal_is_made_once_and_a_later_one_takes_its_place() -> None:
    line = given(FRAUD_MODEL, *TWO, registered(3), evaluated(3), ModelPromotionProposed(2, "wema"))
    line.when(ProposePromotion(2, "wema")).then_nothing()
    line = line.when(ProposePromotion(3, "wema")).onwards()
    line.when(ApprovePromotion(2, "rehema")).then_refused("fraud_model.not_proposed")


@pytest.mark.parametrize("command", [ProposePromotion(1, "wema"), StartModelTrial(1, 10, "wema")])
def test_a_model_that_reads_protected_attributes_is_never_put_in_charge(
    command: FraudModelCommand,
) -> None:
    line = given(FRAUD_MODEL, registered(1, protected=("insured_hobbies",)), evaluated())
    line.when(command).then_refused("fraud_model.reads_protected", RuleBroken)


def test_it_may_be_watched_in_shadow() -> None:
    line = given(FRAUD_MODEL, registered(1, protected=("insured_hobbies",)), evaluated())
    line.when(ShadowModel(1, "wema")).then(ModelShadowed(1, "wema"))


def test_one_step_leads_back_to_the_model_before() -> None:
    line = given(FRAUD_MODEL, *SECOND_IN_CHARGE)
    assert stages(line) == [Stage.FORMER, Stage.IN_CHARGE]
    line = line.when(RollModelBack("too many holds", "rehema")).then(
        ModelRolledBack(2, 1, "too many holds", "rehema")
    )
    assert stages(line) == [Stage.IN_CHARGE, Stage.REGISTERED]
    assert line.state.former == ()


def test_before_the_first_model_the_rules_judged_and_do_again() -> None:
    line = given(FRAUD_MODEL, *IN_CHARGE).when(RollModelBack("wrong prices", "rehema")).onwards()
    assert line.state.in_charge is None
    assert judging(line.state, A_THOUSAND_CLAIMS[0]) is None
    line.when(RollModelBack("again", "rehema")).then_refused("fraud_model.none_in_charge")


def test_a_rollback_passes_over_a_model_that_was_retired() -> None:
    line = given(FRAUD_MODEL, *SECOND_IN_CHARGE, ModelRetired(1, "old", "wema"))
    line.when(RollModelBack("holds", "rehema")).then(ModelRolledBack(2, None, "holds", "rehema"))


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_rollback_and_a_retirement_say_why(reason: str) -> None:
    line = given(FRAUD_MODEL, *TWO)
    line.when(RollModelBack(reason, "rehema")).then_refused("fraud_model.without_reason")
    line.when(RetireModel(2, reason, "wema")).then_refused("fraud_model.without_reason")


def test_a_trial_judges_its_share_of_the_claims_and_always_the_same_ones() -> None:
    line = (
        given(FRAUD_MODEL, *TWO)
        .when(StartModelTrial(2, 2_000, "wema"))
        .then(ModelTrialStarted(2, 1, 2_000, "wema"))
    )
    first = [judging(line.state, claim) for claim in A_THOUSAND_CLAIMS]
    on_trial = [version for version in first if version and version.version == 2]
    assert 150 < len(on_trial) < 250
    assert [judging(line.state, claim) for claim in A_THOUSAND_CLAIMS] == first


def test_each_trial_draws_its_claims_afresh() -> None:
    line = given(FRAUD_MODEL, *TWO, ModelTrialStarted(2, 1, 2_000, "wema"))
    first = {c for c in A_THOUSAND_CLAIMS if _judged_by(line, c) == 2}
    line = line.when(StandModelDown(2, "try again", "wema")).onwards()
    assert all(_judged_by(line, claim) == 1 for claim in A_THOUSAND_CLAIMS)
    line = line.when(StartModelTrial(2, 2_000, "wema")).onwards()
    second = {c for c in A_THOUSAND_CLAIMS if _judged_by(line, c) == 2}
    assert len(first & second) < len(first) / 2


def _judged_by(line: Line, claim: UUID) -> int | None:
    version = judging(line.state, claim)
    return version.version if version else None


@pytest.mark.parametrize("share_bps", [0, -1, 5_001])
def test_a_trial_takes_at_most_half_of_the_claims(share_bps: int) -> None:
    line = given(FRAUD_MODEL, *TWO)
    line.when(StartModelTrial(2, share_bps, "wema")).then_refused(
        "fraud_model.share_out_of_range", field="share_bps"
    )


def test_a_trial_needs_a_model_in_charge_and_is_the_only_one() -> None:
    given(FRAUD_MODEL, *TESTED).when(StartModelTrial(1, 100, "wema")).then_refused(
        "fraud_model.none_in_charge"
    )
    busy = given(
        FRAUD_MODEL, *TWO, ModelTrialStarted(2, 1, 100, "wema"), registered(3), evaluated(3)
    )
    busy.when(StartModelTrial(3, 100, "wema")).then_refused("fraud_model.on_trial")


def test_who_is_promoted_from_a_trial_judges_all_claims() -> None:
    line = given(
        FRAUD_MODEL, *TWO, ModelTrialStarted(2, 1, 100, "wema"), ModelPromotionProposed(2, "wema")
    )
    line = line.when(ApprovePromotion(2, "rehema")).onwards()
    assert line.state.trial is None
    assert {_judged_by(line, claim) for claim in A_THOUSAND_CLAIMS} == {2}


def test_a_trial_ends_when_nothing_is_left_to_try_against() -> None:
    line = given(FRAUD_MODEL, *TWO, ModelTrialStarted(2, 1, 100, "wema"))
    line = line.when(RollModelBack("holds", "rehema")).onwards()
    assert line.state.trial is None
    assert stages(line) == [Stage.REGISTERED, Stage.REGISTERED]


def test_a_former_model_on_trial_is_back_in_charge_after_a_rollback() -> None:
    line = given(FRAUD_MODEL, *SECOND_IN_CHARGE, ModelTrialStarted(1, 1, 500, "wema"))
    line = line.when(RollModelBack("holds", "rehema")).onwards()
    assert (line.state.in_charge, line.state.trial) == (1, None)


def test_a_former_model_that_stands_down_is_still_the_way_back() -> None:
    line = given(FRAUD_MODEL, *SECOND_IN_CHARGE, ModelShadowed(1, "wema"))
    line = line.when(StandModelDown(1, "seen enough", "wema")).then(
        ModelStoodDown(1, "seen enough", "wema")
    )
    assert stages(line) == [Stage.FORMER, Stage.IN_CHARGE]


def test_only_who_is_beside_can_stand_down() -> None:
    line = given(FRAUD_MODEL, *IN_CHARGE)
    line.when(StandModelDown(1, "no", "wema")).then_refused("fraud_model.not_beside")


def test_a_retired_model_stays_so_and_is_not_used() -> None:
    line = given(FRAUD_MODEL, *TWO, ModelPromotionProposed(2, "wema"))
    line = line.when(RetireModel(2, "replaced", "wema")).then(ModelRetired(2, "replaced", "wema"))
    assert line.state.proposal is None
    line.when(RetireModel(2, "again", "wema")).then_nothing()
    line.when(ShadowModel(2, "wema")).then_refused("fraud_model.retired", WrongStage)
    line.when(ApprovePromotion(2, "rehema")).then_refused("fraud_model.not_proposed")


@pytest.mark.parametrize(
    "command", [RetireModel(1, "old", "wema"), ShadowModel(1, "w"), ProposePromotion(1, "w")]
)
def test_the_model_in_charge_is_rolled_back_before_anything_else(
    command: FraudModelCommand,
) -> None:
    given(FRAUD_MODEL, *IN_CHARGE).when(command).then_refused("fraud_model.in_charge")


def test_an_unknown_version_is_told() -> None:
    line = given(FRAUD_MODEL, registered())
    line.when(RetireModel(9, "old", "wema")).then_refused("fraud_model.not_found", WrongStage)
