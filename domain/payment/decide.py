"""What we allow for payments: money leaves once, and only on an instruction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never
from uuid import UUID

from domain.four_eyes import another_person
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
from domain.payment.state import NotScheduled, Payment, Scheduled, Stage
from domain.refusals import RuleBroken, WrongStage

APPROVAL, BATCH = "approval", "batch"
"""What a payment may wait for before the bank is asked."""


@dataclass(frozen=True, slots=True)
class SchedulePayment:
    number: str
    claim_id: UUID
    claim_number: str
    payee_kind: str
    payee_id: UUID
    account: str
    amount: Money
    waits_for: str = ""
    prepared_by: str = ""
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class CorrectPayment:
    account: str
    corrected_by: str


@dataclass(frozen=True, slots=True)
class ApprovePayment:
    """By a second person; `waits_for` tells that it goes with a batch.

    `decided_claim` are those who entered or approved the claim, where the insurer keeps their
    duties apart from paying.
    """

    approver: str
    waits_for: str = ""
    decided_claim: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InstructPayment:
    """`batch` is the number of the batch that it goes with."""

    instruction_id: str
    batch: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmPayment:
    bank_reference: str
    amount: Money
    paid_on: date


@dataclass(frozen=True, slots=True)
class FailPayment:
    reason: str


@dataclass(frozen=True, slots=True)
class ReturnPayment:
    """The bank says that the money came back."""

    amount: Money
    reason: str
    bank_reference: str
    returned_on: date


@dataclass(frozen=True, slots=True)
class CancelPayment:
    reason: str


@dataclass(frozen=True, slots=True)
class RecordRemittance:
    """Put down that the payee was told; without a channel, that they could not be, and why."""

    claim_number: str
    lines: int
    channel: str = ""
    reason: str = ""


PaymentCommand = (
    SchedulePayment
    | CorrectPayment
    | ApprovePayment
    | InstructPayment
    | ConfirmPayment
    | FailPayment
    | ReturnPayment
    | CancelPayment
    | RecordRemittance
)


def decide(payment: Payment, command: PaymentCommand) -> Sequence[PaymentEvent]:
    match command:
        case SchedulePayment():
            return schedule(payment, command)
        case CorrectPayment():
            return correct(scheduled(payment), command)
        case ApprovePayment():
            return approve(scheduled(payment), command)
        case InstructPayment():
            return instruct(scheduled(payment), command)
        case ConfirmPayment():
            return confirm(scheduled(payment), command)
        case FailPayment():
            return fail(scheduled(payment), command)
        case ReturnPayment():
            return take_back(scheduled(payment), command)
        case CancelPayment():
            return cancel(scheduled(payment), command)
        case RecordRemittance():
            return advise(scheduled(payment), command)
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
            command.waits_for,
            command.prepared_by,
            command.replaces,
        )
    ]


def correct(payment: Scheduled, command: CorrectPayment) -> Sequence[PaymentEvent]:
    """Only while it waits for somebody, and then a second person looks at the new account."""
    if payment.stage is not Stage.SCHEDULED or not payment.waits_for:
        raise WrongStage("payment.on_its_way", "this payment waits for nobody: it is with the bank")
    if not command.account.strip():
        raise RuleBroken("payment.no_account", "say which account it goes to", field="account")
    if command.account == payment.account:
        return []
    return [PaymentCorrected(command.account, APPROVAL, command.corrected_by)]


def approve(payment: Scheduled, command: ApprovePayment) -> Sequence[PaymentEvent]:
    """Four eyes: whoever prepared a payment does not approve it."""
    if payment.stage is not Stage.SCHEDULED:
        raise WrongStage("payment.not_scheduled", f"this payment is {payment.stage}")
    if payment.waits_for != APPROVAL:
        raise WrongStage("payment.needs_no_approval", "this payment waits for nobody's approval")
    another_person(
        command.approver,
        {payment.prepared_by},
        "payment.same_person",
        "who prepared a payment may not approve it",
    )
    another_person(
        command.approver,
        command.decided_claim,
        "payment.duties_apart",
        "who entered or approved the claim may not approve its payment",
    )
    return [PaymentApproved(command.approver, command.waits_for)]


def instruct(payment: Scheduled, command: InstructPayment) -> Sequence[PaymentEvent]:
    if payment.stage is Stage.INSTRUCTED and payment.instruction_id == command.instruction_id:
        return []
    if payment.stage is not Stage.SCHEDULED:
        raise WrongStage("payment.not_scheduled", f"this payment is {payment.stage}")
    if payment.waits_for == APPROVAL:
        raise WrongStage("payment.not_approved", "this payment waits for a second person")
    return [PaymentInstructed(command.instruction_id, command.batch)]


def confirm(payment: Scheduled, command: ConfirmPayment) -> Sequence[PaymentEvent]:
    """The bank's answers come in any order: what came back was paid before, and stays returned."""
    if payment.bank_reference == command.bank_reference or payment.stage is Stage.RETURNED:
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


def take_back(payment: Scheduled, command: ReturnPayment) -> Sequence[PaymentEvent]:
    """Money comes back whole, and also before its own confirmation has been heard of."""
    if payment.stage is Stage.RETURNED:
        return []
    if payment.stage not in (Stage.INSTRUCTED, Stage.CONFIRMED):
        raise WrongStage("payment.not_instructed", f"this payment is {payment.stage}")
    if command.amount != payment.amount:
        raise RuleBroken(
            "payment.amount_differs", f"instructed {payment.amount}, returned {command.amount}"
        )
    return [
        PaymentReturned(command.amount, command.reason, command.bank_reference, command.returned_on)
    ]


def cancel(payment: Scheduled, command: CancelPayment) -> Sequence[PaymentEvent]:
    if payment.stage is Stage.CANCELLED:
        return []
    if payment.stage is not Stage.SCHEDULED:
        raise WrongStage("payment.cannot_cancel", f"this payment is {payment.stage}")
    return [PaymentCancelled(command.reason)]


def advise(payment: Scheduled, command: RecordRemittance) -> Sequence[PaymentEvent]:
    """A payee is told once of each payment that has arrived."""
    if payment.advised:
        return []
    if not payment.confirmed:
        raise WrongStage("payment.not_confirmed", f"this payment is {payment.stage}")
    of = (command.claim_number, payment.amount)
    if not command.channel:
        return [RemittanceUndeliverable(*of, command.reason)]
    return [RemittanceSent(*of, command.lines, command.channel)]


def scheduled(payment: Payment) -> Scheduled:
    """The payment if there is one; otherwise the refusal."""
    if isinstance(payment, Scheduled):
        return payment
    raise WrongStage("payment.not_found", "no such payment", field="payment_id")
