"""The files of documents: kept before anything is said of them, and handed out again.

What belongs to a claim is kept under its own hash, what is a member's own sealed with their key.
"""

from hashlib import sha256
from urllib.parse import quote
from uuid import UUID

from fastapi import Response
from fastapi.concurrency import run_in_threadpool

from adapters.document_contents import DocumentContents
from adapters.personal_contents import PersonalContents
from adapters.uploads import Clean
from api.errors import not_found
from api.reads import Read
from api.writing import Write
from domain.document import DOCUMENT
from domain.document.decide import there
from domain.document.events import StoredFile


async def kept(write: Write, clean: Clean, member_id: UUID | None = None) -> StoredFile:
    """The file beside the log, sealed for a member where one is named; in a dry run it is not."""
    return await run_in_threadpool(_keep, write, clean, member_id)


async def kept_as_before(write: Write, document_id: UUID, clean: Clean) -> StoredFile:
    """A better copy of a document, kept as its first one was; raises the domain's refusals."""
    loaded = await run_in_threadpool(write.parts.desk.store.load, DOCUMENT, document_id)
    document = there(loaded.state)
    return await kept(write, clean, None if document.claim_id else document.member_id)


def _keep(write: Write, clean: Clean, member_id: UUID | None) -> StoredFile:
    store = write.parts.desk.store
    if member_id is not None:
        digest = PersonalContents(store).keep(member_id, clean.content, dry_run=write.dry_run)
    elif write.dry_run:
        digest = sha256(clean.content).hexdigest()
    else:
        digest = DocumentContents(store.pool, store.tenant).keep(clean.content)
    return StoredFile(clean.media_type, len(clean.content), digest, clean.received_sha256)


async def handed_out(read: Read, document_id: UUID) -> Response:
    """The file of the last version; raises Problem where there is none for this caller."""
    read.nothing_else()
    await read.check_there(document_id)
    parts = read.parts
    row = await parts.reading.row(
        "SELECT sha256, media_type, file_name, stage, claim_id IS NULL, member_id FROM documents"
        " WHERE tenant = %s AND document_id = %s",
        (parts.settings.tenant, document_id),
    )
    if row is None or row[3] == "withdrawn":
        raise not_found()
    digest, media_type, name, _, sealed, member_id = row
    store = parts.desk.store
    if sealed:
        content = await run_in_threadpool(PersonalContents(store).find, member_id, digest)
    else:
        contents = DocumentContents(store.pool, store.tenant)
        content = await run_in_threadpool(contents.find, digest)
    if content is None:
        raise not_found()
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "X-Content-SHA256": sha256(content).hexdigest(),
    }
    return Response(content, media_type=media_type, headers=headers)
