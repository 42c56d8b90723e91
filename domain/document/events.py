"""What can happen to a document. Its content lies outside the log, under the hash that is said
here, so that nobody can exchange it unseen."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.personal import NoteText, PersonId


class Kind(StrEnum):
    """What a document is for."""

    INVOICE = "invoice"
    PRESCRIPTION = "prescription"
    LABORATORY_REPORT = "laboratory_report"
    MEDICAL_REPORT = "medical_report"
    REFERRAL = "referral"
    DISCHARGE_SUMMARY = "discharge_summary"
    IDENTIFICATION = "identification"
    CERTIFICATE = "certificate"
    APPLICATION = "application"
    POLICY_SCHEDULE = "policy_schedule"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """`sha256` is that of what is kept, `received_sha256` of what was sent: they differ where
    something was taken out, such as the place where a picture was made."""

    media_type: str
    size: int
    sha256: str
    received_sha256: str


@dataclass(frozen=True, slots=True)
class DocumentAdded:
    """Belongs to a claim of this member at this provider."""

    claim_id: UUID
    claim_number: str
    member_id: PersonId
    provider_id: UUID
    kind: Kind
    file_name: NoteText
    file: StoredFile
    added_by: str


@dataclass(frozen=True, slots=True)
class MemberDocumentAdded:
    """Belongs to a member, such as an identity card, or to a policy that they hold. Its content is
    kept sealed with the member's key: `file.sha256` is the hash of what is kept, sealed."""

    member_id: PersonId
    member_number: str
    kind: Kind
    file_name: NoteText
    file: StoredFile
    added_by: str
    policy_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class DocumentVersionAdded:
    """A better copy; the earlier versions stay."""

    version: int
    file_name: NoteText
    file: StoredFile
    added_by: str


@dataclass(frozen=True, slots=True)
class DocumentVerified:
    """Somebody looked at this version and found it readable and what it says it is."""

    version: int
    verified_by: str
    note: NoteText = ""


@dataclass(frozen=True, slots=True)
class DocumentRejected:
    """Somebody looked at this version and wants another."""

    version: int
    rejected_by: str
    reasons: tuple[str, ...]
    note: NoteText = ""


@dataclass(frozen=True, slots=True)
class DocumentWithdrawn:
    """It does not belong here any longer; its history stays."""

    reason: str
    withdrawn_by: str


DocumentEvent = (
    DocumentAdded
    | MemberDocumentAdded
    | DocumentVersionAdded
    | DocumentVerified
    | DocumentRejected
    | DocumentWithdrawn
)
