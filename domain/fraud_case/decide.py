"""What we allow for fraud cases: nothing is confirmed without an investigation and evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import assert_never
from uuid import UUID

from domain.fraud_case.events import (
    FraudAlerted,
    FraudCaseEvent,
    FraudCheckRequested,
    FraudClaimLinked,
    FraudCleared,
    FraudConfirmed,
    FraudEvidenceAdded,
    FraudInvestigationOpened,
    FraudInvestigationOverdue,
    FraudReported,
    FraudRescored,
    FraudSubjectFlagged,
    Subject,
)
from domain.fraud_case.state import Case, FraudCase, NoSuspicion, Stage
from domain.money import Money
from domain.refusals import RuleBroken, WrongStage


@dataclass(frozen=True, slots=True)
class RaiseAlert:
    """As the event."""

    alert: FraudAlerted


@dataclass(frozen=True, slots=True)
class OpenInvestigation:
    investigator: str
    opened_on: date
    due_on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class NoteOverdue:
    """The day by which an investigation was to be decided, `due_on`, has passed."""

    due_on: date


@dataclass(frozen=True, slots=True)
class AddEvidence:
    kind: str
    title: str
    reference: str
    added_by: str


@dataclass(frozen=True, slots=True)
class LinkClaim:
    linked_id: UUID
    number: str
    linked_by: str


@dataclass(frozen=True, slots=True)
class ClearCase:
    note: str
    cleared_by: str


@dataclass(frozen=True, slots=True)
class ConfirmFraud:
    kinds: tuple[str, ...]
    reasons: tuple[str, ...]
    note: str
    confirmed_by: str
    saved: Money
    rejected: tuple[UUID, ...]
    to_recover: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class FlagSubject:
    subject: Subject
    words: str
    flagged_by: str


@dataclass(frozen=True, slots=True)
class ReportFraud:
    authority: str
    reference: str
    reported_on: date
    reported_by: str


@dataclass(frozen=True, slots=True)
class RequestCheck:
    claim_id: UUID
    member_id: UUID
    requested_by: str


@dataclass(frozen=True, slots=True)
class RescoreClaim:
    claim_id: UUID
    member_id: UUID
    score: Decimal
    model: str
    reasons: tuple[str, ...]
    words: tuple[str, ...]
    features_hash: str


FraudCaseCommand = (
    RaiseAlert
    | OpenInvestigation
    | NoteOverdue
    | AddEvidence
    | LinkClaim
    | ClearCase
    | ConfirmFraud
    | FlagSubject
    | ReportFraud
    | RequestCheck
    | RescoreClaim
)


def decide(case: FraudCase, command: FraudCaseCommand) -> Sequence[FraudCaseEvent]:
    match command:
        case RaiseAlert():
            return raise_alert(case, command)
        case OpenInvestigation():
            return open_investigation(suspected(case), command)
        case NoteOverdue():
            return note_overdue(suspected(case), command)
        case AddEvidence():
            return add_evidence(suspected(case), command)
        case LinkClaim():
            return link_claim(suspected(case), command)
        case ClearCase():
            return clear(suspected(case), command)
        case ConfirmFraud():
            return confirm(suspected(case), command)
        case FlagSubject():
            return flag(suspected(case), command)
        case ReportFraud():
            return report(suspected(case), command)
        case RequestCheck():
            return [FraudCheckRequested(command.claim_id, command.member_id, command.requested_by)]
        case RescoreClaim():
            return [
                FraudRescored(
                    command.claim_id, command.member_id, command.score, command.model,
                    command.reasons, command.words, command.features_hash,
                )
            ]  # fmt: skip
        case _:
            assert_never(command)


def raise_alert(case: FraudCase, command: RaiseAlert) -> Sequence[FraudCaseEvent]:
    """Once while it is open or confirmed; a cleared suspicion may come again."""
    if isinstance(case, Case) and case.stage is not Stage.CLEARED:
        return []
    return [command.alert]


def open_investigation(case: Case, command: OpenInvestigation) -> Sequence[FraudCaseEvent]:
    at_stage(case, Stage.ALERTED)
    if command.due_on < command.opened_on:
        raise RuleBroken(
            "fraud_case.due_in_the_past", f"{command.due_on} has passed", field="due_on"
        )
    return [
        FraudInvestigationOpened(case.claim_id, command.investigator, command.due_on, command.note)
    ]


def note_overdue(case: Case, command: NoteOverdue) -> Sequence[FraudCaseEvent]:
    """Only of the investigation that was to be decided by then, while it goes on."""
    if case.stage is not Stage.INVESTIGATED or case.due_on != command.due_on:
        return []
    return [FraudInvestigationOverdue(case.claim_id, case.investigator, command.due_on)]


def add_evidence(case: Case, command: AddEvidence) -> Sequence[FraudCaseEvent]:
    at_stage(case, Stage.INVESTIGATED)
    return [
        FraudEvidenceAdded(
            case.claim_id,
            case.evidence + 1,
            command.kind,
            command.title,
            command.reference,
            command.added_by,
        )
    ]


def link_claim(case: Case, command: LinkClaim) -> Sequence[FraudCaseEvent]:
    at_stage(case, Stage.INVESTIGATED)
    if command.linked_id == case.claim_id:
        raise RuleBroken("fraud_case.own_claim", "the case is of this claim", field="claim_id")
    if command.linked_id in case.linked:
        return []
    return [FraudClaimLinked(case.claim_id, command.linked_id, command.number, command.linked_by)]


def clear(case: Case, command: ClearCase) -> Sequence[FraudCaseEvent]:
    at_stage(case, Stage.ALERTED, Stage.INVESTIGATED)
    return [FraudCleared(case.claim_id, command.note, command.cleared_by)]


def confirm(case: Case, command: ConfirmFraud) -> Sequence[FraudCaseEvent]:
    at_stage(case, Stage.INVESTIGATED)
    if not case.evidence:
        raise RuleBroken(
            "fraud_case.no_evidence", "fraud is confirmed on evidence; there is none yet"
        )
    if not command.reasons:
        raise RuleBroken("fraud_case.no_reason", "say what was found", field="reasons")
    return [
        FraudConfirmed(
            case.claim_id, command.kinds, command.reasons, command.note, command.confirmed_by,
            command.saved, command.rejected, command.to_recover,
        )
    ]  # fmt: skip


def flag(case: Case, command: FlagSubject) -> Sequence[FraudCaseEvent]:
    at_stage(case, Stage.CONFIRMED)
    if command.subject in case.flagged:
        return []
    of_member = command.subject is Subject.MEMBER
    subject_id = case.member_id if of_member else case.provider_id
    return [
        FraudSubjectFlagged(
            case.claim_id, command.subject, subject_id, command.words, command.flagged_by
        )
    ]


def report(case: Case, command: ReportFraud) -> Sequence[FraudCaseEvent]:
    at_stage(case, Stage.CONFIRMED)
    if case.reported:
        raise WrongStage("fraud_case.reported_before", "this finding has been reported")
    return [
        FraudReported(
            case.claim_id,
            command.authority,
            command.reference,
            command.reported_on,
            command.reported_by,
        )
    ]


def at_stage(case: Case, *stages: Stage) -> None:
    if case.stage not in stages:
        wanted = " or ".join(stages)
        raise WrongStage(
            "fraud_case.wrong_stage", f"the case is {case.stage}; this needs {wanted}",
            stage=str(case.stage),
        )  # fmt: skip


def suspected(case: FraudCase) -> Case:
    """The case if there is one; otherwise the refusal."""
    if isinstance(case, NoSuspicion):
        raise WrongStage("fraud_case.no_suspicion", "nobody has suspected this claim")
    return case
