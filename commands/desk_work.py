"""Use cases of the claims desk around a decision: assign, suspend, ask, review, correct, void."""

from dataclasses import dataclass
from uuid import UUID

from commands.claims import MANAGERS, ClaimStep, withdraw_claim
from commands.context import Context, Desk
from commands.deciding_again import Correction
from commands.handling import Decision, Outcome, carry_out, changed
from commands.reversing import ClaimToReverse, reverse_claim
from domain.claim import CLAIM
from domain.claim.decide import ClaimCommand, submitted
from domain.claim.desk_work import (
    UNDECIDED,
    AssignClaim,
    CloseClaim,
    ReceiveInformation,
    RecoverPayment,
    RequestInformation,
    RequestReview,
    SuspendClaim,
)
from domain.money import Money
from domain.refusals import RuleBroken


def step(desk: Desk, context: Context, claim_id: UUID, command: ClaimCommand) -> Outcome:
    """One command on one claim, and where it stands afterwards."""

    def decide() -> Decision:
        claim = desk.store.load(CLAIM, claim_id)
        submitted(claim.state)
        facts = CLAIM.decide(claim.state, command)
        after = submitted(CLAIM.fold(facts, claim.state))
        answer = {"id": str(claim_id), "number": after.number, "stage": str(after.stage)}
        return Decision((changed(claim, facts),), answer)

    return carry_out(desk.store, context, decide)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Empty `to`: nobody looks after the claim any more."""

    claim_id: UUID
    to: str


def assign_claim(desk: Desk, context: Context, request: Assignment) -> Outcome:
    """Give a claim to somebody at the desk."""
    return step(desk, context, request.claim_id, AssignClaim(request.to, context.actor))


@dataclass(frozen=True, slots=True)
class Suspension:
    claim_id: UUID
    reasons: tuple[str, ...]


def suspend_claim(desk: Desk, context: Context, request: Suspension) -> Outcome:
    """Stop a claim that is not approved yet: an investigator clears or denies it."""
    return step(desk, context, request.claim_id, SuspendClaim(request.reasons, context.actor))


@dataclass(frozen=True, slots=True)
class Inquiry:
    """`asked_of` is provider or member."""

    claim_id: UUID
    wanted: str
    asked_of: str


def request_information(desk: Desk, context: Context, request: Inquiry) -> Outcome:
    """Ask the provider or the member; nothing is decided until the answer is there."""
    command = RequestInformation(request.wanted, request.asked_of, context.actor)
    return step(desk, context, request.claim_id, command)


@dataclass(frozen=True, slots=True)
class Answered:
    claim_id: UUID
    answer: str


def receive_information(desk: Desk, context: Context, request: Answered) -> Outcome:
    """Book the answer; the claim goes on from where it waited."""
    command = ReceiveInformation(request.answer, context.actor)
    return step(desk, context, request.claim_id, command)


@dataclass(frozen=True, slots=True)
class ToReview:
    claim_id: UUID


def request_review(desk: Desk, context: Context, request: ToReview) -> Outcome:
    """Have a medical reviewer look at a claim."""
    why = context.reason.strip() or "a person asked for it"
    return step(desk, context, request.claim_id, RequestReview(why, context.actor))


def close_claim(desk: Desk, context: Context, request: ClaimStep) -> Outcome:
    """Close a denied claim of which nothing more is expected."""
    return step(desk, context, request.claim_id, CloseClaim(context.effective_on))


def correct_claim(desk: Desk, context: Context, request: Correction) -> Outcome:
    """Put right what was asked for, before it is decided."""

    def decide() -> Decision:
        claim = desk.store.load(CLAIM, request.claim_id)
        standing = submitted(claim.state)
        command = request.command(standing, context.actor, replaces=False)
        facts = CLAIM.decide(standing, command)
        billed = submitted(CLAIM.fold(facts, claim.state)).billed
        answer = {
            "id": str(request.claim_id), "number": standing.number, "billed": str(billed.amount),
        }  # fmt: skip
        return Decision((changed(claim, facts),), answer)

    return carry_out(desk.store, context, decide)


def void_claim(desk: Desk, context: Context, request: ClaimStep) -> Outcome:
    """A claim that should never have been: withdrawn while it is undecided, reversed after that."""
    standing = submitted(desk.store.load(CLAIM, request.claim_id).state)
    if standing.stage in UNDECIDED and standing.determination is None:
        return withdraw_claim(desk, context, request)
    return reverse_claim(desk, context, ClaimToReverse(request.claim_id))


@dataclass(frozen=True, slots=True)
class Recovery:
    claim_id: UUID
    amount: Money
    reference: str
    how: str = ""


def recover_payment(desk: Desk, context: Context, request: Recovery) -> Outcome:
    """Book what came back of what was paid too much; the same receipt counts once."""
    if not context.roles & MANAGERS | (context.roles & {"finance_officer"}):
        raise RuleBroken("claim.recovery_needs_finance", "it is for finance or a manager")
    command = RecoverPayment(request.amount, request.reference, context.effective_on, request.how)
    return step(desk, context, request.claim_id, command)
