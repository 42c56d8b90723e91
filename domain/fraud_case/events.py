"""What can happen to a suspicion: raised, looked into, found groundless or confirmed, acted upon.

One case for each claim, which every event names; claims that belong together are linked to the case
of one of them.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.money import Money
from domain.personal import HealthTexts, NoteText, PersonId


class Subject(StrEnum):
    """Whom a finding may stand against."""

    MEMBER = "member"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class FraudAlerted:
    """Somebody should look at the claim. `words` say why; `suspended` tells that it waits.

    `raised_by` is `score` for the score of a claim that came in, `rescore` for a later one, or the
    person who raised it.
    """

    claim_id: UUID
    number: str
    member_id: PersonId
    provider_id: UUID
    billed: Money
    score: Decimal
    model: str
    kind: str
    reasons: tuple[str, ...]
    words: HealthTexts
    suspended: bool
    raised_by: str


@dataclass(frozen=True, slots=True)
class FraudInvestigationOpened:
    """`due_on` is the day by which the investigator is to decide."""

    claim_id: UUID
    investigator: str
    due_on: date
    note: NoteText = ""


@dataclass(frozen=True, slots=True)
class FraudInvestigationOverdue:
    """The investigator was to decide by `due_on` and has not."""

    claim_id: UUID
    investigator: str
    due_on: date


@dataclass(frozen=True, slots=True)
class FraudEvidenceAdded:
    """`reference` names a document or a record, `kind` what it is: statement, document, visit."""

    claim_id: UUID
    evidence: int
    kind: str
    title: NoteText
    reference: str
    added_by: str


@dataclass(frozen=True, slots=True)
class FraudClaimLinked:
    """Another claim belongs to the same scheme; what is found holds for both."""

    claim_id: UUID
    linked_id: UUID
    number: str
    linked_by: str


@dataclass(frozen=True, slots=True)
class FraudCleared:
    """Nothing was found."""

    claim_id: UUID
    note: NoteText
    cleared_by: str


@dataclass(frozen=True, slots=True)
class FraudConfirmed:
    """Fraud was found. `rejected` are the claims denied with it, `saved` what they asked for;
    `to_recover` are claims of the case that had been decided or paid before."""

    claim_id: UUID
    kinds: tuple[str, ...]
    reasons: tuple[str, ...]
    note: NoteText
    confirmed_by: str
    saved: Money
    rejected: tuple[UUID, ...]
    to_recover: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class FraudSubjectFlagged:
    """A finding stands against the member or provider from now on; `words` say which."""

    claim_id: UUID
    subject: Subject
    subject_id: UUID
    words: str
    flagged_by: str


@dataclass(frozen=True, slots=True)
class FraudReported:
    """The finding was passed to an authority, which knows it under `reference`."""

    claim_id: UUID
    authority: str
    reference: str
    reported_on: date
    reported_by: str


@dataclass(frozen=True, slots=True)
class FraudRescored:
    """The claim was scored again, with what was known when it came in."""

    claim_id: UUID
    member_id: PersonId
    score: Decimal
    model: str
    reasons: tuple[str, ...]
    words: HealthTexts
    features_hash: str


@dataclass(frozen=True, slots=True)
class FraudCheckRequested:
    """Somebody asks that the claim be scored again, with the model that is in charge now."""

    claim_id: UUID
    member_id: PersonId
    requested_by: str


FraudCaseEvent = (
    FraudAlerted
    | FraudInvestigationOpened
    | FraudInvestigationOverdue
    | FraudEvidenceAdded
    | FraudClaimLinked
    | FraudCleared
    | FraudConfirmed
    | FraudSubjectFlagged
    | FraudReported
    | FraudRescored
    | FraudCheckRequested
)
