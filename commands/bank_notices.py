"""What a bank tells by itself: a transfer has arrived, was refused, or came back.

Notices may be late, doubled and out of order; each books what it says once, and what has been
booked already is left as it is.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from domain.claim import CLAIM
from domain.claim.decide import submitted
from domain.claim.desk_work import TakeReturn
from domain.money import Money
from domain.payment import PAYMENT
from domain.payment.decide import (
    ConfirmPayment,
    FailPayment,
    PaymentCommand,
    ReturnPayment,
    scheduled,
)
from domain.payment.state import Stage
from domain.refusals import WrongStage


class Told(StrEnum):
    SETTLED = "settled"
    FAILED = "failed"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class BankNotice:
    """`payment_id` is the payment whose number is the instruction's id."""

    payment_id: UUID
    told: Told
    amount: Money
    reference: str
    reason: str
    on: date


def book_notice(desk: Desk, context: Context, notice: BankNotice) -> Outcome:
    """Book what the bank tells of a payment; raises what a payment's stage forbids."""

    def decide() -> Decision:
        payment = desk.store.load(PAYMENT, notice.payment_id)
        facts = PAYMENT.decide(payment.state, _command(notice))
        return Decision((changed(payment, facts),), {"id": str(notice.payment_id)})

    return carry_out(desk.store, context, decide)


def _command(notice: BankNotice) -> PaymentCommand:
    match notice.told:
        case Told.SETTLED:
            return ConfirmPayment(notice.reference, notice.amount, notice.on)
        case Told.FAILED:
            return FailPayment(notice.reason)
        case Told.RETURNED:
            return ReturnPayment(notice.amount, notice.reason, notice.reference, notice.on)


def book_return(desk: Desk, context: Context, payment_id: UUID) -> Outcome:
    """Let a claim be owed again what came back after it had been paid.

    Raises WrongStage `payment.not_settled_yet` where the claim has not booked the payment itself:
    its own reaction does so in a moment.
    """

    def decide() -> Decision:
        payment = scheduled(desk.store.load(PAYMENT, payment_id).state)
        if payment.stage is not Stage.RETURNED or not payment.confirmed:
            return Decision((), {"id": str(payment.claim_id)})
        claim = desk.store.load(CLAIM, payment.claim_id)
        if payment_id not in submitted(claim.state).settled:
            raise WrongStage("payment.not_settled_yet", "the claim has not booked it as paid yet")
        command = TakeReturn(payment_id, payment.number, payment.amount, context.effective_on)
        facts = CLAIM.decide(claim.state, command)
        return Decision((changed(claim, facts),), {"id": str(payment.claim_id)})

    return carry_out(desk.store, context, decide)
