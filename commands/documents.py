"""Use cases of documents: add to a claim or a member, add a better copy, verify, take back."""

from dataclasses import dataclass
from uuid import UUID

from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, carry_out_on, changed
from domain.claim import CLAIM
from domain.claim.decide import submitted
from domain.document import DOCUMENT
from domain.document.decide import AddDocument, AddMemberDocument, DocumentCommand
from domain.document.events import Kind, StoredFile
from domain.member import MEMBER
from domain.member.decide import enrolled


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A file whose content is kept already, under the hash in `file`."""

    claim_id: UUID
    kind: Kind
    file_name: str
    file: StoredFile
    document_id: UUID | None = None


def add_document(desk: Desk, context: Context, request: NewDocument) -> Outcome:
    """Put a document to a claim of ours, whatever its stage."""

    def decide() -> Decision:
        document = desk.store.load(DOCUMENT, request.document_id or desk.ids.new())
        claim = submitted(desk.store.load(CLAIM, request.claim_id).state)
        command = AddDocument(
            request.claim_id,
            claim.number,
            claim.member_id,
            claim.provider_id,
            request.kind,
            request.file_name,
            request.file,
            context.actor,
        )
        facts = DOCUMENT.decide(document.state, command)
        answer = {
            "id": str(document.stream_id), "number": claim.number, "sha256": request.file.sha256
        }  # fmt: skip
        return Decision((changed(document, facts),), answer)

    return carry_out(desk.store, context, decide)


@dataclass(frozen=True, slots=True)
class NewMemberDocument:
    """A file of a member, or of a policy that they hold, that is kept already, sealed."""

    member_id: UUID
    kind: Kind
    file_name: str
    file: StoredFile
    policy_id: UUID | None = None
    document_id: UUID | None = None


def add_member_document(desk: Desk, context: Context, request: NewMemberDocument) -> Outcome:
    """Put a document to an enrolled member."""

    def decide() -> Decision:
        document = desk.store.load(DOCUMENT, request.document_id or desk.ids.new())
        member = enrolled(desk.store.load(MEMBER, request.member_id).state)
        command = AddMemberDocument(
            request.member_id,
            member.number,
            request.kind,
            request.file_name,
            request.file,
            context.actor,
            request.policy_id,
        )
        facts = DOCUMENT.decide(document.state, command)
        answer = {"id": str(document.stream_id), "number": member.number}
        return Decision((changed(document, facts),), answer)

    return carry_out(desk.store, context, decide)


@dataclass(frozen=True, slots=True)
class DocumentStep:
    document_id: UUID
    command: DocumentCommand


def change_document(desk: Desk, context: Context, request: DocumentStep) -> Outcome:
    """Any other command to one document."""
    return carry_out_on(desk.store, context, DOCUMENT, request.document_id, request.command)
