"""Payments by people: a second pair of eyes, a new payment in place of one that failed, batches."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from commands.payments_of_claims import payments_of, scheduling, still_owed
from domain.claim import CLAIM
from domain.claim.decide import submitted
from domain.ids import numbered
from domain.money import total
from domain.payment import PAYMENT
from domain.payment.decide import (
    APPROVAL,
    BATCH,
    ApprovePayment,
    CorrectPayment,
    InstructPayment,
    scheduled,
)
from domain.payment.state import Scheduled, Stage
from domain.refusals import RuleBroken, WrongStage

BATCHES = "BAT"
MOST_IN_A_BATCH = 200


def approve_payment(desk: Desk, context: Context, payment_id: UUID) -> Outcome:
    """A second person agrees; then the bank is asked, or the payment goes with the next batch."""

    def decide() -> Decision:
        payment = desk.store.load(PAYMENT, payment_id)
        then = BATCH if desk.payments.in_batches else ""
        standing = scheduled(payment.state)
        command = ApprovePayment(context.actor, then, _kept_apart(desk, standing))
        facts = PAYMENT.decide(payment.state, command)
        answer = {"id": str(payment_id), "number": standing.number}
        return Decision((changed(payment, facts),), answer)

    return carry_out(desk.store, context, decide)


def _kept_apart(desk: Desk, payment: Scheduled) -> tuple[str, ...]:
    """Who may not pay because they have entered or approved the claim."""
    if not desk.payments.duties_apart:
        return ()
    claim = submitted(desk.store.load(CLAIM, payment.claim_id).state)
    return tuple(sorted(claim.touched_by | claim.approvers))


@dataclass(frozen=True, slots=True)
class Correction:
    payment_id: UUID
    account: str


def correct_payment(desk: Desk, context: Context, request: Correction) -> Outcome:
    """Send a payment that waits for somebody to another account; a second person agrees to it."""

    def decide() -> Decision:
        payment = desk.store.load(PAYMENT, request.payment_id)
        command = CorrectPayment(request.account, context.actor)
        facts = PAYMENT.decide(payment.state, command)
        number = scheduled(payment.state).number
        return Decision(
            (changed(payment, facts),), {"id": str(request.payment_id), "number": number}
        )

    return carry_out(desk.store, context, decide)


@dataclass(frozen=True, slots=True)
class Reissue:
    """`account` is the corrected one; empty: where the payee is paid now."""

    payment_id: UUID
    account: str = ""


def reissue_payment(desk: Desk, context: Context, request: Reissue) -> Outcome:
    """Make a payment in place of one that failed or came back; a second person approves it.

    Never more than the claim is still owed.
    """

    def decide() -> Decision:
        lost = scheduled(desk.store.load(PAYMENT, request.payment_id).state)
        if lost.stage not in (Stage.FAILED, Stage.RETURNED):
            raise WrongStage(
                "payment.not_failed", f"this payment is {lost.stage}: nothing is to be made anew"
            )
        claim = submitted(desk.store.load(CLAIM, lost.claim_id).state)
        payments = payments_of(desk, lost.claim_id)
        amount = min(lost.amount, still_owed(claim, payments))
        if amount.minor <= 0:
            raise RuleBroken(
                "payment.nothing_owed", "the claim is owed nothing, or has its new payment"
            )
        next_one = payments[-1]
        command = replace(
            scheduling(desk, lost.claim_id, claim, amount, context.effective_on.year),
            waits_for=APPROVAL,
            prepared_by=context.actor,
            replaces=lost.number,
        )
        if request.account:
            command = replace(command, account=request.account)
        facts = PAYMENT.decide(next_one.state, command)
        answer = {"id": str(next_one.stream_id), "number": command.number}
        return Decision((changed(next_one, facts),), answer)

    return carry_out(desk.store, context, decide)


def process_batch(desk: Desk, context: Context, payment_ids: Sequence[UUID]) -> Outcome:
    """Send payments to the bank together: all of them, or none where one may not go."""

    def decide() -> Decision:
        if not 0 < len(set(payment_ids)) == len(payment_ids) <= MOST_IN_A_BATCH:
            raise RuleBroken(
                "payment.batch_size",
                f"a batch holds 1 to {MOST_IN_A_BATCH} different payments",
                field="payment_ids",
            )
        loaded = desk.store.load_many(PAYMENT, payment_ids)
        ready = {it: _ready(it, loaded[it].state) for it in payment_ids}
        year = context.effective_on.year
        batch = numbered(BATCHES, year, desk.numbers.take(f"{BATCHES}|{year}")[0])
        changes = tuple(
            changed(
                it, PAYMENT.decide(it.state, InstructPayment(scheduled(it.state).number, batch))
            )
            for it in (loaded[payment_id] for payment_id in payment_ids)
        )
        amount = total((payment.amount for payment in ready.values()), desk.currency)
        return Decision(
            changes, {"number": batch, "payments": len(changes), "amount": str(amount.amount)}
        )

    return carry_out(desk.store, context, decide)


def _ready(payment_id: UUID, payment: object) -> Scheduled:
    """A payment that may go to the bank now; the refusal names the one that may not."""
    if not isinstance(payment, Scheduled):
        raise WrongStage(
            "payment.not_found", "no such payment", field="payment_ids", payment_id=str(payment_id)
        )
    if payment.stage is not Stage.SCHEDULED or payment.waits_for == APPROVAL:
        why = "waits for a second person" if payment.waits_for else f"is {payment.stage}"
        raise WrongStage(
            "payment.not_ready", f"{payment.number} {why}",
            field="payment_ids", payment_id=str(payment_id),
        )  # fmt: skip
    return payment
