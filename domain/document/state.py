"""Where a document stands."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from domain.document.events import (
    DocumentAdded,
    DocumentEvent,
    DocumentRejected,
    DocumentVerified,
    DocumentVersionAdded,
    DocumentWithdrawn,
    MemberDocumentAdded,
)
from domain.personal import PersonId


class Stage(StrEnum):
    ADDED = "added"
    VERIFIED = "verified"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class NotAdded:
    pass


@dataclass(frozen=True, slots=True)
class Added:
    """A claim's, or without `claim_id` a member's own. `hashes` are the contents of its versions,
    from the first; `added_by` who sent the last."""

    claim_id: UUID | None
    member_id: PersonId
    hashes: tuple[str, ...]
    added_by: str
    stage: Stage = Stage.ADDED

    @property
    def version(self) -> int:
        return len(self.hashes)


Document = NotAdded | Added


def evolve(document: Document, event: DocumentEvent) -> Document:
    if isinstance(event, DocumentAdded):
        return Added(event.claim_id, event.member_id, (event.file.sha256,), event.added_by)
    if isinstance(event, MemberDocumentAdded):
        return Added(None, event.member_id, (event.file.sha256,), event.added_by)
    if isinstance(document, NotAdded):
        return document
    match event:
        case DocumentVersionAdded():
            hashes = (*document.hashes, event.file.sha256)
            return replace(document, hashes=hashes, added_by=event.added_by, stage=Stage.ADDED)
        case DocumentVerified():
            return replace(document, stage=Stage.VERIFIED)
        case DocumentRejected():
            return replace(document, stage=Stage.REJECTED)
        case DocumentWithdrawn():
            return replace(document, stage=Stage.WITHDRAWN)
        case _:
            assert_never(event)
