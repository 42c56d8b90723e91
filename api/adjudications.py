"""Decisions on claims over HTTP: the determination, and what people decide about it.

A claim is adjudicated once, so its adjudication is named by the claim's own id.
"""

from enum import Enum
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from api.answers import done
from api.documentation import listed
from api.envelope import Success, plain, success
from api.errors import not_found
from api.fields import Asked, Id, Name, OptionalWords, Sentence
from api.parameters import KNOWN_AT
from api.readable import CLAIMS, INBOX
from api.reads import Read, Reads
from api.roles import APPROVE_CLAIM, INVESTIGATE_FRAUD, PREPARE_CLAIM, REJECT_CLAIM
from api.routing import resource_router
from api.writing import Write, Writes
from commands import claims, fraud_cases, reversing
from domain.claim import CLAIM
from domain.claim.state import Submitted

router = resource_router("/api/v1", "Adjudication")

Prepares = Annotated[Write, Depends(Writes(PREPARE_CLAIM))]
Approves = Annotated[Write, Depends(Writes(APPROVE_CLAIM))]
Rejects = Annotated[Write, Depends(Writes(REJECT_CLAIM))]
Investigates = Annotated[Write, Depends(Writes(INVESTIGATE_FRAUD))]
Waiting = Annotated[Read, Depends(Reads(INBOX))]
FRAUD: list[str | Enum] = ["Fraud Detection"]


class Noted(Asked):
    note: Sentence = ""


class Denial(Noted):
    """Every reason is kept; a denial without one is refused."""

    reasons: Annotated[tuple[Name, ...], Field(min_length=1, max_length=20)]


@router.post("/claims/{claim_id}/adjudicate", **done())
async def adjudicate_claim(claim_id: UUID, write: Prepares, body: OptionalWords = None) -> Response:
    """Decide every line of a scored claim, where this has not happened by itself."""
    return await write(body, claims.adjudicate_claim, claims.ClaimStep(claim_id))


@router.get("/claims/{claim_id}/adjudication", response_model=Success[dict[str, Any]])
async def show_adjudication(
    claim_id: UUID, read: Annotated[Read, Depends(Reads(CLAIMS, more=(KNOWN_AT,)))]
) -> Response:
    """The determination, line by line, with the steps that led to every amount."""
    read.nothing_else()
    await read.check_there(claim_id)
    store = read.parts.desk.store
    found = await run_in_threadpool(store.load, CLAIM, claim_id, known_at=read.known_at)
    claim = found.state
    if not isinstance(claim, Submitted) or claim.determination is None:
        raise not_found()
    data = {
        "claim_id": str(claim_id),
        "number": claim.number,
        "stage": str(claim.stage),
        "route": plain(claim.route),
        "payable": plain(claim.payable),
        "determination": plain(claim.determination),
    }
    return success(data, headers={"ETag": f'"{found.version}"'})


@router.get("/adjudications/pending-decision", **listed(INBOX))
async def list_pending_decisions(read: Waiting) -> Response:
    """Adjudicated claims that wait for a processor or a manager."""
    return await read.that("t.queue = ANY ({0}::text[])", ["processor", "manager"]).page()


@router.post("/claims/{id}/prepare", **done())
async def prepare_claim(claim_id: Id, write: Prepares, body: Noted | None = None) -> Response:
    """Put an adjudicated claim forward for approval by somebody else."""
    return await write(body, claims.prepare_claim, _note(claim_id, body))


async def _approve(claim_id: UUID, write: Write, body: Asked | None) -> Response:
    return await write(body, claims.approve_claim, claims.ClaimStep(claim_id))


@router.post("/claims/{id}/approve", **done())
async def approve_claim(claim_id: Id, write: Approves, body: OptionalWords = None) -> Response:
    """Approve for payment; never by who entered or prepared the claim."""
    return await _approve(claim_id, write, body)


@router.post("/adjudications/{id}/approve", **done())
async def approve_adjudication(
    claim_id: Id, write: Approves, body: OptionalWords = None
) -> Response:
    """The same, as the decision on a claim's adjudication."""
    return await _approve(claim_id, write, body)


async def _reject(claim_id: UUID, write: Write, body: Denial) -> Response:
    return await write(body, claims.deny_claim, claims.Denial(claim_id, body.reasons, body.note))


@router.post("/claims/{id}/reject", **done())
async def reject_claim(claim_id: Id, body: Denial, write: Rejects) -> Response:
    """Deny a claim; benefit that it had taken is given back."""
    return await _reject(claim_id, write, body)


@router.post("/adjudications/{id}/reject", **done())
async def reject_adjudication(claim_id: Id, body: Denial, write: Rejects) -> Response:
    """The same, as the decision on a claim's adjudication."""
    return await _reject(claim_id, write, body)


@router.post("/claims/{id}/reverse", **done())
async def reverse_claim(claim_id: Id, body: Asked, write: Approves) -> Response:
    """Take an approved or closed claim back; benefit is given back, what was paid is to recover.

    Its invoice may then be claimed again, correctly.
    """
    return await write(body, reversing.reverse_claim, reversing.ClaimToReverse(claim_id))


@router.post("/claims/{id}/resume", tags=FRAUD, **done())
async def resume_claim(claim_id: Id, write: Investigates, body: Noted | None = None) -> Response:
    """Clear a suspended claim of suspicion: it goes on to adjudication."""
    asked = fraud_cases.Clearing(claim_id, body.note if body else "")
    return await write(body, fraud_cases.clear, asked)


def _note(claim_id: UUID, body: Noted | None) -> claims.Note:
    return claims.Note(claim_id, body.note if body else "")
