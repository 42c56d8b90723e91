"""Documents of members and policies over HTTP: identity cards, certificates, policy schedules."""

from datetime import date
from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Response
from fastapi.concurrency import run_in_threadpool

from adapters.uploads import PDF, Clean
from api.answers import done, made
from api.claim_documents import FILE, NewDocument
from api.document_files import handed_out, kept
from api.documentation import listed, single
from api.errors import not_found
from api.fields import Asked, Day, Id
from api.ownership import OfRow
from api.readable import DOCUMENTS, MEMBERS, POLICIES
from api.reads import Read, Reads
from api.roles import ADD_DOCUMENT, CHANGE_POLICY, DELETE_DOCUMENT, VIEW_DOCUMENT
from api.routing import resource_router
from api.writing import Write, Writes
from commands import documents
from domain.document.decide import WithdrawDocument
from domain.document.events import Kind
from projections.policy_schedule import Schedule, schedule
from projections.printed_words import Language

CREATED = "/api/v1/documents"
router = resource_router("/api/v1", "Document Management")

OfDocument = Annotated[Read, Depends(Reads(DOCUMENTS))]


@router.post("/members/{member_id}/documents", **made())
async def add_member_document(
    member_id: UUID,
    body: NewDocument,
    write: Annotated[
        Write, Depends(Writes(ADD_DOCUMENT, creates=CREATED, whose=OfRow(MEMBERS, "member_id")))
    ],
) -> Response:
    """Put a document to a member; its content is kept sealed with the member's key."""
    clean = await run_in_threadpool(body.cleaned, write.parts.settings)
    file = await kept(write, clean, member_id)
    request = documents.NewMemberDocument(member_id, body.kind, clean.name, file)
    return await write(body, documents.add_member_document, request)


@router.get("/members/{member_id}/documents", **listed(DOCUMENTS))
async def list_member_documents(
    member_id: UUID,
    read: OfDocument,
    member: Annotated[Read, Depends(Reads(MEMBERS, VIEW_DOCUMENT))],
) -> Response:
    """A member's own documents and those of their claims."""
    await member.check_there(member_id)
    return await read.only(member_id=member_id).page()


@router.get("/documents/{id}", **single(DOCUMENTS))
async def show_document(
    document_id: Id, read: Annotated[Read, Depends(Reads(DOCUMENTS, past=True))]
) -> Response:
    """What a document is and where it stands, now or as known then."""
    return await read.shown(document_id)


@router.get("/documents/{id}/download", response_class=Response, responses={200: FILE})
async def download_document(document_id: Id, read: OfDocument) -> Response:
    """The file of the last version."""
    return await handed_out(read, document_id)


@router.delete("/documents/{id}", **done())
async def withdraw_document(
    document_id: Id, write: Annotated[Write, Depends(Writes(DELETE_DOCUMENT))]
) -> Response:
    """Take a document back; its history stays."""
    command = WithdrawDocument(write.why(None), write.caller.user.actor)
    step = documents.DocumentStep(document_id, command)
    return await write(None, documents.change_document, step)


@router.get("/policies/{id}/documents", **listed(DOCUMENTS))
async def list_policy_documents(
    policy_id: Id,
    read: OfDocument,
    policy: Annotated[Read, Depends(Reads(POLICIES, VIEW_DOCUMENT))],
) -> Response:
    """The documents that were made for a policy."""
    await policy.check_there(policy_id)
    return await read.only(policy_id=policy_id).page()


class Generating(Asked):
    """The schedule as it stands on a day (today where left out), in English or Swahili."""

    on: Day | None = None
    language: Language = Language.ENGLISH


@router.post("/policies/{id}/documents/generate", **made())
async def generate_policy_document(
    policy_id: Id,
    write: Annotated[Write, Depends(Writes(CHANGE_POLICY, creates=CREATED))],
    body: Generating | None = None,
) -> Response:
    """Print the policy's schedule (PDF) and keep it among the holder's documents."""
    asked = body or Generating()
    on = write.day(body, asked.on)
    found = await run_in_threadpool(_printed, write, policy_id, on, asked.language)
    if found is None:
        raise not_found()
    holder_id, number, paper = found
    clean = Clean(f"{number}-{on}.pdf", PDF, paper, sha256(paper).hexdigest())
    file = await kept(write, clean, holder_id)
    request = documents.NewMemberDocument(
        holder_id, Kind.POLICY_SCHEDULE, clean.name, file, policy_id
    )
    return await write(body, documents.add_member_document, request)


_HOLDER = """SELECT p.holder_id, COALESCE(m.full_name, ''), COALESCE(m.number, ''),
    COALESCE(r.name, '')
FROM policies p LEFT JOIN members m ON m.tenant = p.tenant AND m.member_id = p.holder_id
LEFT JOIN products r ON r.tenant = p.tenant AND r.product_id = p.product_id
WHERE p.tenant = %s AND p.policy_id = %s"""


def _printed(
    write: Write, policy_id: UUID, on: date, language: Language
) -> tuple[UUID, str, bytes] | None:
    """The holder, the policy's number and its schedule on paper; None without such a policy."""
    store = write.parts.desk.store
    with store.pool.connection() as conn:
        told = schedule(conn, store.tenant, policy_id, on)
        row = conn.execute(_HOLDER, (store.tenant, policy_id)).fetchone()
        if told is None or row is None:
            return None
        names = conn.execute(
            "SELECT number, full_name FROM members WHERE tenant = %s AND member_id = ANY (%s)",
            (store.tenant, [one.member_id for one in told.covered]),
        ).fetchall()
    return row[0], told.number, _paper(write, told, row, dict(names), language)


def _paper(
    write: Write, told: Schedule, row: tuple[Any, ...], names: dict[str, str], language: Language
) -> bytes:
    from projections.policy_paper import Printed, schedule_pdf

    _, holder, number, plan = row
    by = Printed(write.parts.settings.insurer_name, holder, number, plan, names, language)
    return schedule_pdf(told, by)
