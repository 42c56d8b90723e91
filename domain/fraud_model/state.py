"""Where the fraud models of a line stand: the version in charge, those beside it, and the past."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from domain.fraud_model.events import (
    FraudModelEvent,
    ModelCheckDue,
    ModelChecked,
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


class Stage(StrEnum):
    REGISTERED = "registered"
    SHADOW = "shadow"
    TRIAL = "trial"
    IN_CHARGE = "in_charge"
    FORMER = "former"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Version:
    """One trained model. `digest` finds its artefact."""

    version: int
    digest: str
    protected: tuple[str, ...]
    registered_by: str
    stage: Stage = Stage.REGISTERED
    evaluated: bool = False


@dataclass(frozen=True, slots=True)
class Trial:
    version: int
    trial: int
    share_bps: int


@dataclass(frozen=True, slots=True)
class Proposal:
    version: int
    proposed_by: str


@dataclass(frozen=True, slots=True)
class ModelLine:
    """All versions of a line. `former` are those that were in charge before, the latest last;
    `checks` counts how often the one in charge was looked after."""

    versions: tuple[Version, ...] = ()
    in_charge: int | None = None
    former: tuple[int, ...] = ()
    trial: Trial | None = None
    trials: int = 0
    proposal: Proposal | None = None
    checks: int = 0

    def version(self, number: int) -> Version | None:
        return next((v for v in self.versions if v.version == number), None)

    def with_digest(self, digest: str) -> Version | None:
        return next((v for v in self.versions if v.digest == digest), None)

    def shadows(self) -> tuple[Version, ...]:
        return tuple(v for v in self.versions if v.stage is Stage.SHADOW)

    def in_use(self) -> tuple[Version, ...]:
        """Those that are asked about claims: in charge, on trial, or in shadow."""
        used = (Stage.IN_CHARGE, Stage.TRIAL, Stage.SHADOW)
        return tuple(v for v in self.versions if v.stage in used)


def evolve(line: ModelLine, event: FraudModelEvent) -> ModelLine:
    match event:
        case ModelRegistered():
            made = Version(event.version, event.digest, event.protected, event.registered_by)
            return replace(line, versions=(*line.versions, made))
        case ModelEvaluated():
            return _changed(line, event.version, lambda version: replace(version, evaluated=True))
        case ModelShadowed():
            return _staged(_without_trial_of(line, event.version), event.version, Stage.SHADOW)
        case ModelTrialStarted():
            trial = Trial(event.version, event.trial, event.share_bps)
            on_trial = _staged(line, event.version, Stage.TRIAL)
            return replace(on_trial, trial=trial, trials=event.trial)
        case ModelStoodDown():
            former = event.version in line.former
            stage = Stage.FORMER if former else Stage.REGISTERED
            return _staged(_without_trial_of(line, event.version), event.version, stage)
        case ModelPromotionProposed():
            return replace(line, proposal=Proposal(event.version, event.proposed_by))
        case ModelPromoted():
            return _promoted(line, event)
        case ModelRolledBack():
            return _rolled_back(line, event)
        case ModelRetired():
            return _retired(line, event.version)
        case ModelCheckDue():
            return line
        case ModelChecked():
            return replace(line, checks=event.check)
        case _:
            assert_never(event)


def _promoted(line: ModelLine, event: ModelPromoted) -> ModelLine:
    former = tuple(v for v in line.former if v != event.version)
    after = _without_trial_of(line, event.version)
    if event.previous is not None:
        after = _staged(after, event.previous, Stage.FORMER)
        former = (*former, event.previous)
    after = _staged(after, event.version, Stage.IN_CHARGE)
    return replace(after, in_charge=event.version, former=former, proposal=None, checks=0)


def _rolled_back(line: ModelLine, event: ModelRolledBack) -> ModelLine:
    after = _staged(line, event.from_version, Stage.REGISTERED)
    former = tuple(v for v in after.former if v not in {event.to_version, event.from_version})
    if event.to_version is not None:
        after = _without_trial_of(after, event.to_version)
        after = _staged(after, event.to_version, Stage.IN_CHARGE)
    elif after.trial is not None:  # there is nothing left to try it against
        after = _staged(after, after.trial.version, Stage.REGISTERED)
        after = replace(after, trial=None)
    return replace(after, in_charge=event.to_version, former=former, checks=0)


def _retired(line: ModelLine, version: int) -> ModelLine:
    after = _staged(_without_trial_of(line, version), version, Stage.RETIRED)
    former = tuple(v for v in after.former if v != version)
    proposal = after.proposal
    if proposal is not None and proposal.version == version:
        proposal = None
    return replace(after, former=former, proposal=proposal)


def _without_trial_of(line: ModelLine, version: int) -> ModelLine:
    on_trial = line.trial is not None and line.trial.version == version
    return replace(line, trial=None) if on_trial else line


def _staged(line: ModelLine, number: int, stage: Stage) -> ModelLine:
    return _changed(line, number, lambda version: replace(version, stage=stage))


def _changed(line: ModelLine, number: int, change: Callable[[Version], Version]) -> ModelLine:
    versions = tuple(change(v) if v.version == number else v for v in line.versions)
    return replace(line, versions=versions)
