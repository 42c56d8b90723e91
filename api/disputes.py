"""Disputes over HTTP: open one against a decided claim, answer it, appeal once."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response
from pydantic import Field

from api.answers import done, made
from api.documentation import listed, single
from api.fields import Asked, Count, Id, Sentence
from api.history import HISTORY, TIMELINE, add_history
from api.money import Amount
from api.ownership import OfRow
from api.readable import CLAIMS, DISPUTES
from api.reads import Read, Reads
from api.roles import ADD_DISPUTE, DECIDE_DISPUTE
from api.routing import resource_router
from api.writing import Write, Writes
from commands import disputes
from domain.dispute.events import Outcome

PREFIX = "/api/v1/disputes"
OF_CLAIM = OfRow(CLAIMS, "claim_id", in_body=True)
router = resource_router(PREFIX, "Disputes")

Adds = Annotated[Write, Depends(Writes(ADD_DISPUTE))]


class NewDispute(Asked):
    """`lines` are numbers of the claim's lines; the whole claim where left out."""

    claim_id: UUID
    grounds: Sentence = Field(min_length=1, examples=["the referral was attached"])
    lines: Annotated[tuple[Annotated[Count, Field(ge=1, le=500)], ...], Field(max_length=500)] = ()
    claimed: Amount | None = None
    id: UUID | None = Field(None, description="Made by the client; the ledger makes one if not.")


@router.post("", **made())
async def open_dispute(
    body: NewDispute,
    write: Annotated[Write, Depends(Writes(ADD_DISPUTE, creates=PREFIX, whose=OF_CLAIM))],
) -> Response:
    """Dispute the decision on a claim; members and providers their own claims."""
    new = disputes.NewDispute(body.claim_id, body.grounds, body.lines, body.claimed, body.id)
    return await write(body, disputes.open_dispute, new)


@router.get("", **listed(DISPUTES))
async def list_disputes(read: Annotated[Read, Depends(Reads(DISPUTES))]) -> Response:
    """Disputes, filtered, sorted, page by page."""
    return await read.page()


@router.get("/{id}", **single(DISPUTES))
async def show_dispute(
    dispute_id: Id, read: Annotated[Read, Depends(Reads(DISPUTES, past=True))]
) -> Response:
    """One dispute, now or as known then."""
    return await read.shown(dispute_id)


class Amendment(Asked):
    grounds: Sentence = Field(min_length=1, examples=["the referral was attached"])
    claimed: Amount | None = None


@router.put("/{id}", **done())
async def amend_dispute(dispute_id: Id, body: Amendment, write: Adds) -> Response:
    """Put the grounds or the amount right, until it is decided."""
    amendment = disputes.Amendment(dispute_id, body.grounds, body.claimed)
    return await write(body, disputes.amend_dispute, amendment)


class Ruling(Asked):
    """An upheld dispute calls for the claim to be reopened or replaced."""

    outcome: Outcome
    why: Sentence = Field(min_length=1, examples=["the referral was there"])


@router.post("/{id}/decide", **done())
async def decide_dispute(
    dispute_id: Id, body: Ruling, write: Annotated[Write, Depends(Writes(DECIDE_DISPUTE))]
) -> Response:
    """Uphold or reject; never by somebody who has spoken in it."""
    ruling = disputes.Ruling(dispute_id, body.outcome, body.why)
    return await write(body, disputes.decide_dispute, ruling)


class Appeal(Asked):
    grounds: Sentence = Field(min_length=1, examples=["the letter was not read"])


@router.post("/{id}/appeal", **done())
async def appeal_dispute(dispute_id: Id, body: Appeal, write: Adds) -> Response:
    """Ask for somebody else's last word on a rejection."""
    return await write(body, disputes.appeal_dispute, disputes.Appeal(dispute_id, body.grounds))


@router.delete("/{id}", **done())
async def withdraw_dispute(dispute_id: Id, write: Adds) -> Response:
    """Take a dispute back."""
    return await write(None, disputes.withdraw_dispute, dispute_id)


add_history(router, DISPUTES, HISTORY, TIMELINE)
