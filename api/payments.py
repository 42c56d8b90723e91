"""Payments over HTTP: what is owed, what was paid, what failed, and taking one back."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from api.answers import done
from api.documentation import listed, single
from api.fields import Id, OptionalWords
from api.history import HISTORY, add_history
from api.readable import PAYMENTS
from api.reads import Read, Reads
from api.roles import PROCESS_PAYMENT
from api.routing import resource_router
from api.writing import Write, Writes
from commands import payments

router = resource_router("/api/v1", "Payment Processing")

Processes = Annotated[Write, Depends(Writes(PROCESS_PAYMENT))]
OfPayment = Annotated[Read, Depends(Reads(PAYMENTS))]
OnePayment = Annotated[Read, Depends(Reads(PAYMENTS, past=True))]


@router.post("/claims/{claim_id}/payments", **done())
async def schedule_payment(
    claim_id: UUID, write: Processes, body: OptionalWords = None
) -> Response:
    """Owe an approved claim's amount to its payee; asked twice, it is owed once."""
    return await write(body, payments.schedule_payment, payments.PaymentOfClaim(claim_id))


@router.get("/payments", **listed(PAYMENTS))
async def list_payments(read: OfPayment) -> Response:
    """Payments, filtered, sorted, page by page."""
    return await read.page()


@router.get("/payments/pending", **listed(PAYMENTS))
async def list_pending_payments(read: OfPayment) -> Response:
    """Payments that the bank has not confirmed yet."""
    stages = ["scheduled", "instructed", "failed"]
    return await read.that("t.stage = ANY ({0}::text[])", stages).page()


@router.get("/payments/{id}", **single(PAYMENTS))
async def show_payment(payment_id: Id, read: OnePayment) -> Response:
    """One payment, now or as known then."""
    return await read.shown(payment_id)


@router.post("/payments/{id}/process", **done())
async def process_payment(payment_id: Id, write: Processes, body: OptionalWords = None) -> Response:
    """Have the bank be asked to pay, where this has not happened by itself."""
    return await write(body, payments.instruct_payment, payments.PaymentStep(payment_id))


@router.post("/payments/{id}/cancel", **done())
async def cancel_payment(payment_id: Id, write: Processes, body: OptionalWords = None) -> Response:
    """Take back a payment that the bank has not been asked for yet."""
    return await write(body, payments.cancel_payment, payments.PaymentStep(payment_id))


add_history(router, PAYMENTS, HISTORY, prefix="/payments")
