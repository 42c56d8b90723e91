"""Documents of claims and members: what they are, in which version, and whether verified."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.document.events import (
    DocumentAdded,
    DocumentRejected,
    DocumentVerified,
    DocumentVersionAdded,
    DocumentWithdrawn,
    MemberDocumentAdded,
)
from domain.personal import Personal
from projections.declaring import SEARCHED, SHOWN, SORTS, Index, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class DocumentRow(Row):
    """A document in its last version; `stage` is added, verified, rejected or withdrawn. It
    belongs to a claim, or to the member: then its content is sealed with the member's key."""

    document_id: UUID
    claim_id: UUID | None
    claim_number: Annotated[str, SEARCHED]
    member_id: UUID
    provider_id: UUID | None
    kind: Annotated[str, SORTS]
    file_name: Annotated[str, SHOWN, Personal("note")]
    media_type: str
    size: Annotated[int, SORTS]
    sha256: str
    received_sha256: str
    document_version: int
    stage: Annotated[str, SORTS]
    added_by: str
    added_on: Annotated[date, SORTS]
    checked_by: str = ""
    checked_on: Annotated[date | None, SORTS] = None
    reasons: tuple[str, ...] = ()
    reason: Annotated[str, SHOWN] = ""
    policy_id: UUID | None = None


DOCUMENTS = Table(
    DocumentRow,
    "documents",
    ("document_id",),
    person="member_id",
    indexes=(
        Index(("claim_id",)),
        Index(("member_id",)),
        Index(("policy_id",), where="policy_id IS NOT NULL"),
        Index(("stage", "created_at")),
        Index(("sha256",)),
        Index(("created_at", "document_id")),
    ),
)


def added(event: Recorded, fact: DocumentAdded | MemberDocumentAdded, rows: Rows) -> None:
    row = DocumentRow(
        document_id=event.stream_id,
        claim_id=None,
        claim_number="",
        member_id=fact.member_id,
        provider_id=None,
        kind=fact.kind,
        file_name=fact.file_name,
        media_type=fact.file.media_type,
        size=fact.file.size,
        sha256=fact.file.sha256,
        received_sha256=fact.file.received_sha256,
        document_version=1,
        stage="added",
        added_by=fact.added_by,
        added_on=event.meta.effective_on,
    )
    if isinstance(fact, DocumentAdded):
        row.claim_id, row.claim_number = fact.claim_id, fact.claim_number
        row.provider_id = fact.provider_id
    else:
        row.policy_id = fact.policy_id
    rows.add(DOCUMENTS, row)


def version_added(event: Recorded, fact: DocumentVersionAdded, rows: Rows) -> None:
    row = rows.change(DOCUMENTS, event.stream_id)
    row.file_name, row.media_type, row.size = fact.file_name, fact.file.media_type, fact.file.size
    row.sha256, row.received_sha256 = fact.file.sha256, fact.file.received_sha256
    row.document_version, row.stage = fact.version, "added"
    row.added_by, row.added_on = fact.added_by, event.meta.effective_on
    row.checked_by, row.checked_on, row.reasons = "", None, ()


def verified(event: Recorded, fact: DocumentVerified, rows: Rows) -> None:
    row = rows.change(DOCUMENTS, event.stream_id)
    row.stage, row.reasons = "verified", ()
    row.checked_by, row.checked_on = fact.verified_by, event.meta.effective_on


def rejected(event: Recorded, fact: DocumentRejected, rows: Rows) -> None:
    row = rows.change(DOCUMENTS, event.stream_id)
    row.stage, row.reasons = "rejected", fact.reasons
    row.checked_by, row.checked_on = fact.rejected_by, event.meta.effective_on


def withdrawn(event: Recorded, fact: DocumentWithdrawn, rows: Rows) -> None:
    row = rows.change(DOCUMENTS, event.stream_id)
    row.stage, row.reason = "withdrawn", fact.reason


PROJECTION = Projection(
    name="documents",
    version=2,
    question="Which documents belong to a claim or member, and are they verified?",
    tables=(DOCUMENTS,),
    on={
        DocumentAdded: added,
        MemberDocumentAdded: added,
        DocumentVersionAdded: version_added,
        DocumentVerified: verified,
        DocumentRejected: rejected,
        DocumentWithdrawn: withdrawn,
    },
)
