"""Use cases of fraud models: register, evaluate, shadow, try, promote, roll back, retire."""

from dataclasses import dataclass, replace

from adapters.model_artefacts import ModelTable, StoredModel
from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from domain.fraud_model import FRAUD_MODEL
from domain.fraud_model.checks import CheckModel, NoteCheckDue
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
from domain.fraud_model.state import ModelLine
from domain.ids import fraud_model_id
from domain.refusals import RuleBroken

KEEPERS = frozenset({"admin", "claims_manager", "fraud_investigator"})


@dataclass(frozen=True, slots=True)
class NewModel:
    """A trained model with what its manifest says of it."""

    command: RegisterModel
    stored: StoredModel


def register_model(desk: Desk, context: Context, request: NewModel) -> Outcome:
    """Keep a trained model and register it under the next version of its line.

    The artefact is kept first: a version that is known can always be opened.
    """
    command = signed(request.command, context)

    def decide() -> Decision:
        line = desk.store.load(FRAUD_MODEL, fraud_model_id(request.command.line))
        facts = FRAUD_MODEL.decide(line.state, command)
        known = FRAUD_MODEL.fold(facts, line.state).with_digest(request.stored.digest)
        assert known is not None
        if not context.dry_run:
            ModelTable(desk.store.pool, desk.store.tenant).keep(request.stored)
        answer = {"line": request.command.line, "version": known.version}
        return Decision((changed(line, facts),), answer)

    return carry_out(desk.store, context, decide)


@dataclass(frozen=True, slots=True)
class ModelChange:
    line: str
    command: FraudModelCommand


def change_models(desk: Desk, context: Context, request: ModelChange) -> Outcome:
    """Evaluate, shadow, try, stand down, propose, approve, roll back or retire."""
    command = signed(request.command, context)

    def decide() -> Decision:
        line = desk.store.load(FRAUD_MODEL, fraud_model_id(request.line))
        facts = FRAUD_MODEL.decide(line.state, command)
        after = FRAUD_MODEL.fold(facts, line.state)
        answer = {"line": request.line, "in_charge": after.in_charge}
        return Decision((changed(line, facts),), answer)

    return carry_out(desk.store, context, decide)


def promote(desk: Desk, context: Context, line: str, version: int) -> Outcome:
    """Propose a promotion or, where another person has proposed it, approve it."""
    standing = standing_of(desk, line)
    proposal = standing.proposal
    waits = proposal is not None and proposal.version == version
    proposed_by = proposal.proposed_by if proposal is not None else ""
    if waits and proposed_by != context.actor:
        return change_models(desk, context, ModelChange(line, ApprovePromotion(version, "")))
    return change_models(desk, context, ModelChange(line, ProposePromotion(version, "")))


def standing_of(desk: Desk, line: str) -> ModelLine:
    """Where the models of a line stand."""
    return desk.store.load(FRAUD_MODEL, fraud_model_id(line)).state


def signed(command: FraudModelCommand, context: Context) -> FraudModelCommand:
    """The command in the name of who is signed in; refused for who does not keep models."""
    if not context.roles & KEEPERS:
        raise RuleBroken(
            "fraud_model.needs_keeper",
            f"fraud models are kept by people with the role {' or '.join(sorted(KEEPERS))}",
        )
    by = context.actor
    match command:
        case RegisterModel():
            return replace(command, registered_by=by)
        case EvaluateModel():
            return replace(command, evaluated_by=by)
        case ShadowModel() | StartModelTrial():
            return replace(command, started_by=by)
        case StandModelDown():
            return replace(command, stood_down_by=by)
        case ProposePromotion():
            return replace(command, proposed_by=by)
        case ApprovePromotion():
            return replace(command, approved_by=by)
        case RollModelBack():
            return replace(command, rolled_back_by=by)
        case RetireModel():
            return replace(command, retired_by=by)
        case CheckModel():
            return replace(command, checked_by=by)
        case NoteCheckDue():
            return command
