"""What we allow for documents: add, add a better copy, look at the last one, take back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from domain.document.events import (
    DocumentAdded,
    DocumentEvent,
    DocumentRejected,
    DocumentVerified,
    DocumentVersionAdded,
    DocumentWithdrawn,
    Kind,
    MemberDocumentAdded,
    StoredFile,
)
from domain.document.state import Added, Document, NotAdded, Stage
from domain.four_eyes import another_person
from domain.refusals import RuleBroken, WrongStage

MOST_VERSIONS = 50


@dataclass(frozen=True, slots=True)
class AddDocument:
    claim_id: UUID
    claim_number: str
    member_id: UUID
    provider_id: UUID
    kind: Kind
    file_name: str
    file: StoredFile
    added_by: str


@dataclass(frozen=True, slots=True)
class AddMemberDocument:
    member_id: UUID
    member_number: str
    kind: Kind
    file_name: str
    file: StoredFile
    added_by: str
    policy_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class AddVersion:
    file_name: str
    file: StoredFile
    added_by: str


@dataclass(frozen=True, slots=True)
class VerifyDocument:
    verifier: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class RejectDocument:
    rejected_by: str
    reasons: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawDocument:
    reason: str
    withdrawn_by: str


DocumentCommand = (
    AddDocument
    | AddMemberDocument
    | AddVersion
    | VerifyDocument
    | RejectDocument
    | WithdrawDocument
)


def decide(document: Document, command: DocumentCommand) -> Sequence[DocumentEvent]:
    match command:
        case AddDocument():
            return add(document, command)
        case AddMemberDocument():
            return add_to_member(document, command)
        case AddVersion():
            return add_version(there(document), command)
        case VerifyDocument():
            return verify(there(document), command)
        case RejectDocument():
            return reject(there(document), command)
        case WithdrawDocument():
            there(document)
            return [DocumentWithdrawn(command.reason, command.withdrawn_by)]
        case _:
            assert_never(command)


def add(document: Document, command: AddDocument) -> Sequence[DocumentEvent]:
    not_added(document)
    return [
        DocumentAdded(
            command.claim_id,
            command.claim_number,
            command.member_id,
            command.provider_id,
            command.kind,
            command.file_name,
            command.file,
            command.added_by,
        )
    ]


def add_to_member(document: Document, command: AddMemberDocument) -> Sequence[DocumentEvent]:
    not_added(document)
    return [
        MemberDocumentAdded(
            command.member_id, command.member_number, command.kind, command.file_name,
            command.file, command.added_by, command.policy_id,
        )
    ]  # fmt: skip


def not_added(document: Document) -> None:
    if not isinstance(document, NotAdded):
        raise WrongStage("document.already_added", "this document has been added before")


def add_version(document: Added, command: AddVersion) -> Sequence[DocumentEvent]:
    """The same content again is no new version."""
    if document.version >= MOST_VERSIONS:
        raise RuleBroken(
            "document.too_many_versions", f"a document has at most {MOST_VERSIONS} versions"
        )
    if command.file.sha256 == document.hashes[-1]:
        return []
    return [
        DocumentVersionAdded(
            document.version + 1, command.file_name, command.file, command.added_by
        )
    ]


def verify(document: Added, command: VerifyDocument) -> Sequence[DocumentEvent]:
    if document.stage is Stage.VERIFIED:
        return []
    another_person(
        command.verifier,
        {document.added_by},
        "document.same_person",
        "who sent a document may not verify it",
    )
    return [DocumentVerified(document.version, command.verifier, command.note)]


def reject(document: Added, command: RejectDocument) -> Sequence[DocumentEvent]:
    if not command.reasons:
        raise RuleBroken("document.rejected_without_reason", "say why", field="reasons")
    return [DocumentRejected(document.version, command.rejected_by, command.reasons, command.note)]


def there(document: Document) -> Added:
    """The document if it is there and was not taken back; otherwise the refusal."""
    if isinstance(document, NotAdded):
        raise WrongStage("document.not_found", "there is no such document", field="document_id")
    if document.stage is Stage.WITHDRAWN:
        raise WrongStage("document.withdrawn", "this document was taken back")
    return document
