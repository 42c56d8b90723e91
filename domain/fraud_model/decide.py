"""What we allow for fraud models: no untested model decides, none alone, and back is one step.

A model that reads protected attributes of people may be measured, but is never put in charge.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import assert_never

from domain.four_eyes import another_person
from domain.fraud_model.checks import CheckModel, NoteCheckDue, check, note_due
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
from domain.fraud_model.state import ModelLine, Stage, Version
from domain.refusals import RuleBroken, WrongStage

MOST_ON_TRIAL_BPS = 5_000


@dataclass(frozen=True, slots=True)
class RegisterModel:
    """`digest` is the SHA-256 of the sealed artefact, 64 hexadecimal digits."""

    line: str
    digest: str
    kind: str
    features: tuple[str, ...]
    protected: tuple[str, ...]
    rows: int
    trained_from: date | None
    trained_until: date | None
    seed: int
    threshold: Decimal
    registered_by: str


@dataclass(frozen=True, slots=True)
class EvaluateModel:
    version: int
    data_digest: str
    rows: int
    fraud: int
    figures: tuple[Figure, ...]
    evaluated_by: str


@dataclass(frozen=True, slots=True)
class ShadowModel:
    version: int
    started_by: str


@dataclass(frozen=True, slots=True)
class StartModelTrial:
    version: int
    share_bps: int
    started_by: str


@dataclass(frozen=True, slots=True)
class StandModelDown:
    version: int
    reason: str
    stood_down_by: str


@dataclass(frozen=True, slots=True)
class ProposePromotion:
    version: int
    proposed_by: str


@dataclass(frozen=True, slots=True)
class ApprovePromotion:
    version: int
    approved_by: str


@dataclass(frozen=True, slots=True)
class RollModelBack:
    reason: str
    rolled_back_by: str


@dataclass(frozen=True, slots=True)
class RetireModel:
    version: int
    reason: str
    retired_by: str


FraudModelCommand = (
    RegisterModel
    | EvaluateModel
    | ShadowModel
    | StartModelTrial
    | StandModelDown
    | ProposePromotion
    | ApprovePromotion
    | RollModelBack
    | RetireModel
    | CheckModel
    | NoteCheckDue
)


def decide(line: ModelLine, command: FraudModelCommand) -> Sequence[FraudModelEvent]:
    match command:
        case RegisterModel():
            return register(line, command)
        case EvaluateModel():
            return evaluate(line, command)
        case ShadowModel():
            return shadow(line, command)
        case StartModelTrial():
            return start_trial(line, command)
        case StandModelDown():
            return stand_down(line, command)
        case ProposePromotion():
            return propose(line, command)
        case ApprovePromotion():
            return approve(line, command)
        case RollModelBack():
            return roll_back(line, command)
        case RetireModel():
            return retire(line, command)
        case CheckModel():
            return check(line, command)
        case NoteCheckDue():
            return note_due(line, command)
        case _:
            assert_never(command)


def register(line: ModelLine, command: RegisterModel) -> Sequence[FraudModelEvent]:
    if line.with_digest(command.digest):
        return []
    if not command.features:
        raise RuleBroken("fraud_model.no_features", "a model reads something", field="features")
    return [
        ModelRegistered(
            line=command.line,
            version=len(line.versions) + 1,
            digest=command.digest,
            kind=command.kind,
            features=command.features,
            protected=command.protected,
            rows=command.rows,
            trained_from=command.trained_from,
            trained_until=command.trained_until,
            seed=command.seed,
            threshold=command.threshold,
            registered_by=command.registered_by,
        )
    ]


def evaluate(line: ModelLine, command: EvaluateModel) -> Sequence[FraudModelEvent]:
    usable(line, command.version)
    if not 0 < command.fraud < command.rows:
        raise RuleBroken(
            "fraud_model.one_sided_evaluation",
            f"{command.fraud} frauds in {command.rows} rows tell nothing: both kinds are needed",
            field="rows",
        )
    return [
        ModelEvaluated(
            command.version, command.data_digest, command.rows, command.fraud, command.figures,
            command.evaluated_by,
        )
    ]  # fmt: skip


def shadow(line: ModelLine, command: ShadowModel) -> Sequence[FraudModelEvent]:
    version = tested(line, command.version)
    if version.stage is Stage.SHADOW:
        return []
    not_in_charge(version)
    return [ModelShadowed(command.version, command.started_by)]


def start_trial(line: ModelLine, command: StartModelTrial) -> Sequence[FraudModelEvent]:
    version = tested(line, command.version)
    not_in_charge(version)
    impartial(version)
    if line.in_charge is None:
        raise WrongStage("fraud_model.none_in_charge", "there is no model to try another against")
    if line.trial is not None:
        raise WrongStage("fraud_model.on_trial", f"version {line.trial.version} is on trial")
    if not 0 < command.share_bps <= MOST_ON_TRIAL_BPS:
        raise RuleBroken(
            "fraud_model.share_out_of_range",
            f"a trial takes 1 to {MOST_ON_TRIAL_BPS} basis points of the claims",
            field="share_bps",
        )
    trial = line.trials + 1
    return [ModelTrialStarted(command.version, trial, command.share_bps, command.started_by)]


def stand_down(line: ModelLine, command: StandModelDown) -> Sequence[FraudModelEvent]:
    if usable(line, command.version).stage not in (Stage.SHADOW, Stage.TRIAL):
        raise WrongStage(
            "fraud_model.not_beside", f"version {command.version} is not in shadow or on trial"
        )
    return [ModelStoodDown(command.version, command.reason, command.stood_down_by)]


def propose(line: ModelLine, command: ProposePromotion) -> Sequence[FraudModelEvent]:
    version = tested(line, command.version)
    not_in_charge(version)
    impartial(version)
    if line.proposal is not None and line.proposal.version == command.version:
        return []  # the first who proposes it does not approve it, whoever repeats it
    return [ModelPromotionProposed(command.version, command.proposed_by)]


def approve(line: ModelLine, command: ApprovePromotion) -> Sequence[FraudModelEvent]:
    proposal = line.proposal
    if proposal is None or proposal.version != command.version:
        raise WrongStage(
            "fraud_model.not_proposed", f"nobody proposed to promote version {command.version}"
        )
    version = tested(line, command.version)
    not_in_charge(version)
    impartial(version)
    another_person(
        command.approved_by,
        {proposal.proposed_by, version.registered_by},
        "fraud_model.same_person",
        "who trained or proposed a model may not approve it",
    )
    return [
        ModelPromoted(command.version, line.in_charge, proposal.proposed_by, command.approved_by)
    ]


def roll_back(line: ModelLine, command: RollModelBack) -> Sequence[FraudModelEvent]:
    if line.in_charge is None:
        raise WrongStage("fraud_model.none_in_charge", "no model is in charge: the rules judge")
    with_a_reason(command.reason)
    before = line.former[-1] if line.former else None
    return [ModelRolledBack(line.in_charge, before, command.reason, command.rolled_back_by)]


def retire(line: ModelLine, command: RetireModel) -> Sequence[FraudModelEvent]:
    version = registered(line, command.version)
    if version.stage is Stage.RETIRED:
        return []
    not_in_charge(version)
    with_a_reason(command.reason)
    return [ModelRetired(command.version, command.reason, command.retired_by)]


def registered(line: ModelLine, number: int) -> Version:
    """The version if there is one; otherwise the refusal."""
    version = line.version(number)
    if version is None:
        raise WrongStage("fraud_model.not_found", f"there is no version {number}", field="version")
    return version


def usable(line: ModelLine, number: int) -> Version:
    version = registered(line, number)
    if version.stage is Stage.RETIRED:
        raise WrongStage("fraud_model.retired", f"version {number} was retired", field="version")
    return version


def tested(line: ModelLine, number: int) -> Version:
    version = usable(line, number)
    if not version.evaluated:
        raise WrongStage(
            "fraud_model.not_evaluated", f"version {number} has not been evaluated yet"
        )
    return version


def not_in_charge(version: Version) -> None:
    if version.stage is Stage.IN_CHARGE:
        raise WrongStage(
            "fraud_model.in_charge", f"version {version.version} is in charge: roll it back first"
        )


def impartial(version: Version) -> None:
    """Nobody is judged by what they are: see the list of protected attributes in the docs."""
    if version.protected:
        raise RuleBroken(
            "fraud_model.reads_protected",
            f"it reads {', '.join(version.protected)}: it may be measured, and decides nothing",
            field="version",
        )


def with_a_reason(reason: str) -> None:
    if not reason.strip():
        raise RuleBroken("fraud_model.without_reason", "say why", field="reason")
