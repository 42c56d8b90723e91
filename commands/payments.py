"""Use cases of payments: schedule what a claim is owed, instruct the bank, book its answer."""

from dataclasses import dataclass
from uuid import UUID

from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from commands.ports import BankAnswer
from domain.claim import CLAIM
from domain.claim.decide import SettleClaim, submitted
from domain.claim.events import Payee
from domain.claim.state import Submitted
from domain.ids import PAYMENT as PAYMENT_SERIES
from domain.ids import numbered, payment_id
from domain.member import MEMBER
from domain.member.decide import enrolled
from domain.payment import PAYMENT
from domain.payment.decide import (
    CancelPayment,
    ConfirmPayment,
    FailPayment,
    InstructPayment,
    SchedulePayment,
    scheduled,
)
from domain.payment.state import NotScheduled, Stage
from domain.provider import PROVIDER
from domain.provider.decide import registered
from domain.refusals import WrongStage


@dataclass(frozen=True, slots=True)
class PaymentOfClaim:
    claim_id: UUID


def schedule_payment(desk: Desk, context: Context, request: PaymentOfClaim) -> Outcome:
    """Owe an approved claim's payable to its payee; asked twice, it is owed once."""

    def decide() -> Decision:
        claim = submitted(desk.store.load(CLAIM, request.claim_id).state)
        if claim.payable is None:
            raise WrongStage("payment.claim_not_decided", "the claim has not been adjudicated")
        payment = desk.store.load(PAYMENT, payment_id(request.claim_id))
        if not isinstance(payment.state, NotScheduled):
            return Decision((), {"id": str(payment.stream_id), "number": payment.state.number})
        payee, account = payee_of(desk, claim)
        year = context.effective_on.year
        number = numbered(PAYMENT_SERIES, year, desk.numbers.take(f"{PAYMENT_SERIES}|{year}")[0])
        command = SchedulePayment(
            number, request.claim_id, claim.number, claim.payee, payee, account, claim.payable
        )
        facts = PAYMENT.decide(payment.state, command)
        return Decision(
            (changed(payment, facts),), {"id": str(payment.stream_id), "number": number}
        )

    return carry_out(desk.store, context, decide)


def payee_of(desk: Desk, claim: Submitted) -> tuple[UUID, str]:
    """Who is paid and on which account: the provider, or the member who paid it.

    A dependant without a phone of their own, such as a child, is repaid through the principal.
    """
    if claim.payee is Payee.PROVIDER:
        provider = registered(desk.store.load(PROVIDER, claim.provider_id).state)
        return claim.provider_id, provider.payee_account
    member = enrolled(desk.store.load(MEMBER, claim.member_id).state)
    if member.details.phone or member.principal_id is None:
        return claim.member_id, member.details.phone
    principal = enrolled(desk.store.load(MEMBER, member.principal_id).state)
    return member.principal_id, principal.details.phone


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

    Raises BankUnreachable where no answer came: nothing is recorded, and the same instruction
    may be sent again.
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
            ConfirmPayment(answered.reference, stands.amount, context.effective_on)
            if answered.settled
            else FailPayment(answered.reason)
        )
        facts = PAYMENT.decide(stands, command)
        return Decision((changed(payment, facts),), {"id": str(request.payment_id)})

    return carry_out(desk.store, context, decide)


def settle_claim(desk: Desk, context: Context, request: PaymentStep) -> Outcome:
    """Close the claim of a confirmed payment."""

    def decide() -> Decision:
        payment = scheduled(desk.store.load(PAYMENT, request.payment_id).state)
        if payment.stage is not Stage.CONFIRMED:
            raise WrongStage("payment.not_confirmed", f"this payment is {payment.stage}")
        claim = desk.store.load(CLAIM, payment.claim_id)
        command = SettleClaim(request.payment_id, payment.amount, context.effective_on)
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
