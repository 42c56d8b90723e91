"""Documents of claims over HTTP: send, read, better copies, verify, take back."""

import base64
import binascii
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field, StringConstraints

from adapters.scanner import found_in
from adapters.settings import Settings
from adapters.uploads import Clean, UploadRefused, cleaned
from api.answers import done, made
from api.document_files import handed_out, kept, kept_as_before
from api.documentation import listed, single
from api.errors import wrong_field
from api.fields import Asked, Flag, Id, Name, Sentence
from api.history import HISTORY, add_history
from api.ownership import OfRow
from api.readable import CLAIMS, DOCUMENTS
from api.reads import Read, Reads
from api.roles import ADD_DOCUMENT, DELETE_DOCUMENT, VERIFY_DOCUMENT, VIEW_DOCUMENT
from api.routing import resource_router
from api.writing import Write, Writes
from commands import documents
from domain.document.decide import AddVersion, RejectDocument, VerifyDocument, WithdrawDocument
from domain.document.events import Kind

CREATED = "/api/v1/claim-documents"
router = resource_router("/api/v1", "Document Management")

BASE64 = r"^[A-Za-z0-9+/]*={0,2}$"
TINY_PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)
FILE = {
    "content": {
        media: {"schema": {"type": "string", "format": "binary"}}
        for media in ("application/pdf", "image/jpeg", "image/png")
    },
    "description": "The file as it is kept.",
}
OfDocument = Annotated[Read, Depends(Reads(DOCUMENTS))]
Sends = Annotated[Write, Depends(Writes(ADD_DOCUMENT, whose=OfRow(DOCUMENTS)))]


class NewVersion(Asked):
    """A file: PDF, JPEG or PNG. Pictures are drawn anew, without whatever else was in the file."""

    file_name: Name = Field(examples=["invoice.png"])
    media_type: Name = Field(examples=["image/png"])
    content: Annotated[str, StringConstraints(strict=True, pattern=BASE64)] = Field(
        description="Its bytes in base64.", examples=[TINY_PNG]
    )

    def cleaned(self, settings: Settings) -> Clean:
        """What may be kept of it; raises Problem, and ScannerAway where none can be asked."""
        try:
            content = base64.b64decode(self.content, validate=True)
        except binascii.Error as error:
            raise wrong_field("content", "is not base64") from error
        try:
            kept = cleaned(self.file_name, self.media_type, content, settings.largest_document)
        except UploadRefused as refused:
            raise wrong_field("content", str(refused)) from refused
        if settings.scanner_url and found_in(content, settings.scanner_url):
            raise wrong_field("content", "the virus scanner has found something in it")
        return kept


class NewDocument(NewVersion):
    kind: Kind = Kind.OTHER


class Checking(Asked):
    """What came of looking at it: `accepted`, or with reasons not."""

    accepted: Flag = True
    reasons: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    note: Sentence = ""


@router.post("/claims/{claim_id}/documents", **made())
async def add_claim_document(
    claim_id: UUID,
    body: NewDocument,
    write: Annotated[
        Write, Depends(Writes(ADD_DOCUMENT, creates=CREATED, whose=OfRow(CLAIMS, "claim_id")))
    ],
) -> Response:
    """Put a document to a claim."""
    clean = await run_in_threadpool(body.cleaned, write.parts.settings)
    file = await kept(write, clean)
    request = documents.NewDocument(claim_id, body.kind, clean.name, file)
    return await write(body, documents.add_document, request)


@router.get("/claims/{claim_id}/documents", **listed(DOCUMENTS))
async def list_claim_documents(
    claim_id: UUID,
    read: OfDocument,
    claim: Annotated[Read, Depends(Reads(CLAIMS, VIEW_DOCUMENT))],
) -> Response:
    """The documents of a claim."""
    await claim.check_there(claim_id)
    return await read.only(claim_id=claim_id).page()


@router.get("/claim-documents/{id}", **single(DOCUMENTS))
async def show_claim_document(
    document_id: Id, read: Annotated[Read, Depends(Reads(DOCUMENTS, past=True))]
) -> Response:
    """What a document is and where it stands, now or as known then."""
    return await read.shown(document_id)


@router.get("/claim-documents/{id}/download", response_class=Response, responses={200: FILE})
async def download_claim_document(document_id: Id, read: OfDocument) -> Response:
    """The file of the last version."""
    return await handed_out(read, document_id)


@router.put("/claim-documents/{id}", **done())
async def add_claim_document_version(
    document_id: Id,
    body: NewVersion,
    write: Sends,
) -> Response:
    """Send a better copy; the earlier versions stay in the history."""
    clean = await run_in_threadpool(body.cleaned, write.parts.settings)
    file = await kept_as_before(write, document_id, clean)
    command = AddVersion(clean.name, file, write.caller.user.actor)
    return await write(
        body, documents.change_document, documents.DocumentStep(document_id, command)
    )


@router.post("/claim-documents/{id}/verify", **done())
async def verify_claim_document(
    document_id: Id, body: Checking, write: Annotated[Write, Depends(Writes(VERIFY_DOCUMENT))]
) -> Response:
    """Say that a document is readable and what it says it is, or why not; never by its sender."""
    actor = write.caller.user.actor
    command = (
        VerifyDocument(actor, body.note)
        if body.accepted
        else RejectDocument(actor, body.reasons, body.note)
    )
    return await write(
        body, documents.change_document, documents.DocumentStep(document_id, command)
    )


@router.delete("/claim-documents/{id}", **done())
async def withdraw_claim_document(
    document_id: Id, write: Annotated[Write, Depends(Writes(DELETE_DOCUMENT))]
) -> Response:
    """Take a document back; its history and content stay."""
    command = WithdrawDocument(write.why(None), write.caller.user.actor)
    return await write(
        None, documents.change_document, documents.DocumentStep(document_id, command)
    )


add_history(router, DOCUMENTS, HISTORY, prefix="/claim-documents")
