"""The payments of a claim, and what it is still owed beside them.

Payments of a claim are numbered: the first on approval, a further one for a difference or after a
failure. The stream of the next one is empty; whoever changes what is owed while nothing is
scheduled writes to that stream too, so that nobody schedules the old amount at the same moment.
"""

from collections.abc import Sequence
from uuid import UUID

from adapters.envelope import Change, Loaded
from commands.context import Desk
from commands.handling import changed
from domain.claim.events import Payee
from domain.claim.state import Stage as ClaimStage
from domain.claim.state import Submitted
from domain.ids import PAYMENT as PAYMENT_SERIES
from domain.ids import numbered, payment_id
from domain.member import MEMBER
from domain.member.decide import enrolled
from domain.money import Money, total
from domain.payment import PAYMENT
from domain.payment.decide import CancelPayment, SchedulePayment
from domain.payment.state import NotScheduled, Payment, Scheduled, Stage
from domain.provider import PROVIDER
from domain.provider.decide import registered

COUNTED = (Stage.SCHEDULED, Stage.INSTRUCTED, Stage.CONFIRMED)
Payments = Sequence[Loaded[Payment]]


def payments_of(desk: Desk, claim_id: UUID) -> Payments:
    """Every payment of a claim in the order of their numbers; the last one is not scheduled yet."""
    found: list[Loaded[Payment]] = []
    while not found or not isinstance(found[-1].state, NotScheduled):
        found.append(desk.store.load(PAYMENT, payment_id(claim_id, len(found) + 1)))
    return found


def owed(claim: Submitted, payments: Payments) -> Money:
    """What an approved claim is owed beyond what is paid or on its way; below zero: on its way
    too much."""
    if claim.payable is None or claim.stage not in (ClaimStage.APPROVED, ClaimStage.PAID):
        return Money.zero(claim.billed.currency)
    return claim.payable - claim.paid_so_far - _under_way(claim, payments)


def still_owed(claim: Submitted, payments: Payments) -> Money:
    """The same also for a closed claim: money that came back after it is owed again."""
    if claim.stage is not ClaimStage.CLOSED or claim.payable is None or not claim.settled:
        return owed(claim, payments)
    return claim.payable - claim.paid_so_far - _under_way(claim, payments)


def _under_way(claim: Submitted, payments: Payments) -> Money:
    return total(
        (
            payment.state.amount
            for payment in payments
            if isinstance(payment.state, Scheduled)
            and payment.state.stage in COUNTED
            and payment.stream_id not in claim.settled
        ),
        claim.billed.currency,
    )


def scheduling(
    desk: Desk, claim_id: UUID, claim: Submitted, amount: Money, year: int
) -> SchedulePayment:
    """The command that owes an amount to the claim's payee under the next number."""
    payee, account = payee_of(desk, claim)
    number = numbered(PAYMENT_SERIES, year, desk.numbers.take(f"{PAYMENT_SERIES}|{year}")[0])
    return SchedulePayment(number, claim_id, claim.number, claim.payee, payee, account, amount)


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


def is_at_the_bank(payments: Payments) -> bool:
    """Whether the bank is being asked to pay one of them."""
    return any(
        isinstance(payment.state, Scheduled) and payment.state.stage is Stage.INSTRUCTED
        for payment in payments
    )


def stopped(
    desk: Desk, claim_id: UUID, claim: Submitted, payments: Payments, reason: str, year: int
) -> tuple[Change, ...]:
    """Every payment that the bank has not been asked for is taken back, also the one that is only
    about to be scheduled."""
    waiting = [
        changed(payment, PAYMENT.decide(payment.state, CancelPayment(reason)))
        for payment in payments
        if isinstance(payment.state, Scheduled) and payment.state.stage is Stage.SCHEDULED
    ]
    unscheduled = owed(claim, payments)
    if unscheduled.minor <= 0:
        return tuple(waiting)
    command = scheduling(desk, claim_id, claim, unscheduled, year)
    first = PAYMENT.decide(payments[-1].state, command)
    state = PAYMENT.fold(first, payments[-1].state)
    then = PAYMENT.decide(state, CancelPayment(reason))
    return (*waiting, changed(payments[-1], [*first, *then]))


def last_scheduled(payments: Payments) -> Loaded[Payment]:
    """The latest payment there is; the empty next one where there is none."""
    return payments[-2] if len(payments) > 1 else payments[-1]
