"""Payments over HTTP: what is owed, what was paid, what failed, and taking one back."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response
from pydantic import Field

from api.answers import done, made
from api.documentation import listed, single
from api.fields import Asked, Id, Name, OptionalWords, Word
from api.history import HISTORY, add_history
from api.readable import PAYMENTS
from api.reads import Read, Reads
from api.roles import PROCESS_PAYMENT
from api.routing import resource_router
from api.writing import Write, Writes
from commands import payments, payments_again

router = resource_router("/api/v1", "Payment Processing")

Processes = Annotated[Write, Depends(Writes(PROCESS_PAYMENT))]
OfPayment = Annotated[Read, Depends(Reads(PAYMENTS))]
OnePayment = Annotated[Read, Depends(Reads(PAYMENTS, past=True))]


class Batch(Asked):
    payment_ids: Annotated[
        tuple[UUID, ...], Field(min_length=1, max_length=payments_again.MOST_IN_A_BATCH)
    ]


class OfClaim(Asked):
    claim_id: UUID = Field(description="An approved claim.")


class Corrected(Asked):
    account: Name = Field(examples=["0150-7"])


class Again(Asked):
    account: Word = Field("", description="The corrected account; as the payee has it if left out.")


@router.post("/claims/{claim_id}/payments", **done())
async def schedule_payment(
    claim_id: UUID, write: Processes, body: OptionalWords = None
) -> Response:
    """Owe an approved claim's amount to its payee; asked twice, it is owed once."""
    return await write(body, payments.schedule_payment, payments.PaymentOfClaim(claim_id))


@router.post("/payments", **made())
async def make_payment(
    body: OfClaim,
    write: Annotated[Write, Depends(Writes(PROCESS_PAYMENT, creates="/api/v1/payments"))],
) -> Response:
    """Owe an approved claim's amount to its payee, the claim named in the body."""
    return await write(body, payments.schedule_payment, payments.PaymentOfClaim(body.claim_id))


@router.get("/payments", **listed(PAYMENTS))
async def list_payments(read: OfPayment) -> Response:
    """Payments, filtered, sorted, page by page."""
    return await read.page()


@router.get("/payments/pending", **listed(PAYMENTS))
async def list_pending_payments(read: OfPayment) -> Response:
    """Payments that have not arrived: the bank has not confirmed them, or sent them back."""
    stages = ["scheduled", "instructed", "failed", "returned"]
    return await read.that("t.stage = ANY ({0}::text[])", stages).page()


@router.get("/payments/batch", **listed(PAYMENTS))
async def list_batched_payments(read: OfPayment) -> Response:
    """Payments that went to the bank in a batch; `batch=BAT-2025-00001` shows one batch."""
    return await read.that("t.batch <> {0}::text", "").page()


@router.post("/payments/batch-process", **done())
async def process_payment_batch(body: Batch, write: Processes) -> Response:
    """Send payments to the bank together: all of them, or none where one may not go."""
    return await write(body, payments_again.process_batch, body.payment_ids)


@router.post("/payments/{id}/approve", **done())
async def approve_payment(payment_id: Id, write: Processes, body: OptionalWords = None) -> Response:
    """Agree to a payment that waits for a second person: not whoever prepared it."""
    return await write(body, payments_again.approve_payment, payment_id)


@router.post("/payments/{id}/reissue", **made())
async def reissue_payment(
    payment_id: Id,
    write: Annotated[Write, Depends(Writes(PROCESS_PAYMENT, creates="/api/v1/payments"))],
    body: Again | None = None,
) -> Response:
    """Make a payment in place of one that failed or came back; a second person approves it."""
    asked = payments_again.Reissue(payment_id, body.account if body else "")
    return await write(body, payments_again.reissue_payment, asked)


@router.get("/payments/{id}", **single(PAYMENTS))
async def show_payment(payment_id: Id, read: OnePayment) -> Response:
    """One payment, now or as known then."""
    return await read.shown(payment_id)


@router.put("/payments/{id}", **done())
async def correct_payment(payment_id: Id, body: Corrected, write: Processes) -> Response:
    """Send a payment that waits for somebody to another account; a second person agrees to it."""
    asked = payments_again.Correction(payment_id, body.account)
    return await write(body, payments_again.correct_payment, asked)


@router.post("/payments/{id}/process", **done())
async def process_payment(payment_id: Id, write: Processes, body: OptionalWords = None) -> Response:
    """Have the bank be asked to pay, where this has not happened by itself."""
    return await write(body, payments.instruct_payment, payments.PaymentStep(payment_id))


@router.post("/payments/{id}/cancel", **done())
async def cancel_payment(payment_id: Id, write: Processes, body: OptionalWords = None) -> Response:
    """Take back a payment that the bank has not been asked for yet."""
    return await write(body, payments.cancel_payment, payments.PaymentStep(payment_id))


add_history(router, PAYMENTS, HISTORY, prefix="/payments")
