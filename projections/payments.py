"""Payments of claims, from schedule to the bank's answer; failed and returned ones wait for
finance."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.payment.events import (
    PaymentApproved,
    PaymentCancelled,
    PaymentConfirmed,
    PaymentCorrected,
    PaymentFailed,
    PaymentInstructed,
    PaymentReturned,
    PaymentScheduled,
    RemittanceSent,
    RemittanceUndeliverable,
)
from domain.personal import Personal
from projections.declaring import AMOUNT, SEARCHED, SHOWN, SORTS, Index, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class PaymentRow(Row):
    """`payee_id` is a provider or a member, as `payee_kind` says.

    `waits_for` is what has to come before the bank is asked; `replaces` is the number of the
    payment in whose place this one was made.
    """

    payment_id: UUID
    number: Annotated[str, SEARCHED]
    stage: Annotated[str, SORTS]
    claim_id: UUID
    claim_number: Annotated[str, SEARCHED]
    payee_kind: str
    payee_id: UUID
    account: Annotated[str, SHOWN, Personal("contact")]
    currency: str
    amount_minor: Annotated[int, AMOUNT]
    scheduled_on: Annotated[date, SORTS]
    queue: str = "automatic"
    instruction_id: str = ""
    bank_reference: Annotated[str, SEARCHED] = ""
    paid_on: Annotated[date | None, SORTS] = None
    reason: Annotated[str, SHOWN] = ""
    waits_for: Annotated[str, SORTS] = ""
    prepared_by: str = ""
    approved_by: str = ""
    batch: Annotated[str, SEARCHED] = ""
    replaces: Annotated[str, SEARCHED] = ""
    returned_on: Annotated[date | None, SORTS] = None


PAYMENTS = Table(
    PaymentRow,
    "payments",
    ("payment_id",),
    person="payee_id",
    indexes=(
        Index(("number",)),
        Index(("claim_id",)),
        Index(("payee_id", "created_at")),
        Index(("stage", "created_at")),
        Index(("batch",), where="batch <> ''"),
        Index(("created_at", "payment_id")),
    ),
)


def scheduled(event: Recorded, fact: PaymentScheduled, rows: Rows) -> None:
    rows.add(
        PAYMENTS,
        PaymentRow(
            payment_id=event.stream_id,
            number=fact.number,
            stage="scheduled",
            claim_id=fact.claim_id,
            claim_number=fact.claim_number,
            payee_kind=fact.payee_kind,
            payee_id=fact.payee_id,
            account=fact.account,
            currency=fact.amount.currency,
            amount_minor=fact.amount.minor,
            scheduled_on=event.meta.effective_on,
            queue="finance" if fact.waits_for else "automatic",
            waits_for=fact.waits_for,
            prepared_by=fact.prepared_by,
            replaces=fact.replaces,
        ),
    )


def corrected(event: Recorded, fact: PaymentCorrected, rows: Rows) -> None:
    payment = rows.change(PAYMENTS, event.stream_id)
    payment.account, payment.waits_for = fact.account, fact.waits_for
    payment.prepared_by, payment.approved_by, payment.queue = fact.corrected_by, "", "finance"


def approved(event: Recorded, fact: PaymentApproved, rows: Rows) -> None:
    payment = rows.change(PAYMENTS, event.stream_id)
    payment.waits_for, payment.approved_by = fact.waits_for, fact.approved_by
    payment.queue = "finance" if fact.waits_for else "automatic"


def instructed(event: Recorded, fact: PaymentInstructed, rows: Rows) -> None:
    payment = rows.change(PAYMENTS, event.stream_id)
    payment.stage, payment.queue = "instructed", "automatic"
    payment.instruction_id, payment.reason = fact.instruction_id, ""
    payment.waits_for, payment.batch = "", fact.batch


def confirmed(event: Recorded, fact: PaymentConfirmed, rows: Rows) -> None:
    payment = rows.change(PAYMENTS, event.stream_id)
    payment.stage, payment.queue, payment.reason = "confirmed", "", ""
    payment.bank_reference, payment.paid_on = fact.bank_reference, fact.paid_on


def failed(event: Recorded, fact: PaymentFailed, rows: Rows) -> None:
    payment = rows.change(PAYMENTS, event.stream_id)
    payment.stage, payment.queue, payment.reason = "failed", "finance", fact.reason


def returned(event: Recorded, fact: PaymentReturned, rows: Rows) -> None:
    payment = rows.change(PAYMENTS, event.stream_id)
    payment.stage, payment.queue, payment.reason = "returned", "finance", fact.reason
    payment.returned_on = fact.returned_on


def cancelled(event: Recorded, fact: PaymentCancelled, rows: Rows) -> None:
    payment = rows.change(PAYMENTS, event.stream_id)
    payment.stage, payment.queue, payment.reason = "cancelled", "", fact.reason


def advised(event: Recorded, fact: RemittanceSent | RemittanceUndeliverable, rows: Rows) -> None:
    """The payee was told, or could not be: the history says it, the row only counts its version."""
    rows.change(PAYMENTS, event.stream_id)


PROJECTION = Projection(
    name="payments",
    version=2,
    question="Which payments were made, to whom, and which of them failed?",
    tables=(PAYMENTS,),
    on={
        PaymentScheduled: scheduled,
        PaymentCorrected: corrected,
        PaymentApproved: approved,
        PaymentInstructed: instructed,
        PaymentConfirmed: confirmed,
        PaymentFailed: failed,
        PaymentReturned: returned,
        PaymentCancelled: cancelled,
        RemittanceSent: advised,
        RemittanceUndeliverable: advised,
    },
)
