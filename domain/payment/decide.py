"""What we allow for payments: money leaves once, and only on an instruction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never
from uuid import UUID

from domain.money import Money
from domain.payment.events import (
    PaymentCancelled,
    PaymentConfirmed,
    PaymentEvent,
    PaymentFailed,
    PaymentInstructed,
    PaymentScheduled,
)
from domain.payment.state import NotScheduled, Payment, Scheduled, Stage
from domain.refusals import RuleBroken, WrongStage


@dataclass(frozen=True, slots=True)
class SchedulePayment:
    number: str
    claim_id: UUID
    claim_number: str
    payee_kind: str
    payee_id: UUID
    account: str
    amount: Money


@dataclass(frozen=True, slots=True)
class InstructPayment:
    instruction_id: str


@dataclass(frozen=True, slots=True)
class ConfirmPayment:
    bank_reference: str
    amount: Money
    paid_on: date


@dataclass(frozen=True, slots=True)
class FailPayment:
    reason: str


@dataclass(frozen=True, slots=True)
class CancelPayment:
    reason: str


PaymentCommand = SchedulePayment | InstructPayment | ConfirmPayment | FailPayment | CancelPayment


def decide(payment: Payment, command: PaymentCommand) -> Sequence[PaymentEvent]:
    match command:
        case SchedulePayment():
            return schedule(payment, command)
        case InstructPayment():
            return instruct(scheduled(payment), command)
        case ConfirmPayment():
            return confirm(scheduled(payment), command)
        case FailPayment():
            return fail(scheduled(payment), command)
        case CancelPayment():
            return cancel(scheduled(payment), command)
        case _:
            assert_never(command)


def schedule(payment: Payment, command: SchedulePayment) -> Sequence[PaymentEvent]:
    if not isinstance(payment, NotScheduled):
        return []  # derived id: the same payment asked for again
    if command.amount.minor <= 0:
        raise RuleBroken("payment.nothing_to_pay", "a payment needs an amount above zero")
    return [
        PaymentScheduled(
            command.number,
            command.claim_id,
            command.claim_number,
            command.payee_kind,
            command.payee_id,
            command.account,
            command.amount,
        )
    ]


def instruct(payment: Scheduled, command: InstructPayment) -> Sequence[PaymentEvent]:
    if payment.stage is Stage.INSTRUCTED and payment.instruction_id == command.instruction_id:
        return []
    if payment.stage is not Stage.SCHEDULED:
        raise WrongStage("payment.not_scheduled", f"this payment is {payment.stage}")
    return [PaymentInstructed(command.instruction_id)]


def confirm(payment: Scheduled, command: ConfirmPayment) -> Sequence[PaymentEvent]:
    if payment.stage is Stage.CONFIRMED and payment.bank_reference == command.bank_reference:
        return []
    if payment.stage is not Stage.INSTRUCTED:
        raise WrongStage("payment.not_instructed", f"this payment is {payment.stage}")
    if command.amount != payment.amount:
        raise RuleBroken(
            "payment.amount_differs",
            f"instructed {payment.amount}, confirmed {command.amount}",
        )
    return [PaymentConfirmed(command.bank_reference, command.paid_on)]


def fail(payment: Scheduled, command: FailPayment) -> Sequence[PaymentEvent]:
    if payment.stage is Stage.FAILED:
        return []
    if payment.stage is not Stage.INSTRUCTED:
        raise WrongStage("payment.not_instructed", f"this payment is {payment.stage}")
    return [PaymentFailed(command.reason)]


def cancel(payment: Scheduled, command: CancelPayment) -> Sequence[PaymentEvent]:
    if payment.stage is Stage.CANCELLED:
        return []
    if payment.stage is not Stage.SCHEDULED:
        raise WrongStage("payment.cannot_cancel", f"this payment is {payment.stage}")
    return [PaymentCancelled(command.reason)]


def scheduled(payment: Payment) -> Scheduled:
    """The payment if there is one; otherwise the refusal."""
    if isinstance(payment, Scheduled):
        return payment
    raise WrongStage("payment.not_found", "no such payment", field="payment_id")
