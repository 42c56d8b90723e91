"""Where a payment stands."""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from domain.changing import replace
from domain.money import Money
from domain.payment.events import (
    PaymentCancelled,
    PaymentConfirmed,
    PaymentEvent,
    PaymentFailed,
    PaymentInstructed,
    PaymentScheduled,
)
from domain.personal import ContactText, PersonId


class Stage(StrEnum):
    SCHEDULED = "scheduled"
    INSTRUCTED = "instructed"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class NotScheduled:
    pass


@dataclass(frozen=True, slots=True)
class Scheduled:
    number: str
    claim_id: UUID
    payee_id: PersonId
    account: ContactText
    amount: Money
    stage: Stage = Stage.SCHEDULED
    instruction_id: str = ""
    bank_reference: str = ""


Payment = NotScheduled | Scheduled


def evolve(payment: Payment, event: PaymentEvent) -> Payment:
    if isinstance(event, PaymentScheduled):
        return Scheduled(event.number, event.claim_id, event.payee_id, event.account, event.amount)
    if isinstance(payment, NotScheduled):
        return payment
    match event:
        case PaymentInstructed():
            return replace(payment, stage=Stage.INSTRUCTED, instruction_id=event.instruction_id)
        case PaymentConfirmed():
            return replace(payment, stage=Stage.CONFIRMED, bank_reference=event.bank_reference)
        case PaymentFailed():
            return replace(payment, stage=Stage.FAILED)
        case PaymentCancelled():
            return replace(payment, stage=Stage.CANCELLED)
        case _:
            assert_never(event)
