"""Use cases of payments: schedule what a claim is owed, instruct the bank, book its answer."""

from dataclasses import dataclass, replace
from uuid import UUID

from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from commands.payments_of_claims import last_scheduled, owed, payments_of, scheduling
from commands.ports import BankAnswer
from domain.claim import CLAIM
from domain.claim.decide import SettleClaim, submitted
from domain.payment import PAYMENT
from domain.payment.decide import (
    APPROVAL,
    BATCH,
    CancelPayment,
    ConfirmPayment,
    FailPayment,
    InstructPayment,
    scheduled,
)
from domain.payment.state import Scheduled, Stage
from domain.refusals import WrongStage


@dataclass(frozen=True, slots=True)
class PaymentOfClaim:
    claim_id: UUID


def schedule_payment(desk: Desk, context: Context, request: PaymentOfClaim) -> Outcome:
    """Owe to its payee what an approved claim is still owed; asked twice, it is owed once.

    The first payment is of the whole; after a failure or a second decision the next one is of
    what is missing.
    """

    def decide() -> Decision:
        claim = submitted(desk.store.load(CLAIM, request.claim_id).state)
        if claim.payable is None:
            raise WrongStage("payment.claim_not_decided", "the claim has not been adjudicated")
        payments = payments_of(desk, request.claim_id)
        amount, next_one = owed(claim, payments), payments[-1]
        year = context.effective_on.year
        if amount.minor <= 0:
            last = last_scheduled(payments)
            number = last.state.number if isinstance(last.state, Scheduled) else ""
            return Decision((), {"id": str(last.stream_id), "number": number})
        command = scheduling(desk, request.claim_id, claim, amount, year)
        above = desk.payments.approval_above_minor
        if above and amount.minor > above:
            command = replace(command, waits_for=APPROVAL, prepared_by=context.actor)
        elif desk.payments.in_batches:
            command = replace(command, waits_for=BATCH, prepared_by=context.actor)
        facts = PAYMENT.decide(next_one.state, command)
        answer = {"id": str(next_one.stream_id), "number": command.number}
        return Decision((changed(next_one, facts),), answer)

    return carry_out(desk.store, context, decide)


@dataclass(frozen=True, slots=True)
class PaymentStep:
    payment_id: UUID


def instruct_payment(desk: Desk, context: Context, request: PaymentStep) -> Outcome:
    """Record that the bank will be asked; the payment's number is the instruction's id."""

    def decide() -> Decision:
        payment = desk.store.load(PAYMENT, request.payment_id)
        number = scheduled(payment.state).number
        facts = PAYMENT.decide(payment.state, InstructPayment(number))
        return Decision((changed(payment, facts),), {"id": str(request.payment_id)})

    return carry_out(desk.store, context, decide)


def ask_bank(desk: Desk, context: Context, request: PaymentStep) -> Outcome:
    """Ask the bank to pay an instructed payment and book what it answers.

    Raises BankUnreachable where no answer came, BankStillAtIt where it comes later: nothing is
    recorded, and the same instruction may be sent again.
    """
    standing = scheduled(desk.store.load(PAYMENT, request.payment_id).state)
    answered: BankAnswer | None = None
    if standing.stage is Stage.INSTRUCTED:
        answered = desk.bank.pay(standing.instruction_id, standing.account, standing.amount)

    def decide() -> Decision:
        payment = desk.store.load(PAYMENT, request.payment_id)
        stands = scheduled(payment.state)
        if answered is None:
            return Decision((), {"id": str(request.payment_id), "stage": str(stands.stage)})
        command = (
            ConfirmPayment(
                answered.reference, stands.amount, answered.paid_on or context.effective_on
            )
            if answered.settled
            else FailPayment(answered.reason)
        )
        facts = PAYMENT.decide(stands, command)
        return Decision((changed(payment, facts),), {"id": str(request.payment_id)})

    return carry_out(desk.store, context, decide)


def settle_claim(desk: Desk, context: Context, request: PaymentStep) -> Outcome:
    """Put down that the claim of a confirmed payment was paid. It is closed with that, or where
    the insurer names who delivers, once its payee was told."""

    def decide() -> Decision:
        payment = scheduled(desk.store.load(PAYMENT, request.payment_id).state)
        if not payment.confirmed:
            raise WrongStage("payment.not_confirmed", f"this payment is {payment.stage}")
        claim = desk.store.load(CLAIM, payment.claim_id)
        day, advice = context.effective_on, desk.couriers.any
        command = SettleClaim(request.payment_id, payment.amount, day, advice)
        facts = CLAIM.decide(claim.state, command)
        return Decision((changed(claim, facts),), {"id": str(payment.claim_id)})

    return carry_out(desk.store, context, decide)


def cancel_payment(desk: Desk, context: Context, request: PaymentStep) -> Outcome:
    """Take back a payment that the bank has not been asked for yet."""

    def decide() -> Decision:
        payment = desk.store.load(PAYMENT, request.payment_id)
        facts = PAYMENT.decide(payment.state, CancelPayment(context.reason))
        return Decision((changed(payment, facts),), {"id": str(request.payment_id)})

    return carry_out(desk.store, context, decide)
