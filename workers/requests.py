"""What a reaction may ask for, in the words of the business; `carrying_out` says how it is done."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ScoreClaim:
    """Look for fraud with what was known at log position `as_of`, the claim's own."""

    claim_id: UUID
    as_of: int


@dataclass(frozen=True, slots=True)
class RescoreClaim:
    """Look again, with what was known when the claim came in and with what judges now."""

    claim_id: UUID


@dataclass(frozen=True, slots=True)
class AdjudicateClaim:
    claim_id: UUID


@dataclass(frozen=True, slots=True)
class SchedulePayment:
    """Owe the approved amount to the claim's payee."""

    claim_id: UUID


@dataclass(frozen=True, slots=True)
class InstructPayment:
    payment_id: UUID


@dataclass(frozen=True, slots=True)
class AskBank:
    """Have the bank pay, and book what it answers."""

    payment_id: UUID


@dataclass(frozen=True, slots=True)
class SettleClaim:
    """Close the claim that a confirmed payment was for."""

    payment_id: UUID


@dataclass(frozen=True, slots=True)
class BookReturn:
    """Let the claim be owed again what came back after it had been paid."""

    payment_id: UUID


@dataclass(frozen=True, slots=True)
class TellMember:
    """Tell the member of a claim what became of it; `occasion` tells payments apart."""

    claim_id: UUID
    kind: str
    occasion: str


@dataclass(frozen=True, slots=True)
class AdvisePayee:
    """Tell whoever was paid what the payment is for, and close the claim."""

    claim_id: UUID
    payment_id: UUID


@dataclass(frozen=True, slots=True)
class DeliverNotice:
    """Tell a member what somebody of the insurer wants told."""

    notice_id: UUID


@dataclass(frozen=True, slots=True)
class LapseUnpaid:
    """Let a policy lapse whose premium is unpaid past its grace, which ended on `due_on`."""

    policy_id: UUID
    due_on: date


@dataclass(frozen=True, slots=True)
class ExpireApproval:
    """End an approval that nobody used before `due_on`; what it reserved is free again."""

    preauthorisation_id: UUID
    due_on: date


@dataclass(frozen=True, slots=True)
class NoteInvestigationOverdue:
    """Note that an investigation was to be decided before `due_on` and was not."""

    claim_id: UUID
    due_on: date


@dataclass(frozen=True, slots=True)
class NoteSilence:
    """Note that nobody has answered before `due_on` what a claim waits for."""

    claim_id: UUID
    asked_of: str
    due_on: date


@dataclass(frozen=True, slots=True)
class NoteModelCheckDue:
    """Note that the version in charge is to be looked after, from `due_on` on."""

    line_id: UUID
    version: int
    due_on: date


@dataclass(frozen=True, slots=True)
class LookAfterModel:
    """Hold a version against the claims of late, and learn a successor where there is need."""

    line_id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class CedeClaim:
    """Strike the life of a claim again, so that the treaties take their part of what moved."""

    claim_id: UUID


@dataclass(frozen=True, slots=True)
class CedePremium:
    """Cede the premium that was written for a policy."""

    policy_id: UUID


@dataclass(frozen=True, slots=True)
class RestrikeTreaty:
    """Strike again what a treaty covers, because its terms have changed."""

    treaty_id: UUID


@dataclass(frozen=True, slots=True)
class FinishErasure:
    """Destroy the key of a member whose erasure is recorded, unless that was done already."""

    member_id: UUID


Request = (
    ScoreClaim
    | RescoreClaim
    | FinishErasure
    | AdjudicateClaim
    | SchedulePayment
    | InstructPayment
    | AskBank
    | SettleClaim
    | BookReturn
    | TellMember
    | AdvisePayee
    | DeliverNotice
    | LapseUnpaid
    | ExpireApproval
    | NoteInvestigationOverdue
    | NoteSilence
    | NoteModelCheckDue
    | LookAfterModel
    | CedeClaim
    | CedePremium
    | RestrikeTreaty
)
