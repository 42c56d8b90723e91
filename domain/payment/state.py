"""Where a payment stands."""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from domain.changing import replace
from domain.money import Money
from domain.payment.events import (
    PaymentApproved,
    PaymentCancelled,
    PaymentConfirmed,
    PaymentCorrected,
    PaymentEvent,
    PaymentFailed,
    PaymentInstructed,
    PaymentReturned,
    PaymentScheduled,
    RemittanceSent,
    RemittanceUndeliverable,
)
from domain.personal import ContactText, PersonId


class Stage(StrEnum):
    SCHEDULED = "scheduled"
    INSTRUCTED = "instructed"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    RETURNED = "returned"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class NotScheduled:
    pass


@dataclass(frozen=True, slots=True)
class Scheduled:
    """`waits_for` is what has to come before the bank is asked: approval, batch, or nothing;
    `advised` tells that the payee was told of it, or could not be."""

    number: str
    claim_id: UUID
    payee_id: PersonId
    account: ContactText
    amount: Money
    stage: Stage = Stage.SCHEDULED
    instruction_id: str = ""
    bank_reference: str = ""
    waits_for: str = ""
    prepared_by: str = ""
    advised: bool = False

    @property
    def confirmed(self) -> bool:
        """Whether the bank has paid it at some time, also where the money came back later."""
        return bool(self.bank_reference)


Payment = NotScheduled | Scheduled


def evolve(payment: Payment, event: PaymentEvent) -> Payment:
    if isinstance(event, PaymentScheduled):
        return Scheduled(
            event.number,
            event.claim_id,
            event.payee_id,
            event.account,
            event.amount,
            waits_for=event.waits_for,
            prepared_by=event.prepared_by,
        )
    if isinstance(payment, NotScheduled):
        return payment
    match event:
        case PaymentCorrected():
            return replace(
                payment,
                account=event.account,
                waits_for=event.waits_for,
                prepared_by=event.corrected_by,
            )
        case PaymentApproved():
            return replace(payment, waits_for=event.waits_for)
        case PaymentInstructed():
            return replace(
                payment,
                stage=Stage.INSTRUCTED,
                instruction_id=event.instruction_id,
                waits_for="",
            )
        case PaymentConfirmed():
            return replace(payment, stage=Stage.CONFIRMED, bank_reference=event.bank_reference)
        case PaymentFailed():
            return replace(payment, stage=Stage.FAILED)
        case PaymentReturned():
            return replace(payment, stage=Stage.RETURNED)
        case PaymentCancelled():
            return replace(payment, stage=Stage.CANCELLED)
        case RemittanceSent() | RemittanceUndeliverable():
            return replace(payment, advised=True)
        case _:
            assert_never(event)
